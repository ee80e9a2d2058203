"""The rota's page: planned, joined, paused and closed, by members of the unit and nobody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from sifra.case_store import State
from sifra.database import writing
from sifra.duty import Duty
from sifra.duty_store import DutyStore, Rota
from sifra.tables import cases
from tests.reporter.installation import live_worker
from tests.triage.example_office import HOUR, Browser, Installation, started
from triage import staff_tables

OSLO = ZoneInfo("Europe/Oslo")
MOMENT = dt.datetime(2026, 11, 27, 17, 5, tzinfo=OSLO)
"""A Friday afternoon; the office closed at 15:30."""
NOW = int(MOMENT.timestamp())
TODAY, TUESDAY = "2026-11-27", "2026-12-01"
EVENING = (NOW - 300 + HOUR, NOW - 300 + 5 * HOUR)
"""18 to 22."""


@pytest.fixture
def desks(office: Installation) -> Iterator[list[Browser]]:
    """Two of the youth team and one of the police, signed in on that Friday."""
    live_worker(office.cases, NOW)
    made = started(replace(office.settings, moment=MOMENT))
    signed_in = []
    for name, unit in (("ask", "youth_team"), ("mys", "youth_team"), ("politi", "police")):
        desk = Browser(made.test_client(), office)
        desk.sign_in(office.member(name, unit))
        signed_in.append(desk)
    yield signed_in
    made.extensions["sifra"].staff.dispose()
    made.extensions["sifra"].cases.dispose()


@pytest.fixture
def desk(desks: list[Browser]) -> Browser:
    desks[0].get("/rota")
    return desks[0]


def rota(office: Installation, unit: str = "youth_team") -> Rota:
    return DutyStore(office.cases).rota(unit, NOW, OSLO)


def duty(office: Installation) -> Duty:
    return DutyStore(office.cases).duty(NOW + 60, OSLO, frozenset({"youth_team", "police"}))


def press(desk: Browser, path: str, status: int = 200, **fields: str) -> None:
    desk.post(f"/rota/{path}", status, **{"unit": "youth_team", **fields})


def plan(desk: Browser, status: int = 200, **fields: str) -> None:
    typed = {"date": TODAY, "opens": "18:00", "closes": "22:00", "least": "1", **fields}
    press(desk, "plan", status, **typed)


def day(desk: Browser, name: str) -> str:
    for line in desk.page.select("ol.days > li"):
        heading = line.find("h3")
        if heading is not None and name in heading.get_text():
            return " ".join(line.get_text(" ").split())
    raise AssertionError(name)


def promised(office: Installation, *times: int, **more: tuple[str, ...]) -> list[str]:
    return [office.tip(received=EVENING[0] - 9 * HOUR, read_by=at, **more)[0] for at in times]  # type: ignore[arg-type]


# --- what is shown -----------------------------------------------------------------------------


def test_two_weeks_with_hours_holidays_and_what_is_shut(
    desk: Browser, office: Installation
) -> None:
    assert len(desk.page.select("ol.days > li")) == 14
    assert "i dag" in day(desk, "fredag 27. november")
    assert "08:00–15:30" in day(desk, "mandag 30. november")
    assert "Stengt" in day(desk, "lørdag 28. november")
    moment = dt.datetime(2026, 12, 20, 12, tzinfo=OSLO)
    later = started(replace(office.settings, moment=moment))
    other = Browser(later.test_client(), office)
    other.sign_in(office.leader)
    other.get("/rota")
    assert "08:00–12:00" in day(other, "torsdag 24. desember")
    assert "Første juledag" in day(other, "fredag 25. desember")
    assert "Stengt" in day(other, "fredag 25. desember")
    other.post("/language", language="en", back="/rota")
    assert "Christmas Day" in day(other, "Friday 25 December")


def test_a_shift_says_who_is_on_and_how_many_are_missing(
    desks: list[Browser], office: Installation
) -> None:
    one, two, _ = desks
    with writing(office.staff) as connection:
        names = {"ask": "Ungdomskontakt, Askim", "mys": "Ungdomskontakt, Mysen <b>"}
        for username, display in names.items():
            connection.execute(
                update(staff_tables.accounts)
                .where(staff_tables.accounts.c.username == username)
                .values(display=display)
            )
    one.get("/rota")
    plan(one, least="2", join="1")
    said = day(one, "fredag 27. november")
    assert "18:00–22:00 Ungdomskontakt, Askim (deg) mangler 1 for å love noe" in said
    assert duty(office).shifts == {}
    two.get("/rota")
    (planned,) = rota(office).shifts
    press(two, "join", shift=planned.id)
    said = day(two, "fredag 27. november")
    assert "22:00 Ungdomskontakt, Askim, Ungdomskontakt, Mysen <b> (deg) gir løfter" in said
    assert len(duty(office).shifts["youth_team"]) == 1
    press(two, "leave", shift=planned.id)
    assert "mangler 1" in day(two, "fredag 27. november")


def test_an_account_that_is_gone_hides_nothing(desk: Browser, office: Installation) -> None:
    DutyStore(office.cases).plan("youth_team", *EVENING, 1, NOW, ["0" * 32])
    desk.get("/rota")
    assert "en konto som er borte" in day(desk, "fredag 27. november")


def test_shifts_over_midnight_and_far_ahead(desk: Browser, office: Installation) -> None:
    DutyStore(office.cases).plan("youth_team", NOW - 20 * HOUR, NOW + HOUR, 1, NOW, [])
    plan(desk, date="2026-12-05", opens="22:00", closes="02:00")
    plan(desk, date="2027-01-15")
    assert "22:00–02:00" in day(desk, "lørdag 5. desember")
    assert "18:00–22:00" in day(desk, "fredag 15. januar")
    assert "21:05–18:05" in day(desk, "fredag 27. november")


def test_what_the_public_site_would_say_now(desk: Browser) -> None:
    assert "leses innen man. 30. nov. 12:00" in desk.text
    press(desk, "stay", until="23:00")
    assert "leses innen fre. 27. nov. 23:00" in desk.text
    press(desk, "pause")
    assert "leses innen" not in desk.page.find("main").get_text()  # type: ignore[union-attr]


# --- what is planned ---------------------------------------------------------------------------


def test_i_am_here_until_23(desk: Browser, office: Installation) -> None:
    for _ in range(2):
        press(desk, "stay", until="23:00")
    assert "Du står på vakt til 23:00." in desk.text
    (shift,) = rota(office).shifts
    assert (shift.end, shift.least, len(shift.people)) == (EVENING[1] + HOUR, 1, 1)
    assert NOW <= shift.start < NOW + 60
    assert len(duty(office).shifts["youth_team"]) == 1


def test_who_is_on_already_is_told_until_when(desk: Browser, office: Installation) -> None:
    press(desk, "stay", until="23:00")
    press(desk, "stay", until="21:00")
    assert "Du står allerede på vakt til 23:00. Gå av den vakten når du går." in desk.text
    assert len(rota(office).shifts) == 1


def test_a_day_far_ahead_is_said_with_its_year(desk: Browser) -> None:
    press(desk, "close", week="29")
    assert "Stengt fra mandag 19. juli 2027 til søndag 25. juli 2027." in desk.text
    press(desk, "close", first="2026-12-24")
    assert "Stengt torsdag 24. desember. Vakter som står der" in desk.text


@pytest.mark.parametrize("join", [{"join": "1"}, {}], ids=["with-me", "without-me"])
def test_a_planned_shift(desk: Browser, office: Installation, join: dict[str, str]) -> None:
    plan(desk, **{"least": "3", **join})  # type: ignore[arg-type]
    (shift,) = rota(office).shifts
    assert (shift.start, shift.end, shift.least) == (*EVENING, 3)
    assert len(shift.people) == len(join)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(
    desk: Browser, office: Installation
) -> None:
    plan(desk, 422, date="", opens="19:15", closes="kl 3", least="99", join="1")
    for name, kept in (("date", ""), ("opens", "19:15"), ("closes", "kl 3"), ("least", "99")):
        field = desk.page.find(id=name)
        assert field is not None
        assert field["value"] == kept
        assert (field.get("aria-invalid") == "true") is (name != "opens")
        if name != "opens":
            assert desk.page.find(id=f"{name}-error") is not None
            assert f"{name}-error" in str(field["aria-describedby"])
            assert desk.page.find("a", href=f"#{name}") is not None
    assert desk.page.find("input", {"name": "join"}).has_attr("checked")  # type: ignore[union-attr]
    plan(desk, 422, date="")
    assert not desk.page.find("input", {"name": "join"}).has_attr("checked")  # type: ignore[union-attr]
    press(desk, "stay", 422, until="16:00")
    assert desk.page.find(id="until")["value"] == "16:00"  # type: ignore[index]
    assert desk.page.find("input", {"name": "join"}).has_attr("checked")  # type: ignore[union-attr]
    press(desk, "close", 422, week="77")
    assert desk.page.find(id="week")["value"] == "77"  # type: ignore[index]
    assert rota(office) == Rota((), (), None)


def test_closed_in_a_week_and_open_again(desk: Browser, office: Installation) -> None:
    press(desk, "close", week="49")
    (closed,) = rota(office).closed
    assert (str(closed.first), str(closed.last)) == ("2026-11-30", "2026-12-06")
    assert "Stengt av dere" in day(desk, "tirsdag 1. desember")
    assert "mandag 30. november – søndag 6. desember" in desk.text
    press(desk, "reopen", closed=closed.id)
    assert "08:00–15:30" in day(desk, "tirsdag 1. desember")
    assert rota(office).closed == ()


def test_paused_in_one_tap_until_midnight_and_taken_up_again(
    desk: Browser, office: Installation
) -> None:
    press(desk, "pause")
    pause = rota(office).pause
    assert pause is not None
    assert pause.until == dt.datetime(2026, 11, 28, tzinfo=OSLO).timestamp()
    assert duty(office).silent == {"youth_team"}
    assert "på pause til klokka 24:00" in desk.text
    assert "Satt av: Ungdomskontakt" in desk.text
    press(desk, "resume")
    assert (rota(office).pause, duty(office).silent) == (None, frozenset())


def test_a_shift_that_somebody_else_removed(desk: Browser, office: Installation) -> None:
    plan(desk)
    (shift,) = rota(office).shifts
    DutyStore(office.cases).remove("youth_team", shift.id, NOW)
    press(desk, "join", shift=shift.id)
    assert "Vakten er slettet eller over." in desk.text
    for path in ("leave", "remove"):
        press(desk, path, shift=shift.id)
    assert rota(office).shifts == ()


# --- what was promised stands ------------------------------------------------------------------


@pytest.mark.parametrize("path", ["remove", "leave"])
def test_who_takes_away_a_shift_is_told_what_was_promised_in_it(
    desk: Browser, office: Installation, path: str
) -> None:
    plan(desk, join="1")
    before = rota(office)
    shift = before.shifts[0].id
    kept = promised(office, EVENING[0] + HOUR, EVENING[1])
    promised(office, EVENING[0], EVENING[1] + HOUR)
    promised(office, EVENING[1], readers=("police",))
    read = promised(office, EVENING[1])
    with writing(office.cases) as connection:
        connection.execute(update(cases).where(cases.c.id.in_(read)).values(state=State.READ.value))
    press(desk, path, shift=shift)
    assert "2 saker som ingen har lest" in desk.text
    assert rota(office) == before
    press(desk, path, shift=shift, sure="1")
    assert duty(office).shifts == {}
    assert all(office.stored(case).clear.promised for case in kept)


def test_who_goes_while_enough_stay_is_asked_nothing(
    desks: list[Browser], office: Installation
) -> None:
    for desk in desks[:2]:
        desk.get("/rota")
    plan(desks[0], join="1")
    (shift,) = rota(office).shifts
    press(desks[1], "join", shift=shift.id)
    promised(office, EVENING[1])
    press(desks[0], "leave", shift=shift.id)
    assert "Du er tatt av vakten." in desks[0].text
    assert len(rota(office).shifts[0].people) == 1


def test_a_shift_that_promised_nothing_goes_at_once(desk: Browser, office: Installation) -> None:
    plan(desk, least="2", join="1")
    promised(office, EVENING[1])
    press(desk, "remove", shift=rota(office).shifts[0].id)
    assert rota(office).shifts == ()


def test_a_shift_that_ends_within_an_hour_is_promised_by_its_end(
    desk: Browser, office: Installation
) -> None:
    plan(desk, closes="21:30", join="1")
    promised(office, EVENING[1])
    press(desk, "remove", shift=rota(office).shifts[0].id)
    assert "1 sak som ingen har lest" in desk.text


def test_who_closes_days_is_told_what_was_promised_in_them(
    desk: Browser, office: Installation
) -> None:
    promised(office, int(dt.datetime(2026, 12, 1, 12, tzinfo=OSLO).timestamp()))
    press(desk, "close", week="49")
    assert "1 sak som ingen har lest" in desk.text
    assert rota(office).closed == ()
    form = desk.page.select_one("main form")
    assert form is not None
    fields = {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}
    desk.post(str(form["action"]), **fields)
    (closed,) = rota(office).closed
    assert (str(closed.first), str(closed.last)) == ("2026-11-30", "2026-12-06")


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["stay", "plan", "join", "leave", "remove", "close", "reopen", "pause", "resume"],
)
def test_nobody_plans_for_a_unit_that_is_not_theirs(
    desk: Browser, office: Installation, path: str
) -> None:
    store = DutyStore(office.cases)
    store.plan("police", *EVENING, 1, NOW, ["0" * 32])
    store.close("police", dt.date(2026, 12, 1), dt.date(2026, 12, 1), NOW)
    store.pause("police", NOW + HOUR, "0" * 32, NOW)
    before = rota(office, "police")
    fields = {
        "shift": before.shifts[0].id,
        "closed": before.closed[0].id,
        "until": "23:00",
        "date": TUESDAY,
        "opens": "18:00",
        "closes": "22:00",
        "least": "1",
        "first": TUESDAY,
    }
    for unit in ("police", "slt", "nobody"):
        page = desk.page
        desk.post(f"/rota/{path}", 403, unit=unit, **fields)
        desk.get(f"/rota?unit={unit}", 403)
        desk.page = page
    # Without a unit it is one's own, in which these ids are none.
    desk.post(f"/rota/{path}", unit="", **fields)
    assert rota(office, "police") == before


def test_who_reads_as_several_units_chooses_among_them(
    browser: Browser, office: Installation
) -> None:
    browser.get("/rota")
    assert browser.page.find("h1").get_text() == "Vakter: Ungdomsteamet"  # type: ignore[union-attr]
    browser.get("/rota?unit=police")
    assert browser.page.find("h1").get_text() == "Vakter: Politikontakten"  # type: ignore[union-attr]
    current = browser.page.find_all("a", attrs={"aria-current": "page"})
    assert [a.get_text() for a in current] == ["Vakter", "Politikontakten"]


def test_who_holds_no_units_key_plans_nothing(stranger: Browser, office: Installation) -> None:
    stranger.sign_in(office.member("ny"))
    stranger.get("/rota", 403)

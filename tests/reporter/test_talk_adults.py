"""The page of adults: at work now by the hours, found by school or place, and small."""

from __future__ import annotations

import datetime as dt
import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from reporter.adults_shown import FEW, Presence, Shown, groups, presence, readers, spoken
from sifra import contact_hours
from sifra.adults import Adult, Profile
from sifra.contact_hours import Schedule
from sifra.duty import Duty
from sifra.duty_store import DutyStore
from sifra.file_reading import read
from sifra.local_calendar import DAY
from sifra.municipality import Municipality, School
from sifra.routing import RuleBook
from tests.reporter.choosing import SHIPPED
from tests.reporter.conftest import Install
from tests.reporter.installation import Installation
from tests.reporter.moments import TUESDAY_MORNING, local, set_clock
from tests.reporter.pages import Page
from tests.reporter.talking import CALLED, NURSE, PROFILE, approve
from tests.sifra.written_hours import days_off, shift

FIRST, LAST = dt.date(2026, 11, 1), dt.date(2029, 10, 31)
TICK = dt.timedelta(microseconds=1)
MINUTE = dt.timedelta(minutes=1)
OFF = (
    (dt.date(2026, 12, 21), dt.date(2027, 1, 3)),
    (dt.date(2027, 3, 26), dt.date(2027, 3, 28)),
    (dt.date(2027, 7, 5), dt.date(2027, 8, 1)),
    (dt.date(2028, 2, 29), dt.date(2028, 2, 29)),
)
LATE = [
    {"days": ["mon", "tue", "wed", "thu", "fri"], "opens": "08:00", "closes": "15:30"},
    {"days": ["sat"], "opens": "19:00", "closes": "02:30"},
    {"days": ["sun", "holiday"], "opens": "00:00", "closes": "24:00"},
]
"""With a club night that goes over midnight, and over both changes of the clock."""


# --- at work now ---------------------------------------------------------------------------------


@cache
def book() -> RuleBook:
    profile = read(Profile, {**PROFILE, "hours": LATE})
    duty = Duty(days_off={NURSE: tuple(days_off(str(a), str(b)) for a, b in OFF)})
    return SHIPPED.with_profiles({NURSE: profile}).rule_book(duty)


def change_points() -> Iterator[dt.datetime]:
    """When the nurse comes or goes, in three years, and each midnight."""
    hours = book()
    schedule = hours.readers[NURSE].schedule
    yield from contact_hours.change_points(schedule, hours.calendar, FIRST, LAST)
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + n * DAY
        yield dt.datetime(day.year, day.month, day.day, tzinfo=hours.calendar.zone)


def test_at_work_now_agrees_with_the_hours_at_every_change_of_three_years() -> None:
    hours = book()
    one = hours.readers[NURSE]
    seen: dict[bool, int] = {True: 0, False: 0}
    for point in sorted(set(change_points())):
        for now in (point - TICK, point):
            found = presence(one, hours, now)
            is_open = contact_hours.is_open(one.schedule, hours.calendar, now)
            assert found.here == is_open, now
            seen[is_open] += 1
            if is_open:
                until = contact_hours.open_until(one.schedule, hours.calendar, now)
                is_long = until is None or until - now >= DAY
                assert found == Presence(True, None if is_long else until), now
            else:
                assert found.opens == contact_hours.next_opening(
                    one.schedule, hours.calendar, now
                ), now
                today = now.astimezone(hours.calendar.zone).date()
                assert found.away == any(a <= today <= b for a, b in OFF), now
    assert min(seen.values()) > 500


def test_whose_hours_nobody_knows_is_neither_here_nor_away() -> None:
    hours = SHIPPED.rule_book()
    assert presence(hours.readers[NURSE], hours, TUESDAY_MORNING) == Presence()


def test_who_is_not_back_for_as_long_as_anybody_looks_is_away() -> None:
    hours = book()
    one = hours.readers[NURSE]
    gone = replace(
        one, schedule=replace(one.schedule, special_days=(days_off("2026-01-01", "2030-01-01"),))
    )
    assert presence(gone, hours, TUESDAY_MORNING) == Presence(away=True)
    over = replace(one, schedule=Schedule(shifts=(shift("2026-11-20 18:00", "2026-11-20 20:00"),)))
    assert presence(over, hours, TUESDAY_MORNING) == Presence(away=True)


def test_who_is_always_there_leaves_at_no_time() -> None:
    hours = book()
    always = replace(hours.readers[NURSE], schedule=Schedule(always=True))
    assert presence(always, hours, TUESDAY_MORNING) == Presence(here=True)


@pytest.fixture
def late(installed: Installation) -> Installation:
    approve(installed, hours=LATE)
    for first, last in OFF:
        DutyStore(installed.engine).close(NURSE, first, last, TUESDAY_MORNING.timestamp())
    return installed


def pages_agree(installed: Installation, points: list[dt.datetime]) -> None:
    """Both pages say "at work now" just when the hours do."""
    hours = book()
    one = hours.readers[NURSE]
    client = installed.app.test_client()
    for point in points:
        for now in (point - MINUTE, point):
            set_clock(installed, now)
            is_open = contact_hours.is_open(one.schedule, hours.calendar, now)
            for path in ("/nb/talk", f"/nb/talk/{NURSE}"):
                page = client.get(path).get_data(as_text=True)
                assert ("På jobb nå" in page) == is_open, (path, now)


def test_the_pages_agree_with_the_hours_around_the_hard_days(late: Installation) -> None:
    """Days off, Christmas, Easter with the change of the clock, and the other change."""
    hard = [
        local(2026, 12, 19, 0),
        local(2027, 1, 3, 0),
        local(2027, 3, 27, 0),
        local(2027, 10, 30, 0),
    ]
    points = [
        one
        for one in sorted(set(change_points()))
        if any(day <= one < day + 3 * DAY for day in hard)
    ]
    assert len(points) >= 20
    pages_agree(late, points)


@pytest.mark.long
def test_the_pages_agree_with_the_hours_for_three_years(late: Installation) -> None:
    pages_agree(late, sorted(set(change_points())))


@pytest.mark.parametrize("path", ["talk", "talk/adult_0", "talk/youth_team"])
def test_a_page_takes_five_milliseconds_at_most(install: Install, path: str) -> None:
    """Of the processor: the machine may have more to do. With thirty adults."""
    installed = install(municipality=crowd())
    set_clock(installed, TUESDAY_MORNING)
    client, took = installed.app.test_client(), []
    for _ in range(41):
        begun = time.process_time()
        assert client.get(f"/nb/{path}").status_code == 200
        took.append(time.process_time() - begun)
    print(f"/nb/{path}: {sorted(took)[20] * 1000:.1f} ms")
    assert sorted(took)[20] <= 0.005


# --- found by school or place --------------------------------------------------------------------


def adult(name: str, *found_at: str) -> Adult:
    return Adult(
        id=name,
        role={"nb": f"Kontaktlærer {name}", "en": f"Teacher {name}", "ar": f"معلم {name}"},
        where={"nb": "På skolen, hver dag.", "en": "At school.", "ar": "في المدرسة"},
        found_at=found_at,
    )


def crowd() -> Municipality:
    """Thirty adults in ten schools, two of them at a club too, and one who is found nowhere."""
    schools = tuple(
        School(id=f"school_{n}", name={"nb": f"Nordre skole {n}", "ar": f"مدرسة {n}"})
        for n in range(10)
    )
    clubs = (School(id="club", name={"nb": "Klubben", "ar": "النادي"}),)
    adults = [
        adult(f"adult_{n}", f"school_{n % 10}", *(["club"] if n < 2 else [])) for n in range(29)
    ]
    return replace(SHIPPED, schools=schools, clubs=clubs, adults=(*adults, adult("adult_29")))


def test_everybody_is_found_wherever_they_are_and_nobody_is_left_out() -> None:
    whole = crowd()
    found = groups([Shown(one, Presence()) for one in whole.adults], whole)
    names = [group.name["nb"] if group.name else "" for group in found]
    assert names == [*(f"Nordre skole {n}" for n in range(10)), "Klubben", ""]
    everybody = [one.adult.id for group in found for one in group.adults]
    assert {*everybody} == {one.id for one in whole.adults}
    assert [one.adult.id for one in found[10].adults] == ["adult_0", "adult_1"]
    assert [one.adult.id for one in found[11].adults] == ["adult_29"]


def test_few_adults_are_not_folded() -> None:
    whole = crowd()
    few = [Shown(one, Presence()) for one in whole.adults[:FEW]]
    assert [len(group.adults) for group in groups(few, whole)] == [FEW]
    assert len(groups([*few, Shown(whole.adults[FEW], Presence())], whole)) > 1


@pytest.mark.parametrize("tag", ["nb", "en", "ar"])
def test_thirty_adults_in_ten_schools_are_one_small_page(install: Install, tag: str) -> None:
    installed = install(municipality=crowd())
    set_clock(installed, TUESDAY_MORNING)
    client = installed.app.test_client()
    answer = client.get(f"/{tag}/talk", headers={"Accept-Encoding": "gzip"})
    wire = len(answer.data) + len(str(answer.headers)) + 20
    print(f"/{tag}/talk with 30 adults: {wire} bytes on the wire")
    assert wire <= 14_600
    page = Page(client.get(f"/{tag}/talk"))
    assert gzip.decompress(answer.data) == page.response.data
    folded = page.soup.select("main details")
    assert len(folded) == 12
    # Two taps: the school, and the adult. Who is found nowhere is in sight.
    assert [fold.has_attr("open") for fold in folded] == [False] * 11 + [True]
    assert all(fold.select("a[href*='/talk/']") for fold in folded)
    visitor = installed.visitor()
    visitor.get(f"/{tag}/talk")


# --- who reads, in short -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deputies", "cards", "expected"),
    [
        (("team",), {"nurse", "team"}, ("nurse", "team")),
        (("coach",), {"nurse", "coach", "team"}, ("nurse", "coach")),
        (("coach",), {"nurse", "team"}, ("nurse", "team")),
        (("coach",), {"coach", "team"}, ("coach",)),
        (("team",), {"team"}, ("team",)),
        (("coach",), set(), ("team",)),
        (("nurse",), {"nurse", "team"}, ("nurse",)),
    ],
    ids=[
        "usual",
        "deputy",
        "deputy without key",
        "adult without key",
        "team",
        "no key",
        "own deputy",
    ],
)
def test_who_gets_a_key(
    deputies: tuple[str, ...], cards: set[str], expected: tuple[str, ...]
) -> None:
    assert readers("nurse", deputies, ("team",), cards) == expected


def test_languages_are_called_as_their_speakers_do() -> None:
    assert list(spoken(("nb", "nn", "da", "sv", "en"))) == [("nb", "norsk"), ("en", "English")]
    assert list(spoken(("sv", "fa-AF"))) == [("sv", "svenska"), ("fa-AF", "دری")]


@pytest.mark.parametrize(
    ("tag", "role"),
    [("nb", None), ("nn", None), ("en", None), ("uk", "Шкільна медсестра"), ("ti", "ነርስ ቤት ትምህርቲ")],
    ids=lambda value: value or "told",
)
def test_a_name_in_norwegian_alone_has_the_role_beside_it(
    installed: Installation, tag: str, role: str | None
) -> None:
    """Their own words are in the languages that they know."""
    name = {"nb": "Helsesykepleieren på Askim vgs", "en": "The school nurse at Askim vgs"}
    approve(installed, called=name)
    set_clock(installed, TUESDAY_MORNING)
    visitor = installed.visitor()
    door = visitor.get(f"/{tag}/talk").main.select_one(f"a[href='/{tag}/talk/{NURSE}'] > span")
    lead = visitor.get(f"/{tag}/talk/{NURSE}").main.select_one("p.lead")
    assert door is not None
    assert lead is not None
    for beside in (door.get_text(), lead.get_text()):
        assert beside.startswith(role) if role else "helsesykepleier" not in beside.casefold()


def test_what_is_approved_or_taken_down_shows_within_seconds(installed: Installation) -> None:
    client = installed.app.test_client()
    set_clock(installed, TUESDAY_MORNING)
    assert CALLED not in client.get("/nb/talk").get_data(as_text=True)
    approve(installed)
    set_clock(installed, TUESDAY_MORNING + dt.timedelta(seconds=11))
    assert CALLED in client.get("/nb/talk").get_data(as_text=True)
    assert "På jobb nå" in client.get("/nb/talk").get_data(as_text=True)
    installed.store.withdraw_profile(NURSE)
    set_clock(installed, TUESDAY_MORNING + dt.timedelta(seconds=22))
    assert CALLED not in client.get("/nb/talk").get_data(as_text=True)


def test_of_profiles_that_nobody_signed_the_operator_is_told_once(
    installed: Installation, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log would else tell when somebody looked; and a row of a made-up name would write it."""
    approve(installed)
    text = read(Profile, PROFILE).text()
    for adult in ("youth_club", "made up\nERROR"):
        installed.store.put_profile(adult, 1, text, bytes(64))
    visitor = installed.visitor()
    monkeypatch.setattr(installed.app.logger, "propagate", True)
    for minute in range(3):
        set_clock(installed, TUESDAY_MORNING + minute * MINUTE)
        assert CALLED in visitor.get("/nb/talk").html
    (said,) = [record.getMessage() for record in caplog.records]
    assert said == "profiles that count for nothing: youth_club, 1 of nobody in the file"
    installed.store.withdraw_profile("youth_club")
    set_clock(installed, TUESDAY_MORNING + 5 * MINUTE)
    visitor.get("/nb/talk")
    assert len(caplog.records) == 2

"""Times that are offered from the case page, and what stands after they were picked."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sifra.case_store import State
from sifra.conversation import Message
from sifra.sealing import Kind
from tests.triage.example_office import MUNICIPALITY, NOW, Browser, Installation
from tests.triage.test_contact import actions, block, said
from triage.cases import offered_times
from triage.cases.offered_times import meeting_of, read_form

ZONE = ZoneInfo("Europe/Oslo")
AT = dt.datetime(2026, 11, 23, 10, 0, tzinfo=ZONE).timestamp()
DAY = dt.datetime.fromtimestamp(NOW, MUNICIPALITY.zone).date() + dt.timedelta(days=3)
LATER, EARLIER = {"date-1": str(DAY), "time-1": "11:00"}, {"date-3": str(DAY), "time-3": "09:30"}
ROWS: dict[str, Any] = {**LATER, **EARLIER}
TIMES = f"{DAY}T09:30\n{DAY}T11:00"
WHERE = "kontoret mitt"


# --- the form, pure ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"date-1": "2026-11-24", "time-1": "11:00"}, {}),
        ({"date-2": "2026-11-24", "time-2": "11:00:00"}, {}),
        ({"date-1": "2026-11-23", "time-1": "10:01"}, {}),
        ({"date-1": "2026-11-23", "time-1": "10:00"}, {"date-1": "over"}),
        ({"date-1": "2026-11-22", "time-1": "23:59"}, {"date-1": "over"}),
        ({"date-1": "2028-11-22", "time-1": "23:59"}, {"date-1": "langt fram"}),
        ({"date-1": "2026-11-24"}, {"date-1": "både dag og klokkeslett"}),
        ({"time-3": "11:00"}, {"date-3": "både dag og klokkeslett"}),
        ({"date-1": "i morgen", "time-1": "11:00"}, {"date-1": "både dag og klokkeslett"}),
        ({"date-1": "2026-02-30", "time-1": "11:00"}, {"date-1": "både dag og klokkeslett"}),
        ({"date-1": "2026-11-24", "time-1": "25:00"}, {"date-1": "både dag og klokkeslett"}),
        ({"date-1": "2026-11-24", "time-1": "11:00\nx"}, {}),
        (
            {"date-1": "2026-11-24", "time-1": "11:00", "date-2": "2026-11-24", "time-2": "11:00"},
            {"date-2": "fra før"},
        ),
        ({}, {"date-1": "minst én tid"}),
        ({"date-4": "2026-11-24", "time-4": "11:00"}, {"date-1": "minst én tid"}),
    ],
    ids=[
        *("one", "seconds", "in a minute", "now", "yesterday", "years", "no time", "no day"),
        *("words", "no such day", "no such hour", "a line more", "double", "nothing", "a row more"),
    ],
)
def test_what_may_be_offered(given: dict[str, str], faults: dict[str, str]) -> None:
    written = read_form({**given, "where": WHERE}, AT, ZONE)
    assert written.faults.keys() == faults.keys()
    for name, words in faults.items():
        assert words in written.faults[name]


@pytest.mark.parametrize("where", ["", " \n\t", "\u200e", "x" * 201])
def test_a_place_must_be_said_and_fit(where: str) -> None:
    given = {"date-1": "2026-11-24", "time-1": "11:00", "where": where}
    assert read_form(given, AT, ZONE).faults.keys() == {"where"}


def test_times_are_kept_in_their_order_to_the_minute_and_the_place_on_one_line() -> None:
    given = {"date-1": "2026-11-25", "time-1": "08:00", "date-3": "2026-11-24", "time-3": "11:15"}
    written = read_form({**given, "where": " hos\nmeg "}, AT, ZONE)
    assert offered_times.body(written, "nb") == {
        "times": "2026-11-24T11:15\n2026-11-25T08:00",
        "where": "hos meg",
        "language": "nb",
    }


@pytest.mark.parametrize(
    ("hour", "over"), [("02:59", True), ("03:01", False)], ids=["before", "after"]
)
def test_past_or_not_is_told_by_the_clock_on_the_wall(hour: str, over: bool) -> None:
    """At 01:00 UTC on the last Sunday of March it is 03:00."""
    now = dt.datetime(2027, 3, 28, 1, 0, tzinfo=dt.UTC).timestamp() + 1
    given = {"date-1": "2027-03-28", "time-1": hour, "where": WHERE}
    late = read_form(given, now + 3600 * (hour == "02:59"), ZONE)
    assert bool(late.faults) is over


# --- what stands, pure -------------------------------------------------------------------------

OFFERED = {"times": "2026-11-24T11:00\n2026-11-25T12:00", "where": "x"}
FIRST, SECOND = dt.datetime(2026, 11, 24, 11), dt.datetime(2026, 11, 25, 12)  # noqa: DTZ001 (local)


def conversation(*said: dict[str, str | int]) -> list[Message]:
    """An offer for what has times, else a pick."""
    return [
        Message(place, Kind.OFFERED if "times" in body else Kind.PICKED, body)
        for place, body in enumerate(said)
    ]


@pytest.mark.parametrize(
    ("said", "answered", "picked"),
    [
        ([OFFERED], False, None),
        ([OFFERED, {"offered": 0, "time": "2026-11-24T11:00"}], True, FIRST),
        ([OFFERED, {"offered": 0, "time": ""}], True, None),
        ([OFFERED, {"offered": 0, "time": "2026-11-24T10:00"}], False, None),
        ([OFFERED, {"offered": 0, "time": "x"}], False, None),
        ([OFFERED, {"offered": 0}], False, None),
        ([OFFERED, {"offered": 7, "time": ""}], False, None),
        (
            [
                OFFERED,
                {"offered": 0, "time": "2026-11-24T11:00"},
                {"offered": 0, "time": "2026-11-25T12:00"},
            ],
            True,
            SECOND,
        ),
        ([OFFERED, {"offered": 0, "time": ""}, OFFERED], False, None),
        ([OFFERED, OFFERED, {"offered": 0, "time": "2026-11-24T11:00"}], False, None),
        (
            [{"times": "x\n\n2026-11-24T11:00", "where": "x"}, {"offered": 0, "time": "x"}],
            False,
            None,
        ),
    ],
    ids=[
        *("offered", "picked", "none suits", "another time", "no time", "nothing", "another offer"),
        *("picked anew", "offered anew", "picked the old", "offered what is no time"),
    ],
)
def test_only_the_newest_offer_stands(
    said: list[dict[str, str | int]], answered: bool, picked: dt.datetime | None
) -> None:
    meeting = meeting_of(conversation(*said))
    assert meeting.offer is not None
    assert (meeting.is_answered, meeting.picked) == (answered, picked)


# --- on the page -------------------------------------------------------------------------------


def asked(office: Installation, **facts: bool) -> tuple[str, bytes]:
    given: dict[str, Any] = {"lane": "talk", "contact": "meet", **facts}
    return office.tip("kan vi møtes?", **given)


def test_times_are_offered_picked_and_agreed_on(browser: Browser, office: Installation) -> None:
    case, key = asked(office)
    assert browser.get(f"/cases/{case}").select_one("details.offer[open]") is not None
    browser.act(case, "offer", **ROWS, where=WHERE)
    assert "Tidene er sendt." in browser.text
    assert browser.page.select_one("#where")["value"] == ""  # type: ignore[index]
    assert office.stored(case).clear.state is State.ANSWERED
    message = office.sender(case, key).messages()[-1]
    assert message.kind is Kind.OFFERED
    assert (message.body["times"], message.body["where"]) == (TIMES, WHERE)
    assert (message.body["language"], message.body["by"]) == ("nb", "youth_team")
    assert "offer" in actions(office, case)
    assert "har ikke svart" in said(block(browser, case), "Tider")
    office.picks(case, key, message.sequence, f"{DAY}T11:00")
    assert said(block(browser, case), "Avtalt").endswith(f"kl. 11:00, {WHERE}")
    marks = [" ".join(one.get_text(" ").split()) for one in browser.page.select(".talk .mark")]
    assert "kl. 09:30" in marks[-2]
    assert marks[-2].index("kl. 09:30") < marks[-2].index("kl. 11:00")
    assert "kl. 11:00" in marks[-1]
    assert "kl. 09:30" not in marks[-1]
    assert office.stored(case).clear.state is State.MORE


def test_none_suits_is_shown_and_new_times_may_be_offered(
    browser: Browser, office: Installation
) -> None:
    case, key = asked(office)
    browser.get(f"/cases/{case}")
    browser.act(case, "offer", **ROWS, where=WHERE)
    office.picks(case, key, 1, "")
    assert said(block(browser, case), "Tider") == "Ingen av tidene passer."
    assert "De gamle tidene gjelder ikke lenger." in browser.text
    later: dict[str, Any] = {"date-1": str(DAY), "time-1": "14:00", "where": WHERE}
    browser.act(case, "offer", **later)
    assert "har ikke svart" in said(block(browser, case), "Tider")


def test_a_tip_too_may_end_in_a_talk(browser: Browser, office: Installation) -> None:
    case, key = office.tip()
    assert browser.get(f"/cases/{case}").select_one("details.offer:not([open])") is not None
    browser.act(case, "offer", **ROWS, where=WHERE)
    office.picks(case, key, 1, f"{DAY}T09:30")
    browser.get(f"/cases/{case}")
    assert "Avtalt:" in browser.text


def test_a_fault_stands_beside_its_field_and_all_that_was_written_is_kept(
    browser: Browser, office: Installation
) -> None:
    case, _ = asked(office)
    browser.get(f"/cases/{case}")
    wrong = {**ROWS, "time-3": "", "date-2": "2020-01-01", "time-2": "10:00", "where": "x" * 201}
    browser.act(case, "offer", 422, **wrong, text="Hei.", note="et notat")
    for name in ("date-2", "date-3", "where"):
        field = browser.page.select_one(f"#{name}")
        assert field is not None
        assert f"{name}-error" in str(field["aria-describedby"])
        assert browser.page.find(id=f"{name}-error") is not None
    assert browser.page.find(id="date-1-error") is None
    for name, value in wrong.items():
        assert browser.page.select_one(f"#{name}")["value"] == value  # type: ignore[index]
    assert browser.page.select_one("#text").get_text().strip() == "Hei."  # type: ignore[union-attr]
    assert len(office.stored(case).sealed.messages) == 1
    assert "offer" not in actions(office, case)


def test_no_times_without_a_way_back(browser: Browser, office: Installation) -> None:
    case, _ = asked(office, with_code=False)
    assert "valgte å ikke ha noen kode" in block(browser, case).get_text()
    assert browser.page.select_one("details.offer") is None
    browser.act(case, "offer", 409, **ROWS, where=WHERE)
    assert "Avsenderen har ingen kode og kan ikke velge en tid." in browser.text
    assert len(office.stored(case).sealed.messages) == 1


def test_no_times_for_a_closed_case(browser: Browser, office: Installation) -> None:
    case, _ = asked(office)
    browser.get(f"/cases/{case}")
    browser.act(case, "close")
    assert browser.page.select_one("details.offer") is None
    browser.act(case, "offer", 409, **ROWS, where=WHERE)
    assert len(office.stored(case).sealed.messages) == 2


def test_nobody_offers_times_past_what_came_meanwhile(
    browser: Browser, office: Installation
) -> None:
    case, key = asked(office)
    browser.get(f"/cases/{case}")
    office.writes_more(case, key, "helst ikke på mandag")
    browser.act(case, "offer", 409, **ROWS, where=WHERE)
    assert browser.page.select_one("#new") is not None
    assert browser.page.select_one("#where")["value"] == WHERE  # type: ignore[index]
    assert len(office.stored(case).sealed.messages) == 2


def test_pressed_twice_they_are_offered_once(browser: Browser, office: Installation) -> None:
    case, _ = asked(office)
    browser.get(f"/cases/{case}")
    page = browser.page
    browser.act(case, "offer", **ROWS, where=WHERE)
    browser.page = page
    browser.act(case, "offer", 409, **ROWS, where=WHERE)
    assert len(office.stored(case).sealed.messages) == 2


def test_a_pick_of_what_was_never_offered_is_no_agreement(
    browser: Browser, office: Installation
) -> None:
    """Whoever finds the code, or holds the answer key, can seal anything under it."""
    case, key = asked(office)
    browser.get(f"/cases/{case}")
    browser.act(case, "offer", **ROWS, where=WHERE)
    office.picks(case, key, 1, "2026-01-01T00:00")
    assert said(block(browser, case), "Avtalt") == ""
    assert "gjelder ingen av tidene" in browser.text


def test_a_session_that_ended_keeps_the_times(browser: Browser, office: Installation) -> None:
    case, _ = asked(office)
    browser.get(f"/cases/{case}")
    browser.client.delete_cookie("sifra")
    browser.act(case, "offer", 401, **ROWS, where=WHERE)
    assert browser.page.find("textarea", {"name": "where"}).get_text().strip() == WHERE  # type: ignore[union-attr]
    for name, value in ROWS.items():
        found = browser.page.find("input", {"name": name})
        assert found is not None, name
        assert found["value"] == value


@pytest.mark.parametrize("action", ["offer", "called"])
def test_the_address_of_a_form_leads_to_the_case(
    browser: Browser, office: Installation, action: str
) -> None:
    case, _ = asked(office)
    answer = browser.client.get(f"/cases/{case}/{action}")
    assert (answer.status_code, answer.location) == (303, f"/cases/{case}")


# --- closed as mended --------------------------------------------------------------------------


def test_a_place_is_closed_as_mended_and_the_sender_told(
    browser: Browser, office: Installation
) -> None:
    case, key = office.tip("lyset er ødelagt", topic="place")
    assert browser.get(f"/cases/{case}").find("button", {"value": "fixed"}) is not None
    browser.act(case, "close", outcome="fixed")
    assert "Saken er lukket som ordnet." in browser.text
    last = office.sender(case, key).messages()[-1]
    assert (last.kind, last.body["outcome"]) == (Kind.CLOSED, "fixed")
    assert office.stored(case).clear.state is State.CLOSED
    assert browser.page.select(".talk .mark")[-1].find("strong").get_text() == "Ordnet"  # type: ignore[union-attr]
    assert "close-fixed" in actions(office, case)


def test_closed_without_it_nothing_is_said_to_be_mended(
    browser: Browser, office: Installation
) -> None:
    case, key = office.tip("lyset er ødelagt", topic="place")
    browser.get(f"/cases/{case}")
    browser.act(case, "close")
    assert "outcome" not in office.sender(case, key).messages()[-1].body
    assert "close" in actions(office, case)
    assert "Ordnet" not in browser.text


@pytest.mark.parametrize(
    ("topic", "outcome"), [("debt", "fixed"), ("place", "gone"), ("", "fixed")]
)
def test_nothing_else_is_mended(
    browser: Browser, office: Installation, topic: str, outcome: str
) -> None:
    case, _ = office.tip(topic=topic)
    browser.get(f"/cases/{case}")
    assert (browser.page.find("button", {"value": "fixed"}) is not None) is (topic == "place")
    browser.act(case, "close", 409, outcome=outcome)
    assert len(office.stored(case).sealed.messages) == 1

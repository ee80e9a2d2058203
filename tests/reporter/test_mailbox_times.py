"""Times to meet, in the mailbox; and that what was told of is mended."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from bs4 import Tag

from reporter.meeting import Standing, offers, picked
from sifra.case_store import State
from sifra.conversation import Message
from sifra.sealing import Kind
from tests.reporter.choosing import SHIPPED
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import OSLO, TUESDAY_MORNING, local, set_clock
from tests.reporter.pages import LANGUAGES, Page, said
from tests.reporter.talking import NURSE, ROOM, offer, talk_that_was_read

FIRST, SECOND = "2026-11-25T11:00", "2026-11-26T12:30"
BOTH = f"{SECOND}\n{FIRST}"


@pytest.fixture
def code(installed: Installation, visitor: Visitor) -> str:
    return talk_that_was_read(installed, visitor)


def times(page: Page) -> list[str]:
    return [str(one["value"]) for one in page.soup.select("input[name=time]")]


def offered(page: Page, place: int = 0) -> str:
    return said(page.soup.select("li.offered")[place])


def last(installed: Installation) -> Message:
    return installed.read().messages()[-1]


# --- what is shown -------------------------------------------------------------------------------


@LANGUAGES
def test_an_offer_names_who_where_and_when(
    installed: Installation, visitor: Visitor, code: str, tag: str
) -> None:
    offer(installed, BOTH)
    page = visitor.open(code, tag)
    assert SHIPPED.called(NURSE)[tag] in offered(page)
    assert ROOM in offered(page)
    assert times(page) == [FIRST, SECOND, "none"]
    assert page.has(f"a[href='#{page.one('li.offered')['id']}']")


def test_times_are_said_as_the_promise_is(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    offer(installed, BOTH)
    words = offered(visitor.open(code))
    assert "Helsesykepleieren foreslo tider" in words
    assert "i morgen kl. 11" in words
    assert "torsdag 26. november kl. 12:30" in words


def test_staff_who_are_no_unit_and_no_adult_are_an_adult(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    offer(installed, BOTH, by="somebody")
    assert "En voksen foreslo tider" in offered(visitor.open(code))


# --- picking -------------------------------------------------------------------------------------


def test_a_time_is_picked_once_and_what_was_picked_stands_there(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    sequence = offer(installed, BOTH)
    visitor.open(code)
    page = visitor.press("pick", time=SECOND)
    assert page.has("[role=status]")
    assert "Du valgte torsdag 26. november kl. 12:30." in offered(page)
    assert not page.has("input[name=time]")
    assert last(installed).kind is Kind.PICKED
    assert last(installed).body == {
        "offered": sequence,
        "time": SECOND,
        "hour": int(TUESDAY_MORNING.timestamp()),
    }
    # Somebody must see it: the case waits again, with a promise.
    clear = installed.only_case().clear
    assert (clear.state, clear.promised) == (State.MORE, int(local(2026, 11, 25, 12).timestamp()))
    # And more can be written.
    visitor.press("write", text="Kan det være ved biblioteket?")
    assert "Du valgte torsdag 26. november" in offered(visitor.open(code))


def test_none_of_them_suits(installed: Installation, visitor: Visitor, code: str) -> None:
    offer(installed, BOTH)
    visitor.open(code)
    page = visitor.press("pick", time="none")
    assert "Du sa at ingen av tidene passet." in offered(page)
    assert last(installed).body["time"] == ""


def test_nothing_picked_is_said_beside_the_times(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    offer(installed, BOTH)
    visitor.open(code)
    page = visitor.press("pick", 422)
    assert "Velg en tid" in page.error_beside("time")
    visitor.press("pick", time=FIRST)
    assert "Du valgte i morgen kl. 11." in offered(visitor.page)


@pytest.mark.parametrize(
    "time", ["2026-11-25T11:01", "2026-11-25", "0" * 5000, "yes"], ids=["near", "day", "long", "x"]
)
def test_a_time_that_was_not_offered_is_not_taken(
    installed: Installation, visitor: Visitor, code: str, time: str
) -> None:
    offer(installed, BOTH)
    visitor.open(code)
    visitor.press("pick", 409, time=time)
    assert last(installed).kind is Kind.OFFERED
    assert times(visitor.page) == [FIRST, SECOND, "none"]


@pytest.mark.parametrize("place", ["", "x", "-1", "0", "99", "9" * 5000], ids=lambda one: one[:4])
def test_an_offer_that_is_none_is_not_picked_from(
    installed: Installation, visitor: Visitor, code: str, place: str
) -> None:
    offer(installed, BOTH)
    visitor.open(code)
    visitor.press("pick", 409, time=FIRST, offered=place)
    assert last(installed).kind is Kind.OFFERED


def test_a_newer_offer_stands_in_for_one_that_the_page_showed(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    offer(installed, BOTH)
    page = visitor.open(code)
    newer = offer(installed, f"{FIRST}\n2026-11-27T09:00", where="Et annet rom")
    # The same time, but somewhere else: the sender has not seen where.
    visitor.press("pick", 409, time=FIRST)
    assert "Tiden kan ikke velges lenger." in said(visitor.page.one("[role=alert]"))
    assert last(installed).kind is Kind.OFFERED
    assert "Disse tidene gjelder ikke lenger." in offered(visitor.page)
    assert times(visitor.page) == [FIRST, "2026-11-27T09:00", "none"]
    # Nor is it picked by a page that never showed it.
    visitor.page = page
    visitor.press("pick", 409, time=FIRST, offered=str(newer))
    assert last(installed).kind is Kind.OFFERED


def test_a_time_that_has_passed_cannot_be_picked(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    offer(installed, BOTH)
    set_clock(installed, local(2026, 11, 25, 10, 55))
    page = visitor.open(code)
    assert times(page) == [FIRST, SECOND, "none"]
    set_clock(installed, local(2026, 11, 25, 11, 0))
    visitor.press("pick", 409, time=FIRST)
    assert last(installed).kind is Kind.OFFERED
    assert times(visitor.open(code)) == [SECOND, "none"]
    set_clock(installed, local(2026, 11, 26, 12, 30))
    assert "Disse tidene gjelder ikke lenger." in offered(visitor.open(code))
    assert not visitor.page.has("input[name=time]")


def test_the_same_page_picks_once(installed: Installation, visitor: Visitor, code: str) -> None:
    offer(installed, BOTH)
    page = visitor.open(code)
    visitor.press("pick", time=FIRST)
    visitor.page = page
    visitor.press("pick", time=FIRST)
    assert "Svaret ditt er sendt." in said(visitor.page.one("[role=alert]"))
    visitor.page = page
    visitor.press("pick", 409, time=SECOND)
    kinds = [message.kind for message in installed.read().messages()]
    assert kinds.count(Kind.PICKED) == 1


def test_two_phones_at_once_pick_one_time(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    offer(installed, BOTH)
    phones = [installed.visitor(), installed.visitor()]
    for phone in phones:
        phone.open(code)
    results: list[int] = []

    def pick(phone: Visitor, time: str) -> None:
        given = [(n, v) for n, v in phone.page.filled("pick") if n != "time"]
        data = {**dict(given), "time": time}
        results.append(phone.client.post("/nb/mailbox", data=data).status_code)

    both = [
        threading.Thread(target=pick, args=one) for one in zip(phones, (FIRST, SECOND), strict=True)
    ]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(results) == [200, 409]
    kinds = [message.kind for message in installed.read().messages()]
    assert kinds.count(Kind.PICKED) == 1


def test_staff_write_in_the_same_moment(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    """The chain is longer than the page knew: the pick still stands."""
    offer(installed, BOTH)
    visitor.open(code)
    installed.answers("Hei.")
    visitor.press("pick", time=FIRST)
    assert last(installed).kind is Kind.PICKED


def test_a_closed_case_has_no_times(installed: Installation, visitor: Visitor, code: str) -> None:
    offer(installed, BOTH)
    page = visitor.open(code)
    installed.staff(Kind.CLOSED, State.CLOSED)
    visitor.page = page
    visitor.press("pick", 409, time=FIRST)
    assert installed.only_case().clear.state is State.CLOSED
    assert "Disse tidene gjelder ikke lenger." in offered(visitor.open(code))


# --- what a program of another version may have sealed -------------------------------------------


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ({"times": "i morgen\n2026-11-25T11:00\n\n2026-13-45T99:99"}, [FIRST]),
        ({"times": f"{FIRST}\n{FIRST} \n{SECOND}"}, [FIRST, SECOND]),
        ({"times": 17}, []),
        ({"times": ""}, []),
        ({"times": "0001-01-01T00:00\n9999-12-31T23:59"}, ["9999-12-31T23:59"]),
        ({"times": "\n".join(f"2026-12-{n:02}T10:00" for n in range(1, 31))}, None),
        ({"times": FIRST, "where": 5, "language": 7, "by": 3}, [FIRST]),
        ({"times": FIRST, "where": "<b>x</b>", "hour": "late"}, [FIRST]),
        ({"times": FIRST, "hour": -(10**20)}, [FIRST]),
    ],
    ids=["no times", "twice", "number", "empty", "far", "many", "other kinds", "text", "hour"],
)
def test_what_makes_no_sense_is_left_out(
    installed: Installation,
    visitor: Visitor,
    code: str,
    body: dict[str, str | int],
    left: list[str] | None,
) -> None:
    usual = {"by": NURSE, "where": ROOM, "language": "nb"}
    installed.staff(Kind.OFFERED, State.ANSWERED, **{**usual, **body})
    page = visitor.open(code)
    found = [time for time in times(page) if time != "none"]
    if left is None:
        assert len(found) == 10
    else:
        assert found == left
    assert page.has("input[value=none]") == bool(found)


@pytest.mark.parametrize("missing", ["times", "where", "language", "by", "hour"])
def test_an_offer_may_lack_anything(
    installed: Installation, visitor: Visitor, code: str, missing: str
) -> None:
    whole: dict[str, str | int] = {"times": BOTH, "where": ROOM, "language": "nb", "by": NURSE}
    whole["hour"] = int(TUESDAY_MORNING.timestamp())
    del whole[missing]
    installed.store.add(installed.read().add(Kind.OFFERED, whole), State.ANSWERED)
    page = visitor.open(code)
    assert page.has("input[name=time]") == (missing != "times")


def message(sequence: int, kind: Kind, **body: str | int) -> Message:
    return Message(sequence, kind, body)


@pytest.mark.parametrize(
    ("after", "standing"),
    [
        ([], Standing.OPEN),
        ([message(3, Kind.ANSWER)], Standing.OPEN),
        ([message(3, Kind.PICKED, offered=2, time=FIRST)], Standing.PICKED),
        ([message(3, Kind.PICKED, offered=2, time="")], Standing.NONE_SUITS),
        ([message(3, Kind.PICKED, offered=2)], Standing.OPEN),
        ([message(3, Kind.PICKED, offered=2, time="2030-01-01T10:00")], Standing.OPEN),
        ([message(3, Kind.PICKED, offered="2", time=FIRST)], Standing.OPEN),
        ([message(3, Kind.PICKED, offered=1, time=FIRST)], Standing.OPEN),
        ([message(1, Kind.PICKED, offered=2, time=FIRST)], Standing.OPEN),
        ([message(3, Kind.CLOSED)], Standing.OVER),
        ([message(3, Kind.CLOSED), message(4, Kind.REOPENED)], Standing.OVER),
        ([message(3, Kind.OFFERED, times=SECOND)], Standing.OVER),
        (
            [message(3, Kind.PICKED, offered=2, time=FIRST), message(4, Kind.CLOSED)],
            Standing.PICKED,
        ),
        (
            [message(3, Kind.CLOSED), message(4, Kind.PICKED, offered=2, time=FIRST)],
            Standing.OVER,
        ),
    ],
    ids=[
        "nothing",
        "answer",
        "picked",
        "none",
        "no time",
        "not offered",
        "text",
        "another",
        "before",
        "closed",
        "reopened",
        "newer",
        "picked, closed",
        "closed, picked",
    ],
)
def test_where_an_offer_stands(after: list[Message], standing: Standing) -> None:
    chain = sorted([message(2, Kind.OFFERED, times=FIRST), *after], key=lambda one: one.sequence)
    found = offers(chain, OSLO, TUESDAY_MORNING)[2]
    assert found.standing is standing
    open_ = standing is Standing.OPEN
    assert (picked({2: found}, "2", FIRST, shown=9) is not None) == open_
    assert picked({2: found}, "2", FIRST, shown=2) is None


def test_a_time_that_comes_twice_has_passed_when_the_first_has() -> None:
    chain = [message(0, Kind.OFFERED, times="2027-10-31T02:30")]
    before = dt.datetime(2027, 10, 31, 0, 29, tzinfo=dt.UTC)
    assert offers(chain, OSLO, before)[0].standing is Standing.OPEN
    assert offers(chain, OSLO, before + dt.timedelta(minutes=1))[0].standing is Standing.OVER


# --- what was mended -----------------------------------------------------------------------------


def test_what_was_mended_is_told(installed: Installation, visitor: Visitor, code: str) -> None:
    installed.staff(Kind.CLOSED, State.CLOSED, outcome="fixed")
    closed = visitor.open(code).one("li.closed")
    assert "Det er ordnet. Takk for at du sa fra." in said(closed)


def test_what_was_only_closed_is_not_mended(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    installed.staff(Kind.CLOSED, State.CLOSED, outcome="other")
    closed = visitor.open(code).one("li.closed")
    assert isinstance(closed, Tag)
    assert "ordnet" not in said(closed)

"""A closed case: when it is deleted, told in good time, and never while its sender wrote lately."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra.case_rows import days_to_keep
from sifra.case_store import State
from sifra.sealing import Kind
from tests.reporter.installation import Installation, Visitor
from tests.reporter.moments import TUESDAY_MORNING, set_clock

TEXT = "Noen selger vape bak gymsalen."
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
KEPT = 180


@pytest.fixture
def code(installed: Installation, visitor: Visitor) -> str:
    """A case of Tuesday 24 November 2026 that was closed at once."""
    set_clock(installed, TUESDAY_MORNING)
    code = visitor.send(TEXT).code
    installed.staff(Kind.CLOSED, State.CLOSED)
    return code


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("nb", "Dette blir slettet 23. mai 2027. Skriver du mer før det, blir det ikke slettet"),
        ("en", "This will be deleted on 23 May 2027. If you write more before that"),
        ("ar", "23 مايو 2027"),
    ],
)
def test_a_closed_case_says_when_it_is_deleted(
    visitor: Visitor, code: str, tag: str, said: str
) -> None:
    told = visitor.open(code, tag).one(".deletion")
    assert said in " ".join(told.get_text(" ").split())
    assert "notice" not in told["class"]


@pytest.mark.parametrize(
    ("before", "plainly"),
    [(14 * DAY + HOUR, False), (14 * DAY - HOUR, True), (HOUR, True), (-HOUR, True)],
    ids=["early", "two-weeks", "last", "overdue"],
)
def test_in_the_last_two_weeks_it_says_so_more_plainly(
    installed: Installation, visitor: Visitor, code: str, before: dt.timedelta, plainly: bool
) -> None:
    # Of summer time: the days are counted in hours.
    set_clock(installed, TUESDAY_MORNING.astimezone(dt.UTC) + KEPT * DAY - before)
    told = visitor.open(code).one(".deletion")
    assert ("notice" in told["class"]) is plainly
    assert ("snart" in told.get_text()) is (before < dt.timedelta())


@pytest.mark.parametrize(
    ("kind", "state"),
    [(Kind.READ, State.READ), (Kind.ANSWER, State.ANSWERED), (Kind.REOPENED, State.READ)],
)
def test_an_open_case_is_not_deleted_and_says_nothing_of_it(
    installed: Installation, visitor: Visitor, kind: Kind, state: State
) -> None:
    code = visitor.send(TEXT).code
    installed.staff(kind, state)
    assert not visitor.open(code).has(".deletion")


def test_whoever_writes_more_keeps_it(installed: Installation, visitor: Visitor, code: str) -> None:
    visitor.open(code)
    page = visitor.press("write", text="Det skjedde igjen.")
    assert not page.has(".deletion")
    assert installed.store.destroy_past_retention(2**40) == 0


@given(
    wrote=st.integers(0, 60 * 24), closed_after=st.integers(0, 30 * 24), days=st.integers(14, 40)
)
def test_what_was_written_in_the_last_two_weeks_is_kept_whatever_staff_press(
    wrote: int, closed_after: int, days: int
) -> None:
    """Closed in the very minute that it was written, or late; at any hour of the day."""
    received = 0
    written = wrote * 3600 + 3599
    closed = written + closed_after * 3600
    ends = received + days_to_keep(received, closed, days) * 86_400
    assert ends >= written + 14 * 86_400
    assert ends >= closed + days * 86_400
    assert ends <= closed + (days + 1) * 86_400

"""Where a conversation stands after its messages: a table."""

from __future__ import annotations

import pytest

from sifra.case_store import State
from sifra.sealing import Kind
from triage.cases.case_files import ALLOWED, state_after

TABLE = [
    ("tip", State.NEW),
    ("tip more", State.NEW),
    ("tip read", State.READ),
    ("tip answer", State.ANSWERED),
    ("tip read more", State.MORE),
    ("tip answer closed", State.CLOSED),
    ("tip answer closed reopened", State.READ),
    # Who writes to a closed case has it opened.
    ("tip closed more", State.MORE),
    ("tip withdrawn", State.WITHDRAWN),
    # The sender is asked: that is an answer. What they say waits to be read.
    ("tip asked", State.ANSWERED),
    ("tip asked consented", State.MORE),
    ("tip asked refused", State.MORE),
    ("tip asked consented read", State.READ),
    ("tip asked consented refused", State.MORE),
    ("tip asked withdrawn", State.WITHDRAWN),
    # Times are an answer; what the sender picks waits to be read.
    ("tip offered", State.ANSWERED),
    ("tip offered picked", State.MORE),
    ("tip offered picked picked", State.MORE),
    ("tip offered picked read", State.READ),
    ("tip offered closed picked", State.MORE),
    # Whoever hands over has read what waited; else it stands where it stood.
    ("tip handed-over", State.READ),
    ("tip asked consented handed-over", State.READ),
    ("tip answer handed-over", State.ANSWERED),
    ("tip read handed-over", State.READ),
    ("tip handed-over more", State.MORE),
    # Danger that was withdrawn may be handed over, and stays withdrawn.
    ("tip withdrawn handed-over", State.WITHDRAWN),
    # A translation is no answer of its own.
    ("tip answer translation", State.ANSWERED),
    ("tip answer more translation", State.MORE),
    ("tip translation", State.NEW),
]


@pytest.mark.parametrize(("kinds", "state"), TABLE, ids=[one for one, _ in TABLE])
def test_where_it_stands(kinds: str, state: State) -> None:
    assert state_after(map(Kind, kinds.split())) is state


@pytest.mark.parametrize("kind", sorted(ALLOWED))
def test_nothing_is_added_to_a_withdrawn_case_but_that_it_was_handed_over(kind: Kind) -> None:
    assert (State.WITHDRAWN in ALLOWED[kind]) == (kind is Kind.HANDED_OVER)


@pytest.mark.parametrize("kind", sorted(set(ALLOWED) - {Kind.REOPENED}))
def test_nothing_is_added_to_a_closed_case_before_it_is_opened_again(kind: Kind) -> None:
    assert State.CLOSED not in ALLOWED[kind]

"""Letting others into a case, a unit's next key, and what a sender decides."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra.conversation import ReaderView, SenderView, open_summary
from sifra.sealing import Kind, PrivateKey, SealError
from tests.sifra.example_cases import SENDER_KEY, SUMMARY, Body, Example
from tests.sifra.key_search import search

TOLD: Body = {"to": "slt", "whole": 1, "hour": 1_790_010_800}
EVERYTHING = frozenset(range(9))
DECIDED = (Kind.CONSENTED, Kind.PICKED, Kind.REFUSED, Kind.WITHDRAWN)
"""What the sender says under the answer key."""


@pytest.fixture(scope="session")
def admitted(conversation: Example, stranger: PrivateKey) -> Example:
    """The conversation, with one more unit that was let in at its end."""
    addition = conversation.reader().admit({"slt": stranger.public()}, Kind.HANDED_OVER, TOLD)
    return replace(conversation.after(addition), holders={**conversation.holders, "slt": stranger})


def test_whoever_is_let_in_reads_all_from_the_first_message_on(
    admitted: Example, conversation: Example
) -> None:
    before = conversation.reader().messages()
    for holder in admitted.holders:
        messages = admitted.reader(holder).messages()
        assert messages[:-1] == before
        assert (messages[-1].kind, messages[-1].body) == (Kind.HANDED_OVER, TOLD)
        assert open_summary(admitted.sealed, holder, admitted.holders[holder]) == SUMMARY
    assert admitted.sealed.readers == ("police", "slt", "youth_team")


def test_the_sender_is_told_and_what_comes_next_reaches_whoever_was_let_in(
    admitted: Example,
) -> None:
    assert admitted.sender().messages()[-1].body == TOLD
    more = admitted.after(admitted.sender().more({"text": "og så"}, admitted.public_keys))
    for holder in admitted.holders:
        assert more.reader(holder).messages()[-1].body == {"text": "og så"}


def test_before_that_their_key_opens_nothing(conversation: Example, stranger: PrivateKey) -> None:
    found = search(conversation.sealed, [conversation.sealed.erasure_key], [stranger])
    assert (found.messages, found.summary) == (frozenset(), False)


@pytest.mark.parametrize("what", ["wraps", "head", "message"])
def test_half_of_it_stored_opens_for_nobody(
    admitted: Example, conversation: Example, what: str
) -> None:
    """A thief who keeps the new reader's wraps out, or puts back the end from before."""
    before, after = conversation.sealed, admitted.sealed
    halves = {
        "wraps": replace(after, wraps=before.wraps),
        "head": replace(after, head=before.head),
        "message": replace(after, messages=before.messages),
    }
    for holder, private in admitted.holders.items():
        with pytest.raises(SealError):
            ReaderView.open(halves[what], holder, private)
    with pytest.raises(SealError):
        SenderView.open(halves[what], SENDER_KEY)


@pytest.mark.parametrize("name", ["sender", "police", "youth_team"])
def test_the_sender_and_who_reads_already_are_not_let_in(conversation: Example, name: str) -> None:
    offered = {name: PrivateKey.generate().public(), "slt": PrivateKey.generate().public()}
    with pytest.raises(ValueError, match="no new reader"):
        conversation.reader().admit(offered, Kind.HANDED_OVER, TOLD)


def test_each_key_of_the_case_is_passed_on_and_not_one_twice(
    admitted: Example, conversation: Example
) -> None:
    theirs = {purpose for purpose, holder in admitted.sealed.wraps if holder == "slt"}
    assert theirs == {"tip-key", "answer-key", "tip-key.3", "tip-key.5"}
    assert len(admitted.sealed.wraps) == len(conversation.sealed.wraps) + len(theirs)


# --- a unit's next key -------------------------------------------------------------------------


def test_wrapped_for_the_next_key_it_opens_with_that_and_no_more_with_the_last(
    conversation: Example,
) -> None:
    new = PrivateKey.generate()
    wraps = conversation.reader("police").rewrapped(new.public())
    assert {holder for _, holder in wraps} == {"police"}
    sealed = replace(conversation.sealed, wraps={**conversation.sealed.wraps, **wraps})
    assert sealed.wraps.keys() == conversation.sealed.wraps.keys()
    view = ReaderView.open(sealed, "police", new)
    assert view.messages() == conversation.reader().messages()
    assert open_summary(sealed, "police", new) == SUMMARY
    old = search(sealed, [sealed.erasure_key], [conversation.holders["police"]])
    assert (old.messages, old.summary) == (frozenset(), False)
    # The search does find what the new key opens, and the other reader has lost nothing.
    found = search(sealed, [sealed.erasure_key], [new])
    assert (found.messages, found.summary) == (EVERYTHING, True)
    assert replace(conversation, sealed=sealed).reader().messages() == view.messages()


def test_half_of_the_new_wraps_open_no_other_conversation(conversation: Example) -> None:
    new = PrivateKey.generate()
    wraps = conversation.reader("police").rewrapped(new.public())
    for place, blob in wraps.items():
        sealed = replace(conversation.sealed, wraps={**conversation.sealed.wraps, place: blob})
        for private in (new, conversation.holders["police"]):
            with pytest.raises(SealError):
                ReaderView.open(sealed, "police", private).messages()


# --- the next key of a reader who has lost the one before ---------------------------------------


def test_a_reader_wraps_all_that_they_open_for_the_next_key_of_another(
    conversation: Example,
) -> None:
    new = PrivateKey.generate()
    wraps = conversation.reader("youth_team").rewrapped_for("police", new.public())
    assert wraps.keys() == {place for place in conversation.sealed.wraps if place[1] == "police"}
    sealed = replace(conversation.sealed, wraps={**conversation.sealed.wraps, **wraps})
    view = ReaderView.open(sealed, "police", new)
    assert view.messages() == conversation.reader().messages()
    assert open_summary(sealed, "police", new) == SUMMARY
    lost = search(sealed, [sealed.erasure_key], [conversation.holders["police"]])
    assert (lost.messages, lost.summary) == (frozenset(), False)
    assert replace(conversation, sealed=sealed).reader().messages() == view.messages()


@pytest.mark.parametrize("name", ["sender", "slt"])
def test_nobody_comes_to_read_as_if_they_had_lost_a_key(conversation: Example, name: str) -> None:
    with pytest.raises(ValueError, match="no reader"):
        conversation.reader().rewrapped_for(name, PrivateKey.generate().public())


def test_whom_a_thief_wrote_among_the_wraps_has_lost_no_key(conversation: Example) -> None:
    before = conversation.sealed
    forged = {
        (purpose, "slt"): blob
        for (purpose, holder), blob in before.wraps.items()
        if holder == "police"
    }
    sealed = replace(before, wraps={**before.wraps, **forged})
    with pytest.raises(SealError):
        ReaderView.open(sealed, "youth_team", conversation.holders["youth_team"])


# --- what the sender decides -------------------------------------------------------------------


@pytest.mark.parametrize("kind", DECIDED)
@given(text=st.text(max_size=40))
def test_what_the_sender_decides_is_read_by_both_sides(
    conversation: Example, kind: Kind, text: str
) -> None:
    body = {"handover": "a" * 32, "x": text}
    case = conversation.after(conversation.sender().says(kind, body))
    for last in (
        case.sender().messages()[-1],
        *(case.reader(holder).messages()[-1] for holder in case.holders),
    ):
        assert (last.kind, last.body) == (kind, body)


@pytest.mark.parametrize("kind", sorted(set(Kind) - set(DECIDED)))
def test_the_sender_says_nothing_else_under_the_answer_key(
    conversation: Example, kind: Kind
) -> None:
    """Neither as staff, nor what the finder of the code would then read."""
    with pytest.raises(ValueError, match=kind):
        conversation.sender().says(kind, {"text": "x"})


@pytest.mark.parametrize("kind", [*DECIDED, Kind.TIP, Kind.MORE])
def test_staff_decide_nothing_in_the_senders_place(conversation: Example, kind: Kind) -> None:
    with pytest.raises(ValueError, match=kind):
        conversation.reader().add(kind, {"handover": "a" * 32})


@pytest.mark.parametrize("kind", [Kind.ASKED, Kind.HANDED_OVER, Kind.TRANSLATION, Kind.OFFERED])
def test_what_staff_say_or_offer_reaches_both_sides(conversation: Example, kind: Kind) -> None:
    case = conversation.after(conversation.reader().add(kind, {"text": "å"}))
    for view in (case.sender(), case.reader("police")):
        assert (view.messages()[-1].kind, view.messages()[-1].body) == (kind, {"text": "å"})

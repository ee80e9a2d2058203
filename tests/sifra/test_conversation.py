"""What goes in comes out, to those who may have it, and to nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sifra import sealing
from sifra.conversation import ReaderView, SenderView, begin, open_summary
from sifra.sealing import Kind, PrivateKey, SealError
from tests.sifra.example_cases import SENDER_KEY, SUMMARY, TIP, Example, tip_to
from tests.sifra.key_search import search

AWKWARD = (
    "",
    " \t\r\n\x0b\x85\u2028",
    "\0\x01\x1b[2J",
    "\u202etxet sdrawkcab\u2066\u2069",
    "e\u0301 ≠ é, ﬀ, ﷺ, İı",
    "👩‍👩‍👧‍👦🏴‍☠️" * 9,
    "a" + "\u0301" * 3000,
    "السلام عليكم — שלום — नमस्ते — ሰላም — 你好",
    "\ufeff\ufffe\uffff\U0010ffff",
    '"}\\u0000{"text":"x"}',
)
TEXTS = st.text(max_size=2500) | st.sampled_from(AWKWARD)
SHORT = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters='"\\'), max_size=240
)
"""At most four bytes a character and nothing that JSON would escape: the first bucket."""
NEW = PrivateKey.generate()
SENDERS = frozenset({0, 3, 5})
"""The messages of the whole conversation that the sender wrote."""


@given(TEXTS, TEXTS, TEXTS)
def test_any_text_comes_back(tip: str, answer: str, more: str) -> None:
    case = tip_to({"youth_team": NEW}, {"text": tip})
    case = case.after(case.reader().add(Kind.ANSWER, {"text": answer}))
    case = case.after(case.sender().more({"text": more}, case.public_keys))
    told = [(one.sequence, one.kind, one.body["text"]) for one in case.reader().messages()]
    assert told == [(0, Kind.TIP, tip), (1, Kind.ANSWER, answer), (2, Kind.MORE, more)]
    assert [one.body["text"] for one in case.sender().messages()] == [answer]


@given(st.text(st.characters(categories=["Cs"]), min_size=1, max_size=3), st.text(max_size=20))
@example("\ud800", "Ali har kniv")
def test_half_a_surrogate_pair_is_refused_and_not_quoted(half: str, text: str) -> None:
    for body, summary in (({"text": text + half}, SUMMARY), (TIP, {"place": half + text})):
        with pytest.raises(ValueError, match="surrogate") as refused:
            begin(body, summary, {"youth_team": NEW.public()}, None)
        assert str(refused.value) == "half a surrogate pair cannot be sealed"
        assert refused.value.__suppress_context__


def test_each_side_sees_what_is_for_it(conversation: Example) -> None:
    kinds = [
        Kind.TIP,
        Kind.READ,
        Kind.ANSWER,
        Kind.MORE,
        Kind.ANSWER,
        Kind.MORE,
        Kind.CLOSED,
        Kind.REOPENED,
        Kind.WITHDRAWN,
    ]
    for holder in conversation.holders:
        messages = conversation.reader(holder).messages()
        assert [one.kind for one in messages] == kinds
        assert messages[0].body == TIP
        assert messages[5].body["text"] == "شكرا 🙏"
    seen = conversation.sender().messages()
    assert [one.sequence for one in seen] == [1, 2, 4, 6, 7, 8]
    assert [one.kind for one in seen] == [kinds[one.sequence] for one in seen]


def test_the_summary_opens_for_each_reader(conversation: Example) -> None:
    for holder, private in conversation.holders.items():
        assert open_summary(conversation.sealed, holder, private) == SUMMARY


def test_the_search_opens_everything_with_every_key(conversation: Example) -> None:
    """The control of the proofs below: the attacker does find what the keys open."""
    sealed = conversation.sealed
    for private in conversation.holders.values():
        found = search(sealed, [sealed.erasure_key], [private])
        assert found.messages == set(range(9))
        assert found.summary


def test_the_sender_cannot_open_what_the_sender_wrote(conversation: Example) -> None:
    sealed = conversation.sealed
    found = search(sealed, [SENDER_KEY, sealed.erasure_key])
    assert conversation.sender().answer_key in found.keys
    assert found.messages == set(range(9)) - SENDERS
    assert not found.summary


def test_a_unit_that_was_not_chosen_opens_nothing(
    conversation: Example, stranger: PrivateKey
) -> None:
    sealed = conversation.sealed
    found = search(sealed, [sealed.erasure_key], [stranger])
    assert (found.messages, found.summary) == (frozenset(), False)
    for holder in (*conversation.holders, "slt", "sender", ""):
        with pytest.raises(SealError):
            ReaderView.open(sealed, holder, stranger)
        with pytest.raises(SealError):
            open_summary(sealed, holder, stranger)


def test_without_the_erasure_key_nothing_opens_for_anybody(conversation: Example) -> None:
    sealed = conversation.sealed
    everybody = list(conversation.holders.values())
    found = search(sealed, [SENDER_KEY, bytes(32)], everybody)
    assert (found.messages, found.summary) == (frozenset(), False)
    for erased in (bytes(32), b"", sealing.new_key()):
        without = replace(sealed, erasure_key=erased)
        with pytest.raises(SealError):
            SenderView.open(without, SENDER_KEY)
        for holder, private in conversation.holders.items():
            with pytest.raises(SealError):
                ReaderView.open(without, holder, private)
            with pytest.raises(SealError):
                open_summary(without, holder, private)


def test_a_sender_without_a_code_leaves_no_way_back(holders: Mapping[str, PrivateKey]) -> None:
    public_keys = {holder: private.public() for holder, private in holders.items()}
    sealed = begin(TIP, SUMMARY, public_keys, None)
    assert "sender" not in {holder for _, holder in sealed.wraps}
    for key in (SENDER_KEY, bytes(32), b""):
        with pytest.raises(SealError):
            SenderView.open(sealed, key)


@pytest.mark.parametrize("readers", [{}, {"sender": NEW.public()}])
def test_a_case_that_nobody_could_read_is_refused(readers: Mapping[str, bytes]) -> None:
    with pytest.raises(ValueError, match="readers"):
        begin(TIP, SUMMARY, readers, SENDER_KEY)


@given(st.binary(max_size=64))
def test_another_code_opens_nothing(other: bytes) -> None:
    case = tip_to({"youth_team": NEW})
    if other != SENDER_KEY:
        with pytest.raises(SealError):
            SenderView.open(case.sealed, other)


def test_more_reaches_every_reader_and_nobody_else(tip: Example, stranger: PrivateKey) -> None:
    offered = {**tip.public_keys, "slt": stranger.public()}
    addition = tip.sender().more(TIP, offered)
    assert {holder for _, holder in addition.wraps} == set(tip.holders)
    with pytest.raises(KeyError):
        tip.sender().more(TIP, {"police": offered["police"]})


def test_each_message_of_the_sender_has_a_key_of_its_own(conversation: Example) -> None:
    commitments = [blob[1:33] for blob in conversation.sealed.messages]
    assert len({commitments[at] for at in SENDERS}) == len(SENDERS)
    assert len({one for at, one in enumerate(commitments) if at not in SENDERS}) == 1


@pytest.mark.parametrize("kind", [Kind.TIP, Kind.MORE, Kind.WITHDRAWN, Kind.NOTE])
def test_staff_cannot_write_as_the_sender(tip: Example, kind: Kind) -> None:
    with pytest.raises(ValueError, match=kind):
        tip.reader().add(kind, {"text": "x"})


@given(SHORT, SHORT)
def test_short_texts_cannot_be_told_apart_by_size(one: str, other: str) -> None:
    """Neither by the message nor by the summary, the wraps or the head."""

    def sizes(text: str) -> list[int]:
        sealed = tip_to({"youth_team": NEW}, {"text": text}).sealed
        wraps = sorted(map(len, sealed.wraps.values()))
        return [len(sealed.messages[0]), len(sealed.summary), len(sealed.head), *wraps]

    assert sizes(one) == sizes(other)
    assert sizes(one) == [1 + 32 + 12 + 1024 + 16, 12 + 512 + 16, 32, 88, 1196, 1196]


@pytest.mark.parametrize("plain", [b"", b"[]", b"1", b"{", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_table_is_refused(plain: bytes, tip: Example) -> None:
    """A reader with a key could seal anything; it must not bring the page down."""
    view = tip.reader()
    blob = sealing.seal_message(view.answer_key, plain, tip.sealed.end(), Kind.ANSWER)
    proper = view.add(Kind.ANSWER, {"text": ""})
    forged = replace(tip.sealed, messages=(*tip.sealed.messages, blob))
    head = sealing.head(view.answer_key, forged.id, 2, forged.end().previous, tip.sealed.readers)
    case = tip.after(replace(proper, message=blob, head=head))
    for opened in (case.reader(), case.sender()):
        with pytest.raises(SealError):
            opened.messages()

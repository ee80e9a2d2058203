"""Whoever can write to the database cannot make anybody read another conversation.

Each alteration ends for every viewer in one of two ways: SealError, or exactly what was said,
because the altered part was none of theirs. No third way, and never for all of them the second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra import sealing
from sifra.conversation import Message, ReaderView, Sealed, SenderView, begin, open_summary
from sifra.sealing import Kind, PrivateKey, SealError
from tests.sifra.example_cases import SENDER_KEY, SUMMARY, TIP, Example, whole_conversation

HOLDERS = {"youth_team": PrivateKey.generate(), "police": PrivateKey.generate()}
CASE = whole_conversation(HOLDERS)
OTHER = whole_conversation(HOLDERS)
"""Another case of the same holders and the same sender's key."""
STRANGER = PrivateKey.generate()
ROWS = range(len(CASE.sealed.messages))
Seen = list[Message] | Mapping[str, str | int] | None


def look(view: Callable[..., Seen], *of: object) -> Seen:
    """What is seen; None where the seal is broken. Any other error comes through."""
    try:
        return view(*of)
    except SealError:
        return None


def sender_messages(sealed: Sealed) -> Seen:
    return SenderView.open(sealed, SENDER_KEY).messages()


def reader_messages(sealed: Sealed, holder: str, private: PrivateKey) -> Seen:
    return ReaderView.open(sealed, holder, private).messages()


def seen(sealed: Sealed) -> dict[str, Seen]:
    """What each viewer sees."""
    views = {"sender": look(sender_messages, sealed)}
    for holder, private in HOLDERS.items():
        views[holder] = look(reader_messages, sealed, holder, private)
        views[f"{holder}'s queue"] = look(open_summary, sealed, holder, private)
    return views


WHOLE = seen(CASE.sealed)
CONVERSATIONS = frozenset({"sender", *HOLDERS})


def broken(sealed: Sealed) -> set[str]:
    """The viewers whose seal is broken; all others see what was said."""
    views = seen(sealed)
    assert all(view is None or view == WHOLE[name] for name, view in views.items())
    return {name for name, view in views.items() if view is None}


def flipped(blob: bytes, bit: int) -> bytes:
    byte, bit = divmod(bit, 8)
    return blob[:byte] + bytes([blob[byte] ^ 1 << bit]) + blob[byte + 1 :]


def with_message(at: int, blob: bytes) -> Sealed:
    messages = list(CASE.sealed.messages)
    messages[at] = blob
    return replace(CASE.sealed, messages=messages)


def with_wraps(changes: Mapping[tuple[str, str], bytes | None]) -> Sealed:
    wraps = {**CASE.sealed.wraps, **changes}
    return replace(
        CASE.sealed, wraps={place: blob for place, blob in wraps.items() if blob is not None}
    )


def test_untouched_everybody_sees_everything() -> None:
    assert broken(CASE.sealed) == set()
    assert all(view for view in WHOLE.values())


@given(st.data())
def test_any_flipped_bit_of_a_message(data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(ROWS))
    blob = CASE.sealed.messages[at]
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    assert broken(with_message(at, flipped(blob, bit))) == CONVERSATIONS


@given(st.integers(0, 32 * 8 - 1))
def test_any_flipped_bit_of_the_head(bit: int) -> None:
    altered = replace(CASE.sealed, head=flipped(CASE.sealed.head, bit))
    assert broken(altered) == CONVERSATIONS


@given(st.integers(0, (12 + 512 + 16) * 8 - 1))
def test_any_flipped_bit_of_the_summary(bit: int) -> None:
    altered = replace(CASE.sealed, summary=flipped(CASE.sealed.summary, bit))
    assert broken(altered) == {"youth_team's queue", "police's queue"}


def viewers_of(place: tuple[str, str]) -> set[str]:
    """Whom a spoilt wrap concerns."""
    purpose, holder = place
    return {holder, f"{holder}'s queue"} if purpose == "tip-key" else {holder}


@given(st.data())
def test_any_flipped_bit_of_a_wrap(data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(sorted(CASE.sealed.wraps)))
    blob = CASE.sealed.wraps[place]
    bit = data.draw(st.integers(0, len(blob) * 8 - 1))
    assert broken(with_wraps({place: flipped(blob, bit)})) == viewers_of(place)


@given(st.data())
def test_any_flipped_bit_of_a_wrap_under_the_erasure_key(data: st.DataObject) -> None:
    """The erasure layer's own tag hides faults of the layer below: alter it from inside."""
    place = data.draw(st.sampled_from(sorted(CASE.sealed.wraps)))
    wrapped = CASE.sealed.unlock(*place)
    altered = flipped(wrapped, data.draw(st.integers(0, len(wrapped) * 8 - 1)))
    locked = sealing.lock(CASE.sealed.erasure_key, {place: altered}, CASE.sealed.id)
    assert broken(with_wraps(locked)) == viewers_of(place)


@given(st.data())
def test_any_truncated_or_prolonged_part(data: st.DataObject) -> None:
    def altered(blob: bytes) -> bytes:
        cut = data.draw(st.integers(0, len(blob) - 1))
        return data.draw(st.sampled_from([blob[:cut], blob[cut + 1 :], blob + b"\0", b"\0" + blob]))

    at = data.draw(st.sampled_from(ROWS))
    assert broken(with_message(at, altered(CASE.sealed.messages[at]))) == CONVERSATIONS
    place = data.draw(st.sampled_from(sorted(CASE.sealed.wraps)))
    assert broken(with_wraps({place: altered(CASE.sealed.wraps[place])})) == viewers_of(place)
    assert broken(replace(CASE.sealed, head=altered(CASE.sealed.head))) == CONVERSATIONS
    summary = replace(CASE.sealed, summary=altered(CASE.sealed.summary))
    assert broken(summary) == {"youth_team's queue", "police's queue"}


@given(st.lists(st.sampled_from(ROWS), max_size=len(ROWS) + 2).filter(lambda o: o != list(ROWS)))
def test_any_other_sequence_of_the_rows(order: list[int]) -> None:
    """Dropped, reordered, duplicated, truncated: whatever is not the whole chain."""
    altered = replace(CASE.sealed, messages=[CASE.sealed.messages[at] for at in order])
    assert broken(altered) == CONVERSATIONS


@pytest.mark.parametrize("keep", ROWS)
def test_dropped_last_rows(keep: int) -> None:
    altered = replace(CASE.sealed, messages=CASE.sealed.messages[:keep])
    assert broken(altered) == CONVERSATIONS


@pytest.mark.parametrize("at", ROWS)
def test_a_row_from_another_case(at: int) -> None:
    assert broken(with_message(at, OTHER.sealed.messages[at])) == CONVERSATIONS
    added = replace(CASE.sealed, messages=(*CASE.sealed.messages, OTHER.sealed.messages[at]))
    assert broken(added) == CONVERSATIONS


def test_parts_of_another_case() -> None:
    other = OTHER.sealed
    assert broken(replace(CASE.sealed, head=other.head)) == CONVERSATIONS
    assert broken(replace(CASE.sealed, summary=other.summary)) > {"youth_team's queue"}
    assert broken(replace(CASE.sealed, erasure_key=other.erasure_key)) == set(WHOLE)
    assert broken(replace(CASE.sealed, wraps=other.wraps)) == set(WHOLE)
    assert broken(replace(CASE.sealed, id=other.id)) == set(WHOLE)
    for place, blob in other.wraps.items():
        assert broken(with_wraps({place: blob})) == viewers_of(place)


@given(st.data())
def test_a_wrap_in_the_place_of_another(data: st.DataObject) -> None:
    places = st.sampled_from(sorted(CASE.sealed.wraps))
    here, there = data.draw(st.tuples(places, places).filter(lambda two: two[0] != two[1]))
    moved = with_wraps({here: CASE.sealed.wraps[there]})
    assert broken(moved) == viewers_of(here)
    # And with the erasure layer made anew for the new place.
    locked = sealing.lock(
        CASE.sealed.erasure_key, {here: CASE.sealed.unlock(*there)}, CASE.sealed.id
    )
    assert broken(with_wraps(locked)) == viewers_of(here)


@pytest.mark.parametrize("place", sorted(CASE.sealed.wraps))
def test_a_wrap_that_is_gone(place: tuple[str, str]) -> None:
    """Without a first tip key a holder is no reader any more: everybody notices."""
    gone = broken(with_wraps({place: None}))
    if place[0] == "tip-key":
        assert gone == CONVERSATIONS | {f"{place[1]}'s queue"}
    else:
        assert gone == viewers_of(place)


@pytest.mark.parametrize("name", ["slt", "a|b", "a,b", "", "\ud800", "sender", "x" * 500])
def test_an_added_reader(name: str) -> None:
    """The thief has the erasure key too, and a card that is in order."""
    if "|" in name or "\ud800" in name:
        locked = {("tip-key", name): b"anything"}
    else:
        wrapped = sealing.wrap(bytes(32), STRANGER.public(), "tip-key", CASE.sealed.id, name)
        locked = sealing.lock(CASE.sealed.erasure_key, {("tip-key", name): wrapped}, CASE.sealed.id)
    assert broken(with_wraps(locked)) == CONVERSATIONS


def test_a_reader_of_another_name() -> None:
    renamed = {
        ("tip-key", "slt"): CASE.sealed.wraps["tip-key", "police"],
        ("tip-key", "police"): None,
    }
    assert broken(with_wraps(renamed)) == CONVERSATIONS | {"police's queue"}


@pytest.mark.parametrize(
    "case_id",
    ["", "a|b", "\ud800", CASE.sealed.id.upper()],
    ids=["empty", "bar", "surrogate", "capitals"],
)
def test_an_id_that_is_not_ours(case_id: str) -> None:
    assert broken(replace(CASE.sealed, id=case_id)) == set(WHOLE)
    with pytest.raises(SealError):
        SenderView.with_key(replace(CASE.sealed, id=case_id), CASE.sender().answer_key)


def resealed(case: Example, key: bytes, kind: Kind) -> Sealed:
    """A last row by somebody who holds ``key`` and the answer key, with a head that is right."""
    answer_key = case.sender().answer_key
    blob = sealing.seal_message(key, b'{"text":"x"}', case.sealed.end(), kind)
    longer = replace(case.sealed, messages=(*case.sealed.messages, blob))
    end = longer.end()
    head = sealing.head(answer_key, longer.id, end.sequence, end.previous, longer.readers)
    return replace(longer, head=head)


@pytest.mark.parametrize("kind", [Kind.TIP, Kind.MORE, Kind.NOTE])
def test_what_the_sender_writes_never_stands_under_the_answer_key(kind: Kind) -> None:
    """Who finds the code cannot put words into the sender's mouth that way."""
    forged = resealed(CASE, CASE.sender().answer_key, kind)
    for view in (SenderView.open(forged, SENDER_KEY), replace(CASE, sealed=forged).reader()):
        with pytest.raises(SealError):
            view.messages()


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.TIP, Kind.MORE}))
def test_what_staff_write_never_stands_under_a_tip_key(kind: Kind) -> None:
    tip_key = sealing.new_key()
    forged = resealed(CASE, tip_key, kind)
    purpose = f"tip-key.{len(ROWS)}"
    wraps = {
        (purpose, holder): sealing.wrap(tip_key, private.public(), purpose, forged.id, holder)
        for holder, private in HOLDERS.items()
    }
    locked = sealing.lock(forged.erasure_key, wraps, forged.id)
    case = replace(CASE, sealed=replace(forged, wraps={**forged.wraps, **locked}))
    with pytest.raises(SealError):
        case.reader().messages()


def test_the_wrong_holder_and_the_wrong_key() -> None:
    for holder, private in (
        ("youth_team", HOLDERS["police"]),
        ("police", HOLDERS["youth_team"]),
        ("youth_team", STRANGER),
        ("sender", HOLDERS["youth_team"]),
        ("slt", STRANGER),
        ("youth_team", PrivateKey(b"")),
        ("youth_team", PrivateKey(bytes(96))),
    ):
        with pytest.raises(SealError):
            ReaderView.open(CASE.sealed, holder, private)
        with pytest.raises(SealError):
            open_summary(CASE.sealed, holder, private)


def test_a_swapped_public_key_shuts_the_true_holder_out() -> None:
    """Key cards are there so that this never gets so far; if it does, nothing wrong is shown."""
    sealed = begin(TIP, SUMMARY, {"youth_team": STRANGER.public()}, SENDER_KEY)
    with pytest.raises(SealError):
        ReaderView.open(sealed, "youth_team", HOLDERS["youth_team"])
    with pytest.raises(SealError):
        open_summary(sealed, "youth_team", HOLDERS["youth_team"])

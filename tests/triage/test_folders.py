"""What staff write on a case opens for its folder's holders and for nobody else, and whoever can
write to the databases cannot make them read another text.

Each alteration ends for every holder in one of two ways: SealError, or exactly what was written,
because the altered part was none of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra import sealing
from sifra.database import Conflict
from sifra.sealing import NOTE_KINDS, Kind, PrivateKey, SealError
from tests.triage.example_office import Installation
from triage.folder_store import FolderStore
from triage.folders import Body, FolderKind, OpenFolder, SealedFolder, begin, open_folder

CASE, OTHER_CASE = "0" * 32, "1" * 32
ERASURE, OTHER_ERASURE = b"e" * 32, b"f" * 32
INTERPRETER = "account:" + "a" * 32
KEYS = {name: PrivateKey.generate() for name in ("youth_team", "police", INTERPRETER)}
STRANGER = PrivateKey.generate()
AWKWARD = (
    "",
    "\0\x1b[2J",
    "\u202etxet",
    "e\u0301 ﷺ İı",
    "👩‍👩‍👧‍👦" * 9,
    '"}{"what":"x"}',
    "\uffff",
)
TEXTS = st.text(max_size=1500) | st.sampled_from(AWKWARD)
Seen = tuple[Body, ...] | None


def made(*texts: str, case_id: str = CASE, erasure_key: bytes = ERASURE) -> OpenFolder:
    publics = {holder: private.public() for holder, private in KEYS.items()}
    folder = begin(case_id, FolderKind.NOTES, erasure_key, publics)
    for text in texts:
        folder = folder.add({"what": "note", "text": text})
    return folder


FOLDER = made("Snakket med skolen.", "Ringte mor.", "Ny avtale torsdag.")
OTHER = made("Noe helt annet.", "Mer.", "Slutt.")
ELSEWHERE = made("Noe.", "Mer.", "Slutt.", case_id=OTHER_CASE, erasure_key=OTHER_ERASURE)
ROWS = range(3)


def look(sealed: SealedFolder, holder: str, *privates: PrivateKey) -> Seen:
    """What is seen; None where the seal is broken. Any other error comes through."""
    try:
        return open_folder(sealed, ERASURE, holder, privates or (KEYS[holder],)).entries
    except SealError:
        return None


def broken(sealed: SealedFolder) -> set[str]:
    """The holders whose seal is broken; all others see what was written."""
    views = {holder: look(sealed, holder) for holder in KEYS}
    assert all(view in (None, FOLDER.entries) for view in views.values())
    return {holder for holder, view in views.items() if view is None}


def flipped(blob: bytes, bit: int) -> bytes:
    byte, bit = divmod(bit, 8)
    return blob[:byte] + bytes([blob[byte] ^ 1 << bit]) + blob[byte + 1 :]


def bits(blob: bytes) -> st.SearchStrategy[int]:
    return st.integers(0, len(blob) * 8 - 1)


def with_entries(entries: Sequence[bytes]) -> SealedFolder:
    return replace(FOLDER.sealed, entries=tuple(entries))


@given(st.lists(TEXTS, max_size=4))
def test_any_text_comes_back(texts: list[str]) -> None:
    sealed = made(*texts).sealed
    for holder, private in KEYS.items():
        opened = open_folder(sealed, ERASURE, holder, (STRANGER, private))
        assert [body["text"] for body in opened.entries] == texts
        longer = opened.add({"what": "note", "text": "og så"})
        again = open_folder(longer.sealed, ERASURE, "police", (KEYS["police"],)).entries
        assert again == longer.entries == (*opened.entries, {"what": "note", "text": "og så"})


def test_untouched_every_holder_sees_everything() -> None:
    assert broken(FOLDER.sealed) == set()
    assert len(FOLDER.entries) == 3


def test_nothing_is_written_for_nobody() -> None:
    with pytest.raises(ValueError, match="holder"):
        begin(CASE, FolderKind.NOTES, ERASURE, {})


@pytest.mark.parametrize("half", ["\ud800", "Ali har kniv\udfff"], ids=["alone", "with-words"])
def test_half_a_surrogate_pair_is_refused_and_not_quoted(half: str) -> None:
    with pytest.raises(ValueError, match="surrogate") as refused:
        FOLDER.add({"text": half})
    assert str(refused.value) == "half a surrogate pair cannot be sealed"
    assert refused.value.__suppress_context__


@given(st.data())
def test_any_flipped_bit_of_an_entry(data: st.DataObject) -> None:
    entries = list(FOLDER.sealed.entries)
    at = data.draw(st.sampled_from(ROWS))
    entries[at] = flipped(entries[at], data.draw(bits(entries[at])))
    assert broken(with_entries(entries)) == set(KEYS)


@given(bits(FOLDER.sealed.head))
def test_any_flipped_bit_of_the_head(bit: int) -> None:
    altered = replace(FOLDER.sealed, head=flipped(FOLDER.sealed.head, bit))
    assert broken(altered) == set(KEYS)


@given(st.data())
def test_any_flipped_bit_of_a_wrap_on_either_layer(data: st.DataObject) -> None:
    holder = data.draw(st.sampled_from(sorted(KEYS)))
    blob = FOLDER.sealed.wraps[holder]
    outside = flipped(blob, data.draw(bits(blob)))
    assert broken(_with_wrap(holder, outside)) == {holder}
    purpose = f"folder-key.{FOLDER.sealed.id}"
    wrapped = sealing.unlock(ERASURE, blob, purpose, CASE, holder)
    spoilt = flipped(wrapped, data.draw(bits(wrapped)))
    locked = sealing.lock(ERASURE, {(purpose, holder): spoilt}, CASE)
    assert broken(_with_wrap(holder, locked[purpose, holder])) == {holder}


def _with_wrap(holder: str, blob: bytes) -> SealedFolder:
    return replace(FOLDER.sealed, wraps={**FOLDER.sealed.wraps, holder: blob})


@given(st.lists(st.sampled_from(ROWS), max_size=5).filter(lambda order: order != list(ROWS)))
def test_any_other_sequence_of_the_entries(order: list[int]) -> None:
    """Dropped, reordered, doubled, cut off: whatever is not the whole chain."""
    assert broken(with_entries([FOLDER.sealed.entries[at] for at in order])) == set(KEYS)


@pytest.mark.parametrize("at", ROWS)
@pytest.mark.parametrize("other", [OTHER, ELSEWHERE], ids=["of-the-case", "of-another-case"])
def test_an_entry_of_another_folder(other: OpenFolder, at: int) -> None:
    entries = list(FOLDER.sealed.entries)
    entries[at] = other.sealed.entries[at]
    assert broken(with_entries(entries)) == set(KEYS)
    assert broken(with_entries([*FOLDER.sealed.entries, other.sealed.entries[at]])) == set(KEYS)


@pytest.mark.parametrize("other", [OTHER, ELSEWHERE], ids=["of-the-case", "of-another-case"])
def test_a_wrapped_key_moved_from_another_folder(other: OpenFolder) -> None:
    for holder, blob in other.sealed.wraps.items():
        assert broken(_with_wrap(holder, blob)) == {holder}
    assert broken(replace(FOLDER.sealed, wraps=other.sealed.wraps)) == set(KEYS)
    for changes in ({"id": other.sealed.id}, {"head": other.sealed.head}, {"case_id": OTHER_CASE}):
        assert broken(replace(FOLDER.sealed, **changes)) == set(KEYS)


def test_a_wrapped_key_in_the_place_of_another_holder() -> None:
    purpose = f"folder-key.{FOLDER.sealed.id}"
    for holder in KEYS:
        for other, blob in FOLDER.sealed.wraps.items():
            if other == holder:
                continue
            assert broken(_with_wrap(holder, blob)) == {holder}
            # And with the erasure layer made anew for the new place.
            wrapped = sealing.unlock(ERASURE, blob, purpose, CASE, other)
            locked = sealing.lock(ERASURE, {(purpose, holder): wrapped}, CASE)
            assert broken(_with_wrap(holder, locked[purpose, holder])) == {holder}


@pytest.mark.parametrize("name", ["slt", "", "a,b", "account:" + "b" * 32, "\ud800", "a|b"])
def test_an_added_holder(name: str) -> None:
    """Were it not found, the next entries would be read by whoever was added."""
    blob = FOLDER.sealed.wraps["police"]
    assert broken(_with_wrap(name, blob)) == set(KEYS)


@pytest.mark.parametrize("holder", sorted(KEYS), ids=["interpreter", "police", "youth-team"])
def test_a_removed_holder(holder: str) -> None:
    left = {name: blob for name, blob in FOLDER.sealed.wraps.items() if name != holder}
    assert broken(replace(FOLDER.sealed, wraps=left)) == set(KEYS)


def test_another_holders_key_opens_nothing() -> None:
    for holder in (*KEYS, "slt", ""):
        for other, private in (*KEYS.items(), ("a stranger", STRANGER)):
            if other != holder:
                assert look(FOLDER.sealed, holder, private) is None
    assert look(FOLDER.sealed, "police", PrivateKey(b""), PrivateKey(bytes(96))) is None


@pytest.mark.parametrize("erasure_key", [OTHER_ERASURE, bytes(32), b""])
def test_without_the_cases_erasure_key_nothing_opens_for_anybody(erasure_key: bytes) -> None:
    for holder, private in KEYS.items():
        with pytest.raises(SealError):
            open_folder(FOLDER.sealed, erasure_key, holder, (private,))


@pytest.mark.parametrize("plain", [b"", b"[]", b"1", b"{", b"\xff", b"[" * 100_000])
def test_an_entry_that_is_no_table_is_refused(plain: bytes) -> None:
    """A holder could seal anything; it must not bring the page down."""
    proper = made("x")
    place = sealing.Place(proper.sealed.id, 0, sealing.first_link(proper.sealed.id))
    blob = sealing.seal_message(proper.key, plain, place, Kind.NOTE)
    link = sealing.next_link(place.previous, blob)
    head = sealing.head(proper.key, proper.sealed.id, 1, link, proper.sealed.holders)
    assert look(replace(proper.sealed, entries=(blob,), head=head), "police") is None


@pytest.mark.parametrize("kind", sorted(set(Kind) - set(NOTE_KINDS)))
def test_no_message_of_a_case_passes_for_a_note(kind: Kind) -> None:
    folder = made()
    place = sealing.Place(folder.sealed.id, 0, sealing.first_link(folder.sealed.id))
    blob = sealing.seal_message(folder.key, b'{"what":"note"}', place, kind)
    link = sealing.next_link(place.previous, blob)
    head = sealing.head(folder.key, folder.sealed.id, 1, link, folder.sealed.holders)
    assert look(replace(folder.sealed, entries=(blob,), head=head), "police") is None


def test_whoever_is_let_in_reads_what_stands_there_and_what_comes() -> None:
    wider = FOLDER.admit({"slt": STRANGER.public()})
    assert look(wider.sealed, "slt", STRANGER) == FOLDER.entries
    assert broken(wider.sealed) == set()
    assert look(FOLDER.sealed, "slt", STRANGER) is None


def test_the_next_key_of_a_holder_takes_the_place_of_the_last() -> None:
    renewed = FOLDER.admit({"police": STRANGER.public()}).sealed
    assert look(renewed, "police", STRANGER) == FOLDER.entries
    assert look(renewed, "police") is None
    assert look(renewed, "police", STRANGER, KEYS["police"]) == FOLDER.entries
    assert renewed.holders == FOLDER.sealed.holders


def test_whoever_is_taken_out_opens_nothing_of_what_stands_there_now() -> None:
    left = FOLDER.without(INTERPRETER)
    assert look(left.sealed, INTERPRETER) is None
    assert look(left.sealed, "police") == FOLDER.entries
    # Nor with the wrap that they kept: the head names the holders.
    kept = {**left.sealed.wraps, INTERPRETER: FOLDER.sealed.wraps[INTERPRETER]}
    assert look(replace(left.sealed, wraps=kept), INTERPRETER) is None


# --- as rows ---------------------------------------------------------------------------------


@pytest.fixture
def store(office: Installation) -> FolderStore:
    return FolderStore(office.staff)


def test_a_folder_comes_back_as_it_was_stored(store: FolderStore) -> None:
    store.create(FOLDER.sealed)
    store.create(replace(OTHER.sealed, kind=FolderKind.HANDOVER))
    store.create(ELSEWHERE.sealed)
    assert store.find(FOLDER.sealed.id) == FOLDER.sealed
    assert store.find("none") is None
    ids = {FOLDER.sealed.id, OTHER.sealed.id}
    assert {one.id for one in store.of_case(CASE)} == ids
    assert store.of_case(CASE, FolderKind.NOTES) == [FOLDER.sealed]
    assert store.of_case(CASE, FolderKind.INTERPRETER) == []


def test_each_change_is_stored_once_and_in_order(store: FolderStore) -> None:
    first = made()
    store.create(first.sealed)
    one = first.add({"text": "én"})
    two = one.admit({"slt": STRANGER.public()}).add({"text": "to"})
    three = two.without("police").admit({"slt": KEYS["police"].public()})
    for before, after in ((first, one), (one, two), (two, three)):
        store.replace(before.sealed, after.sealed)
        assert store.find(first.sealed.id) == after.sealed


def test_whoever_comes_second_is_told_and_changes_nothing(store: FolderStore) -> None:
    first = made()
    store.create(first.sealed)
    mine, theirs = first.add({"text": "mitt"}), first.add({"text": "deres"})
    store.replace(first.sealed, theirs.sealed)
    for late in (mine, first.without("police"), first.admit({"slt": STRANGER.public()})):
        with pytest.raises(Conflict):
            store.replace(first.sealed, late.sealed)
        assert store.find(first.sealed.id) == theirs.sealed


def test_a_folder_is_stored_once(store: FolderStore) -> None:
    store.create(FOLDER.sealed)
    with pytest.raises(Conflict):
        store.create(FOLDER.sealed)


def test_the_folders_of_a_holder_are_found_some_at_a_time(store: FolderStore) -> None:
    for folder in (FOLDER, OTHER, ELSEWHERE):
        store.create(folder.sealed)
    ids = sorted(one.sealed.id for one in (FOLDER, OTHER, ELSEWHERE))
    assert store.held_by("police") == ids
    assert store.held_by("police", limit=2) == ids[:2]
    assert store.held_by("police", after=ids[1]) == ids[2:]
    assert store.held_by("slt") == []


def test_destroyed_with_its_case(store: FolderStore) -> None:
    for folder in (FOLDER, OTHER, ELSEWHERE):
        store.create(folder.sealed)
    assert store.destroy([CASE, "none"]) == 2
    assert store.find(FOLDER.sealed.id) is None
    assert store.find(ELSEWHERE.sealed.id) == ELSEWHERE.sealed
    assert store.held_by("police") == [ELSEWHERE.sealed.id]

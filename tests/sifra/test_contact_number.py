"""A number to call: sealed for the readers, tied to its case, and gone for good when forgotten."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra.case_store import CaseStore, State
from sifra.conversation import ReaderView, Sealed, SealedContact, Slot, begin
from sifra.database import Conflict, file_url, forget_deleted, open_engine
from sifra.erasure import ErasureKeys
from sifra.sealing import Kind, PrivateKey, SealError
from tests.sifra.conftest import LATER, LOOKUP, RECEIVED, Folder, clear_of
from tests.sifra.example_cases import SENDER_KEY, SUMMARY, TIP, Example

NUMBER = "+4791234567"
HOLDERS = {"youth_team": PrivateKey.generate(), "police": PrivateKey.generate()}


def talk(slot: Slot, holders: Mapping[str, PrivateKey] = HOLDERS, number: str = NUMBER) -> Example:
    publics = {holder: private.public() for holder, private in holders.items()}
    sealed = begin(TIP, SUMMARY, publics, SENDER_KEY, contact=(number, slot))
    return Example(sealed, holders)


SLOT, OTHER_SLOT = Slot.draw(), Slot.draw()
CASE, OTHER = talk(SLOT), talk(OTHER_SLOT)


def sealed_of(sealed: Sealed) -> SealedContact:
    assert sealed.contact is not None
    return sealed.contact


# --- pure --------------------------------------------------------------------------------------


@given(number=st.text(max_size=120))
def test_each_reader_opens_it(number: str) -> None:
    case = talk(SLOT, number=number)
    contact = sealed_of(case.sealed)
    for holder in HOLDERS:
        assert case.reader(holder).contact(contact, SLOT.erasure_key) == number


def test_its_size_says_nothing_of_it() -> None:
    sizes = {len(sealed_of(talk(SLOT, number="9" * size).sealed).sealed) for size in (0, 8, 120)}
    assert sizes == {568}


@given(bit=st.integers(0, 568 * 8 - 1))
def test_a_flipped_bit_and_it_does_not_open(bit: int) -> None:
    contact = sealed_of(CASE.sealed)
    blob = bytearray(contact.sealed)
    blob[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealError):
        CASE.reader().contact(replace(contact, sealed=bytes(blob)), SLOT.erasure_key)


@given(size=st.integers(0, 567))
def test_cut_short_it_does_not_open(size: int) -> None:
    contact = sealed_of(CASE.sealed)
    with pytest.raises(SealError):
        CASE.reader().contact(replace(contact, sealed=contact.sealed[:size]), SLOT.erasure_key)


def test_another_cases_number_does_not_open_here() -> None:
    """Not even with that number's own erasure key: a youth worker would ring somebody else."""
    theirs = sealed_of(OTHER.sealed)
    for key in (SLOT.erasure_key, OTHER_SLOT.erasure_key):
        with pytest.raises(SealError):
            CASE.reader().contact(theirs, key)


@pytest.mark.parametrize(
    "key",
    [CASE.sealed.erasure_key, OTHER_SLOT.erasure_key, SENDER_KEY, bytes(32)],
    ids=["of the case", "of another number", "of the sender", "zeros"],
)
def test_without_its_own_erasure_key_it_does_not_open(key: bytes) -> None:
    with pytest.raises(SealError):
        CASE.reader().contact(sealed_of(CASE.sealed), key)


def test_the_sender_who_comes_back_has_no_key_to_it() -> None:
    """Whoever finds the code must not learn whose it is."""
    assert not hasattr(CASE.sender(), "contact")
    with pytest.raises(SealError):
        ReaderView(
            CASE.sealed, "youth_team", (PrivateKey.generate(),), CASE.sender().answer_key
        ).contact(sealed_of(CASE.sealed), SLOT.erasure_key)


def test_who_is_let_in_whole_gets_the_number_too() -> None:
    new = PrivateKey.generate()
    addition = CASE.reader().admit({"slt": new.public()}, Kind.HANDED_OVER, {"whole": 1})
    after = replace(CASE.after(addition), holders={**HOLDERS, "slt": new})
    contact = sealed_of(CASE.sealed)
    assert after.reader("slt").contact(contact, SLOT.erasure_key) == NUMBER
    with pytest.raises(SealError):
        ReaderView.open(CASE.sealed, "slt", new)


def test_a_units_next_key_opens_it_and_the_last_one_does_no_more() -> None:
    new = PrivateKey.generate()
    wraps = {**CASE.sealed.wraps, **CASE.reader("police").rewrapped(new.public())}
    sealed, contact = replace(CASE.sealed, wraps=wraps), sealed_of(CASE.sealed)
    assert ReaderView.open(sealed, "police", new).contact(contact, SLOT.erasure_key) == NUMBER
    with pytest.raises(SealError):
        ReaderView.open(sealed, "police", HOLDERS["police"])


# --- stored ------------------------------------------------------------------------------------


def stored(folder: Folder) -> Example:
    slot = folder.store.reserve()
    case = talk(slot)
    mark = os.urandom(32)
    folder.store.deposit(clear_of(case.sealed), case.sealed, LOOKUP, mark, LATER, contact=slot)
    return case


def opened(store: CaseStore, case: Example) -> str | None:
    found = store.contact(case.sealed.id)
    return case.reader().contact(*found) if found else None


def keys_of(folder: Folder, case: Example) -> bytes:
    return folder.erasure.get(sealed_of(case.sealed).slot)


def test_it_is_found_beside_its_case_until_it_is_forgotten(folder: Folder) -> None:
    case = stored(folder)
    assert opened(folder.store, case) == NUMBER
    assert folder.store.forget_contact(case.sealed.id)
    assert folder.store.contact(case.sealed.id) is None
    assert not folder.store.forget_contact(case.sealed.id)
    assert replace(case, sealed=folder.stored(case.sealed.id).sealed).reader().messages()


def test_forgotten_nothing_of_it_is_left_in_any_file(folder: Folder) -> None:
    case = stored(folder)
    contact, key = sealed_of(case.sealed), keys_of(folder, case)
    everything = (contact.sealed, contact.slot.encode(), key)
    assert folder.traces(*everything) > 8
    folder.store.forget_contact(case.sealed.id)
    assert folder.traces(key) == 0
    forget_deleted(folder.engine, rewrite=True)
    assert folder.traces(*everything) == 0


def test_an_older_copy_of_the_database_opens_it_no_more(folder: Folder, tmp_path: Path) -> None:
    case = stored(folder)
    forget_deleted(folder.engine, rewrite=True)
    copy = Path(shutil.copy(folder.file, tmp_path / "copy.sqlite"))
    before = CaseStore(open_engine(file_url(copy)), ErasureKeys(folder.erasure_file))
    assert opened(before, case) == NUMBER
    folder.store.forget_contact(case.sealed.id)
    assert before.contact(case.sealed.id) is None


@pytest.mark.parametrize("how", ["unread", "retention", "withdrawn", "closed"])
def test_it_goes_no_later_than_the_case(folder: Folder, how: str) -> None:
    case = stored(folder)
    key, case_id = keys_of(folder, case), case.sealed.id
    if how == "unread":
        assert folder.store.destroy_unread(case_id, RECEIVED)
    elif how == "withdrawn":
        folder.store.end_access(case.sender().withdrawn({"hour": LATER}), 14, LATER)
    elif how == "closed":
        closed = case.reader().add(Kind.CLOSED, {"hour": LATER})
        folder.store.add(closed, State.CLOSED, retention_days=1)
    else:
        # However it came to be closed with its number still there.
        with folder.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE cases SET state = 'closed', retention_days = 1")
        assert folder.store.destroy_past_retention(RECEIVED + 86_400) == 1
    assert folder.store.contact(case_id) is None
    assert folder.traces(key) == 0
    # The case itself goes only where it was to go.
    kept = how in ("withdrawn", "closed")
    assert folder.ids() == ({case_id} if kept else set())
    assert sealed_of(case.sealed).slot not in folder.erasure.ids()
    assert (case_id in folder.erasure.ids()) is kept


@pytest.mark.parametrize("state", sorted(set(State) - {State.CLOSED, State.WITHDRAWN}))
def test_nothing_else_that_happens_deletes_it(folder: Folder, state: State) -> None:
    case = stored(folder)
    folder.store.add(case.reader().add(Kind.READ, {"hour": LATER}), state)
    assert opened(folder.store, case) == NUMBER


def test_what_did_not_close_the_case_deletes_nothing(folder: Folder) -> None:
    case = stored(folder)
    closed = case.reader().add(Kind.CLOSED, {"hour": LATER})
    folder.store.add(case.reader().add(Kind.READ, {"hour": LATER}), State.READ)
    with pytest.raises(Conflict):
        folder.store.add(closed, State.CLOSED)
    assert opened(folder.store, case) == NUMBER


def test_the_keys_of_numbers_that_there_are_outlast_the_purge_and_no_others(
    folder: Folder,
) -> None:
    case = stored(folder)
    unused = folder.store.reserve()
    folder.store.destroy_unused_keys()
    assert folder.erasure.ids() == {case.sealed.id, sealed_of(case.sealed).slot}
    assert opened(folder.store, case) == NUMBER
    assert folder.traces(unused.erasure_key) == 0
    folder.store.forget_contact(case.sealed.id)
    folder.store.destroy_unused_keys()
    assert folder.erasure.ids() == {case.sealed.id}


def test_a_number_whose_key_was_purged_before_it_came_is_stored_with_its_key(
    folder: Folder,
) -> None:
    """A purge between the reservation and the deposit; the deposit puts both keys back."""
    slot = folder.store.reserve()
    folder.store.destroy_unused_keys()
    case = talk(slot)
    mark = os.urandom(32)
    folder.store.deposit(clear_of(case.sealed), case.sealed, LOOKUP, mark, LATER, contact=slot)
    assert opened(folder.store, case) == NUMBER


def test_a_number_moved_to_another_case_opens_nowhere(folder: Folder) -> None:
    case, other = stored(folder), stored_beside(folder)
    with folder.engine.begin() as connection:
        raw = connection.exec_driver_sql
        raw("DELETE FROM contacts WHERE case_id = ?", (case.sealed.id,))
        raw("UPDATE contacts SET case_id = ?", (case.sealed.id,))
    assert folder.store.contact(other.sealed.id) is None
    with pytest.raises(SealError):
        opened(folder.store, case)


def stored_beside(folder: Folder) -> Example:
    slot = folder.store.reserve()
    case = talk(slot)
    folder.store.deposit(
        clear_of(case.sealed), case.sealed, None, os.urandom(32), LATER, contact=slot
    )
    return case

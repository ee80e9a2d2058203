"""What is deleted is gone: from the files at once, and from every older copy with its key."""

from __future__ import annotations

import os
import random
from dataclasses import replace

import pytest
from sqlalchemy import event

from sifra.case_store import CaseStore, State
from sifra.conversation import Sealed, Slot, begin
from sifra.database import Conflict, StoreUnavailable, forget_deleted, open_engine
from sifra.erasure import ErasureKeys
from sifra.sealing import Kind, SealError
from tests.sifra.conftest import LATER, LOOKUP, RECEIVED, Folder, clear_of
from tests.sifra.example_cases import SENDER_KEY, SUMMARY, TIP, Example, tip_to


def test_nothing_of_a_destroyed_case_is_left_in_any_file(
    folder: Folder, conversation: Example, tip: Example
) -> None:
    sealed = conversation.sealed
    folder.deposit(tip.sealed, b"kept-lookup-16-b")
    folder.deposit(sealed)
    everything = [
        *sealed.messages,
        *sealed.wraps.values(),
        sealed.summary,
        sealed.head,
        sealed.erasure_key,
        sealed.id.encode(),
        LOOKUP,
    ]
    assert folder.traces(*everything) > 150
    assert folder.store.destroy_unread(sealed.id, RECEIVED)
    # See forget_deleted: of one row in some thousands a sealed part may lie about until then.
    assert folder.traces(*everything) < 5
    assert folder.traces(sealed.erasure_key) == 0
    forget_deleted(folder.engine, rewrite=True)
    assert folder.traces(*everything) == 0
    assert (folder.path / "cases.sqlite-wal").stat().st_size == 0
    assert folder.store.find(sealed.id) is None
    assert folder.store.find_by_code(LOOKUP) is None
    assert folder.stored(tip.sealed.id).sealed == tip.sealed


def test_after_a_withdrawal_the_code_leads_nowhere_and_nothing_of_it_is_left(
    folder: Folder, conversation: Example
) -> None:
    sealed = conversation.sealed
    folder.deposit(sealed)
    senders = sealed.wraps["answer-key", "sender"]
    assert folder.traces(LOOKUP, senders) > 1
    folder.store.end_access(conversation.sender().withdrawn({"hour": LATER}), 14, LATER)
    assert (folder.path / "cases.sqlite-wal").stat().st_size == 0
    forget_deleted(folder.engine, rewrite=True)
    assert folder.traces(LOOKUP, senders) == 0
    assert folder.store.find_by_code(LOOKUP) is None
    found = folder.stored(sealed.id)
    assert (found.clear.state, found.clear.retention_days) == (State.WITHDRAWN, 14)
    opened = replace(conversation, sealed=found.sealed)
    with pytest.raises(SealError):
        opened.sender()
    assert opened.reader().messages()[-1].kind is Kind.WITHDRAWN


def test_nothing_is_left_between_many_cases_either(folder: Folder, tip: Example) -> None:
    """As rows come and go, pages are split and joined, and SQLite may leave a stale copy.

    Of an erasure key never; of what is sealed, until the file is written anew.
    """
    shuffled = random.Random(7)
    kept: dict[str, Sealed] = {}
    gone: list[bytes] = []
    keys: list[bytes] = []
    for _ in range(40):
        sealed = tip_to(tip.holders).sealed
        folder.deposit(sealed, os.urandom(16))
        kept[sealed.id] = sealed
        if len(kept) > 12 or shuffled.random() < 0.3:
            old = kept.pop(shuffled.choice(sorted(kept)))
            assert folder.store.destroy_unread(old.id, RECEIVED)
            gone += [*old.messages, *old.wraps.values(), old.summary, old.head, old.id.encode()]
            keys.append(old.erasure_key)
    assert folder.ids() == set(kept) == folder.erasure.ids()
    assert folder.traces(*keys) == 0
    assert folder.traces(*gone) < len(gone) / 10
    forget_deleted(folder.engine, rewrite=True)
    assert folder.traces(*gone) == 0
    for case_id, sealed in kept.items():
        assert folder.stored(case_id).sealed == sealed


def test_a_destroyed_erasure_key_shuts_every_older_copy(folder: Folder, tip: Example) -> None:
    """The rows come back from a backup; the key does not."""
    folder.deposit(tip.sealed)
    folder.erasure.destroy(tip.sealed.id)
    opened = replace(tip, sealed=folder.stored(tip.sealed.id).sealed)
    with pytest.raises(SealError):
        opened.sender()
    with pytest.raises(SealError):
        opened.reader()
    with pytest.raises(SealError):
        folder.erasure.get(tip.sealed.id)


def test_the_key_is_kept_before_the_case(folder: Folder, tip: Example) -> None:
    """What goes wrong may leave a key without a case, never a case without its key."""
    other = tip_to(tip.holders).sealed
    folder.deposit(tip.sealed)
    with pytest.raises(Conflict):
        folder.deposit(other)
    assert folder.erasure.get(other.id) == other.erasure_key
    assert folder.ids() == {tip.sealed.id}


def test_without_the_erasure_store_nothing_is_taken(folder: Folder, tip: Example) -> None:
    (folder.erasure_file).unlink()
    with pytest.raises(StoreUnavailable):
        folder.deposit(tip.sealed)
    with pytest.raises(StoreUnavailable):
        folder.store.check_erasure_keys()
    assert folder.ids() == frozenset()


def test_an_erasure_key_is_never_overwritten(folder: Folder) -> None:
    folder.erasure.keep(Slot("a", b"1" * 32))
    folder.erasure.keep(Slot("a", b"1" * 32))
    with pytest.raises(Conflict):
        folder.erasure.keep(Slot("a", b"2" * 32))
    folder.erasure.create()
    assert folder.erasure.find(["a", "b"]) == {"a": b"1" * 32}
    assert folder.erasure.find([]) == {}


def test_a_reserved_slot_is_durable_and_given_once(folder: Folder) -> None:
    slots = [folder.store.reserve() for _ in range(70)]
    assert len({slot.case for slot in slots}) == len({slot.erasure_key for slot in slots}) == 70
    kept = ErasureKeys(folder.erasure_file).find(slot.case for slot in slots)
    assert kept == {slot.case: slot.erasure_key for slot in slots}


def test_a_child_process_has_slots_of_its_own(folder: Folder) -> None:
    """Two workers that were forked after the first reservation must not share an id."""
    folder.store.reserve()
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.write(writer, folder.store.reserve().case.encode())
        os._exit(0)
    os.wait()
    theirs = os.read(reader, 32).decode()
    os.close(reader)
    os.close(writer)
    assert len(theirs) == 32
    assert theirs not in {folder.store.reserve().case for _ in range(64)}


def test_a_case_in_a_slot_whose_key_was_purged_is_stored_with_its_key(
    folder: Folder, tip: Example
) -> None:
    slot = folder.store.reserve()
    folder.erasure.destroy(slot.case)
    sealed = begin(TIP, SUMMARY, tip.public_keys, SENDER_KEY, slot)
    assert (sealed.id, sealed.erasure_key) == (slot.case, slot.erasure_key)
    folder.deposit(sealed)
    assert replace(tip, sealed=folder.stored(sealed.id).sealed).reader().messages()


def test_keys_without_a_case_are_purged_and_no_others(folder: Folder, tip: Example) -> None:
    folder.deposit(tip.sealed)
    slots = [folder.store.reserve() for _ in range(3)]
    assert folder.store.destroy_unused_keys() >= 3
    assert folder.erasure.ids() == {tip.sealed.id}
    assert folder.traces(*(slot.erasure_key for slot in slots)) == 0
    assert replace(tip, sealed=folder.stored(tip.sealed.id).sealed).reader().messages()


def test_no_case_is_stored_while_unused_keys_are_destroyed(folder: Folder, tip: Example) -> None:
    """Or a key could be seen as unused, get its case, and be destroyed after all."""
    slot = folder.store.reserve()
    sealed = begin(TIP, SUMMARY, tip.public_keys, None, slot)
    site = open_engine(f"{folder.url}?timeout=0.02")
    meanwhile: list[type[BaseException]] = []

    @event.listens_for(folder.erasure._engine, "before_cursor_execute")
    def _(_c: object, _u: object, statement: str, *_: object) -> None:
        if statement.startswith("DELETE"):
            try:
                store = CaseStore(site, ErasureKeys(folder.erasure_file))
                store.deposit(clear_of(sealed), sealed, None, os.urandom(32), LATER)
            except StoreUnavailable as fault:
                meanwhile.append(type(fault))

    folder.store.destroy_unused_keys()
    assert meanwhile == [StoreUnavailable]
    folder.deposit(sealed, None)
    assert folder.erasure.ids() == folder.ids() == {sealed.id}

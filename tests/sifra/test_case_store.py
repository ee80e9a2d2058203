"""The door to the sealed cases: what goes in comes out, once, and is gone when deleted."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import insert, update

from sifra.case_store import HOUR, CaseStore, State, StoredCase, hour_of
from sifra.database import Conflict, open_engine, writing
from sifra.erasure import ErasureKeys
from sifra.key_cards import KeyCardError, SigningKey
from sifra.promise_rows import Promise
from sifra.sealing import Kind, SealError
from sifra.tables import cases, key_cards, messages, wraps
from tests.sifra.conftest import LATER, LOOKUP, RECEIVED, Folder, clear_of
from tests.sifra.example_cases import Example, tip_to

MARK = b"mark-of-the-form-32-bytes-long.."


def test_a_case_comes_back_as_it_was(folder: Folder, conversation: Example) -> None:
    folder.deposit(conversation.sealed)
    found = folder.stored(conversation.sealed.id)
    assert found == StoredCase(clear_of(conversation.sealed), conversation.sealed)
    assert folder.store.find_by_code(LOOKUP) == found
    assert replace(conversation, sealed=found.sealed).reader().messages()
    assert folder.store.find_by_code(b"another-one-16-b") is None
    assert folder.store.find("0" * 32) is None


def test_a_form_sent_twice_makes_one_case(folder: Folder, tip: Example) -> None:
    again = tip_to(tip.holders)
    folder.store.deposit(clear_of(tip.sealed), tip.sealed, LOOKUP, MARK, LATER)
    for sealed, lookup_id in ((again.sealed, LOOKUP), (again.sealed, None), (tip.sealed, None)):
        with pytest.raises(Conflict):
            folder.store.deposit(clear_of(sealed), sealed, lookup_id, MARK, LATER)
    assert folder.ids() == {tip.sealed.id} <= folder.erasure.ids()
    assert folder.store.find_by_code(LOOKUP) == folder.stored(tip.sealed.id)
    assert folder.store.is_spent(MARK)


def test_one_code_leads_to_one_case(folder: Folder, tip: Example) -> None:
    again = tip_to(tip.holders)
    folder.deposit(tip.sealed)
    with pytest.raises(Conflict):
        folder.deposit(again.sealed)
    assert folder.ids() == {tip.sealed.id} <= folder.erasure.ids()


@pytest.mark.parametrize(
    "times", [(RECEIVED + 1, None, LATER), (RECEIVED, LATER + 60, LATER), (RECEIVED, None, 1)]
)
def test_no_time_finer_than_the_hour_is_stored(
    folder: Folder, tip: Example, times: tuple[int, int | None, int]
) -> None:
    received, read_by, expires = times
    clear = replace(clear_of(tip.sealed), received=received, read_by=read_by)
    with pytest.raises(ValueError, match="whole hours"):
        folder.store.deposit(clear, tip.sealed, LOOKUP, MARK, expires)
    assert folder.ids() == folder.erasure.ids() == frozenset()


def test_the_hour_of_a_moment() -> None:
    assert [hour_of(at) for at in (0, 3599.9, 3600, RECEIVED + 1.5)] == [0, 0, 3600, RECEIVED]


def test_an_addition_is_a_row_a_state_and_a_spent_ticket(folder: Folder, tip: Example) -> None:
    folder.deposit(tip.sealed)
    case = tip.after(tip.sender().more({"text": "mer"}, tip.public_keys))
    addition = tip.sender().more({"text": "mer"}, tip.public_keys)
    urgent = Promise(LATER + HOUR, RECEIVED)
    folder.store.add(addition, State.MORE, marks=[MARK], expires=LATER, promise=urgent)
    found = folder.stored(tip.sealed.id)
    assert (found.clear.state, found.clear.read_by) == (State.MORE, RECEIVED)
    assert folder.store.is_spent(MARK)
    opened = replace(case, sealed=found.sealed)
    assert [one.kind for one in opened.reader("police").messages()] == [Kind.TIP, Kind.MORE]


def test_a_spent_ticket_adds_nothing(folder: Folder, tip: Example) -> None:
    folder.deposit(tip.sealed)
    folder.store.spend(MARK, LATER, RECEIVED)
    addition = tip.sender().more({"text": "mer"}, tip.public_keys)
    with pytest.raises(Conflict):
        folder.store.add(addition, State.MORE, marks=[MARK], expires=LATER)
    assert folder.stored(tip.sealed.id).sealed == tip.sealed


def test_of_those_who_add_at_once_one_wins(folder: Folder, tip: Example) -> None:
    folder.deposit(tip.sealed)
    additions = [tip.reader().add(Kind.ANSWER, {"text": str(number)}) for number in range(8)]
    ends: list[str] = []
    together = threading.Barrier(len(additions))

    def add(number: int) -> None:
        # Each has engines of its own, as each process of a site has.
        erasure = ErasureKeys(folder.erasure_file)
        store = CaseStore(open_engine(folder.url), erasure)
        store.check_erasure_keys()
        store.find(tip.sealed.id)
        together.wait()
        try:
            store.add(additions[number], State.ANSWERED)
        except Conflict:
            ends.append("conflict")
        else:
            ends.append("won")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(len(additions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["conflict"] * 7 + ["won"]
    said = replace(tip, sealed=folder.stored(tip.sealed.id).sealed).reader().messages()
    assert [one.kind for one in said] == [Kind.TIP, Kind.ANSWER]


def test_nothing_is_added_to_a_case_that_is_gone(folder: Folder, tip: Example) -> None:
    folder.deposit(tip.sealed)
    assert folder.store.destroy_unread(tip.sealed.id, RECEIVED)
    with pytest.raises(Conflict):
        folder.store.add(tip.reader().add(Kind.READ, {}), State.READ)
    with pytest.raises(Conflict):
        folder.store.end_access(tip.sender().withdrawn({}), 14, LATER)


# --- rows that somebody else wrote -------------------------------------------------------------


@pytest.mark.parametrize("value", ["text", 7, 10**12, 0.5])
@pytest.mark.parametrize("column", ["summary", "head", "message", "wrap"])
def test_a_value_of_another_type_opens_for_nobody(
    folder: Folder, tip: Example, column: str, value: object
) -> None:
    """SQLite keeps any value in any column; a thief may try to bring the page down with it."""
    folder.deposit(tip.sealed)
    table, name = {
        "summary": (cases, "summary"),
        "head": (cases, "head"),
        "message": (messages, "sealed"),
        "wrap": (wraps, "sealed"),
    }[column]
    with folder.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {table.name} SET {name} = ?", (value,))  # noqa: S608
    opened = replace(tip, sealed=folder.stored(tip.sealed.id).sealed)
    assert folder.store.queue(["youth_team"])
    if column != "summary":
        for view in (opened.sender, opened.reader):
            with pytest.raises(SealError):
                view()


# --- key cards and marks -----------------------------------------------------------------------


def test_keys_are_given_from_checked_cards_only(folder: Folder, tip: Example) -> None:
    signing, thief = SigningKey.generate(), SigningKey.generate()
    youth, police = tip.holders["youth_team"], tip.holders["police"]
    folder.store.put_card(signing.sign("youth_team", 1, youth))
    folder.store.put_card(signing.sign("police", 1, youth))
    folder.store.put_card(signing.sign("police", 2, police))
    verifier = signing.verifier()
    assert folder.store.public_keys(["police", "youth_team"], verifier) == tip.public_keys
    with pytest.raises(KeyCardError, match="slt has no key card"):
        folder.store.public_keys(["youth_team", "slt"], verifier)
    with pytest.raises(KeyCardError):
        folder.store.public_keys(["youth_team"], thief.verifier())
    for change in (
        {"public": youth.public()},
        {"signature": b""},
        {"serial": 1},
        {"public": "text"},
        {"signature": 5},
    ):
        with writing(folder.engine) as connection:
            connection.execute(key_cards.delete())
            card = signing.sign("police", 2, police)
            row = {"holder": "police", "serial": 2, "public": card.public}
            connection.execute(insert(key_cards).values(**row, signature=card.signature))
            names = ", ".join(f"{name} = ?" for name in change)
            connection.exec_driver_sql(
                f"UPDATE key_cards SET {names}",  # noqa: S608
                tuple(change.values()),
            )
        with pytest.raises(KeyCardError):
            folder.store.public_keys(["police"], verifier)


def test_marks_are_forgotten_when_they_have_expired(folder: Folder) -> None:
    folder.store.spend(MARK, LATER, RECEIVED)
    folder.store.spend(MARK, LATER, RECEIVED)
    assert folder.store.spent_among(b"x" * 32, MARK) == {MARK}
    assert folder.store.spent_among(b"x" * 32, b"x" * 32) == frozenset()
    folder.store.spend(b"y" * 32, LATER + HOUR, LATER - 1)
    assert folder.store.is_spent(MARK)
    folder.store.spend(b"z" * 32, LATER + HOUR, LATER)
    assert not folder.store.is_spent(MARK)
    assert folder.store.forget_spent(LATER + HOUR) == 2
    assert folder.traces(MARK, b"y" * 32) == 0
    assert folder.store.forget_spent(LATER + HOUR) == 0


def test_cases_past_their_days(folder: Folder, tip: Example) -> None:
    folder.deposit(tip.sealed)
    end = RECEIVED + 180 * 24 * HOUR
    assert folder.store.destroy_past_retention(end) == 0
    with writing(folder.engine) as connection:
        connection.execute(update(cases).values(state=State.WITHDRAWN.value))
    assert folder.store.destroy_past_retention(end - 1) == 0
    assert folder.ids() == {tip.sealed.id}
    assert folder.store.destroy_past_retention(end) == 1
    assert folder.ids() == folder.erasure.ids() == frozenset()

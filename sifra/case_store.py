"""The one door to the sealed cases. It moves rows; it opens nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Select,
    bindparam,
    delete,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from sifra.card_store import CardStore
from sifra.case_rows import (
    HOUR,
    SELECT_CASES,
    WAITING,
    Asked,
    Clear,
    Position,
    State,
    StoredCase,
    hour_of,
    read_cases,
    readable_by,
    write_addition,
    write_case,
    write_marks,
)
from sifra.contact_rows import destroy_contact, find_contact, slots, write_contact
from sifra.conversation import Addition, Sealed, SealedContact, Slot, Wraps
from sifra.database import (
    Conflict,
    Prepared,
    driven,
    driven_writing,
    driver_of,
    forget_deleted,
    reading,
    snapshot,
    writing,
)
from sifra.erasure import ErasureKeys
from sifra.key_pins import KeyPins
from sifra.picture_events import SealedEvent, write_event
from sifra.promise_rows import NOTHING, Promise, acknowledge, count_if_broken, promise_anew
from sifra.tables import cases, due, is_closed, is_open, spent, wraps

__all__ = [
    "HOUR",
    "WAITING",
    "Asked",
    "CaseStore",
    "Clear",
    "Position",
    "State",
    "StoredCase",
    "hour_of",
]

_BY_CODE = SELECT_CASES.where(cases.c.lookup_id == bindparam("lookup_id"))
_BY_ID = SELECT_CASES.where(cases.c.id == bindparam("case_id"))
_SPENT = Prepared(
    select(spent.c.mark).where(
        or_(spent.c.mark == bindparam("one"), spent.c.mark == bindparam("other"))
    )
)

_AT_A_TIME = 100


class CaseStore(CardStore):
    """Every call may raise StoreUnavailable; those that write may raise Conflict."""

    def __init__(self, engine: Engine, erasure: ErasureKeys, pins: KeyPins | None = None) -> None:
        super().__init__(engine, pins)
        self._erasure = erasure

    def reserve(self) -> Slot:
        """An id and an erasure key for the next case, durable before the case is."""
        return self._erasure.reserve()

    # --- the sender's side -----------------------------------------------------------------

    def deposit(
        self,
        clear: Clear,
        sealed: Sealed,
        lookup_id: bytes | None,
        mark: bytes,
        expires: int,
        asked: Sequence[Asked] = (),
        picture: SealedEvent | None = None,
        contact: Slot | None = None,
    ) -> None:
        """Store a new case for good, the mark of the form that sent it, who is asked when, and
        what the picture counts of it. ``contact`` is the slot of the number that goes with it.

        Conflict: the form was sent before, and nothing is stored twice. ValueError when a time
        is finer than the hour, which would tell who sat at which screen.
        """
        times = (clear.received, clear.read_by or 0, clear.promised or 0, expires)
        if any(time % HOUR for time in times):
            raise ValueError("times in clear are whole hours")
        with driven_writing(self._engine) as driver:
            # Under the lock of the cases, or a purge of keys without a case could take this one.
            self._erasure.keep(Slot(sealed.id, sealed.erasure_key))
            if contact is not None:
                self._erasure.keep(contact)
            write_marks(driver, [mark], expires)
            write_case(driver, clear, sealed, lookup_id, asked)
            if sealed.contact is not None:
                write_contact(driver, sealed.id, sealed.contact)
            if picture is not None:
                write_event(driver, picture)

    def find_by_code(self, lookup_id: bytes) -> StoredCase | None:
        return self._one(_BY_CODE, {"lookup_id": lookup_id})

    def find(self, case_id: str) -> StoredCase | None:
        return self._one(_BY_ID, {"case_id": case_id})

    def end_access(self, addition: Addition, retention_days: int, now: float) -> None:
        """Withdraw: the sender's mark is added, and the return code leads nowhere any more.

        The case is kept ``retention_days`` from the hour it was received; a number to call is not.
        """
        with writing(self._engine) as connection:
            count_if_broken(connection, addition.case, now)
            write_addition(connection, addition, State.WITHDRAWN)
            destroy_contact(connection, self._erasure, addition.case)
            connection.execute(
                update(cases)
                .where(cases.c.id == addition.case)
                .values(lookup_id=None, retention_days=retention_days)
            )
            connection.execute(
                delete(wraps).where(wraps.c.case_id == addition.case, wraps.c.holder == "sender")
            )
        forget_deleted(self._engine)

    # --- both sides ------------------------------------------------------------------------

    def add(
        self,
        addition: Addition,
        state: State,
        *,
        marks: Sequence[bytes] = (),
        expires: int = 0,
        promise: Promise | None = None,
        read_by_unit: str = "",
        unopened: bool = False,
        now: float = 0,
        retention_days: int | None = None,
    ) -> None:
        """Add one message, set the state and spend the ticket that carried it.

        ``promise`` is what the sender was told of this message; ``read_by_unit`` is whose member
        reads what waits, at ``now``, or closes it ``unopened``. ``retention_days`` are from the
        hour it was received, and stay as they are when None. With a case that is closed its number
        to call is deleted. Conflict: somebody else added one first, or the ticket was spent before.
        """
        gone = False
        with writing(self._engine) as connection:
            if marks:
                write_marks(driver_of(connection), marks, expires)
            if state in WAITING:
                promise_anew(connection, addition.case, promise or NOTHING)
            if read_by_unit:
                acknowledge(connection, addition.case, read_by_unit, now, unopened=unopened)
            write_addition(connection, addition, state)
            if retention_days is not None:
                connection.execute(
                    update(cases)
                    .where(cases.c.id == addition.case)
                    .values(retention_days=retention_days)
                )
            if state is State.CLOSED:
                gone = destroy_contact(connection, self._erasure, addition.case)
        if gone:
            forget_deleted(self._engine)

    def contact(self, case_id: str) -> tuple[SealedContact, bytes] | None:
        """The number to call that came with a case, and its erasure key; None when there is none
        (any more)."""
        with reading(self._engine) as connection:
            found = find_contact(connection, case_id)
        key = self._erasure.find([found.slot]).get(found.slot) if found else None
        return (found, key) if found and key else None

    def forget_contact(self, case_id: str) -> bool:
        """Delete it for good; False when there was none."""
        with writing(self._engine) as connection:
            gone = destroy_contact(connection, self._erasure, case_id)
        if gone:
            forget_deleted(self._engine)
        return gone

    def disconnect(self) -> None:
        """Close what is open, before a fork."""
        self._engine.dispose()
        self._erasure.disconnect()

    def check_erasure_keys(self) -> None:
        """Raises StoreUnavailable when the erasure keys cannot be read."""
        self._erasure.find(["none"])

    def destroy_unread(self, case_id: str, now: float) -> bool:
        """Delete a case that nobody has read, and say whether that was so.

        Under the lock of the cases: whoever reads it in the same moment either has read it
        before, and it stays, or finds it gone.
        """
        unread = (cases.c.id == case_id) & (cases.c.state == State.NEW.value)
        with writing(self._engine) as connection:
            if connection.execute(select(cases.c.id).where(unread)).first() is None:
                return False
            count_if_broken(connection, case_id, now)
            self._erasure.destroy(case_id, *slots(connection, case_id))
            connection.execute(delete(cases).where(unread))
        forget_deleted(self._engine)
        return True

    # --- retention -------------------------------------------------------------------------

    def destroy_past_retention(self, now: int) -> int:
        """Delete the closed and withdrawn cases whose days are over by ``now`` (Unix seconds, UTC);
        how many they were.

        Under the lock of the cases, some at a time: what a sender adds to in the same moment is
        open again and stays, or is found gone, and no tip waits long.
        """
        ends = cases.c.received + cases.c.retention_days * (24 * HOUR)
        gone = cases.c.state.in_([State.CLOSED.value, State.WITHDRAWN.value])
        over = select(cases.c.id).where(gone, ends <= literal(now))
        count = 0
        while True:
            with writing(self._engine) as connection:
                ids = connection.scalars(over.limit(_AT_A_TIME)).all()
                self._erasure.destroy(*ids, *(slots(connection, *ids) if ids else ()))
                connection.execute(delete(cases).where(cases.c.id.in_(ids)))
            if not ids:
                return count
            forget_deleted(self._engine)
            count += len(ids)

    def destroy_unused_keys(self) -> int:
        """Destroy the erasure keys that no case has; how many they were.

        The lock of the cases is held throughout, so no case is stored meanwhile; a deposit that
        comes after puts its key back before it stores anything.
        """
        with writing(self._engine) as connection:
            used = frozenset(connection.scalars(select(cases.c.id))) | slots(connection)
            unused = self._erasure.ids() - used
            self._erasure.destroy(*unused)
        return len(unused)

    def write_anew(self) -> None:
        """Write the whole database anew, so that no stale copy of a deleted row is left in it.
        It holds the write lock meanwhile: for the night."""
        forget_deleted(self._engine, rewrite=True)

    def forget_spent(self, now: int) -> int:
        """Delete the marks that have expired by ``now`` (Unix seconds); how many they were."""
        with writing(self._engine) as connection:
            count = connection.execute(delete(spent).where(spent.c.expires <= now)).rowcount
        if count:
            forget_deleted(self._engine)
        return count

    # --- the readers' side -----------------------------------------------------------------

    def queue(
        self,
        holders: Iterable[str],
        *,
        closed: bool = False,
        after: Position | None = None,
        limit: int = 25,
    ) -> list[tuple[StoredCase, Position]]:
        """A page of the cases that one of ``holders`` may read: danger, read-by, then age."""
        place = tuple_(due, cases.c.received, cases.c.id)
        query = SELECT_CASES.add_columns(due).where(readable_by(holders))
        if closed:
            query = query.where(is_closed)
            query = query.order_by(cases.c.received.desc(), cases.c.id.desc())
            if after:
                query = query.where(
                    tuple_(cases.c.received, cases.c.id) < (after.received, after.id)
                )
        else:
            query = query.where(is_open).order_by(due, cases.c.received, cases.c.id)
            if after:
                query = query.where(place > (after.due, after.received, after.id))
        with snapshot(self._engine) as connection:
            rows = connection.execute(query.limit(limit)).all()
            stored = self._read(connection, rows, summaries_only=True)
        return [
            (case, Position(row[-1], case.clear.received, case.clear.id))
            for case, row in zip(stored, rows, strict=True)
        ]

    def readable_ids(self, holder: str, after: str = "", limit: int = 100) -> list[str]:
        """Some of the cases that ``holder`` reads, open or not, in the order of their ids."""
        query = (
            select(wraps.c.case_id)
            .where(wraps.c.holder == holder, wraps.c.purpose == "tip-key", wraps.c.case_id > after)
            .order_by(wraps.c.case_id)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return list(connection.scalars(query))

    def summaries(self, case_ids: Iterable[str], holders: Iterable[str]) -> list[StoredCase]:
        """Those of ``case_ids`` that one of ``holders`` reads, as in the queue but in no order."""
        query = SELECT_CASES.where(cases.c.id.in_(list(case_ids)), readable_by(holders))
        with snapshot(self._engine) as connection:
            rows = connection.execute(query).all()
            return self._read(connection, rows, summaries_only=True)

    def known(self, case_ids: Iterable[str]) -> frozenset[str]:
        """Those of ``case_ids`` that there still are."""
        query = select(cases.c.id).where(cases.c.id.in_(list(case_ids)))
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(query))

    def rewrap(self, case_id: str, locked: Wraps, known: Wraps) -> None:
        """Put ``locked`` in the place of wraps that stood as ``known`` says. Conflict: one of
        them is not what it was, or there is one more."""
        with writing(self._engine) as connection:
            rows = connection.execute(
                select(wraps.c.purpose, wraps.c.holder, wraps.c.sealed).where(
                    wraps.c.case_id == case_id
                )
            )
            now = {(row.purpose, row.holder): row.sealed for row in rows}
            holders = {holder for _, holder in locked}
            mine = {place: blob for place, blob in now.items() if place[1] in holders}
            if mine.keys() != locked.keys() or any(
                known.get(place) != blob for place, blob in mine.items()
            ):
                raise Conflict
            for (purpose, holder), blob in locked.items():
                connection.execute(
                    update(wraps)
                    .where(
                        wraps.c.case_id == case_id,
                        wraps.c.purpose == purpose,
                        wraps.c.holder == holder,
                    )
                    .values(sealed=blob)
                )

    # --- spent forms -----------------------------------------------------------------------

    def spent_among(self, one: bytes, other: bytes) -> frozenset[bytes]:
        """Those of the two marks that have been made and have not yet expired."""
        with driven(self._engine) as driver:
            return frozenset(row[0] for row in _SPENT.run(driver, {"one": one, "other": other}))

    def is_spent(self, mark: bytes) -> bool:
        return bool(self.spent_among(mark, mark))

    def spend(self, mark: bytes, expires: int, now: int) -> None:
        """Make a mark (again is no fault), and delete those that have expired."""
        with writing(self._engine) as connection:
            connection.execute(delete(spent).where(spent.c.expires <= now))
            known = connection.execute(select(spent.c.mark).where(spent.c.mark == mark)).first()
            if known is None:
                connection.execute(insert(spent).values(mark=mark, expires=expires))

    # --- rows ------------------------------------------------------------------------------

    def _one(self, query: Select[*tuple[Any, ...]], wanted: dict[str, object]) -> StoredCase | None:
        with snapshot(self._engine) as connection:
            rows = connection.execute(query, wanted).all()
            stored = self._read(connection, rows, summaries_only=False)
        return stored[0] if stored else None

    def _read(
        self, connection: Connection, rows: Sequence[Any], *, summaries_only: bool
    ) -> list[StoredCase]:
        if not rows:
            return []
        erasure_keys = self._erasure.find(row[0] for row in rows)
        return read_cases(connection, rows, erasure_keys, summaries_only=summaries_only)

"""The one door to the sealed cases. It moves rows; it opens nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    tuple_,
    update,
)

from sifra.conversation import Addition, Sealed, Wraps
from sifra.database import Conflict, forget_deleted, reading, writing
from sifra.erasure import ErasureKeys
from sifra.key_cards import KeyCard, KeyCardError
from sifra.sealing import KEY_BYTES
from sifra.tables import cases, due, is_open, key_cards, messages, spent, wraps

HOUR = 3600


class State(StrEnum):
    """Where a case stands, in clear."""

    NEW = "new"
    READ = "read"
    ANSWERED = "answered"
    MORE = "more"
    """The sender has written again and nobody has read it."""
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Clear:
    """What is known of a case without any key. Times are Unix seconds (UTC), whole hours."""

    id: str
    lane: str
    state: State
    received: int
    read_by: int | None
    retention_days: int


@dataclass(frozen=True, slots=True)
class StoredCase:
    """A case as stored: what is in clear, and what is sealed."""

    clear: Clear
    sealed: Sealed


@dataclass(frozen=True, slots=True)
class Position:
    """A place in the queue, for the page after it."""

    due: int
    received: int
    id: str


def hour_of(seconds: float) -> int:
    """The whole hour (Unix seconds, UTC) that a moment lies in."""
    return int(seconds) // HOUR * HOUR


class CaseStore:
    """Every call may raise StoreUnavailable; those that write may raise Conflict."""

    def __init__(self, engine: Engine, erasure: ErasureKeys) -> None:
        self._engine = engine
        self._erasure = erasure

    # --- the sender's side -----------------------------------------------------------------

    def deposit(
        self, clear: Clear, sealed: Sealed, lookup_id: bytes | None, mark: bytes, expires: int
    ) -> None:
        """Store a new case for good, and the mark of the form that sent it.

        Conflict: the form was sent before, and nothing is stored twice. ValueError when a time
        is finer than the hour, which would tell who sat at which screen.
        """
        if any(time % HOUR for time in (clear.received, clear.read_by or 0, expires)):
            raise ValueError("times in clear are whole hours")
        self._erasure.keep(sealed.id, sealed.erasure_key)
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(spent).values(mark=mark, expires=expires))
                connection.execute(
                    insert(cases).values(
                        id=clear.id,
                        lane=clear.lane,
                        state=clear.state.value,
                        received=clear.received,
                        read_by=clear.read_by,
                        retention_days=clear.retention_days,
                        lookup_id=lookup_id,
                        summary=sealed.summary,
                        head=sealed.head,
                    )
                )
                connection.execute(insert(messages), _message_rows(sealed))
                connection.execute(insert(wraps), _wrap_rows(sealed.id, sealed.wraps))
        except Conflict:
            self._erasure.destroy(sealed.id)
            raise

    def find_by_code(self, lookup_id: bytes) -> StoredCase | None:
        return self._one(_select_cases().where(cases.c.lookup_id == lookup_id))

    def find(self, case_id: str) -> StoredCase | None:
        return self._one(_select_cases().where(cases.c.id == case_id))

    def end_access(self, addition: Addition, retention_days: int) -> None:
        """Withdraw: the sender's mark is added, and the return code leads nowhere any more.

        The case is kept ``retention_days`` from the hour it was received.
        """
        with writing(self._engine) as connection:
            _add(connection, addition, State.WITHDRAWN)
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
        at_once: bool = False,
    ) -> None:
        """Add one message, set the state and spend the ticket that carried it.

        ``at_once`` makes the case due now. Conflict: somebody else added one first, or the
        ticket was spent before.
        """
        with writing(self._engine) as connection:
            if marks:
                rows = [{"mark": mark, "expires": expires} for mark in marks]
                connection.execute(insert(spent), rows)
            _add(connection, addition, state)
            if at_once:
                connection.execute(
                    update(cases)
                    .where(cases.c.id == addition.case)
                    .values(read_by=cases.c.received)
                )

    def check_erasure_keys(self) -> None:
        """Raises StoreUnavailable when the erasure keys cannot be read."""
        self._erasure.find(["none"])

    def destroy(self, case_id: str) -> None:
        """Delete a case: its erasure key first, then its rows."""
        self._erasure.destroy(case_id)
        with writing(self._engine) as connection:
            connection.execute(delete(cases).where(cases.c.id == case_id))
        forget_deleted(self._engine)

    # --- retention -------------------------------------------------------------------------

    def past_retention(self, now: int) -> list[str]:
        """The withdrawn cases whose days are over. ``now`` is in Unix seconds."""
        ends = cases.c.received + cases.c.retention_days * (24 * HOUR)
        with reading(self._engine) as connection:
            return list(
                connection.scalars(
                    select(cases.c.id).where(
                        cases.c.state == State.WITHDRAWN.value, ends <= literal(now)
                    )
                )
            )

    def ids(self) -> frozenset[str]:
        """Every case there is."""
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(select(cases.c.id)))

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
        query = _select_cases().add_columns(due).where(_readable(holders))
        if closed:
            query = query.where(cases.c.state == State.CLOSED.value)
            query = query.order_by(cases.c.received.desc(), cases.c.id.desc())
            if after:
                query = query.where(
                    tuple_(cases.c.received, cases.c.id) < (after.received, after.id)
                )
        else:
            query = query.where(is_open).order_by(due, cases.c.received, cases.c.id)
            if after:
                query = query.where(place > (after.due, after.received, after.id))
        with reading(self._engine) as connection:
            rows = connection.execute(query.limit(limit)).all()
            stored = self._with_parts(connection, rows, summaries_only=True)
        return [
            (case, Position(row[-1], case.clear.received, case.clear.id))
            for case, row in zip(stored, rows, strict=True)
        ]

    def awaiting(self, holders: Iterable[str], at_most: int = 100) -> int:
        """How many cases nobody has read, counted no further than ``at_most``."""
        some = (
            select(cases.c.id)
            .where(cases.c.state.in_([State.NEW.value, State.MORE.value]), _readable(holders))
            .limit(at_most)
            .subquery()
        )
        with reading(self._engine) as connection:
            return connection.execute(select(func.count()).select_from(some)).scalar_one()

    # --- key cards and spent forms ---------------------------------------------------------

    def put_card(self, card: KeyCard) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(key_cards).where(key_cards.c.holder == card.holder))
            connection.execute(
                insert(key_cards).values(
                    holder=card.holder,
                    serial=card.serial,
                    public=card.public,
                    signature=card.signature,
                )
            )

    def public_keys(self, holders: Iterable[str], verifier: bytes) -> dict[str, bytes]:
        """The checked public key of each holder. Raises KeyCardError."""
        wanted = list(holders)
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(
                    key_cards.c.holder,
                    key_cards.c.serial,
                    key_cards.c.public,
                    key_cards.c.signature,
                ).where(key_cards.c.holder.in_(wanted))
            )
            cards = {row[0]: KeyCard(*row) for row in rows}
        for holder in wanted:
            if holder not in cards:
                raise KeyCardError(f"{holder} has no key card")
        return {holder: cards[holder].check(verifier, holder) for holder in wanted}

    def is_spent(self, *marks: bytes) -> bool:
        """Has any of these marks been made and not yet expired?"""
        with reading(self._engine) as connection:
            found = connection.execute(select(spent.c.mark).where(spent.c.mark.in_(marks)).limit(1))
            return found.first() is not None

    def spend(self, mark: bytes, expires: int, now: int) -> None:
        """Make a mark (again is no fault), and delete those that have expired."""
        with writing(self._engine) as connection:
            connection.execute(delete(spent).where(spent.c.expires <= now))
            known = connection.execute(select(spent.c.mark).where(spent.c.mark == mark)).first()
            if known is None:
                connection.execute(insert(spent).values(mark=mark, expires=expires))

    # --- rows ------------------------------------------------------------------------------

    def _one(self, query: Select[*tuple[Any, ...]]) -> StoredCase | None:
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
            stored = self._with_parts(connection, rows, summaries_only=False)
        return stored[0] if stored else None

    def _with_parts(
        self, connection: Connection, rows: Sequence[Any], *, summaries_only: bool
    ) -> list[StoredCase]:
        ids = [row[0] for row in rows]
        erasure_keys = self._erasure.find(ids) if ids else {}
        wanted = select(wraps.c.case_id, wraps.c.purpose, wraps.c.holder, wraps.c.sealed).where(
            wraps.c.case_id.in_(ids)
        )
        if summaries_only:
            wanted = wanted.where(wraps.c.purpose == "tip-key")
        held: dict[str, dict[tuple[str, str], bytes]] = {case_id: {} for case_id in ids}
        for case_id, purpose, holder, blob in connection.execute(wanted):
            held[case_id][purpose, holder] = _blob(blob)
        said: dict[str, list[bytes]] = {case_id: [] for case_id in ids}
        if not summaries_only:
            for case_id, blob in connection.execute(
                select(messages.c.case_id, messages.c.sealed)
                .where(messages.c.case_id.in_(ids))
                .order_by(messages.c.case_id, messages.c.sequence)
            ):
                said[case_id].append(_blob(blob))
        return [
            StoredCase(
                Clear(row[0], row[1], State(row[2]), row[3], row[4], row[5]),
                Sealed(
                    id=row[0],
                    # A case whose erasure key was destroyed opens for nobody.
                    erasure_key=erasure_keys.get(row[0], bytes(KEY_BYTES)),
                    head=_blob(row[7]),
                    summary=_blob(row[6]),
                    wraps=held[row[0]],
                    messages=tuple(said[row[0]]),
                ),
            )
            for row in rows
        ]


def _select_cases() -> Select[*tuple[Any, ...]]:
    return select(
        cases.c.id,
        cases.c.lane,
        cases.c.state,
        cases.c.received,
        cases.c.read_by,
        cases.c.retention_days,
        cases.c.summary,
        cases.c.head,
    )


def _blob(value: object) -> bytes:
    """SQLite keeps a value of any type in any column; what is not bytes opens for nobody."""
    return value if isinstance(value, bytes) else b""


def _readable(holders: Iterable[str]) -> ColumnElement[bool]:
    return exists(
        select(wraps.c.case_id).where(
            wraps.c.case_id == cases.c.id,
            wraps.c.purpose == "tip-key",
            wraps.c.holder.in_(list(holders)),
        )
    )


def _add(connection: Connection, addition: Addition, state: State) -> None:
    connection.execute(
        insert(messages).values(
            case_id=addition.case, sequence=addition.sequence, sealed=addition.message
        )
    )
    if addition.wraps:
        connection.execute(insert(wraps), _wrap_rows(addition.case, addition.wraps))
    connection.execute(
        update(cases)
        .where(cases.c.id == addition.case)
        .values(head=addition.head, state=state.value)
    )


def _message_rows(sealed: Sealed) -> list[dict[str, object]]:
    return [
        {"case_id": sealed.id, "sequence": sequence, "sealed": blob}
        for sequence, blob in enumerate(sealed.messages)
    ]


def _wrap_rows(case_id: str, locked: Wraps) -> list[dict[str, object]]:
    return [
        {"case_id": case_id, "purpose": purpose, "holder": holder, "sealed": blob}
        for (purpose, holder), blob in locked.items()
    ]

"""The people of the back office: who they are, which keys they hold, and how they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from sifra.case_store import CaseStore
from sifra.database import Conflict, reading, snapshot, writing
from sifra.key_cards import PICTURE
from triage.audit.audit_log import Action, Deed, append
from triage.permissions import READERS, Permission, may
from triage.staff_tables import (
    accounts,
    awaited_keys,
    interpreters,
    invitations,
    key_renewals,
    profile_drafts,
    sessions,
    signing_keys,
    unit_keys,
)


class LastLeader(Exception):
    """Nobody could let anybody in any more."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account that is not gone. ``units`` are those whose newest key it holds, ``awaits`` those
    whose key it is to be given; the picture stands among the second only."""

    id: str
    username: str
    display: str
    role: str
    language: str
    languages: str
    let_in: bool
    has_card: bool
    public: bytes
    units: tuple[str, ...] = ()
    awaits: tuple[str, ...] = ()

    @property
    def leads(self) -> bool:
        return may(self.role, Permission.LEAD)

    @property
    def reads(self) -> bool:
        return self.role in READERS


def everybody(engine: Engine) -> list[Person]:
    """Everybody who is not gone, by what they are called."""
    with snapshot(engine) as connection:
        rows = connection.execute(
            select(accounts)
            .where(accounts.c.gone.is_(None))
            .order_by(accounts.c.display, accounts.c.username)
        ).all()
        newest = _newest(connection)
        held: dict[str, list[str]] = {}
        behind: dict[str, set[str]] = {}
        for account_id, unit, serial in connection.execute(_HELD):
            kept = serial == newest[unit]
            if kept:
                held.setdefault(account_id, []).append(unit)
            else:
                behind.setdefault(account_id, set()).add(unit)
        for account_id, unit in connection.execute(select(*_AWAITED)):
            behind.setdefault(account_id, set()).add(unit)
        for row in rows:
            if row.role in READERS:
                behind.setdefault(row.id, set()).add(PICTURE)
    return [_person(row, held.get(row.id, []), behind.get(row.id, set())) for row in rows]


def find(engine: Engine, account_id: str) -> Person | None:
    """None also for somebody who has left."""
    return next((one for one in everybody(engine) if one.id == account_id), None)


def picture_is_held(engine: Engine) -> bool:
    """Somebody can open what is counted. Nobody can in an installation from before there was a
    picture, until a leader makes its key."""
    with reading(engine) as connection:
        return PICTURE in _newest(connection)


def was_there(engine: Engine, username: str) -> bool:
    """Somebody has, or had, that username: it is never given to another, whom the log would take
    for the first."""
    with reading(engine) as connection:
        found = connection.execute(
            select(accounts.c.id).where(accounts.c.username == username)
        ).first()
    return found is not None


def holders(found: list[Person]) -> dict[str, list[Person]]:
    """Those who can open what is sealed for each unit."""
    by_unit: dict[str, list[Person]] = {}
    for person in found:
        for unit in person.units:
            by_unit.setdefault(unit, []).append(person)
    return by_unit


def only_holder_of(engine: Engine, account_id: str) -> list[str]:
    """The units that nobody could read any more without this account."""
    return [
        unit
        for unit, members in holders(everybody(engine)).items()
        if [one.id for one in members] == [account_id]
    ]


def is_last_leader(engine: Engine, account_id: str) -> bool:
    """Is the account the only one that can let others in?"""
    with reading(engine) as connection:
        leaders = connection.scalars(
            select(signing_keys.c.account_id)
            .join(accounts, accounts.c.id == signing_keys.c.account_id)
            .where(accounts.c.gone.is_(None))
        ).all()
    return list(leaders) == [account_id]


def forget_keys(connection: Connection, store: CaseStore, account_id: str, now: int) -> list[str]:
    """In a transaction of the staff database: the account holds no key any more, is signed in
    nowhere, and interprets no case. The units whose key it held; ``now`` is Unix seconds (UTC).

    Nothing more is sealed for a unit whose key nobody holds then.
    """
    newest = _newest(connection)
    units = list(
        connection.scalars(
            select(unit_keys.c.unit).distinct().where(unit_keys.c.account_id == account_id)
        )
    )
    connection.execute(delete(sessions).where(sessions.c.account_id == account_id))
    for gone, of_whom in (
        (delete(unit_keys), unit_keys.c.account_id),
        (delete(signing_keys), signing_keys.c.account_id),
    ):
        connection.execute(gone.where(of_whom == account_id))
    # Whoever looks at the case next takes its wrap out of the folder: that needs the folder's key.
    connection.execute(
        update(interpreters)
        .where(interpreters.c.account_id == account_id, interpreters.c.ended.is_(None))
        .values(ended=now)
    )
    left = set(connection.scalars(select(unit_keys.c.unit).distinct()))
    for unit in units:
        if unit not in left:
            # Before the rows are gone for good: a unit with a card and no key would take tips
            # that nobody could ever open.
            store.withdraw_card(unit)
            connection.execute(delete(key_renewals).where(key_renewals.c.unit == unit))
    return [unit for unit in units if unit in newest]


def leave(
    engine: Engine, store: CaseStore, account_id: str, by: str, now: int
) -> Mapping[str, bool]:
    """End an account: it opens nothing from now on, and the keys that it knew are to be renewed.
    ``by`` is who does it, ``now`` Unix seconds (UTC). For each unit, whether somebody still holds
    its key.

    LastLeader; Conflict: it is gone already.
    """
    if is_last_leader(engine, account_id):
        raise LastLeader
    append(engine, Deed(Action.STAFF_LEFT, by, fields={"account": account_id}))
    with writing(engine) as connection:
        gone = connection.execute(
            update(accounts)
            .where(accounts.c.id == account_id, accounts.c.gone.is_(None))
            .values(gone=now)
        )
        if gone.rowcount != 1:
            raise Conflict
        newest = _newest(connection)
        units = forget_keys(connection, store, account_id, now)
        for table in (awaited_keys, invitations):
            connection.execute(delete(table).where(table.c.account_id == account_id))
        left = set(connection.scalars(select(unit_keys.c.unit).distinct()))
        for unit in units:
            if unit in left:
                _ask_for_renewal(connection, unit, newest[unit], now)
            else:
                # What an adult said of themselves is about them, and not about the next.
                connection.execute(delete(profile_drafts).where(profile_drafts.c.adult == unit))
                store.withdraw_profile(unit)
    return {unit: unit in left for unit in units}


def _ask_for_renewal(connection: Connection, unit: str, serial: int, now: int) -> None:
    """One that is under way begins anew: its new key was known to whoever leaves now."""
    connection.execute(delete(key_renewals).where(key_renewals.c.unit == unit))
    connection.execute(
        insert(key_renewals).values(unit=unit, serial=serial, since=now, place="", clean=True)
    )


_HELD = select(unit_keys.c.account_id, unit_keys.c.unit, unit_keys.c.serial).order_by(
    unit_keys.c.unit, unit_keys.c.serial
)
_AWAITED = awaited_keys.c.account_id, awaited_keys.c.unit


def _newest(connection: Connection) -> dict[str, int]:
    """The serial of each holder's newest key."""
    rows = connection.execute(
        select(unit_keys.c.unit, func.max(unit_keys.c.serial)).group_by(unit_keys.c.unit)
    )
    return {str(row[0]): int(row[1]) for row in rows}


def _person(row: Row[tuple[object, ...]], held: list[str], behind: set[str]) -> Person:
    return Person(
        id=str(row.id),
        username=row.username,
        display=row.display,
        role=row.role,
        language=row.language,
        languages=row.languages or "",
        let_in=row.let_in is not None,
        has_card=row.card_signature is not None,
        public=row.public_key,
        units=tuple(unit for unit in held if unit != PICTURE),
        awaits=tuple(sorted(behind - set(held))),
    )

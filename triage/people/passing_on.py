"""Letting an account in, and passing keys on to it. Nobody does all of it alone.

Whoever joins, or has forgotten a passphrase, makes a key pair that only they have. A *leader*
compares its fingerprint with what the newcomer reads out, and signs the account's key card. A
unit's key is passed on by somebody who *holds* it, the leader or another member of the unit, and
only to an account with a card. Where nobody holds a unit's key, the leader opens it: a new key,
given to the newcomer alone, so that no leader comes to read every unit (triage.people.opening).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, insert, select

from sifra.case_store import CaseStore
from sifra.database import Conflict, reading, writing
from sifra.key_cards import PICTURE, KeyCardError, SigningKey, account_holder, fingerprint
from sifra.sealing import PrivateKey
from triage.audit.audit_log import Action, Deed, append
from triage.keys import Unlocked
from triage.people import held_keys
from triage.people.opening import held, is_unopened, open_unit, store_keys
from triage.permissions import READERS, Permission, may
from triage.staff_tables import accounts, awaited_keys, signing_keys, unit_keys

_NOTHING: Mapping[str, int] = {}


class OtherKey(Exception):
    """The key is not the one whose fingerprint was compared. Nothing was done."""


@dataclass(frozen=True, slots=True)
class LetIn:
    """What a newcomer got of each unit that they are to read as."""

    given: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    """The newcomer is the first member, and the only one who holds the key."""
    awaited: tuple[str, ...] = ()
    """Somebody else must pass the key on."""
    pinned: bool = True
    """Former key cards stand no more: the file that says so could be written."""


def let_in(
    engine: Engine, store: CaseStore, leader: Unlocked, account_id: str, compared: int, now: int
) -> LetIn:
    """Sign the account's card, and pass on what the leader holds. ``compared`` is the fingerprint
    that the newcomer read out; ``now`` is Unix seconds (UTC).

    OtherKey: the account's key has another. Conflict: the account was let in meanwhile, or is
    gone. SealError: a key was altered, or who asks holds no signing key. May raise
    StoreUnavailable.
    """
    signing = held_keys.signing_key(engine, leader)
    with reading(engine) as connection:
        row = connection.execute(select(accounts).where(accounts.c.id == account_id)).first()
    if row is None or row.gone is not None or row.card_signature is not None:
        raise Conflict
    public = row.public_key
    if fingerprint(account_holder(account_id), public) != compared:
        raise OtherKey
    serial = (row.card_serial or 0) + 1
    card: dict[str, int | str] = {"account": account_id, "serial": serial}
    append(engine, Deed(Action.ACCOUNT_CARD_SIGNED, leader.account_id, fields=card))
    held_keys.sign_account(engine, signing, account_id, public, leader.account_id, now)
    if may(row.role, Permission.LEAD) and not _holds_signing_key(engine, account_id):
        held_keys.give_signing_key(engine, account_id, public, signing)
    result = _give(engine, store, leader, signing, (account_id, row.role, public), now)
    return LetIn(*result, pinned=pin(engine, store, signing))


def sign_own_card(engine: Engine, leader: Unlocked, now: int) -> None:
    """For a leader of before there were such cards: their own key they need not compare."""
    with reading(engine) as connection:
        known = connection.execute(
            select(accounts.c.card_signature).where(accounts.c.id == leader.account_id)
        ).scalar_one()
    if known is None:
        signing = held_keys.signing_key(engine, leader)
        card: dict[str, int | str] = {"account": leader.account_id, "serial": 1}
        append(engine, Deed(Action.ACCOUNT_CARD_SIGNED, leader.account_id, fields=card))
        public = leader.private.public()
        held_keys.sign_account(engine, signing, leader.account_id, public, None, now)


def open_picture(engine: Engine, store: CaseStore, leader: Unlocked, now: int) -> bool:
    """Make the picture's key, in an installation that has none: the leader gets it, and passes it
    on like any other. ``now`` is Unix seconds (UTC). False as of :func:`pin`.

    Conflict: somebody holds it. SealError: who asks holds no signing key.
    """
    signing = held_keys.signing_key(engine, leader)
    sign_own_card(engine, leader, now)
    role = _role(engine, leader.account_id)
    to = (leader.account_id, role, leader.private.public())
    open_unit(engine, store, leader, signing, to, PICTURE, now)
    return pin(engine, store, signing)


def open_anew(
    engine: Engine, store: CaseStore, leader: Unlocked, account_id: str, unit: str, now: int
) -> bool:
    """A new key for a unit or an adult whose key nobody holds any more, for an account that has a
    key card and awaits it. What was sealed before opens when another reader lets the new key in.
    ``now`` is Unix seconds (UTC). False as of :func:`pin`.

    KeyCardError: the account has no card that stands. Conflict: somebody holds a key of it, or the
    account awaits none. SealError: who asks holds no signing key.
    """
    signing = held_keys.signing_key(engine, leader)
    public = held_keys.account_public(engine, account_id, signing.verifier(), store.pins)
    role = _role(engine, account_id)
    if unit == PICTURE or role not in READERS or unit not in _awaited(engine, account_id):
        raise Conflict
    if unit in held(engine):
        raise Conflict
    open_unit(engine, store, leader, signing, (account_id, role, public), unit, now)
    return pin(engine, store, signing)


def pass_on(
    engine: Engine, store: CaseStore, member: Unlocked, account_id: str, unit: str, verifier: bytes
) -> None:
    """Give a unit's key, every serial that still opens something, to an account with a card.

    KeyCardError: it has none. Conflict: it has the key already, it may read nothing, or the
    member does not hold the key.
    """
    public = held_keys.account_public(engine, account_id, verifier, store.pins)
    role = _role(engine, account_id)
    with reading(engine) as connection:
        theirs = set(
            connection.scalars(
                select(unit_keys.c.serial).where(
                    unit_keys.c.account_id == account_id, unit_keys.c.unit == unit
                )
            )
        )
    mine = held_keys.held_by_serial(engine, member).get(unit, {})
    new = {serial: private for serial, private in mine.items() if serial not in theirs}
    if not new or role not in READERS:
        raise Conflict
    _add(engine, member, (account_id, role, public), unit, new)


def await_keys(connection: Connection, account_id: str, units: Iterable[str]) -> None:
    """The account is to be given these keys."""
    known = _awaited_in(connection, account_id)
    for unit in sorted(set(units) - known):
        connection.execute(insert(awaited_keys).values(account_id=account_id, unit=unit))


def pin(
    engine: Engine, store: CaseStore, signing: SigningKey, also: Mapping[str, int] = _NOTHING
) -> bool:
    """Write down which key cards are former ones from now on; False when the file cannot be
    written, which `sifra check` then says: it is written at the next signing. ``also`` are the
    lowest serials of what else is signed (sifra.key_cards.profile_holder)."""
    if store.pins is None:
        return False
    verifier = signing.verifier()
    try:
        serials = dict(store.pins.lowest(verifier))
    except KeyCardError:
        # Never sign over a file that somebody has changed: first somebody must look at it.
        return False
    for card in store.cards():
        card.check(verifier, card.holder)
        serials[card.holder] = max(card.serial, serials.get(card.holder, 0))
    with reading(engine) as connection:
        rows = connection.execute(
            select(accounts.c.id, accounts.c.card_serial, accounts.c.gone).where(
                accounts.c.card_serial.is_not(None)
            )
        ).all()
    for account_id, serial, gone in rows:
        holder = account_holder(account_id)
        lowest = int(serial or 0) + (gone is not None)
        serials[holder] = max(lowest, serials.get(holder, 0))
    for holder, serial in also.items():
        serials[holder] = max(serial, serials.get(holder, 0))
    try:
        store.pins.write(signing.sign_pins(serials))
    except OSError:
        return False
    return True


def _give(
    engine: Engine,
    store: CaseStore,
    leader: Unlocked,
    signing: SigningKey,
    to: tuple[str, str, bytes],
    now: int,
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    account_id, role, _ = to
    given, opened, awaited = [], [], []
    wanted = {*_awaited(engine, account_id), PICTURE} if role in READERS else set()
    mine = held_keys.held_by_serial(engine, leader)
    for unit in sorted(wanted):
        if unit in mine:
            _add(engine, leader, to, unit, mine[unit])
            given.append(unit)
        elif is_unopened(engine, store, unit):
            open_unit(engine, store, leader, signing, to, unit, now)
            opened.append(unit)
        else:
            awaited.append(unit)
    return (
        tuple(unit for unit in given if unit != PICTURE),
        tuple(unit for unit in opened if unit != PICTURE),
        tuple(unit for unit in awaited if unit != PICTURE),
    )


def _add(
    engine: Engine,
    by: Unlocked,
    to: tuple[str, str, bytes],
    unit: str,
    keys: Mapping[int, PrivateKey],
) -> None:
    account_id, role, public = to
    added = {"added": account_id, "role": role}
    append(engine, Deed(Action.STAFF_ADDED, by.account_id, unit, fields=added))
    with writing(engine) as connection:
        store_keys(connection, account_id, public, unit, keys)


def _role(engine: Engine, account_id: str) -> str:
    with reading(engine) as connection:
        return connection.execute(
            select(accounts.c.role).where(accounts.c.id == account_id)
        ).scalar_one()


def _awaited(engine: Engine, account_id: str) -> set[str]:
    with reading(engine) as connection:
        return _awaited_in(connection, account_id)


def _awaited_in(connection: Connection, account_id: str) -> set[str]:
    return set(
        connection.scalars(
            select(awaited_keys.c.unit).where(awaited_keys.c.account_id == account_id)
        )
    )


def _holds_signing_key(engine: Engine, account_id: str) -> bool:
    with reading(engine) as connection:
        found = connection.execute(
            select(signing_keys.c.account_id).where(signing_keys.c.account_id == account_id)
        ).first()
    return found is not None

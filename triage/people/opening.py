"""A key for a unit or an adult that nobody holds a key of: the first one, or the next.

The leader who opens it does not get it: nobody comes to read by opening. It goes to one account
that waits for it and has a key card.

When all who held a key are gone or have forgotten their passphrase, what was sealed for it opens
for the other readers of the same cases alone. The new key opens only what comes from then on, until
one of them lets it in (triage.people.unit_renewal): an adult's deputy, or for a unit whoever
reads the same cases.

Somebody who can write to the staff database can take every row of a unit's key away, and ask for
a new one for an accomplice. What stands against that: what is taken away is gone for its members,
who say so; a leader is shown whom the key is for, that account's own card is checked, and where the
unit's card still stands (people who leave take it with them) the page says that something else
happened; the audit log has an entry of the leader's; the former card is pinned, so that it cannot
be put back to hide it; and nothing from before opens until a second person, who reads it already,
lets the new key in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, Engine, delete, func, insert, select

from sifra.case_store import CaseStore
from sifra.database import Conflict, reading, writing
from sifra.key_cards import PICTURE, SigningKey
from sifra.sealing import PrivateKey
from triage.audit.audit_log import Action, Deed, append
from triage.folder_store import FolderStore
from triage.keys import Unlocked
from triage.people import held_keys
from triage.staff_tables import audit_entries, awaited_keys, key_renewals, unit_keys


def held(engine: Engine) -> frozenset[str]:
    """The units, adults and PICTURE that somebody holds a key of, of any serial."""
    with reading(engine) as connection:
        return frozenset(connection.scalars(select(unit_keys.c.unit).distinct()))


def is_unopened(engine: Engine, store: CaseStore, unit: str) -> bool:
    """Nobody has ever held its key, or nobody does any more. Both tell it: somebody who takes away
    its card alone does not get a new key made, that those who hold the old one would not have; nor
    does somebody who takes away the keys alone, without a leader who is asked (open_anew)."""
    return unit not in held(engine) and store.card(unit) is None


def is_sealed_for(engine: Engine, store: CaseStore, unit: str) -> bool:
    """There is something from before that a new key would not open."""
    return bool(store.readable_ids(unit, limit=1) or FolderStore(engine).held_by(unit, limit=1))


def next_serial(engine: Engine, store: CaseStore, unit: str, verifier: bytes) -> int:
    """Higher than any that the unit ever had: also when its keys and its card are gone, and no pin
    was ever written. Then the audit log still knows."""
    with reading(engine) as connection:
        newest = connection.execute(
            select(func.max(unit_keys.c.serial)).where(unit_keys.c.unit == unit)
        ).scalar()
        signed = connection.scalars(
            select(audit_entries.c.fields).where(
                audit_entries.c.action == Action.KEY_CARD_SIGNED.value,
                audit_entries.c.unit == unit,
            )
        ).all()
    card = store.card(unit)
    pinned = store.pins.lowest(verifier).get(unit, 0) if store.pins else 0
    logged = (int(json.loads(fields)["serial"]) for fields in signed)
    return max(newest or 0, card.serial if card else 0, pinned, *logged) + 1


def open_unit(
    engine: Engine,
    store: CaseStore,
    leader: Unlocked,
    signing: SigningKey,
    to: tuple[str, str, bytes],
    unit: str,
    now: int,
) -> None:
    """A key for its first holder alone. The picture's, which is no unit's, the leader gets too.
    ``to`` is that account, its role and its checked public key; ``now`` is Unix seconds (UTC).

    Conflict: somebody holds a key of it by now.
    """
    account_id, role, public = to
    private = PrivateKey.generate()
    serial = next_serial(engine, store, unit, signing.verifier())
    from_before = unit != PICTURE and is_sealed_for(engine, store, unit)
    append(
        engine,
        Deed(
            Action.STAFF_ADDED, leader.account_id, unit, fields={"added": account_id, "role": role}
        ),
        Deed(Action.KEY_CARD_SIGNED, leader.account_id, unit, fields={"serial": serial}),
    )
    with writing(engine) as connection:
        if connection.execute(select(unit_keys.c.unit).where(unit_keys.c.unit == unit)).first():
            raise Conflict
        store_keys(connection, account_id, public, unit, {serial: private})
        if unit == PICTURE and account_id != leader.account_id:
            own = leader.private.public()
            store_keys(connection, leader.account_id, own, unit, {serial: private})
        connection.execute(delete(key_renewals).where(key_renewals.c.unit == unit))
        if from_before:
            connection.execute(
                insert(key_renewals).values(
                    unit=unit,
                    serial=serial - 1,
                    since=now,
                    made=serial,
                    public=private.public(),
                    signed=now,
                    place="",
                    clean=False,
                )
            )
    # Last: what is sealed for a card must open for somebody.
    store.put_card(signing.sign(unit, serial, private))


def store_keys(
    connection: Connection,
    account_id: str,
    public: bytes,
    unit: str,
    keys: Mapping[int, PrivateKey],
) -> None:
    """Give an account keys of a unit, by serial; it awaits them no more. ``public`` as for
    held_keys.give_unit_key."""
    rows = [
        held_keys.wrapped_row(account_id, public, unit, serial, private)
        for serial, private in keys.items()
    ]
    connection.execute(insert(unit_keys), rows)
    connection.execute(
        delete(awaited_keys).where(
            awaited_keys.c.account_id == account_id, awaited_keys.c.unit == unit
        )
    )

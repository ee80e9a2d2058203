"""Numbers to call, as rows. Each has an erasure key of its own and goes when it has been used."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from sifra.conversation import SealedContact
from sifra.database import Driven, Prepared
from sifra.erasure import ErasureKeys
from sifra.tables import contacts

_INSERT = Prepared(insert(contacts))


def write_contact(driver: Driven, case_id: str, contact: SealedContact) -> None:
    _INSERT.run(driver, {"case_id": case_id, "slot": contact.slot, "sealed": contact.sealed})


def find_contact(connection: Connection, case_id: str) -> SealedContact | None:
    query = select(contacts.c.slot, contacts.c.sealed).where(contacts.c.case_id == case_id)
    row = connection.execute(query).first()
    return SealedContact(row.slot, row.sealed) if row else None


def slots(connection: Connection, *case_ids: str) -> frozenset[str]:
    """The slots of these cases' numbers; of every case when none is named."""
    query = select(contacts.c.slot)
    if case_ids:
        query = query.where(contacts.c.case_id.in_(case_ids))
    return frozenset(connection.scalars(query))


def destroy_contact(connection: Connection, erasure: ErasureKeys, case_id: str) -> bool:
    """Delete a case's number for good; False when there was none. The caller sees to it that no
    deleted row lies about afterwards."""
    gone = slots(connection, case_id)
    if gone:
        erasure.destroy(*gone)
        connection.execute(delete(contacts).where(contacts.c.case_id == case_id))
    return bool(gone)

"""Words that a leader gives somebody: to join, or to make a passphrase or second factor anew.

They are spoken or handed over, used once, and good for some days. The database holds a hash: of 66
random bits and a username, so that neither is found from it. They let nobody in: whoever uses them
waits for a leader who compares a key, or must know the passphrase besides.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select

from sifra.database import reading, writing
from sifra.return_code import BITS, parse
from triage.keys import plain_username
from triage.staff_tables import invitations

_DAY = 24 * 3600


class Purpose(StrEnum):
    JOIN = "join"
    RENEW = "renew"
    """A forgotten passphrase."""
    SECOND_FACTOR = "second-factor"
    """A lost telephone."""

    @property
    def days(self) -> int:
        """How long the words are good."""
        return 1 if self is Purpose.SECOND_FACTOR else 7


@dataclass(frozen=True, slots=True)
class Invitation:
    """As the table has it, but for the secret. ``account_id`` is whose passphrase or second factor
    it is, None for somebody new; ``unit`` is empty for a role that reads nothing. ``expires`` is
    Unix seconds (UTC)."""

    purpose: Purpose
    username: str
    display: str
    role: str
    unit: str
    language: str
    languages: str
    made_by: str
    expires: int = 0
    account_id: str | None = None


def invite(engine: Engine, invitation: Invitation, now: int) -> int:
    """Store it and give its secret, which is known to nobody else from then on. One that was
    open for the same username and purpose is worth nothing any more."""
    secret = secrets.randbits(BITS)
    with writing(engine) as connection:
        connection.execute(
            delete(invitations).where(
                (invitations.c.expires <= now)
                | (
                    (invitations.c.username == invitation.username)
                    & (invitations.c.purpose == invitation.purpose.value)
                )
            )
        )
        row = asdict(replace(invitation, expires=now + invitation.purpose.days * _DAY))
        mark = _hash(secret, invitation.username)
        connection.execute(insert(invitations).values(secret_hash=mark, **row))
    return secret


def find(
    engine: Engine, username: str, typed: str, now: int, *purposes: Purpose
) -> Invitation | None:
    """The invitation that the words open, of one of ``purposes``. CodeError when they are no words
    of ours."""
    secret = parse(typed)
    with reading(engine) as connection:
        row = connection.execute(
            select(invitations).where(
                invitations.c.secret_hash == _hash(secret, plain_username(username)),
                invitations.c.purpose.in_([one.value for one in purposes]),
                invitations.c.expires > now,
            )
        ).first()
    return _read(row) if row else None


def spend(connection: Connection, typed: str, username: str) -> bool:
    """In the transaction that does what it allows; False when it was used meanwhile."""
    mark = _hash(parse(typed), plain_username(username))
    gone = connection.execute(delete(invitations).where(invitations.c.secret_hash == mark))
    return gone.rowcount == 1


def waiting(engine: Engine, now: int) -> list[Invitation]:
    """Those that nobody has used."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(invitations)
            .where(invitations.c.expires > now)
            .order_by(invitations.c.username, invitations.c.purpose)
        ).all()
    return [_read(row) for row in rows]


def withdraw(engine: Engine, username: str) -> None:
    with writing(engine) as connection:
        connection.execute(delete(invitations).where(invitations.c.username == username))


def _read(row: Row[tuple[Any, ...]]) -> Invitation:
    found = {field.name: row._mapping[field.name] for field in fields(Invitation)}
    return Invitation(**{**found, "purpose": Purpose(row.purpose)})


def _hash(secret: int, username: str) -> bytes:
    said = username.encode("utf-8", "surrogatepass")
    return hashlib.sha256(b"sifra/1|invitation|" + secret.to_bytes(9, "big") + said).digest()

"""What adults have saved and no leader has approved yet: a row each, of the staff database.

A draft counts for nothing, whoever wrote the row: it is public once a leader has read it and
signed that very text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, Row, delete, insert, select

from sifra.adults import Adult, Profile, read_profile
from sifra.database import reading, writing
from triage.staff_tables import profile_drafts


@dataclass(frozen=True, slots=True)
class Draft:
    """``at`` is Unix seconds (UTC), ``account_id`` who saved it."""

    adult: str
    text: str
    account_id: str
    at: int

    @property
    def profile(self) -> Profile | None:
        """None when it was not this program that wrote it: what a leader reads must be all that
        they sign."""
        found = read_profile(self.text)
        return found if found is not None and found.text() == self.text else None


def find(engine: Engine, adult: str) -> Draft | None:
    """Raises StoreUnavailable."""
    return next((one for one in waiting(engine) if one.adult == adult), None)


def waiting(engine: Engine) -> list[Draft]:
    """All that wait for a leader, the oldest first. Raises StoreUnavailable."""
    query = select(profile_drafts).order_by(profile_drafts.c.at, profile_drafts.c.adult)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return [_read(row) for row in rows]


def save(engine: Engine, draft: Draft) -> None:
    """In the place of the one before. Raises StoreUnavailable."""
    with writing(engine) as connection:
        connection.execute(delete(profile_drafts).where(profile_drafts.c.adult == draft.adult))
        connection.execute(
            insert(profile_drafts).values(
                adult=draft.adult, text=draft.text, account_id=draft.account_id, at=draft.at
            )
        )


def drop(engine: Engine, adult: str) -> None:
    """Again is no fault. Raises StoreUnavailable."""
    with writing(engine) as connection:
        connection.execute(delete(profile_drafts).where(profile_drafts.c.adult == adult))


def take(connection: Connection, draft: Draft) -> bool:
    """In a transaction of the staff database: the draft is gone. False when it was not there, or
    was another by now."""
    here = profile_drafts.c.adult == draft.adult
    row = connection.execute(select(profile_drafts).where(here)).first()
    if row is None or _read(row).text != draft.text:
        return False
    connection.execute(delete(profile_drafts).where(here))
    return True


def seen(adult: Adult, draft: Draft | None) -> str:
    """Stands in a form for what its page shows: what is public, and what is to be."""
    shown = "\0".join((repr(adult), draft.text if draft else ""))
    return hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()


def _read(row: Row[tuple[object, ...]]) -> Draft:
    """SQLite keeps a value of any type in any column: what is none of ours is a draft that cannot
    be read, and can be refused."""
    text = row.text if isinstance(row.text, str) else ""
    at = row.at if isinstance(row.at, int) and 0 <= row.at < 1 << 34 else 0
    return Draft(row.adult, text, row.account_id, at)

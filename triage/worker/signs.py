"""The worker's signs of life, and who does the night's work."""

from __future__ import annotations

from sqlalchemy import Engine, insert, select, update

from sifra.database import Conflict, reading, writing
from sifra.duty_store import WORKER
from sifra.tables import signals

NIGHT = "night"


def last(engine: Engine, name: str) -> int:
    """When the sign was last made (Unix seconds, UTC); 0 for never."""
    with reading(engine) as connection:
        return connection.scalar(select(signals.c.at).where(signals.c.name == name)) or 0


def beat(engine: Engine, now: int) -> None:
    move(engine, WORKER, last(engine, WORKER), now)


def move(engine: Engine, name: str, seen: int, now: int) -> bool:
    """Set a sign that was seen at ``seen``; False when somebody else has set it meanwhile."""
    try:
        with writing(engine) as connection:
            if seen:
                changed = connection.execute(
                    update(signals)
                    .where(signals.c.name == name, signals.c.at == seen)
                    .values(at=now)
                )
                return changed.rowcount == 1
            connection.execute(insert(signals).values(name=name, at=now))
    except Conflict:
        return False
    return True

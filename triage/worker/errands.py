"""What the worker tells beside the cases that wait: that a case was handed over to a unit, that a
hand-over waits for a second person, and once a week where the audit log ends.

An errand goes out as a notice like the others, with their leases and attempts. Its id is made of
what it tells, so that two workers who see the same make one notice of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, case, select, update

from sifra.case_rows import hour_of
from sifra.database import reading, writing
from triage.handover.handover_rules import LET_IN, State
from triage.staff_tables import handovers

AUDIT = "audit"
"""Stands in SIFRA_NOTIFY in the place of a unit, and in the signs for when it was last told."""


_CONCERNED = case(
    (handovers.c.state.in_(LET_IN), handovers.c.to_unit),
    (handovers.c.state == State.PROPOSED, handovers.c.from_unit),
)
"""The unit that was let in; before that the one of whoever proposed, where a second person must
look. Being made begins it anew: ``notified`` is empty again."""


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed over to one unit, or waits in it for a second person, and it has not been
    told of. ``ids`` are of the folders, the first that was proposed first."""

    unit: str
    ids: Sequence[str]
    urgent: bool
    """One of them in danger to life."""

    @property
    def notice(self) -> str:
        return _notice("handed-over", f"{self.unit}|{self.ids[0]}")

    @property
    def notices(self) -> frozenset[str]:
        """The ids that a notice of one of them may have."""
        return frozenset(_notice("handed-over", f"{self.unit}|{one}") for one in self.ids)


def handed(staff: Engine) -> Mapping[str, Handed]:
    """By the unit that is to be told. Raises StoreUnavailable."""
    query = (
        select(_CONCERNED, handovers.c.folder_id, handovers.c.state)
        .where(handovers.c.notified.is_(None), _CONCERNED.is_not(None))
        .order_by(handovers.c.proposed, handovers.c.folder_id)
    )
    found: dict[str, list[str]] = {}
    urgent = set()
    with reading(staff) as connection:
        for unit, folder_id, state in connection.execute(query):
            found.setdefault(unit, []).append(folder_id)
            if state == State.UNCONFIRMED:
                urgent.add(unit)
    return {unit: Handed(unit, tuple(ids), unit in urgent) for unit, ids in found.items()}


def told(staff: Engine, over: Handed, now: int) -> None:
    """The unit knows of these; of one that was made meanwhile, another unit does not. No time finer
    than the hour is kept. Raises StoreUnavailable."""
    with writing(staff) as connection:
        connection.execute(
            update(handovers)
            .where(
                handovers.c.folder_id.in_(over.ids),
                handovers.c.notified.is_(None),
                _CONCERNED.in_([over.unit]),
            )
            .values(notified=hour_of(now))
        )


def audit_notice(last: int) -> str:
    """The id of the notice that follows the one of ``last`` (Unix seconds)."""
    return _notice(AUDIT, str(last))


def _notice(what: str, which: str) -> str:
    return hashlib.sha256(f"{what}|{which}".encode()).hexdigest()[:32]

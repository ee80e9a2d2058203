"""Deletes what is due: cases whose days are over, keys without a case, marks that expired."""

from __future__ import annotations

from dataclasses import dataclass

from sifra.case_store import CaseStore


@dataclass(frozen=True, slots=True)
class Purged:
    """How many of each were deleted."""

    cases: int
    keys: int
    marks: int


def purge(store: CaseStore, now: int) -> Purged:
    """Delete what is due at ``now`` (Unix seconds). Raises StoreUnavailable.

    The sites may run meanwhile. Keys that they hold ready for the next cases go too, and are
    put back by the deposit that uses them.
    """
    purged = Purged(
        store.destroy_past_retention(now), store.destroy_unused_keys(), store.forget_spent(now)
    )
    if purged.cases:
        store.write_anew()
    return purged

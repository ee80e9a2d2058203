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
    due = store.past_retention(now)
    for case_id in due:
        store.destroy(case_id)
    purged = Purged(len(due), store.destroy_unused_keys(), store.forget_spent(now))
    if due:
        store.write_anew()
    return purged

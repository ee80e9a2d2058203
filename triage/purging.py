"""Deletes what is due: withdrawn cases, keys that lead to no case, marks that have expired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sifra.case_store import CaseStore
from sifra.erasure import ErasureKeys

SETTLING_SECONDS = 60.0
"""Far longer than the public site takes between keeping a key and storing its case."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many of each were deleted."""

    cases: int
    keys: int
    marks: int


def purge(
    store: CaseStore, erasure: ErasureKeys, now: int, wait: Callable[[float], None]
) -> Purged:
    """Delete what is due at ``now`` (Unix seconds). Raises StoreUnavailable.

    A key without a case is left over from a deposit that failed, or belongs to one that is
    under way at this moment, whose case must never be lost. So keys are looked at twice, with
    ``wait(SETTLING_SECONDS)`` between, and only those that lead nowhere both times go.
    """
    due = store.past_retention(now)
    for case_id in due:
        store.destroy(case_id)
    marks = store.forget_spent(now)
    orphans = _without_case(store, erasure)
    if orphans:
        wait(SETTLING_SECONDS)
        orphans &= _without_case(store, erasure)
        for case_id in orphans:
            erasure.destroy(case_id)
    return Purged(len(due), len(orphans), marks)


def _without_case(store: CaseStore, erasure: ErasureKeys) -> frozenset[str]:
    """Keys are listed first: a case stored between the two looks then counts as there."""
    keys = erasure.ids()
    return keys - store.ids()

"""The audit log: who did what, when, and to which case. Never what stands in it.

Entries are only ever added, and each binds all that came before it: its head is the SHA-256 of
itself and the head before. A changed, removed, moved or inserted entry breaks the chain there.
What no chain can tell by itself is that its end was cut off, or that all of it was written anew;
whoever noted an earlier head elsewhere finds that too.

An entry is written *before* what it tells of. Cases lie in another database, so the two cannot
be one transaction: the entry says that a member set out to do something, and what was done
stands with the case. An entry without the deed may be there (somebody else was first, the disk
was full); a deed without its entry may not. What cannot be entered is not done, and a case
that cannot be entered as looked at is not shown. Signing out alone is entered afterwards: nobody
is to be kept signed in by a full disk.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Engine, Row, insert, select

from sifra.clock import Clock
from sifra.database import Conflict, StoreUnavailable, reading, snapshot, writing
from triage.audit.audit_actions import Action, Deed, Scope
from triage.staff_tables import audit_entries

__all__ = ["Action", "Deed", "Finding", "Noted", "Scope", "Verified", "append", "end", "verify"]

VERSION = 1
BEGINNING = "0" * 64
"""The head of a log without entries."""

_TRIES = 50
"""SQLite lets one write at a time, so that the first try succeeds. A database that does not
refuses the second of two entries with one number; then one of them always has succeeded."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A head that somebody wrote down. ``entries`` is how many there were, None when that was
    not written down."""

    entries: int | None
    head: str

    @classmethod
    def parse(cls, written: str) -> Noted | None:
        """``12:6b86…`` or the 64 signs alone; None when it is neither."""
        parts = re.fullmatch(r"(?:(\d{1,12}):)?([0-9a-f]{64})", written.strip(), re.ASCII)
        return cls(int(parts[1]) if parts[1] else None, parts[2]) if parts else None

    def __str__(self) -> str:
        return self.head if self.entries is None else f"{self.entries}:{self.head}"


@dataclass(frozen=True, slots=True)
class Finding:
    """``sequence`` is the first entry that is not as it was written; None when the noted head
    was written down without its number and is nowhere."""

    sequence: int | None
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """``end`` is the head to note down: the last of the entries that are as they were written."""

    end: Noted
    finding: Finding | None


def append(engine: Engine, *deeds: Deed) -> None:
    """Enter ``deeds`` in this order, all or none, at the end of the one chain. By the machine's
    real time, also in the demo.

    StoreUnavailable: nothing was entered, and nothing of it may be done.
    """
    for _ in range(_TRIES):
        with suppress(Conflict):
            _append(engine, deeds, Clock().now())
            return
    raise StoreUnavailable("the end of the audit log moves too fast")


def end(engine: Engine) -> Noted:
    """What stands at the end, unchecked. Raises StoreUnavailable."""
    with reading(engine) as connection:
        last = connection.execute(_LAST).first()
    return Noted(last.sequence, str(last.head)) if last else Noted(0, BEGINNING)


def verify(engine: Engine, noted: Noted | None = None) -> Verified:
    """Walk the whole chain; with ``noted``, also look for that head at its place.

    Raises StoreUnavailable.
    """
    reached = Noted(0, BEGINNING)
    seen = noted is None or (noted.head == BEGINNING and not noted.entries)
    for here, finding in _walk(engine):
        if finding is not None:
            return Verified(reached, finding)
        if noted is not None and noted.entries in (None, here.entries):
            seen = seen or here.head == noted.head
            if noted.entries and not seen:
                return Verified(reached, Finding(here.entries, _NOT_NOTED))
        reached = here
    return Verified(reached, None if seen or noted is None else _cut_off(reached, noted))


# --- the chain -----------------------------------------------------------------------------

_LAST = (
    select(audit_entries.c.sequence, audit_entries.c.head)
    .order_by(audit_entries.c.sequence.desc())
    .limit(1)
)
_IN_ORDER = select(audit_entries).order_by(audit_entries.c.sequence)


def _append(engine: Engine, deeds: tuple[Deed, ...], now: int) -> None:
    with writing(engine) as connection:
        last = connection.execute(_LAST).first()
        sequence, head = (last.sequence, last.head) if last else (0, BEGINNING)
        rows = []
        for deed in deeds:
            sequence += 1
            row = {
                "sequence": sequence,
                "version": VERSION,
                "at": now,
                "account_id": deed.account_id,
                "unit": deed.unit,
                "action": deed.action.value,
                "case_id": deed.case_id,
                "fields": json.dumps(dict(deed.fields), sort_keys=True, separators=(",", ":")),
            }
            head = _head(head, row)
            rows.append({**row, "head": head})
        if rows:
            connection.execute(insert(audit_entries), rows)


def _head(before: object, row: Mapping[str, object]) -> str:
    """JSON tells a number from its digits and nothing from an empty text, and no value can run
    over into the next. What is neither text nor number was never written by us: as ``repr`` it
    gives a head that does not fit."""
    bound = ["sifra-audit", before, *(row[name] for name in _BOUND)]
    return hashlib.sha256(
        json.dumps(bound, ensure_ascii=True, separators=(",", ":"), default=repr).encode("ascii")
    ).hexdigest()


_NOT_NOTED = "its head is not the one that was noted: the log was written anew"
_BOUND = ("version", "sequence", "at", "account_id", "unit", "action", "case_id", "fields")


def _walk(engine: Engine) -> Iterator[tuple[Noted, Finding | None]]:
    """Each entry's head; the first that does not fit with what is wrong, and then no more."""
    here = Noted(0, BEGINNING)
    with snapshot(engine) as connection:
        rows = connection.execution_options(yield_per=1000).execute(_IN_ORDER)
        for expected, row in enumerate(rows, 1):
            what = _fault(expected, here.head, row)
            here = Noted(expected, str(row.head))
            yield here, Finding(expected, what) if what else None
            if what:
                return


def _fault(expected: int, before: str, row: Row[tuple[object, ...]]) -> str:
    sequence: object = row.sequence
    if sequence != expected:
        later = isinstance(sequence, int) and sequence > expected
        return "it is missing" if later else "what stands in its place was not written there"
    if row.version != VERSION:
        return f"it is written in a way that this version of Sifra does not know: {VERSION} is"
    if _head(before, row._asdict()) != row.head:
        return "it is not what was written there: changed, moved or inserted"
    return ""


def _cut_off(reached: Noted, noted: Noted) -> Finding:
    if noted.entries is None:
        return Finding(None, "the noted head is nowhere: the log was cut off, or written anew")
    after = (reached.entries or 0) + 1
    if noted.entries >= after:
        return Finding(after, f"it is cut off: there were {noted.entries} when the head was noted")
    return Finding(noted.entries, _NOT_NOTED)

"""The registers of a member's units as they are read: opened page by page, when needed."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sifra.database import Conflict
from sifra.sealing import PrivateKey, SealError
from triage.cases.case_files import UnitKeys
from triage.finding.register_pages import (
    Entry,
    Page,
    Position,
    Wanted,
    open_page,
    seal_page,
    week_of,
    week_start,
    weeks_of,
)
from triage.finding.register_store import RegisterStore, StoredPage

_FEW, _SOME = 2, 20
"""Pages read at once: most searches end on the first."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Several tips on one event. ``title`` is what staff call it; ``case_ids`` the newest first,
    ``newest`` the hour (Unix seconds, UTC) that the newest was received in."""

    id: str
    title: str = field(repr=False)
    case_ids: tuple[str, ...]
    newest: int


@dataclass(slots=True)
class Register:
    """Every call may raise StoreUnavailable."""

    store: RegisterStore
    unit_keys: UnitKeys
    remaining: bool = False
    """Some cases are not entered yet: the next search takes more of them."""
    broken: bool = False
    """A page did not open. It was thrown away, and the next search writes it anew."""
    _opened: dict[tuple[str, int], Page] = field(default_factory=dict, repr=False)
    _tagged: dict[tuple[str, int | None], list[Entry]] = field(default_factory=dict, repr=False)
    _numbers: dict[str, list[int]] = field(default_factory=dict, repr=False)

    def find(self, wanted: Wanted, before: Position | None = None) -> Iterator[Entry]:
        """The newest first, each case once, after the place ``before``."""
        units = (self._found(unit, wanted, before) for unit in self.unit_keys)
        last = None
        for entry in heapq.merge(*units, key=lambda one: one.position, reverse=True):
            if entry.case_id != last:
                yield entry
            last = entry.case_id

    def tagged(self, unit: str, weeks: int | None = None) -> list[Entry]:
        """What the unit has noted of a case: a label, an incident or a date to follow up. Of its
        newest so many weeks with cases, or of all."""
        if (unit, weeks) not in self._tagged:
            pages = self.pages(unit, self.numbers(unit)[:weeks])
            self._tagged[unit, weeks] = [entry for page in pages for entry in page.tagged()]
        return self._tagged[unit, weeks]

    def labels(self, weeks: int | None = None) -> list[str]:
        """Of the newest so many weeks with cases, or of all: most used first."""
        counted = Counter(
            label
            for unit in self.unit_keys
            for entry in self.tagged(unit, weeks)
            for label in entry.labels
        )
        return sorted(counted, key=lambda label: (-counted[label], label))

    def numbers(self, unit: str) -> list[int]:
        """Of the unit's pages, the highest first."""
        if unit not in self._numbers:
            self._numbers = {unit: [] for unit in self.unit_keys} | self.store.numbers()
        return self._numbers[unit]

    def incidents(
        self, units: Iterable[str] | None = None, weeks: int | None = None
    ) -> list[Incident]:
        """Those of ``units``, or of all of the member's, the newest first. Of the newest so many
        weeks with cases, or of all."""
        gathered: dict[str, dict[str, Entry]] = {}
        for unit in self.unit_keys if units is None else units:
            for entry in self.tagged(unit, weeks):
                if entry.incident:
                    gathered.setdefault(entry.incident, {})[entry.case_id] = entry
        found = [_incident(entries.values()) for entries in gathered.values()]
        return sorted(found, key=lambda one: (one.newest, one.id), reverse=True)

    def pages(self, unit: str, numbers: Sequence[int]) -> Iterator[Page]:
        """In the order of ``numbers``; empty where there is none."""
        at_once = _FEW
        while numbers:
            some, numbers = numbers[:at_once], numbers[at_once:]
            at_once = _SOME
            self._read(unit, [number for number in some if (unit, number) not in self._opened])
            yield from (self._opened[unit, number] for number in some)

    def remember(self, unit: str, number: int, page: Page) -> None:
        """It was written anew."""
        self._opened[unit, number] = page
        self._tagged.clear()
        self._numbers.clear()

    def _found(self, unit: str, wanted: Wanted, before: Position | None) -> Iterator[Entry]:
        weeks = weeks_of(wanted)
        last = week_of(before[0]) if before else weeks.stop
        asked = [one for one in self.numbers(unit) if one in weeks and one <= last]
        for page in self.pages(unit, asked):
            yield from page.entries(wanted, before)

    def _read(self, unit: str, numbers: Sequence[int]) -> None:
        if not numbers:
            return
        self._opened.update({(unit, number): Page() for number in numbers})
        for stored in self.store.pages(unit, numbers):
            try:
                page, newest = open_page(self.unit_keys[unit], unit, *stored)
            except SealError:
                throw_away(self.store, unit, stored)
                self.broken = True
                continue
            self._opened[unit, stored.number] = page
            if not newest:
                # Whoever has left may know the key that opened it.
                with suppress(Conflict):
                    write(self.store, unit, self.unit_keys[unit], stored, page)


def write(
    store: RegisterStore, unit: str, privates: Sequence[PrivateKey], before: StoredPage, page: Page
) -> None:
    """In the place of ``before``, under the newest of the unit's keys. Conflict: another page is
    there by now."""
    version = before.version + 1
    sealed = seal_page(privates[0], unit, before.number, version, page)
    store.write(unit, StoredPage(before.number, version, sealed))


def throw_away(store: RegisterStore, unit: str, stored: StoredPage) -> None:
    """It does not open. All in it stands elsewhere, and is entered anew from there."""
    store.take_out(unit, stored, week_start(stored.number))


def _incident(entries: Iterable[Entry]) -> Incident:
    newest, *older = sorted(entries, key=lambda one: one.position, reverse=True)
    ids = tuple(one.case_id for one in (newest, *older))
    return Incident(newest.incident, newest.incident_title, ids, newest.received)

"""The register: what a unit searches its cases by, sealed under a key that only its key gives.

It is derived: all in it stands in the cases and in their notes, so a page that does not open is
thrown away and written anew. Each unit has its own, with what that unit itself can open and no
more. New tips are entered when a member searches; what a member changes, at once.

Whoever can write to the staff database can put back an older page, or take one out: then a search
misses what the queue still shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from sifra.case_finding import received_since
from sifra.case_store import HOUR, StoredCase
from sifra.conversation import open_summary
from sifra.database import Conflict
from sifra.sealing import PrivateKey, SealError
from triage.cases.case_files import OpenCase
from triage.cases.case_sheet import Sheet
from triage.finding.register_book import Incident, Register, throw_away, write
from triage.finding.register_pages import (
    Entry,
    Page,
    Position,
    Wanted,
    entry_of,
    open_page,
    week_of,
)
from triage.finding.register_store import NOWHERE, Reach, RegisterStore, StoredPage
from triage.finding.unit_sheet import sheet_for, with_notes
from triage.members import Member
from triage.office import office

__all__ = [
    "RECENT",
    "Entry",
    "Incident",
    "Position",
    "Register",
    "Wanted",
    "labels",
    "of",
    "put",
    "tidy",
    "up_to_date",
]

_DAY = 24 * HOUR
_AT_ONCE = 300
"""Cases entered in one request: each is a key to open, a third of a millisecond."""
_A_LOOK = 1000
_TRIES = 20
RECENT = 26
"""Weeks that labels and incidents are offered from."""


def of(member: Member) -> Register:
    """As it stands, for what need not have the newest. Raises SealError and StoreUnavailable."""
    return Register(RegisterStore(office().staff), member.unit_keys())


def up_to_date(member: Member) -> Register:
    """With what came since it was last searched. Raises SealError and StoreUnavailable."""
    found = of(member)
    _sweep(found)
    reached = found.store.reach(found.unit_keys)
    room = _AT_ONCE
    for unit in found.unit_keys:
        room = _catch_up(found, unit, reached.get(unit), room)
    return found


def labels(member: Member) -> list[str]:
    """What the member's units have called their cases lately, most used first. Raises SealError
    and StoreUnavailable."""
    return of(member).labels(RECENT)


def put(member: Member, case: OpenCase, sheet: Sheet) -> None:
    """Enter a case anew, for every unit of the member's that reads it. Raises SealError and
    StoreUnavailable."""
    found, sealed = of(member), case.case.sealed
    units = [unit for unit in sealed.readers if unit in found.unit_keys]
    entry = entry_of(sealed.id, case.case.clear.received, case.summary)
    for unit in units:
        # A unit that was let in later reads none of the notes from before: what a member of both
        # reads in them must not come into its register.
        own = sheet if len(units) == 1 else sheet_for(sealed, unit, found.unit_keys[unit])
        _change(found, unit, week_of(entry.received), partial(_putting, [_noted(entry, own)]))


def tidy(member: Member) -> None:
    """Take out the entries of deleted cases, at most once a day. Raises SealError and
    StoreUnavailable."""
    _sweep(of(member))


# --- entering ------------------------------------------------------------------------------


def _catch_up(found: Register, unit: str, reached: Reach | None, room: int) -> int:
    """Enter what is not, the oldest first; how many more cases may be opened after that."""
    arrived = found.store.arrivals(unit, room)
    if arrived:
        _enter(found, unit, arrived, _putting)
        found.store.arrived(unit, arrived)
        room -= len(arrived)
    up_to = (reached or NOWHERE).up_to
    # A tip may be stored a little after the hour that it was received in has ended.
    since, after, done = up_to - HOUR, "", up_to
    while room > 0:
        came = received_since(office().cases, unit, since, after, _A_LOOK)
        weeks = sorted({week_of(received) for _, received in came})
        known = {case_id for page in found.pages(unit, weeks) for case_id in page.ids(since)}
        missing = [(case_id, received) for case_id, received in came if case_id not in known]
        taken, left = missing[:room], missing[room:]
        _enter(found, unit, [case_id for case_id, _ in taken], _adding)
        room -= len(taken)
        if left:
            done = taken[-1][1]
            break
        if not came:
            break
        after, since = came[-1]
        done = since
        if len(came) < _A_LOOK:
            break
    found.remaining = found.remaining or room <= 0
    if done > up_to:
        # Somebody else entered the same in the same moment: whoever is first says how far.
        with suppress(Conflict):
            after_this = Reach(done, reached.swept if reached else office().clock.now())
            found.store.set_reach(unit, reached, after_this)
    return room


def _enter(
    found: Register,
    unit: str,
    case_ids: Sequence[str],
    change: Callable[[Sequence[Entry], Page], Page],
) -> None:
    if not case_ids:
        return
    noted = with_notes(case_ids)
    weeks: dict[int, list[Entry]] = {}
    for case in office().store.summaries(case_ids, [unit]):
        entry = _entered(case, unit, found.unit_keys[unit], noted)
        weeks.setdefault(week_of(entry.received), []).append(entry)
    for number, entries in weeks.items():
        _change(found, unit, number, partial(change, entries))


def _entered(
    case: StoredCase, unit: str, privates: Sequence[PrivateKey], noted: frozenset[str]
) -> Entry:
    try:
        summary = open_summary(case.sealed, unit, *privates)
    except SealError:
        return entry_of(case.clear.id, case.clear.received, None)
    entry = entry_of(case.clear.id, case.clear.received, summary)
    return (
        _noted(entry, sheet_for(case.sealed, unit, privates)) if entry.case_id in noted else entry
    )


def _noted(entry: Entry, sheet: Sheet) -> Entry:
    return replace(
        entry,
        level=sheet.level,
        follow_up=sheet.follow_up.isoformat() if sheet.follow_up else "",
        incident=sheet.incident,
        incident_title=sheet.incident_title,
        labels=sheet.labels,
    )


def _putting(entries: Sequence[Entry], page: Page) -> Page:
    return page.having(entries)


def _adding(entries: Sequence[Entry], page: Page) -> Page:
    """What a colleague has entered meanwhile knows more of the case."""
    known = frozenset(page.ids())
    return page.having(entry for entry in entries if entry.case_id not in known)


def _change(found: Register, unit: str, number: int, change: Callable[[Page], Page]) -> None:
    """Change a page; again, when somebody else changed it first. Conflict: that goes on and on."""
    privates = found.unit_keys[unit]
    for _ in range(_TRIES):
        stored = next(iter(found.store.pages(unit, [number])), StoredPage(number, 0, b""))
        page = Page()
        if stored.version:
            try:
                page, _newest = open_page(privates, unit, *stored)
            except SealError:
                throw_away(found.store, unit, stored)
                found.broken = True
                continue
        changed = change(page)
        with suppress(Conflict):
            if changed != page:
                write(found.store, unit, privates, stored, changed)
            found.remember(unit, number, changed)
            return
    raise Conflict


def _sweep(found: Register) -> None:
    """What was deleted shall stand nowhere, also if nobody looks for it."""
    now = office().clock.now()
    for unit, reached in found.store.reach(found.unit_keys).items():
        if now - reached.swept < _DAY:
            continue
        for number in found.numbers(unit):
            ids = next(found.pages(unit, [number])).ids()
            gone = frozenset(ids) - _known(ids)
            if gone:
                _change(found, unit, number, partial(_without, gone))
        with suppress(Conflict):
            found.store.set_reach(unit, reached, Reach(reached.up_to, now))
        found.store.forget()


def _without(gone: frozenset[str], page: Page) -> Page:
    return page.without(gone)


def _known(case_ids: Sequence[str]) -> frozenset[str]:
    parts = (case_ids[first : first + _A_LOOK] for first in range(0, len(case_ids), _A_LOOK))
    return frozenset().union(*(office().store.known(part) for part in parts))

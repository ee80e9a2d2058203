"""Contact rules: from facts and time to who reads, by when, and who comes next. Pure.

The first rule that matches decides. No step goes outside the readers whom the sender chose. A
time is promised cautiously: counted from the end of the hour the case came in (so that it tells
no more than that hour), a whole hour itself, and only what contact hours can keep; what comes
while nobody is on duty is read by the unit's read target on the day it is back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sifra import contact_hours
from sifra.contact_hours import Schedule
from sifra.local_calendar import DAY, Calendar, instant, midnight

HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sender ticked. ``readers`` is a ceiling; empty means the default ones. ``adult``
    is whom a talk is with, or whom a complaint is about."""

    lane: str = "tip"
    danger: str = "unsure"
    topic: str = ""
    urgency: str = ""
    readers: tuple[str, ...] = ()
    place: str = ""
    adult: str = ""
    language: str = "nb"


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon a rule wants a case read: ``hours``, else ``working_days`` on which a reader is
    there (0: the same day)."""

    hours: int = 0
    working_days: int = 0


@dataclass(frozen=True, slots=True)
class Next:
    """Who is asked when nobody has acknowledged, ``after`` read-by."""

    unit: str
    after: dt.timedelta = dt.timedelta()


@dataclass(frozen=True, slots=True)
class Rule:
    """``when`` maps a fact to the values that it may have; a fact that is missing may be any."""

    id: str
    reason: Mapping[str, str] = field(hash=False)
    when: Mapping[str, frozenset[str]] = field(hash=False)
    pace: Pace
    urgent: bool = False
    """Notify at once, also when nobody is on duty; show the numbers even when somebody is."""
    first: tuple[str, ...] = ()
    """The readers in the order in which they are asked; the others follow."""
    then: tuple[Next, ...] = ()
    numbers: tuple[str, ...] = ()
    to_adult: bool = False
    """The adult whom the sender names reads."""
    spares_adult: bool = False
    """The adult whom the sender names, and that adult's unit, never read."""

    def matches(self, facts: Facts) -> bool:
        return all(getattr(facts, fact) in values for fact, values in self.when.items())


@dataclass(frozen=True, slots=True)
class Reader:
    """A unit, or a trusted adult as a unit of one. ``unit`` is the one an adult belongs to."""

    id: str
    schedule: Schedule
    read_target: dt.time
    """Local wall time: what came while nobody was on duty is read by then."""
    languages: frozenset[str]
    unit: str = ""
    silent: bool = False
    """Promises are paused, or nobody could be notified: it reads, but nothing is promised."""


@dataclass(frozen=True, slots=True)
class Line:
    """A number to dial. One that is not confirmed is shown to nobody."""

    id: str
    number: str
    schedule: Schedule
    calendar: Calendar
    confirmed: bool

    def answers(self, now: dt.datetime) -> bool:
        return self.confirmed and contact_hours.is_open(self.schedule, self.calendar, now)


@dataclass(frozen=True)
class RuleBook:
    """What the municipality's file and the rota say. ``find_interpreter`` is in working days."""

    calendar: Calendar
    readers: Mapping[str, Reader]
    default_readers: tuple[str, ...]
    rules: Sequence[Rule]
    lines: Mapping[str, Line]
    find_interpreter: int = 1


@dataclass(frozen=True, slots=True)
class Step:
    """Who is asked at ``at`` (UTC) when nobody has acknowledged before."""

    at: dt.datetime
    unit: str


@dataclass(frozen=True, slots=True)
class Routing:
    """What the rules gave for one case. Times are aware, in UTC."""

    rule: Rule
    readers: tuple[str, ...]
    on_duty: bool
    """One of the readers answers now."""
    first_reader_at: dt.datetime | None
    read_by: dt.datetime | None
    """A whole hour. None: nothing can be promised, and the numbers are all there is."""
    soon_enough: bool
    """``read_by`` is as soon as the rule wants it."""
    steps: tuple[Step, ...]
    numbers: tuple[Line, ...]
    """Those that answer now, in the order shown; none where somebody reads soon enough."""
    needs_interpreter: bool
    at: dt.datetime


class NoRule(Exception):
    """No rule matches these facts. The check of the file makes sure that one always does."""


def rule_for(facts: Facts, rules: Iterable[Rule]) -> Rule:
    """The first that matches. Raises NoRule."""
    for rule in rules:
        if rule.matches(facts):
            return rule
    raise NoRule


def decide(facts: Facts, now: dt.datetime, book: RuleBook) -> Routing:
    """The routing of ``facts`` at ``now``. Raises NoRule, and ValueError on a naive ``now``."""
    if now.utcoffset() is None:
        raise ValueError(f"{now} has no time zone")
    now = now.astimezone(dt.UTC)
    rule = rule_for(facts, book.rules)
    readers = _readers(facts, rule, book)
    promising = [reader for reader in readers if not reader.silent]
    openings = [_opening(reader, now, book.calendar) for reader in promising]
    first_reader_at = min((moment for moment in openings if moment), default=None)
    needs_interpreter = bool(readers) and all(facts.language not in r.languages for r in readers)
    days = book.find_interpreter if needs_interpreter else 0
    times = [_reads_by(rule.pace, days, reader, now, book.calendar) for reader in promising]
    read_by = min((moment for moment in times if moment), default=None)
    on_duty = now in openings
    soon_enough = read_by is not None and read_by <= _wanted(rule.pace, now, book.calendar)
    return Routing(
        rule=rule,
        readers=tuple(reader.id for reader in readers),
        on_duty=on_duty,
        first_reader_at=first_reader_at,
        read_by=read_by,
        soon_enough=soon_enough,
        steps=_steps(rule, readers, now, first_reader_at, read_by),
        numbers=_numbers(rule, now, book) if rule.urgent or not (on_duty and soon_enough) else (),
        needs_interpreter=needs_interpreter,
        at=now,
    )


def _readers(facts: Facts, rule: Rule, book: RuleBook) -> list[Reader]:
    """Those who get a key, the first to be asked first."""
    chosen = dict.fromkeys(facts.readers or book.default_readers)
    about = book.readers.get(facts.adult)
    if about and rule.to_adult:
        chosen = {about.id: None, **chosen}
    order = [unit for unit in rule.first if unit in chosen]
    found = [book.readers[one] for one in dict.fromkeys([*order, *chosen]) if one in book.readers]
    if not (facts.adult and rule.spares_adult):
        return found
    spared = {facts.adult, about.unit if about and about.unit else facts.adult}
    return [reader for reader in found if not spared & {reader.id, reader.unit}]


def _opening(reader: Reader, now: dt.datetime, calendar: Calendar) -> dt.datetime | None:
    return contact_hours.next_opening(reader.schedule, calendar, now)


def _wanted(pace: Pace, now: dt.datetime, calendar: Calendar) -> dt.datetime:
    """When the rule would have it read, whatever the hours are."""
    if pace.hours:
        return _up_to_hour(now) + pace.hours * HOUR
    if pace.working_days:
        return contact_hours.FOREVER
    return _next_midnight(now, calendar)


def _reads_by(
    pace: Pace, more_days: int, reader: Reader, now: dt.datetime, calendar: Calendar
) -> dt.datetime | None:
    """The soonest whole hour (UTC) that this reader can be held to."""
    days = more_days + pace.working_days
    least = pace.hours * HOUR
    closes = contact_hours.open_until(reader.schedule, calendar, now)
    if closes is None:
        skip = max(pace.working_days - 1, 0) + more_days
        return _read_target(reader, now, calendar, skip=skip, least=least)
    if not days and pace.hours:
        wanted = _up_to_hour(now) + least
        if wanted <= closes:
            return wanted
    elif not days and _up_to_hour(now) + HOUR <= closes:
        return min(_up_to_hour(closes), _next_midnight(now, calendar))
    tomorrow = _next_midnight(now, calendar)
    return _read_target(reader, tomorrow, calendar, skip=max(days - 1, 0), least=least)


def _read_target(
    reader: Reader, moment: dt.datetime, calendar: Calendar, *, skip: int, least: dt.timedelta
) -> dt.datetime | None:
    """The read target on a coming day with at least ``least`` open; ``skip`` such days pass."""
    for start, end in _openings(reader, moment, calendar):
        if start + max(least, HOUR) > end:
            continue
        if skip:
            skip -= 1
            continue
        date = start.astimezone(calendar.zone).date()
        target = instant(calendar.zone, date, reader.read_target, later=True)
        # Not before there was time to read, nor after the last of them has gone home.
        return _up_to_hour(max(start + max(least, HOUR), min(target, end)))
    return None


def _openings(
    reader: Reader, moment: dt.datetime, calendar: Calendar
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The first open time of each coming day, from ``moment`` on."""
    limit = moment + contact_hours.HORIZON * DAY
    while moment < limit:
        start = contact_hours.next_opening(reader.schedule, calendar, moment)
        if start is None:
            return
        end = contact_hours.open_until(reader.schedule, calendar, start)
        assert end is not None  # noqa: S101 (it opens there)
        yield start, end
        moment = _next_midnight(start, calendar)


def _steps(
    rule: Rule,
    readers: Sequence[Reader],
    now: dt.datetime,
    first_reader_at: dt.datetime | None,
    read_by: dt.datetime | None,
) -> tuple[Step, ...]:
    """The first reader, then those who come next: inside the readers, never outside."""
    if not readers:
        return ()
    first = readers[0].id
    steps = [Step(now if rule.urgent else first_reader_at or now, first)]
    if read_by is not None:
        inside = {reader.id for reader in readers}
        later = [Step(read_by + one.after, one.unit) for one in rule.then if one.unit in inside]
        steps += later or [Step(read_by, first)]
    return tuple(steps)


def _numbers(rule: Rule, now: dt.datetime, book: RuleBook) -> tuple[Line, ...]:
    lines = (book.lines[line] for line in rule.numbers if line in book.lines)
    return tuple(line for line in lines if line.answers(now))


def _up_to_hour(moment: dt.datetime) -> dt.datetime:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    return hour if hour == moment else hour + HOUR


def _next_midnight(moment: dt.datetime, calendar: Calendar) -> dt.datetime:
    return midnight(calendar.zone, moment.astimezone(calendar.zone).date() + DAY)

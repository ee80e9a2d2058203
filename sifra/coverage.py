"""Where the contact rules leave somebody waiting: every combination of facts, day by day. Pure.

Nothing is asked twice. Combinations of facts are taken as boxes, one set of values a fact; those
that the same rule gives to the same readers are one *way*. Ways with the same pace and the same
hours share one walk over the moments at which the answer can change: when somebody comes or goes,
at midnight, and each whole hour while somebody is there.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from sifra import contact_hours, routing
from sifra.local_calendar import DAY, midnight
from sifra.reading_times import HOUR, Pace, Reader
from sifra.routing import Facts, Routing, Rule, RuleBook

if TYPE_CHECKING:
    from sifra.municipality import Municipality

LANES = ("tip", "talk", "parent")
DANGERS = ("yes", "no", "unsure")
URGENCIES = ("now", "soon", "whenever", "")
UNREAD = "und"
"""Stands for every language that nobody reads."""

URGENT_TIP = Facts(urgency="now")
"""An ordinary urgent tip to the default readers."""

_JUST_AFTER = dt.timedelta.resolution
_QUARTER = dt.timedelta(minutes=15)

Box = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Asked:
    """What a sender can tick: every value of every fact that rules decide on."""

    values: Box
    units: tuple[str, ...]
    adults: tuple[str, ...] = ()


def asked(municipality: Municipality) -> Asked:
    """What the public site of this municipality asks."""
    languages = {*municipality.languages, UNREAD}.union(
        *(unit.languages for unit in municipality.units.values()),
        *(adult.languages for adult in municipality.adults),
        *(rule.when.language or () for rule in municipality.rules),
    )
    return Asked(
        values={
            "lane": frozenset(LANES),
            "danger": frozenset(DANGERS),
            "topic": municipality.topic_ids | {""},
            "urgency": frozenset(URGENCIES),
            "place": municipality.place_ids | {""},
            "language": frozenset(languages),
        },
        units=tuple(municipality.units),
        adults=tuple(adult.id for adult in municipality.adults),
    )


@dataclass(frozen=True, slots=True)
class Way:
    """All facts that one rule gives to the same readers; ``facts`` is an example of them."""

    rule: Rule
    readers: tuple[str, ...]
    understood_by: frozenset[str]
    """Those of the readers who need no interpreter."""
    facts: Facts

    @property
    def needs_interpreter(self) -> bool:
        """None of the readers knows the language."""
        return bool(self.readers) and not self.understood_by


@dataclass(frozen=True, slots=True)
class Silence:
    """The longest time from sending to read-by on a way. ``begins`` (UTC) is when what is sent
    right after it waits longest; without ``read_by`` nothing is promised then."""

    way: Way
    begins: dt.datetime
    read_by: dt.datetime | None

    @property
    def length(self) -> dt.timedelta | None:
        return self.read_by - self.begins if self.read_by else None


@dataclass(frozen=True, slots=True)
class Dark:
    """The first time (UTC) at which an urgent way has neither a reader on duty nor a number, and
    how long it is so over all the days that were looked at."""

    way: Way
    begins: dt.datetime
    ends: dt.datetime
    total: dt.timedelta


class Wait(IntEnum):
    """How long something that is sent in an hour waits, at worst."""

    QUARTER = 0
    """Somebody is on duty within 15 minutes."""
    HOUR = 1
    """Somebody is on duty within an hour."""
    SAME_DAY = 2
    """It is read by a time on the same date."""
    LATER = 3
    """It is read later, or nothing is promised."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``begins`` on (UTC) the answer is this. Without ``on_duty``, ``opens`` is when somebody
    is."""

    begins: dt.datetime
    on_duty: bool
    opens: dt.datetime | None
    read_by: dt.datetime | None


def is_dark(found: Routing) -> bool:
    """An urgent case with neither a reader on duty nor a number that answers."""
    return found.rule.urgent and not found.on_duty and not found.numbers


def boxes(rules: Iterable[Rule], values: Box) -> Iterator[tuple[Rule, Box]]:
    """Each rule with the facts that those before it leave to it. No two boxes overlap."""
    left = [values]
    for rule in rules:
        rest: list[Box] = []
        for box in left:
            inside = {fact: box[fact] & rule.when.get(fact, box[fact]) for fact in box}
            if not all(inside.values()):
                rest.append(box)
                continue
            yield rule, inside
            for fact in rule.when:
                if outside := box[fact] - inside[fact]:
                    rest.append({**box, fact: outside})
                    box = {**box, fact: inside[fact]}
        left = rest


def without_hours(book: RuleBook) -> RuleBook:
    """The same rules where only who reads is asked, never when: each answer is quick."""
    readers = {
        name: replace(reader, schedule=contact_hours.Schedule())
        for name, reader in book.readers.items()
    }
    return replace(book, readers=readers, lines={})


def ways(book: RuleBook, senders: Asked) -> list[Way]:
    """Every way, in the order of the rules; the default readers before each unit alone."""
    found: dict[tuple[str, tuple[str, ...], frozenset[str]], Way] = {}
    tried = set()
    epoch = dt.datetime.fromtimestamp(0, dt.UTC)
    shut = without_hours(book)
    for rule, box in boxes(book.rules, senders.values):
        for language in _told_apart(box["language"], book.readers.values()):
            if (rule.id, language) in tried:
                continue
            tried.add((rule.id, language))
            for readers, adult in _choices(rule, senders):
                facts = Facts(
                    **{fact: min(box[fact]) for fact in box if fact != "language"},
                    language=language,
                    readers=readers,
                    adult=adult,
                )
                given = routing.decide(facts, epoch, shut).readers
                knows = frozenset(one for one in given if language in book.readers[one].languages)
                found.setdefault((rule.id, given, knows), Way(rule, given, knows, facts))
    return list(found.values())


def silences(
    book: RuleBook, senders: Asked, first_date: dt.date, last_date: dt.date
) -> list[Silence]:
    """The longest silence of each way on these local dates, both included; the longest first."""
    known: dict[object, Stretch] = {}
    found = []
    for way in ways(book, senders):
        alike = _alike(way, book)
        if alike not in known:
            known[alike] = max(stretches(way.facts, book, first_date, last_date), key=_length)
        longest = known[alike]
        found.append(Silence(way, longest.begins, longest.read_by))
    return sorted(found, key=lambda one: one.length or dt.timedelta.max, reverse=True)


def dark(book: RuleBook, senders: Asked, first_date: dt.date, last_date: dt.date) -> list[Dark]:
    """Each way that leaves an urgent case with neither reader nor number, on these local dates."""
    borders = _borders(book, first_date, last_date)
    known: dict[object, list[tuple[dt.datetime, dt.datetime]]] = {}
    found = []
    for way in ways(book, senders):
        if not way.rule.urgent:
            continue
        there = [book.readers[reader] for reader in way.readers]
        lines = [book.lines[line] for line in way.rule.numbers if line in book.lines]
        hours = frozenset(
            (
                *((one.schedule, book.calendar) for one in there if not one.silent),
                *((one.schedule, one.calendar) for one in lines if one.confirmed),
            )
        )
        if hours not in known:
            spans = [
                span
                for schedule, calendar in hours
                for span in contact_hours.intervals(schedule, calendar, first_date, last_date)
            ]
            known[hours] = list(_gaps(spans, *borders))
        if gaps := known[hours]:
            total = sum((end - start for start, end in gaps), dt.timedelta())
            found.append(Dark(way, *gaps[0], total))
    return found


def stretches(
    facts: Facts, book: RuleBook, first_date: dt.date, last_date: dt.date
) -> Iterator[Stretch]:
    """What the rules answer over these local dates, one after the other."""
    rule = routing.rule_for(facts, book.rules)
    given = routing.decide(facts, _borders(book, first_date, last_date)[0], book).readers
    # One of several alike stands for all.
    there = [*{_hours(facts, one): one for one in _promising(given, book)}.values()]
    for moment, before in _moments(there, book, first_date, last_date):
        now = routing.reach(rule.pace, there, facts.language, moment, book)
        on_duty = now.opens == moment
        yield Stretch(before, on_duty, None if on_duty else now.opens, now.read_by)


def waits(
    facts: Facts, book: RuleBook, first_date: dt.date, last_date: dt.date
) -> Iterator[tuple[dt.datetime, Wait]]:
    """Each whole hour (UTC) of these local dates with the longest wait of what is sent in it."""
    parts = list(stretches(facts, book, first_date, last_date))
    begins = [one.begins for one in parts]
    hour, past = _borders(book, first_date, last_date)
    at = 0
    while hour < past:
        worst = Wait.QUARTER
        at = max(bisect_right(begins, hour) - 1, 0)
        while at < len(parts) and begins[at] < hour + HOUR:
            worst = max(worst, _wait(parts[at], max(begins[at], hour), book))
            at += 1
        yield hour, worst
        hour += HOUR


def _wait(part: Stretch, moment: dt.datetime, book: RuleBook) -> Wait:
    opens = moment if part.on_duty else part.opens
    if opens is not None and opens - moment <= _QUARTER:
        return Wait.QUARTER
    if opens is not None and opens - moment <= HOUR:
        return Wait.HOUR
    zone = book.calendar.zone
    if part.read_by and part.read_by.astimezone(zone).date() == moment.astimezone(zone).date():
        return Wait.SAME_DAY
    return Wait.LATER


def _moments(
    there: Sequence[Reader], book: RuleBook, first_date: dt.date, last_date: dt.date
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """When to ask, and since when the answer holds.

    A time is counted from the end of the hour, so that the answer changes right after a whole
    hour, while somebody comes and goes on the stroke.
    """
    begin, past = _borders(book, first_date, last_date)
    changes = {begin}
    hours = set()
    for schedule in {one.schedule for one in there}:
        for start, end in contact_hours.intervals(schedule, book.calendar, first_date, last_date):
            changes |= {start, end}
            hour = start.replace(minute=0, second=0, microsecond=0) + HOUR
            while hour < end:
                hours.add(hour)
                hour += HOUR
            hours.add(start)
    days = (last_date - first_date).days + 1
    changes |= {midnight(book.calendar.zone, first_date + n * DAY) for n in range(days)}
    for point in sorted(changes | hours):
        if point < past:
            if point in changes:
                yield point, point
            if point in hours:
                yield point + _JUST_AFTER, point


def _told_apart(languages: Iterable[str], readers: Iterable[Reader]) -> list[str]:
    """One language of those that the same readers read."""
    readers = list(readers)
    apart = {
        tuple(language in reader.languages for reader in readers): language
        for language in sorted(languages, reverse=True)
    }
    return sorted(apart.values(), key=lambda one: (one != "nb", one))


def _choices(rule: Rule, senders: Asked) -> Iterator[tuple[tuple[str, ...], str]]:
    """Whom the sender may choose, and whom name: the default readers, or a unit alone."""
    named = senders.adults if rule.to_adult or rule.spares_adult else ()
    for readers in ((), *((unit,) for unit in senders.units)):
        for adult in ("", *named):
            yield readers, adult


def _alike(way: Way, book: RuleBook) -> tuple[Pace, frozenset[object]]:
    """Ways that are alike in this have the same read-by at every moment."""
    there = _promising(way.readers, book)
    return way.rule.pace, frozenset(_hours(way.facts, one) for one in there)


def _promising(readers: Iterable[str], book: RuleBook) -> list[Reader]:
    """Those on whom a time can rest: they are not silent, and they are there at some hour."""
    found = (book.readers[reader] for reader in readers)
    return [
        one
        for one in found
        if not one.silent and contact_hours.has_hours(one.schedule, book.calendar)
    ]


def _hours(facts: Facts, reader: Reader) -> tuple[object, ...]:
    """What of a reader decides by when it has read."""
    return reader.schedule, reader.read_target, facts.language in reader.languages


def _length(part: Stretch) -> dt.timedelta:
    return part.read_by - part.begins if part.read_by else dt.timedelta.max


def _gaps(
    spans: Iterable[contact_hours.Interval], begin: dt.datetime, past: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Where none of the spans is, between ``begin`` and ``past``."""
    for start, end in sorted(spans):
        if start > begin:
            yield begin, min(start, past)
        begin = max(begin, end)
    if begin < past:
        yield begin, past


def _borders(
    book: RuleBook, first_date: dt.date, last_date: dt.date
) -> tuple[dt.datetime, dt.datetime]:
    zone = book.calendar.zone
    return midnight(zone, first_date), midnight(zone, last_date + DAY)

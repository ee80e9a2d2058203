"""Contact rules: from facts and time to who reads, by when, and who comes next. Pure.

The first rule that matches decides. No step goes outside the readers whom the sender chose.
Whom a promise rests on is asked in time to keep it; ``reading_times`` says by when that is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sifra import contact_hours
from sifra.contact_hours import Schedule
from sifra.local_calendar import Calendar
from sifra.reading_times import HOUR as HOUR
from sifra.reading_times import Outlook, outlook, wanted
from sifra.reading_times import Pace as Pace
from sifra.reading_times import Reader as Reader


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
    """In a talk, the adult whom the sender names reads. Elsewhere an adult who is named is whom
    the case is about, and never reads."""
    spares_adult: bool = False
    """Nor does that adult's unit, and nobody else of it."""
    suggests: tuple[str, ...] = ()
    """Units that the page lets stand as chosen where it offers them. Who reads is still the
    sender's choice: nothing is decided by it here."""

    def matches(self, facts: Facts) -> bool:
        return all(getattr(facts, fact) in values for fact, values in self.when.items())


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
    """None of the readers reads the language."""
    at: dt.datetime


class Reach(NamedTuple):
    """What readers can be held to, leaving out those who are silent."""

    outlooks: Sequence[Outlook]
    keeper: Outlook | None
    """Whose hours the promise rests on."""
    opens: dt.datetime | None
    """When the first of them is there."""

    @property
    def read_by(self) -> dt.datetime | None:
        return self.keeper.read_by if self.keeper else None


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
    there = reach(rule.pace, readers, facts.language, now, book)
    read_by, on_duty = there.read_by, there.opens == now
    soon_enough = read_by is not None and read_by <= wanted(rule.pace, now, book.calendar)
    return Routing(
        rule=rule,
        readers=tuple(reader.id for reader in readers),
        on_duty=on_duty,
        first_reader_at=there.opens,
        read_by=read_by,
        soon_enough=soon_enough,
        steps=_steps(rule, readers, there, now, book.calendar),
        numbers=_numbers(rule, now, book) if rule.urgent or not (on_duty and soon_enough) else (),
        needs_interpreter=all(facts.language not in r.languages for r in readers) and bool(readers),
        at=now,
    )


def reach(
    pace: Pace, readers: Iterable[Reader], language: str, now: dt.datetime, book: RuleBook
) -> Reach:
    """When these read something in this language; ``now`` in UTC."""
    outlooks = [
        outlook(pace, one, now, book.calendar, _finding(language, one, book))
        for one in readers
        if not one.silent
    ]
    kept = [one for one in outlooks if one.read_by]
    opens = [one.opens for one in outlooks if one.opens]
    return Reach(outlooks, min(kept, key=_by_read_by, default=None), min(opens, default=None))


def _readers(facts: Facts, rule: Rule, book: RuleBook) -> list[Reader]:
    """Those who get a key, the first to be asked first."""
    about = book.readers.get(facts.adult)
    is_with = about is not None and rule.to_adult and facts.lane == "talk"
    usual = about.deputies if about and is_with else ()
    chosen = dict.fromkeys(facts.readers or usual or book.default_readers)
    chosen = dict.fromkeys([*(unit for unit in rule.first if unit in chosen), *chosen])
    if about and is_with:
        chosen = {about.id: None, **chosen}
        about = None
    found = [book.readers[one] for one in chosen if one in book.readers]
    if about is None:
        return found
    # Whoever is named, but not to be talked with, is whom the case is about.
    kept_out = {about.id, about.unit or about.id} if rule.spares_adult else {about.id}
    return [one for one in found if not kept_out & {one.id, one.unit}]


def _finding(language: str, reader: Reader, book: RuleBook) -> int:
    """Working days until there is an interpreter, for a reader who needs one."""
    return 0 if language in reader.languages else book.find_interpreter


def _by_read_by(one: Outlook) -> dt.datetime:
    return one.read_by or contact_hours.FOREVER


def _steps(
    rule: Rule,
    readers: Sequence[Reader],
    there: Reach,
    now: dt.datetime,
    calendar: Calendar,
) -> tuple[Step, ...]:
    """Who is asked first, and who comes next: inside the readers, never outside.

    Whoever stands first in the rule's order is asked, but the keeper is asked in time too, or a
    promise could break unseen.
    """
    if not readers:
        return ()
    keeper = there.keeper
    if keeper is None or keeper.opens is None or keeper.read_by is None:
        first = readers[0]
        opens = contact_hours.next_opening(first.schedule, calendar, now)
        return (Step(now if rule.urgent else opens or now, first.id),)
    read_by, mine = keeper.read_by, keeper.reader.id
    asked = {one.reader.id: one.opens or keeper.opens for one in (there.outlooks[0], keeper)}
    steps = [Step(now if rule.urgent else at, one) for one, at in asked.items()]
    if rule.urgent and keeper.opens > now:
        # Nobody may have seen the notice at night.
        steps.append(Step(keeper.opens, mine))
    steps = sorted((step for step in steps if step.at < read_by), key=_by_time)
    inside = {reader.id for reader in readers}
    later = [Step(read_by + one.after, one.unit) for one in rule.then if one.unit in inside]
    if all(step.unit == mine for step in later):
        others = [Step(read_by, one.id) for one in readers if one.id != mine]
        later = [*later, *others] or [Step(read_by, mine)]
    return (*steps, *later)


def _by_time(step: Step) -> dt.datetime:
    return step.at


def _numbers(rule: Rule, now: dt.datetime, book: RuleBook) -> tuple[Line, ...]:
    lines = (book.lines[line] for line in rule.numbers if line in book.lines)
    return tuple(line for line in lines if line.answers(now))

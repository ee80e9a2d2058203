"""What the contact rules cost: one decision beside one tip, and the coverage of a year."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

from sifra import coverage, municipality, routing
from sifra.routing import Facts, Rule, RuleBook

_YEAR = dt.date(2027, 1, 1), dt.date(2027, 12, 31)
_MOMENTS = (
    dt.datetime(2026, 11, 24, 9, 7, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 27, 18, 30, tzinfo=dt.UTC),
    dt.datetime(2026, 12, 24, 21, 15, tzinfo=dt.UTC),
)
_CASES = (
    Facts(topic="planned_fight", urgency="soon"),
    Facts(danger="yes", topic="weapons", urgency="now", readers=("youth_team", "police")),
    Facts(lane="parent", urgency="now", language="pl"),
    Facts(lane="talk", danger="no", urgency="whenever", adult="school_nurse"),
    Facts(danger="no", topic="place", readers=("slt", "youth_team")),
)
_ROUNDS = 100


def rules_figures(tip: float) -> Iterator[tuple[str, str, str, bool]]:
    """Figures as (name, value, goal, reached). ``tip`` is the CPU of one tip, in seconds."""
    place = municipality.load(municipality.shipped_path())
    book, senders = place.rule_book(), coverage.asked(place)
    share = _decide(book) / tip
    yield "decide, of the CPU of one tip", f"{share:.2%}", "<= 1 %", share <= 0.01
    once = _least(lambda: coverage.silences(book, senders, *_YEAR))
    yield f"coverage of a year, {len(book.rules)} rules", f"{once:.1f} s", "<= 10 s", once <= 10
    more = doubled(book)
    ratio = _least(lambda: coverage.silences(more, senders, *_YEAR)) / once
    yield f"  with {len(more.rules)} rules", f"{ratio:.2f} x", "<= 2.20 x", ratio <= 2.2


def doubled(book: RuleBook) -> RuleBook:
    """A book with twice the rules: before each stands one for a single place, as an operator
    would write it. It wants the case read an hour or a day later, so that half of the paces are
    other ones."""
    rules: list[Rule] = []
    for rule in book.rules:
        pace = rule.pace
        later = replace(pace, hours=pace.hours + 2) if pace.hours else pace
        if pace.working_days:
            later = replace(pace, working_days=pace.working_days + 5)
        when = {**rule.when, "place": frozenset({"masan"})}
        rules += [replace(rule, id=f"{rule.id}_there", when=when, pace=later), rule]
    return replace(book, rules=rules)


def _decide(book: RuleBook) -> float:
    """Seconds for one decision, over cases and moments in turn."""
    asked = list(product(_CASES, _MOMENTS))

    def every() -> None:
        for facts, moment in asked:
            routing.decide(facts, moment, book)

    every()
    return min(_cpu(every) for _ in range(_ROUNDS)) / len(asked)


def _least(work: Callable[[], object]) -> float:
    """Of three runs, so that neither figure has a disturbance of the machine in it."""
    return min(_cpu(work) for _ in range(3))


def _cpu(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before

"""Complaints about an adult: who is left to read one. Pure.

An adult whom a complaint is about never reads it, nor does their unit where the rule says so. The
sender then chooses among what is left; where nothing is left, nobody can be told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sifra import coverage
from sifra.coverage import Asked
from sifra.routing import Facts, RuleBook, decide

_EPOCH = dt.datetime.fromtimestamp(0, dt.UTC)
_ABOUT = {"lane": frozenset({"tip"}), "topic": frozenset({"adult_conduct"})}


@dataclass(frozen=True, slots=True)
class Unheard:
    """A complaint about this adult that nobody could read. ``others`` are the units that could,
    were they in a choice of readers."""

    adult: str
    rule: str
    others: tuple[str, ...]


def left(
    facts: Facts,
    book: RuleBook,
    choices: Iterable[Sequence[str]],
    cards: Collection[str] | None = None,
) -> list[tuple[str, ...]]:
    """Who reads by each choice of readers, none twice and none of nobody. ``facts.readers`` says
    nothing here. Where ``cards`` are given, only what has one for each reader."""
    shut = coverage.without_hours(book)
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for one in choices:
        readers = decide(replace(facts, readers=tuple(one)), _EPOCH, shut).readers
        if readers and (cards is None or {*readers} <= {*cards}):
            found.setdefault(frozenset(readers), readers)
    return list(found.values())


def unheard(
    book: RuleBook,
    senders: Asked,
    choices: Sequence[Sequence[str]],
    cards: Collection[str] | None = None,
) -> Iterator[Unheard]:
    """Each adult about whom a complaint reaches nobody by any of ``choices``, once. ``cards`` as
    :func:`left` takes them."""
    told = set()
    values = {fact: _ABOUT.get(fact, every) & every for fact, every in senders.values.items()}
    if not all(values.values()):
        return
    for rule, box in coverage.boxes(book.rules, values):
        for adult in senders.adults:
            ticked = {fact: min(box[fact]) for fact in box}
            facts = Facts(**ticked, readers=(), adult=adult)
            if adult not in told and not left(facts, book, choices, cards):
                told.add(adult)
                alone = left(facts, book, [(unit,) for unit in senders.units])
                yield Unheard(adult, rule.id, tuple(unit for lot in alone for unit in lot))

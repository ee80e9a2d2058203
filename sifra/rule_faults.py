"""What is wrong with the rules of ``municipality.toml`` as a whole: some can never fire, some facts
have none, a step reaches nobody, a number stands where a child should not meet it first.

It looks at the file as it came. What no single rule gets wrong is looked for only when each of
them can be read: else a rule that is left out would make others look wrong.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import get_args

from sifra.contact_rules import Danger, Lane, Urgency, WrittenRule
from sifra.file_reading import BadPart, read
from sifra.references import ids, rows

CHILD_LINE = "116111"
"""The number for children and young people stands before any other but those for emergencies."""

Box = Mapping[str, frozenset[str]]
"""Values of each fact: every combination of them."""

_OTHER = "(another)"
"""Any value that no rule names."""


def faults(raw: Mapping[str, object]) -> list[str]:
    """Each fault after its path."""
    written = [_read(row) for row in rows(raw.get("rules"))]
    adults = set(ids(raw, "adults")).difference(_units(raw))
    found: list[str] = []
    for place, rule in enumerate(written):
        if rule is not None:
            found += _steps(f"rules[{place}]", rule, adults)
            found += _child_line(f"rules[{place}]", rule, rows(raw.get("help_lines")))
    if written and None not in written:
        found += _firing([rule for rule in written if rule], ids(raw, "topics"))
    return found


def _units(raw: Mapping[str, object]) -> Iterable[str]:
    units = raw.get("units")
    return units if isinstance(units, Mapping) else ()


def _read(row: Mapping[str, object]) -> WrittenRule | None:
    try:
        return read(WrittenRule, row)
    except BadPart:
        return None


def _steps(path: str, rule: WrittenRule, adults: Container[str]) -> Iterator[str]:
    for place, one in enumerate(rule.then):
        if one in rule.then[:place]:
            yield f"{path}.then[{place}]: {one.unit} is asked at that time already"
    for field, units in (("first", rule.first), ("then", [one.unit for one in rule.then])):
        for place, unit in enumerate(units):
            if unit in adults and not rule.to_adult:
                yield (
                    f"{path}.{field}[{place}]: {unit!r} is never reached: an adult reads only a "
                    "talk with them; set to_adult = true, or name a unit"
                )
            if field == "first" and unit in units[:place]:
                yield f"{path}.first[{place}]: {unit!r} stands there twice"


def _child_line(
    path: str, rule: WrittenRule, lines: Sequence[Mapping[str, object]]
) -> Iterator[str]:
    if rule.when.lane == ("parent",):
        return
    known = {str(line.get("id")): line for line in lines}
    digits = {name: str(line.get("number", "")).replace(" ", "") for name, line in known.items()}
    child = [name for name, number in digits.items() if number == CHILD_LINE]
    for place, name in enumerate(rule.numbers):
        if name in child or not child:
            return
        if name in known and not known[name].get("emergency"):
            yield (
                f"{path}.numbers[{place}]: {name!r} stands before {child[0]!r} (116 111), which a "
                "child is to meet first; only emergency numbers may stand above it"
            )
            return


def _firing(rules: Sequence[WrittenRule], topics: Iterable[str]) -> Iterator[str]:
    """Take from every combination of facts, rule by rule, what the rule matches."""
    facts = _every_value(rules, topics)
    left = {*product(*facts.values())}
    taken: list[tuple[WrittenRule, set[tuple[str, ...]]]] = []
    for place, rule in enumerate(rules):
        when = rule.rule().when
        mine = {*product(*(when.get(fact, values) for fact, values in facts.items()))}
        if not mine & left:
            before = [earlier.id for earlier, theirs in taken if theirs & mine]
            yield (
                f"rules[{place}]: {rule.id!r} can never fire: {_all_of(before)} matches everything "
                "that it matches; put it further up, or take it out"
            )
        taken.append((rule, mine & left))
        left -= mine
    if left:
        yield f"rules: none is for {_said(left, facts)}; end with a rule without `when`"


def _every_value(rules: Sequence[WrittenRule], topics: Iterable[str]) -> dict[str, frozenset[str]]:
    """The values of each fact that a rule looks at; any that no rule names stand as one."""
    closed = {
        "lane": get_args(Lane),
        "danger": get_args(Danger),
        "urgency": get_args(Urgency),
        "topic": ("", *topics),
    }
    named: dict[str, set[str]] = {}
    for rule in rules:
        for fact, values in rule.rule().when.items():
            named.setdefault(fact, {*closed.get(fact, (_OTHER,))}).update(values)
    return {fact: frozenset(values) for fact, values in named.items()}


def _all_of(names: Sequence[str]) -> str:
    *others, last = (repr(name) for name in names)
    return f"{', '.join(others)} and {last} together" if others else last


def _said(left: set[tuple[str, ...]], facts: Box) -> str:
    """The facts of one of them, without those that make no difference."""
    case = dict(zip(facts, min(left), strict=True))
    kept: Box = {fact: frozenset({value}) for fact, value in case.items()}
    for fact in facts:
        wider = {**kept, fact: facts[fact]}
        if left.issuperset(product(*wider.values())):
            kept = wider
    said = [f"{fact} = {min(values)!r}" for fact, values in kept.items() if values != facts[fact]]
    return ", ".join(said) or "anything"

"""What no single value of ``municipality.toml`` can tell: names that lead nowhere, or stand twice.

It reads the file as it came, checked or not, so that a fault elsewhere hides none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from sifra.conversation import SENDER

_TABLES = (
    "help_lines",
    "places",
    "topics",
    "adults",
    "rules",
    "legal_grounds",
    "schools",
    "clubs",
    "networks",
    "phrases",
)


def faults(
    raw: Mapping[str, object],
    units: Sequence[str],
    topics: Sequence[str],
    source_language: str,
) -> list[str]:
    """Each fault after its path. ``units`` and ``topics`` are those that the program knows."""
    found = []
    languages, here = _names(raw.get("languages")), _names(raw.get("units"))
    if languages and source_language not in languages:
        found.append(f"languages: must hold {source_language}, the source language")
    for unit in here:
        found += _leads_nowhere(f"units.{unit}", unit, units)
    for place, name in enumerate(_names(raw.get("default_readers"))):
        found += _leads_nowhere(f"default_readers[{place}]", name, here)
    found += _choices(raw.get("reader_choices"), _names(raw.get("default_readers")), here)
    for path, line in _danger_lines(raw.get("danger_words")):
        found += _leads_nowhere(path, line, ids(raw, "help_lines"))
    adults = ids(raw, "adults")
    for place, adult in enumerate(rows(raw.get("adults"))):
        if works_in := adult.get("unit"):
            found += _leads_nowhere(f"adults[{place}].unit", str(works_in), here)
        if deputy := str(adult.get("deputy") or ""):
            path, own = f"adults[{place}].deputy", adults[place]
            others = (*here, *(one for one in adults if one and one != own))
            found += (
                [f"{path}: is the adult; name somebody else"]
                if deputy == own
                else _leads_nowhere(path, deputy, others)
            )
        known_at = [one for table in ("schools", "clubs", "places") for one in ids(raw, table)]
        for at, name in enumerate(_names(adult.get("found_at"))):
            found += _leads_nowhere(f"adults[{place}].found_at[{at}]", name, known_at)
    known = {
        # A misspelt unit is a fault where it stands, and no advice for those who name it.
        "unit": (*filter(units.__contains__, here), *filter(None, adults)) if here else (),
        "line": ids(raw, "help_lines"),
        "topic": ("", *offered) if (offered := ids(raw, "topics")) else (),
        "place": ("", *ids(raw, "places")),
    }
    for path, kind, name in _rule_names(raw.get("rules")):
        # A topic that the program does not know is a fault of that value, and is said there.
        if kind != "topic" or name in topics:
            found += _leads_nowhere(path, name, known[kind])
    for table in ("schools", "clubs"):
        for row, school in enumerate(rows(raw.get(table))):
            if lies_in := school.get("place"):
                found += _leads_nowhere(f"{table}[{row}].place", str(lies_in), ids(raw, "places"))
    lines, telephoned = ids(raw, "help_lines"), _names(raw.get("telephoned"))
    for place, name in enumerate(telephoned):
        found += _leads_nowhere(
            f"telephoned[{place}]", name, (*lines, *here) if lines and here else ()
        )
    found += _twice("telephoned", telephoned)
    for table in _TABLES:
        found += _twice(table, ids(raw, table))
    # Units and adults hold keys under one set of names, and so does the other side of a case.
    for place, name in enumerate(adults):
        if name in (*units, SENDER):
            found.append(f"adults[{place}].id: {name!r} is the name of another holder of keys")
    return found


def unknown(value: str, names: Iterable[str]) -> str:
    """What to say of a value that is none of ``names``; empty when it is one."""
    known = list(names)
    if value in known:
        return ""
    near = get_close_matches(value, known, n=1)
    hint = (
        f"did you mean {near[0]!r}?"
        if near
        else f"known are {', '.join(sorted(filter(None, known)))}"
    )
    return f"{value!r} is unknown; {hint}"


def _leads_nowhere(path: str, value: str, names: Sequence[str]) -> list[str]:
    # Where there are no names at all, that is the fault, and it has been said.
    said = unknown(value, names) if names else ""
    return [f"{path}: {said}"] if said else []


def _choices(choices: object, default: Sequence[str], units: Sequence[str]) -> Iterator[str]:
    """Each is a set of units; the one that stands when nobody chooses comes first."""
    listed = choices if isinstance(choices, (list, tuple)) else ()
    # Default readers that are at fault themselves are no measure.
    right = frozenset(default) if {*default} <= {*units} else frozenset()
    seen: dict[frozenset[str], int] = {}
    for place, choice in enumerate(listed):
        path, chosen = f"reader_choices[{place}]", _names(choice)
        for at, unit in enumerate(chosen):
            yield from _leads_nowhere(f"{path}[{at}]", unit, units)
        yield from _twice(path, chosen)
        first = seen.setdefault(frozenset(chosen), place)
        if choice in ([], ()):
            yield f"{path}: names no unit; somebody must read"
        elif first != place:
            yield f"{path}: the same units as reader_choices[{first}]"
        elif place == 0 and right and frozenset(chosen) != right:
            yield f"{path}: must be the default readers, {', '.join(default)}"


def _danger_lines(groups: object) -> Iterable[tuple[str, str]]:
    if isinstance(groups, Mapping):
        for group, danger in groups.items():
            named = danger.get("lines") if isinstance(danger, Mapping) else None
            for place, line in enumerate(_names(named)):
                yield f"danger_words.{group}.lines[{place}]", line


def _rule_names(rules: object) -> Iterator[tuple[str, str, str]]:
    """Where a rule names something, what kind of thing, and the name."""
    for place, rule in enumerate(rows(rules)):
        path = f"rules[{place}]"
        for field, kind in (("first", "unit"), ("suggests", "unit"), ("numbers", "line")):
            for at, name in enumerate(_names(rule.get(field))):
                yield f"{path}.{field}[{at}]", kind, name
        for at, step in enumerate(rows(rule.get("then"))):
            if unit := step.get("unit"):
                yield f"{path}.then[{at}].unit", "unit", str(unit)
        for when in rows([rule.get("when")]):
            for fact in ("topic", "place"):
                for at, name in enumerate(_names(when.get(fact))):
                    yield f"{path}.when.{fact}[{at}]", fact, name


def _twice(path: str, names: Sequence[str]) -> list[str]:
    doubles = sorted({one for one in names if one and names.count(one) > 1})
    return [f"{path}: {one!r} stands there twice" for one in doubles]


def _names(value: object) -> list[str]:
    """The strings in a list, or the names in a table."""
    return [str(one) for one in value] if isinstance(value, (list, tuple, Mapping)) else []


def rows(value: object) -> list[Mapping[str, object]]:
    """Each row of a list of tables, in order; an empty one stands for what is no table."""
    listed = value if isinstance(value, (list, tuple)) else ()
    return [row if isinstance(row, Mapping) else {} for row in listed]


def ids(raw: Mapping[str, object], table: str) -> list[str]:
    """The id of each row, in order; empty where a row has none."""
    return [str(row.get("id", "")) for row in rows(raw.get(table))]

"""What no single value of ``municipality.toml`` can tell: names that lead nowhere, or stand twice.

It reads the file as it came, checked or not, so that a fault elsewhere hides none of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from sifra.conversation import SENDER


def faults(raw: Mapping[str, object], units: Sequence[str], source_language: str) -> list[str]:
    """Each fault after its path. ``units`` are the units that the program knows."""
    found = []
    languages, here = _names(raw.get("languages")), _names(raw.get("units"))
    if languages and source_language not in languages:
        found.append(f"languages: must hold {source_language}, the source language")
    for unit in here:
        found += _leads_nowhere(f"units.{unit}", unit, units)
    for place, reader in enumerate(_names(raw.get("default_readers"))):
        found += _leads_nowhere(f"default_readers[{place}]", reader, here)
    for path, line in _danger_lines(raw.get("danger_words")):
        found += _leads_nowhere(path, line, _ids(raw, "help_lines"))
    for table in ("help_lines", "places", "topics", "adults"):
        found += _twice(table, _ids(raw, table))
    # Units and adults hold keys under one set of names, and so does the other side of a case.
    for place, adult in enumerate(_ids(raw, "adults")):
        if adult in (*units, SENDER):
            found.append(f"adults[{place}].id: {adult!r} is the name of another holder of keys")
    return found


def unknown(value: str, names: Iterable[str]) -> str:
    """What to say of a value that is none of ``names``; empty when it is one."""
    known = list(names)
    if value in known:
        return ""
    near = get_close_matches(value, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
    return f"{value!r} is unknown; {hint}"


def _leads_nowhere(path: str, value: str, names: Sequence[str]) -> list[str]:
    # Where there are no names at all, that is the fault, and it has been said.
    said = unknown(value, names) if names else ""
    return [f"{path}: {said}"] if said else []


def _danger_lines(groups: object) -> Iterable[tuple[str, str]]:
    if isinstance(groups, Mapping):
        for group, danger in groups.items():
            named = danger.get("lines") if isinstance(danger, Mapping) else None
            for place, line in enumerate(_names(named)):
                yield f"danger_words.{group}.lines[{place}]", line


def _twice(path: str, ids: Sequence[str]) -> list[str]:
    doubles = sorted({one for one in ids if one and ids.count(one) > 1})
    return [f"{path}: {one!r} stands there twice" for one in doubles]


def _names(value: object) -> list[str]:
    """The strings in a list, or the names in a table."""
    return [str(one) for one in value] if isinstance(value, (list, tuple, Mapping)) else []


def _ids(raw: Mapping[str, object], table: str) -> list[str]:
    """The id of each row, in order; empty where a row has none."""
    rows = raw.get(table)
    if not isinstance(rows, (list, tuple)):
        return []
    return [str(row.get("id", "")) if isinstance(row, Mapping) else "" for row in rows]

"""How a fault of the municipality's file is said, for whoever writes the file: where it is, and
what would be right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches

from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from sifra import references
from sifra.file_parts import Part, fields_of

_SHOWN = 60
"""Characters of a line, or of a value, that cannot be read."""


def said(fault: BaseException, path: str = "") -> list[str]:
    """What was found wrong in a part, each fault after the path of what it is in."""
    if isinstance(fault, BaseValidationError):
        return [
            one for inner in fault.exceptions for one in said(inner, path + _step(inner, fault.cl))
        ]
    if isinstance(fault, ForbiddenExtraKeysError):
        return [
            f"{f'{path}.{name}'.removeprefix('.')}: {_unknown(name, fault.cl)}"
            for name in sorted(fault.extra_fields)
        ]
    # Only a name that is missing is looked up where it is not.
    text = "is missing" if isinstance(fault, KeyError) else str(fault)
    return [f"{path.removeprefix('.') or '(the whole file)'}: {text}"]


def with_value(wrong: str, value: object) -> str:
    """With what stands there, or how it begins; not with a whole table or list."""
    if isinstance(value, (Mapping, list, tuple)):
        return wrong
    shown = repr(value)
    return f"{wrong} (there is {shown if len(shown) <= _SHOWN else f'{shown[:_SHOWN]}…'})"


def _step(fault: BaseException, part: type) -> str:
    """Where in what cattrs read it found this: it writes notes on what is raised."""
    for note in getattr(fault, "__notes__", ()):
        if isinstance(note, IterableValidationNote):
            return f"[{note.index}]" if isinstance(note.index, int) else f".{note.index}"
        if isinstance(note, AttributeValidationNote):
            return "." + next(name for name, one in fields_of(part) if one.name == note.name)
    return ""


def _unknown(name: str, part: type[Part]) -> str:
    near = get_close_matches(name, [known for known, _field in fields_of(part)], n=1)
    return "is not a name that is known here" + (f"; did you mean {near[0]!r}?" if near else "")


def line_of(fault: str, written: str) -> str:
    """The line that a fault of TOML is on, as it stands in the file."""
    named = re.search(r"at line (\d+)", fault)
    lines = written.split("\n")
    shown = lines[int(named[1]) - 1].strip() if named else ""
    return f", in: {shown[:_SHOWN]}" if shown else ""


def row_of(fault: str, raw: Mapping[str, object]) -> str:
    """The id of the row that a path leads to: nobody wants to count them."""
    named = re.match(r"(\w+)\[(\d+)\]", fault)
    every = references.ids(raw, named[1]) if named else []
    row = every[int(named[2])] if named and int(named[2]) < len(every) else ""
    return f" (id {row!r})" if row and repr(row) not in fault else ""

"""How a fault of the municipality's file is said, for whoever writes the file: where it is, and
what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from pydantic_core import ErrorDetails

from sifra import references
from sifra.file_parts import NO_TIME, Part

_SHOWN = 60
"""Characters of a line that cannot be read."""
_DATE = "is no date; write year, month and day without quotes, for instance 2027-07-19"
_RIGHT = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "date_from_datetime_parsing": _DATE,
    "date_parsing": _DATE,
    "date_type": _DATE,
    "string_type": "must be text, in quotes",
    "time_parsing": NO_TIME,
    "tuple_type": "must be a list, in square brackets",
}
"""What pydantic says for programmers, said for whoever writes the file."""


def said(error: ErrorDetails) -> str:
    """A fault that pydantic found, after the path of what it is in."""
    return f"{_path(error['loc'])}: {_right(error)}"


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


def _path(location: Iterable[int | str]) -> str:
    path = ""
    for step in location:
        if step == "[key]":
            continue  # the name of a row itself is at fault, and has just been said
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path or "(the whole file)"


def _right(error: ErrorDetails) -> str:
    kind, wrong = error["type"], str(error["msg"]).removeprefix("Value error, ")
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        near = get_close_matches(str(error["loc"][-1]), _names(Part), n=1)
        return "is not a name that is known here" + (f"; did you mean {near[0]!r}?" if near else "")
    found, wrong = error["input"], _RIGHT.get(kind, wrong)
    return wrong if isinstance(found, (dict, list, tuple)) else f"{wrong} (there is {found!r})"


def _names(part: type[Part]) -> set[str]:
    """Every name that some part of the file may have."""
    mine = {field.alias or name for name, field in part.model_fields.items()}
    return mine.union(*map(_names, part.__subclasses__()))

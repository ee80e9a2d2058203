"""From what TOML or JSON gave to a :class:`Part`, whole or not at all, and back.

cattrs reads; what a value must be, and how a fault of it is said, is ours.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import fields
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from cattrs import Converter, override
from cattrs.cols import homogenous_tuple_structure_factory, mapping_structure_factory
from cattrs.errors import BaseValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from sifra import fault_words
from sifra.file_parts import Part, fields_of

SomePart = TypeVar("SomePart", bound=Part)
_Read = Callable[[Any, Any], Any]

_HALF = re.compile("[\ud800-\udfff]")
_TABLE = "must be a table of the file, a name for each value"
_DATE = "is no date; write year, month and day without quotes, for instance 2027-07-19"
_TIME = 'is no local time; write for instance "08:00"'
_PLAIN: dict[type, str] = {
    str: "must be text, in quotes",
    int: "must be a whole number",
    bool: "must be true or false",
}


class BadPart(Exception):
    """It cannot be read. ``faults`` names each fault by its path."""

    def __init__(self, faults: Collection[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def read(part: type[SomePart], raw: object) -> SomePart:
    """Raises BadPart with every fault."""
    try:
        return _CONVERTER.structure(raw, part)
    except (BaseValidationError, ValueError) as fault:
        faults = fault_words.said(fault)
    raise BadPart(faults)


def written(part: Part) -> dict[str, Any]:
    """As :func:`read` takes it, and JSON knows it, without what is as it is by default."""
    raw: dict[str, Any] = _CONVERTER.unstructure(part)
    return raw


def _plain(value: object, kind: type) -> object:
    # True is an int to Python.
    if type(value) is not kind:
        raise ValueError(fault_words.with_value(_PLAIN[kind], value))
    if isinstance(value, str) and not value.isascii() and _HALF.search(value):
        # JSON can say it, and no page can.
        raise ValueError(fault_words.with_value("has half a sign in it", value))
    return value


def _date(value: object, _kind: type) -> dt.date:
    # A moment is a date to Python.
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 (a date alone)
    except ValueError:
        raise ValueError(fault_words.with_value(_DATE, value)) from None


def _time(value: object, _kind: type) -> dt.time:
    """``24:00`` is the end of a day; TOML and datetime know it only as 00:00."""
    if isinstance(value, dt.time):
        return value
    if value == "24:00":
        return dt.time.max
    if isinstance(value, str) and re.fullmatch("[0-9]{2}:[0-9]{2}", value):
        with suppress(ValueError):
            return dt.time.fromisoformat(value)
    raise ValueError(fault_words.with_value(_TIME, value))


def _written_time(time: dt.time) -> str:
    """As :func:`_time` reads it."""
    return "24:00" if time == dt.time.max else f"{time:%H:%M}"


def _literal(value: object, kind: Any) -> object:  # noqa: ANN401 (of a Literal there is no type)
    *others, last = get_args(kind)
    # 1 is True to Python.
    if not any(type(value) is type(one) and value == one for one in (*others, last)):
        known = f"{', '.join(map(repr, others))} or {last!r}" if others else repr(last).lower()
        raise ValueError(fault_words.with_value(f"must be {known}", value))
    return value


def _of_shape(shape: type | tuple[type, ...], said: str, inner: _Read) -> _Read:
    """What is read of a value that holds others: cattrs would take a text for a list."""

    def reading(value: object, kind: Any) -> object:  # noqa: ANN401
        if not isinstance(value, shape):
            raise ValueError(fault_words.with_value(said, value))
        return inner(value, kind)

    return reading


def _checked(kind: Any, converter: Converter) -> _Read:  # noqa: ANN401
    """Of an Annotated: the checks that it brings, in their order."""
    base, *checks = get_args(kind)
    inner = converter.get_structure_hook(base)

    def reading(value: object, _kind: object) -> object:
        made = inner(value, base)
        for check in checks:
            try:
                made = check(made)
            except ValueError as wrong:
                raise ValueError(fault_words.with_value(str(wrong), value)) from None
        return made

    return reading


def _tuple(kind: Any, converter: Converter) -> _Read:  # noqa: ANN401
    inner = homogenous_tuple_structure_factory(kind, converter)
    return _of_shape((list, tuple), "must be a list, in square brackets", inner)


def _mapping(kind: Any, converter: Converter) -> _Read:  # noqa: ANN401
    return _of_shape(Mapping, _TABLE, mapping_structure_factory(kind, converter))


def _part(part: type[Part], converter: Converter) -> _Read:
    # cattrs would resolve them itself, and lose what stands in an Annotated.
    types = get_type_hints(part, include_extras=True)
    for one in fields(part):
        one.type = types[one.name]
    inner = make_dict_structure_fn(part, converter, **_named(part))
    return _of_shape(Mapping, _TABLE, inner)


def _written_part(part: type[Part], converter: Converter) -> Callable[[Any], dict[str, Any]]:
    return make_dict_unstructure_fn(part, converter, _cattrs_omit_if_default=True, **_named(part))


def _named(part: type[Part]) -> dict[str, Any]:
    """What the file calls otherwise, and what is no part of it."""
    names = {one.name: override(rename=name) for name, one in fields_of(part)}
    others = (one.name for one in fields(part) if one.name not in names)
    return {**names, **{name: override(omit=True) for name in others}}


def _is(origin: object) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is origin


def _is_part(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Part)


def _converter() -> Converter:
    made = Converter(forbid_extra_keys=True, unstruct_collection_overrides={tuple: list})
    for kind in _PLAIN:
        made.register_structure_hook(kind, _plain)
    made.register_structure_hook(dt.date, _date)
    made.register_structure_hook(dt.time, _time)
    made.register_unstructure_hook(dt.time, _written_time)
    made.register_structure_hook_factory(_is(Literal), lambda _kind: _literal)
    made.register_structure_hook_factory(_is(tuple), _tuple)
    made.register_structure_hook_factory(_is(dict), _mapping)
    made.register_structure_hook_factory(_is(Annotated), _checked)
    made.register_structure_hook_factory(_is_part, _part)
    made.register_unstructure_hook_factory(_is_part, _written_part)
    return made


_CONVERTER = _converter()

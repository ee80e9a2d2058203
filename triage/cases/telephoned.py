"""Whom staff ring from a case: help lines and units of the municipality's file. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sifra.municipality import Municipality

_USUAL = ("police_emergency", "ambulance", "child_welfare")


@dataclass(frozen=True, slots=True)
class Callee:
    """``name`` is by language; ``number`` is empty when nobody has confirmed it."""

    id: str
    name: Mapping[str, str]
    number: str


def callees(place: Municipality) -> tuple[Callee, ...]:
    """Those that the file names, in its order; the usual ones, as far as there are any, when it
    names none."""
    found = (callee(place, one) for one in place.telephoned or _USUAL)
    return tuple(one for one in found if one is not None)


def callee(place: Municipality, callee_id: str) -> Callee | None:
    """A help line, or a unit: of two with one id the help line. None when there is neither."""
    for line in place.help_lines:
        if line.id == callee_id:
            return Callee(line.id, line.name, line.number if line.confirmed else "")
    unit = place.units.get(callee_id)
    if unit is None:
        return None
    return Callee(callee_id, unit.name, (unit.number or "") if unit.confirmed else "")

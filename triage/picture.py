"""The picture: counts that belong to no case. Here, how often promises were kept.

A count under five is not shown, nor a zero; and no sum and no share from which one could be
worked out. A share stands only where both of its parts do.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from sifra.promise_rows import quarter_of
from sifra.promises_kept import Counts, PromisesKept
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission

FEWEST = 5
QUARTERS = 8
"""Shown: two years."""

pages = Blueprint("picture", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be seen of a unit's quarter. None: fewer than FEWEST."""

    unit: str
    kept: int | None
    late: int | None

    @property
    def share(self) -> int | None:
        """Whole percents kept."""
        if self.kept is None or self.late is None:
            return None
        return round(100 * self.kept / (self.kept + self.late))


@dataclass(frozen=True, slots=True)
class Quarter:
    year: int
    number: int
    units: tuple[Shown, ...]
    goes_on: bool


def install(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/picture")
@for_members(Permission.READ)
def show(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    now = office().clock.now()
    counts = PromisesKept(office().cases).counts(now)
    return render_template(
        "picture.html",
        quarters=quarters(counts, tuple(office().municipality.units), quarter_of(now)),
        fewest=FEWEST,
    )


def quarters(
    counts: dict[tuple[str, str], Counts], units: tuple[str, ...], current: str
) -> list[Quarter]:
    """The newest first, this one always. Every unit of the file stands in each, or a unit's
    absence would tell that it had none."""
    wanted = sorted({current, *(quarter for quarter, _unit in counts)}, reverse=True)[:QUARTERS]
    nothing = Counts(0, 0)
    return [
        Quarter(
            year=int(name[:4]),
            number=int(name[-1]),
            units=tuple(_shown(unit, counts.get((name, unit), nothing)) for unit in units),
            goes_on=name >= current,
        )
        for name in wanted
    ]


def _shown(unit: str, counts: Counts) -> Shown:
    kept, late = (one if one >= FEWEST else None for one in (counts.kept, counts.late))
    return Shown(unit, kept, late)

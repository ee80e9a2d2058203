"""The picture: counts that belong to no case, and how often promises were kept.

A count under five is not shown, nor a zero; and no sum and no share from which one could be
worked out. Of promises a share stands only where both of its parts do; what is counted of cases
goes by :mod:`triage.picture.suppression`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Flask, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.key_cards import PICTURE, KeyCardError
from sifra.promise_rows import quarter_of
from sifra.promises_kept import Counts, PromisesKept
from sifra.sealing import SealError
from triage.audit.audit_log import Action, Deed, append
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission
from triage.picture import picture_charts, picture_csv, picture_words
from triage.picture.picture_counts import Chosen
from triage.picture.picture_shown import QUARTERS, Shown, periods
from triage.picture.picture_store import PictureStore
from triage.picture.suppression import FEWEST
from triage.wording import unit_name

pages = Blueprint("picture", __name__)


@dataclass(frozen=True, slots=True)
class Kept:
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
    units: tuple[Kept, ...]
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """What a member sees of the counts. ``faults`` say why something is missing."""

    periods: dict[str, Shown]
    first: str
    faults: tuple[str, ...]

    def chosen(self, name: str) -> Shown | None:
        """The period of this name, else the newest that is over, else the newest."""
        over = [one for one in self.periods.values() if not (one.goes_on or one.is_year)]
        return self.periods.get(name) or next(iter([*over, *self.periods.values()]), None)


def install(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/picture")
@for_members(Permission.READ)
def show(member: Member) -> ResponseReturnValue:
    """``period`` is a quarter (``2026-Q3``) or a school year (``2026-27``)."""
    return _page(member, printed=False)


@pages.get("/picture/print")
@for_members(Permission.READ)
def print_out(member: Member) -> ResponseReturnValue:
    """The same for paper, for a meeting."""
    append(office().staff, Deed(Action.PICTURE_TAKEN, member.id))
    return _page(member, printed=True)


@pages.get("/picture/counts.csv")
@for_members(Permission.READ)
def download(member: Member) -> ResponseReturnValue:
    """Every period that is shown, and nothing beside it."""
    append(office().staff, Deed(Action.PICTURE_TAKEN, member.id))
    today = dt.datetime.fromtimestamp(office().clock.now(), office().municipality.zone).date()
    name = f"situasjonsbilde-{today.isoformat()}.csv"
    return (
        picture_csv.written(_rows(_picture(member), _promises())),
        {
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
        },
    )


def _page(member: Member, *, printed: bool) -> str:
    picture = _picture(member)
    now = office().clock.now()
    return render_template(
        "picture_print.html" if printed else "picture.html",
        picture=picture,
        period=picture.chosen(request.args.get("period", "")),
        quarters=_promises(),
        fewest=FEWEST,
        words=picture_words,
        charts=picture_charts,
        today=dt.datetime.fromtimestamp(now, office().municipality.zone).date(),
        taken_by=member.display,
    )


def _picture(member: Member) -> Picture:
    """All that has come in is folded in first."""
    here, faults = office(), []
    now, zone = here.clock.now(), here.municipality.zone
    try:
        here.store.public_keys([PICTURE], here.settings.verifier)
    except KeyCardError as fault:
        current_app.logger.error("cases are not counted in the picture: %s", fault)
        faults.append(_("Nye saker telles ikke nå. Si fra til den som drifter Sifra."))
    try:
        keys = member.picture_keys()
        if not keys:
            return Picture({}, "", (*faults, _("Du har ikke nøkkelen til tallene om saker.")))
        folded = PictureStore(here.cases).fold(keys, chosen_now(), now, zone)
    except SealError:
        current_app.logger.error("the picture's counts do not open")
        faults.append(_("Tallene om saker kan ikke åpnes. Si fra til den som drifter Sifra."))
        return Picture({}, "", tuple(faults))
    if folded.aside:
        current_app.logger.error("events of the picture that do not open: %s", folded.aside)
        faults.append(_("Noen saker kunne ikke telles. Si fra til den som drifter Sifra."))
    return Picture(periods(folded.counts, now, zone), folded.counts.first, tuple(faults))


def chosen_now() -> Chosen:
    place = office().municipality
    return Chosen(
        tuple(topic.id for topic in place.topics),
        tuple(one.id for one in place.places),
        place.languages,
    )


def _rows(picture: Picture, promises: list[Quarter]) -> Iterator[list[object]]:
    yield [
        _("Periode"),
        _("Fra"),
        _("Til"),
        _("Gruppe"),
        _("Hva"),
        _("Antall"),
        _("Slik er det talt"),
    ]
    few = _("under fem")
    for one in picture.periods.values():
        dates = [picture_words.period_name(one), one.first.isoformat(), one.last.isoformat()]
        how = _("minst") if one.goes_on else _("nøyaktig")
        if not one.charts:
            yield [*dates, _("Alle saker"), "", few, ""]
            continue
        yield [*dates, _("Alle saker"), "", one.total, how]
        for dimension, shown in one.charts.items():
            for block in shown:
                name = picture_words.block_name(dimension, block)
                said = str(picture_words.DIMENSIONS[dimension])
                yield [*dates, said, name, block.count, how]
    for quarter in promises:
        name = picture_words.quarter_name(f"{quarter.year}-Q{quarter.number}")
        how = _("til nå") if quarter.goes_on else _("nøyaktig")
        for unit in quarter.units:
            called = unit_name(unit.unit).striptags()
            for said, count in ((_("Lest i tide"), unit.kept), (_("For sent"), unit.late)):
                counted = few if count is None else count
                yield [name, "", "", said, called, counted, "" if count is None else how]


# --- promises kept -------------------------------------------------------------------------


def _promises() -> list[Quarter]:
    now = office().clock.now()
    counts = PromisesKept(office().cases).counts(now)
    return quarters(counts, tuple(office().municipality.units), quarter_of(now))


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
            units=tuple(_kept(unit, counts.get((name, unit), nothing)) for unit in units),
            goes_on=name >= current,
        )
        for name in wanted
    ]


def _kept(unit: str, counts: Counts) -> Kept:
    kept, late = (one if one >= FEWEST else None for one in (counts.kept, counts.late))
    return Kept(unit, kept, late)

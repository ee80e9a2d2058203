"""What an adult says of themselves, in words: as the young see it, and what a change changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import gettext as _

from sifra.adults import Adult
from sifra.languages import LANGUAGES, opening_hours, text
from sifra.municipality import Municipality
from sifra.web.page import language
from sifra.written_hours import Hours
from triage.wording import language_name


class Line(NamedTuple):
    """``tag`` is the language that ``said`` is in."""

    said: str
    tag: str

    @property
    def direction(self) -> str:
        return LANGUAGES[self.tag].direction if self.tag in LANGUAGES else "auto"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that the card says, now and as it is to be."""

    name: str
    now: tuple[Line, ...]
    next: tuple[Line, ...]

    @property
    def changed(self) -> bool:
        return self.now != self.next


@dataclass(frozen=True, slots=True)
class Card:
    """As the young see it, as far as the words can be in the language of the page."""

    called: Line
    role: Line | None
    """None when it is what they are called."""
    about: Line | None
    where: Line
    found_at: tuple[Line, ...]
    languages: str
    hours: tuple[str, ...]
    drop_in: tuple[tuple[Line, tuple[str, ...]], ...]


def card(adult: Adult, place: Municipality) -> Card:
    role = _line(adult.role)
    return Card(
        called=_line(adult.called) if adult.called else role,
        role=role if adult.called else None,
        about=_line(adult.about) if adult.about else None,
        where=_line(adult.where),
        found_at=tuple(_sites(adult, place)),
        languages=", ".join(map(language_name, adult.languages)),
        hours=tuple(_hours(adult.hours)),
        drop_in=tuple((_line(one.where), tuple(_hours(one.hours))) for one in adult.drop_in),
    )


def rows(now: Adult, then: Adult, place: Municipality) -> list[Row]:
    """All that a profile says. Every language that something is written in stands there: nothing
    is signed that this does not show."""
    named = (
        (_("Navn eller tittel"), _called),
        (_("Med egne ord"), _about),
        (_("Finnes på"), lambda adult: _sites(adult, place)),
        (_("Språk"), _languages),
        (_("På jobb"), _at_work),
        (_("Der man bare kan komme"), _drop_in),
    )
    return [Row(name, tuple(said(now)), tuple(said(then))) for name, said in named]


def holder(place: Municipality, name: str) -> str:
    """What a unit, or an adult, is called in the file."""
    return _line(place.called(name)).said


def site_name(place: Municipality, site: str) -> Line:
    """A school, club or place; the id itself for one that the file has no more."""
    found = {one.id: one.name for one in place.places}
    found |= {one.id: one.name for one in (*place.clubs, *place.schools)}
    return _line(found[site]) if site in found else Line(site, language().tag)


def _line(words: Mapping[str, str]) -> Line:
    return Line(*text(words, language().tag))


def _every(words: Mapping[str, str] | None) -> Iterable[Line]:
    return [Line(said, tag) for tag, said in (words or {}).items()]


def _called(adult: Adult) -> Iterable[Line]:
    return _every(adult.called or adult.role)


def _about(adult: Adult) -> Iterable[Line]:
    return _every(adult.about)


def _sites(adult: Adult, place: Municipality) -> Iterable[Line]:
    return [site_name(place, site) for site in adult.found_at]


def _languages(adult: Adult) -> Iterable[Line]:
    here = language().tag
    return [Line(language_name(tag), here) for tag in adult.languages]


def _at_work(adult: Adult) -> Iterable[Line]:
    here = language().tag
    said = [_("Hele døgnet")] if adult.always else list(_hours(adult.hours))
    return [Line(one, here) for one in said]


def _drop_in(adult: Adult) -> Iterable[Line]:
    return [
        Line(f"{said}: {', '.join(_hours(one.hours))}", tag)
        for one in adult.drop_in
        for tag, said in one.where.items()
    ]


def _hours(hours: Iterable[Hours]) -> Iterable[str]:
    for one in hours:
        days, times = opening_hours(one, language().tag, _("helligdager"))
        season = f" ({one.season.first}–{one.season.last})" if one.season else ""
        yield f"{days} {times}{season}"

"""The trusted adults as a page shows them: who is where, who is at work now, who reads. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reporter.readers import Units
from sifra import contact_hours
from sifra.adults import Adult
from sifra.catalogues import SOURCE_LANGUAGE
from sifra.languages import Named, own_name_within
from sifra.local_calendar import DAY
from sifra.municipality import Municipality
from sifra.reading_times import Reader
from sifra.routing import RuleBook

FEW = 6
"""So many adults stand on the page unfolded."""
_AS_NORWEGIAN = frozenset({"nb", "nn", "da", "sv"})


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether somebody is at work. Times are UTC: ``until`` is when they leave, where that is
    within a day; ``opens`` is when they are back; None for both where no hours are known. ``away``
    is on their own days off, or when they are not back for as far as anybody looks."""

    here: bool = False
    until: dt.datetime | None = None
    opens: dt.datetime | None = None
    away: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """One adult."""

    adult: Adult
    presence: Presence

    @property
    def name(self) -> Mapping[str, str]:
        """As they want to be called, else their role."""
        return self.adult.called or self.adult.role

    def role_in(self, tag: str) -> Mapping[str, str] | None:
        """Where the name does not tell it to whoever reads ``tag`` (BCP 47)."""
        role = self.adult.role
        is_told = role[SOURCE_LANGUAGE].casefold() in self.name[SOURCE_LANGUAGE].casefold()
        is_read = tag in self.name or tag in _AS_NORWEGIAN or tag not in role
        return None if is_told and is_read else role


@dataclass(frozen=True, slots=True)
class Group:
    """Those who are found at a school, a club or a place; ``name`` is None for those who are
    found at none of them."""

    name: Mapping[str, str] | None
    adults: tuple[Shown, ...]


def presence(one: Reader, book: RuleBook, now: dt.datetime) -> Presence:
    """By the hours that promises rest on."""
    if not contact_hours.has_hours(one.schedule, book.calendar):
        return Presence()
    if until := contact_hours.open_until(one.schedule, book.calendar, now):
        return Presence(True, until if until - now < DAY else None)
    opens = contact_hours.next_opening(one.schedule, book.calendar, now)
    today = now.astimezone(book.calendar.zone).date()
    is_off = any(days.covers(today) and not days.hours for days in one.schedule.special_days)
    return Presence(opens=opens, away=is_off or opens is None)


def shown(adults: Iterable[Adult], book: RuleBook, now: dt.datetime) -> list[Shown]:
    return [Shown(adult, presence(book.readers[adult.id], book, now)) for adult in adults]


def groups(adults: Sequence[Shown], municipality: Municipality) -> list[Group]:
    """By school, club and place, as the file orders them; an adult stands wherever they are found.
    Those who are found nowhere come last. One group, without a name, where there are few."""
    if len(adults) <= FEW:
        return [Group(None, tuple(adults))]
    places = _places(municipality)
    found = []
    for place in places:
        there = tuple(one for one in adults if place.id in one.adult.found_at)
        if there:
            found.append(Group(place.name, there))
    known = {place.id for place in places}
    rest = tuple(one for one in adults if not known & {*one.adult.found_at})
    return [*found, Group(None, rest)] if rest else found


def found_at(adult: Adult, municipality: Municipality) -> list[Mapping[str, str]]:
    """The names of the places, as the file orders them."""
    return [place.name for place in _places(municipality) if place.id in adult.found_at]


def _places(municipality: Municipality) -> tuple[Named, ...]:
    return (*municipality.schools, *municipality.clubs, *municipality.places)


def spoken(languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each language by its tag and by what its speakers call it. Who reads Norwegian reads all
    that is like it: that is said once."""
    languages = [*languages]
    is_norwegian = bool({"nb", "nn"} & {*languages})
    if is_norwegian:
        yield "nb", "norsk"
    for tag in languages:
        if not (is_norwegian and tag in _AS_NORWEGIAN):
            yield tag, own_name_within(tag)


def readers(adult: str, deputies: Units, usual: Units, cards: Collection[str]) -> Units:
    """Who gets a key to a talk: the adult and those deputies who can be sealed for; the usual
    readers where no deputy can."""
    able = tuple(one for one in deputies if one in cards) or usual
    first = (adult,) if adult in cards else ()
    return (*first, *(one for one in able if one != adult))

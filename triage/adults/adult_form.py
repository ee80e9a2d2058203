"""The form in which an adult says who they are, and when and where they can be met. Pure: what was
typed comes in, a profile or what is wrong with it comes out."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from itertools import combinations

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from sifra import file_reading
from sifra.adults import LONGEST_PROFILE, Adult, DropIn, Profile
from sifra.catalogues import SOURCE_LANGUAGE
from sifra.file_reading import BadPart
from sifra.hours_faults import common
from sifra.municipality import Municipality
from sifra.plain_text import is_blank, tidy
from sifra.written_hours import DAYS, Hours
from triage.rota.rota_forms import clock_field

MOST_CALLED = 60
MOST_ABOUT = 300
MOST_WHERE = 80
"""Characters."""
SPANS = ("1", "2")
"""So many times a day."""
PLACES = ("1", "2", "3", "4")
"""So many places to drop in at."""
LANGUAGES = (
    *("nb", "nn", "da", "sv", "en", "ar", "pl", "uk", "so", "ckb"),
    *("lt", "sq", "ti", "fa-AF", "ro", "ru", "tr"),
)
FIELDS = re.compile(
    rf"adult|called-[a-z]{{2}}|found_at|languages|({'|'.join(DAYS)})-[12]-(from|to)|"
    r"drop-[1-4]-(where|days|from|to)"
)
"""All that goes with an adult's own words."""
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""What turns the text after it around, until somebody ends it: also that of the page, such as who
reads. The marks that Arabic needs are none of them."""
_PART_OF = {"called": "called-nb", "about": "about-nb", "drop_in": "drop-1-where"}
"""The field that a fault of a profile's part is said beside, where it is not called like it."""

Typed = MultiDict[str, str]
_Times = tuple[dt.time, dt.time]


@dataclass(frozen=True, slots=True)
class Given:
    """``profile`` is None when there are errors: what is wrong, by the name of the field."""

    profile: Profile | None = None
    errors: dict[str, str] = field(default_factory=dict)


def languages(adult: Adult) -> list[str]:
    """Those to choose from: the usual ones, and what the adult has said before."""
    return list(dict.fromkeys((*LANGUAGES, *adult.languages)))


def sites(place: Municipality) -> list[str]:
    """Ids of the schools, clubs and places to choose from."""
    return [one.id for table in (place.schools, place.clubs, place.places) for one in table]


def read(typed: Typed, adult: Adult, place: Municipality) -> Given:
    """``adult`` as they are now: where a place is called as before, its other languages stay."""
    errors: dict[str, str] = {}
    called = _words(typed, "called", place.languages, MOST_CALLED, errors)
    about = _words(typed, "about", place.languages, MOST_ABOUT, errors)
    if "about-nb" not in errors and SOURCE_LANGUAGE not in about:
        errors["about-nb"] = _("Skriv noen ord om deg selv, på norsk.")
    if called and SOURCE_LANGUAGE not in called and "called-nb" not in errors:
        errors["called-nb"] = _("Skriv det på norsk også.")
    found_at = [one for one in sites(place) if one in typed.getlist("found_at")]
    spoken = [one for one in languages(adult) if one in typed.getlist("languages")]
    if not spoken:
        errors["languages"] = _("Kryss av for minst ett språk.")
    hours = _hours(typed, errors)
    drop_in = _drop_in(typed, adult, errors)
    if errors:
        return Given(errors=errors)
    return _checked(
        Profile(
            called=called or None,
            about=about,
            found_at=tuple(found_at),
            languages=tuple(spoken),
            hours=tuple(hours),
            drop_in=tuple(drop_in),
        )
    )


def typed_as(profile: Profile) -> Typed:
    """The form as it would have been filled in: for a profile that is to be changed."""
    fields = Typed()
    for name, words in (("called", profile.called), ("about", profile.about)):
        for tag, said in (words or {}).items():
            fields[f"{name}-{tag}"] = said
    fields.setlist("found_at", list(profile.found_at))
    fields.setlist("languages", list(profile.languages))
    for day in DAYS:
        mine = [one for one in profile.hours if day in one.days and one.season is None]
        for nth, hours in zip(SPANS, sorted(mine, key=lambda one: one.opens), strict=False):
            _put_times(fields, f"{day}-{nth}", hours)
    rows = ((one, hours) for one in profile.drop_in for hours in one.hours)
    for nth, (one, hours) in zip(PLACES, rows, strict=False):
        fields[f"drop-{nth}-where"] = one.where[SOURCE_LANGUAGE]
        fields.setlist(f"drop-{nth}-days", list(hours.days))
        _put_times(fields, f"drop-{nth}", hours)
    return fields


def is_told_whole(profile: Profile) -> bool:
    """The form has room for all of it. A file may say more: seasons, or three times a day."""
    everything = (*profile.hours, *(hours for one in profile.drop_in for hours in one.hours))
    return (
        all(one.season is None for one in everything)
        and all(sum(day in one.days for one in profile.hours) <= len(SPANS) for day in DAYS)
        and sum(len(one.hours) for one in profile.drop_in) <= len(PLACES)
    )


def _checked(profile: Profile) -> Given:
    """As it will be read again."""
    try:
        file_reading.read(Profile, file_reading.written(profile))
    except BadPart as bad:
        parts = [re.split("[^a-z_]", fault, maxsplit=1)[0] for fault in bad.faults]
        too_much = _("Dette kan ikke lagres slik. Skriv det kortere.")
        return Given(errors={_PART_OF.get(part, part or "form"): too_much for part in parts})
    if len(profile.text()) > LONGEST_PROFILE:
        return Given(errors={"form": _("Kortet er for langt. Skriv det kortere.")})
    return Given(profile)


def _line(typed: str | None) -> str:
    return " ".join(_TURNS.sub("", tidy(typed)).split())


def _words(
    typed: Typed, name: str, tags: tuple[str, ...], most: int, errors: dict[str, str]
) -> dict[str, str]:
    found = {}
    for tag in tags:
        said = _line(typed.get(f"{name}-{tag}"))
        if len(said) > most:
            errors[f"{name}-{tag}"] = _(
                "Det er for langt: %(count)s tegn. Høyst %(most)s.", count=len(said), most=most
            )
        elif not is_blank(said):
            found[tag] = said
    return found


def _hours(typed: Typed, errors: dict[str, str]) -> list[Hours]:
    by_day: list[tuple[str, str, _Times]] = []
    for day in DAYS:
        for nth in SPANS:
            if times := _times(typed, f"{day}-{nth}", errors):
                by_day.append((f"{day}-{nth}-from", day, times))
    known = [(name, _made_hours([day], a, b)) for name, day, (a, b) in by_day]
    for (_first, one), (name, other) in combinations(known, 2):
        if any(common(one, other)):
            errors[name] = _("Tidene overlapper. La den andre begynne når den første slutter.")
    return [
        _made_hours([day for _name, day, same in by_day if same == times], a, b)
        for times in dict.fromkeys(times for _name, _day, times in by_day)
        for a, b in [times]
    ]


def _drop_in(typed: Typed, adult: Adult, errors: dict[str, str]) -> list[DropIn]:
    found: dict[str, list[Hours]] = {}
    for nth in PLACES:
        row = f"drop-{nth}"
        where = _line(typed.get(f"{row}-where"))
        days = [day for day in DAYS if day in typed.getlist(f"{row}-days")]
        times = _times(typed, row, errors)
        typed_any = any(typed.get(f"{row}-{end}", "").strip() for end in ("from", "to"))
        if is_blank(where) and not days and not typed_any:
            continue
        if is_blank(where):
            errors[f"{row}-where"] = _("Skriv hvor.")
        elif len(where) > MOST_WHERE:
            errors[f"{row}-where"] = _(
                "Det er for langt: %(count)s tegn. Høyst %(most)s.",
                count=len(where),
                most=MOST_WHERE,
            )
        if not days:
            errors[f"{row}-days"] = _("Kryss av for minst én dag.")
        if not typed_any:
            errors[f"{row}-from"] = _("Skriv et klokkeslett, for eksempel 11:00.")
        if days and times:
            found.setdefault(where, []).append(_made_hours(days, *times))
    before = {one.where[SOURCE_LANGUAGE]: one.where for one in adult.drop_in}
    return [
        DropIn(where=before.get(where, {SOURCE_LANGUAGE: where}), hours=tuple(hours))
        for where, hours in found.items()
        if not errors
    ]


def _times(typed: Typed, row: str, errors: dict[str, str]) -> _Times | None:
    """From and to of a row; None when nothing was typed, or when it is wrong."""
    first, last = f"{row}-from", f"{row}-to"
    if not any(typed.get(name, "").strip() for name in (first, last)):
        return None
    opens, closes = clock_field(typed, first), clock_field(typed, last)
    for name, time in ((first, opens), (last, closes)):
        if time is None:
            errors[name] = _("Skriv et klokkeslett, for eksempel 11:00.")
    if opens is None or closes is None:
        return None
    closes = dt.time.max if closes == dt.time.min else closes
    # Swapped by mistake it would stand for the whole night, and be promised.
    if closes <= opens:
        errors[last] = _("Slutter før det begynner. Skriv når det slutter, senest 24:00.")
        return None
    return opens, closes


def _made_hours(days: list[str], opens: dt.time, closes: dt.time) -> Hours:
    raw = {"days": days, "opens": opens, "closes": closes}
    return file_reading.read(Hours, raw)


def _put_times(fields: Typed, row: str, hours: Hours) -> None:
    fields[f"{row}-from"] = f"{hours.opens:%H:%M}"
    midnight = hours.closes in (dt.time.max, dt.time.min)
    fields[f"{row}-to"] = "24:00" if midnight else f"{hours.closes:%H:%M}"

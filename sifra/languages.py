"""The languages of the pages: which there are, which one a visitor gets, how times are said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton, format_time, get_day_names
from werkzeug.datastructures import LanguageAccept

from sifra.catalogues import PAGE_LANGUAGES, SOURCE_LANGUAGE
from sifra.contact_hours import HOLIDAY
from sifra.written_hours import DAYS, Hours


class Named(Protocol):
    """Something of the municipality's file that has an id and a name in several languages."""

    @property
    def id(self) -> str: ...

    @property
    def name(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Language:
    """``tag`` is BCP 47, ``name`` what its readers call it."""

    tag: str
    name: str
    direction: str = "ltr"


_OWN_NAMES = {
    "nb": "norsk bokmål",
    "nn": "norsk nynorsk",
    "da": "dansk",
    "sv": "svenska",
    "en": "English",
    "ar": "العربية",
    "pl": "polski",
    "uk": "українська",
    "so": "Soomaali",
    "ckb": "کوردیی سۆرانی",
    "lt": "lietuvių",
    "sq": "shqip",
    "ti": "ትግርኛ",
    "fa-AF": "دری",
    "ro": "română",
    "ru": "русский",
    "tr": "Türkçe",
}
"""As Babel has them, but for what the readers of `ckb` say. Asked for one name, it loads all that
it knows of the language, for good: for a list of languages that is 10 MiB."""
_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Nkoo", "Rohg", "Syrc", "Thaa"})
"""Scripts (ISO 15924)."""

_SPOKEN = {"en": "en-GB"}
"""Where a language alone would say days and times as another country does."""

_STAND_INS = {"no": "nb", "nn": "nb", "da": "nb", "sv": "nb"}


def best(accepted: LanguageAccept, offered: Iterable[str]) -> str:
    """The offered language that suits an Accept-Language best; the source language if none."""
    available = list(offered)
    for tag, quality in accepted:
        if not quality:
            continue
        short = tag.replace("_", "-").split("-")[0].lower()
        for candidate in (tag, short, _STAND_INS.get(short, "")):
            if candidate in available:
                return candidate
    return SOURCE_LANGUAGE


def text(words: Mapping[str, str], tag: str) -> tuple[str, str]:
    """A text of the municipality's file and the language that it is really in."""
    if tag in words:
        return words[tag], tag
    return words[SOURCE_LANGUAGE], SOURCE_LANGUAGE


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from; ``tag`` is the language that ``label`` is in."""

    id: str
    label: str
    tag: str


def choices(named: Iterable[Named], tag: str) -> tuple[Choice, ...]:
    """What a reader of ``tag`` chooses from."""
    return tuple(Choice(one.id, *text(one.name, tag)) for one in named)


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(_SPOKEN.get(tag, tag), sep="-")


def own_name(tag: str) -> str:
    """What those who speak a language (BCP 47) call it, in their own script."""
    name = own_name_within(tag)
    return name[:1].upper() + name[1:]


@cache
def own_name_within(tag: str) -> str:
    """The same within a sentence."""
    if tag in _OWN_NAMES:
        return _OWN_NAMES[tag]
    locale = Locale.parse(tag, sep="-")
    return locale.languages.get(str(locale)) or locale.get_language_name() or tag


def _direction(tag: str) -> str:
    likely = get_global("likely_subtags")
    script = likely.get(tag.replace("-", "_")) or likely.get(tag.split("-")[0], "")
    return "rtl" if _RIGHT_TO_LEFT & {*script.split("_")} else "ltr"


LANGUAGES = {tag: Language(tag, own_name(tag), _direction(tag)) for tag in PAGE_LANGUAGES}


def day_and_hour(moment: int, zone: ZoneInfo, tag: str) -> str:
    """A whole hour (Unix seconds) as a reader says it: weekday, date and time of day."""
    local = dt.datetime.fromtimestamp(moment, zone)
    day = format_skeleton("MMMEd", local, locale=_locale(tag), tzinfo=zone)
    return f"{day} {format_time(local, 'short', locale=_locale(tag), tzinfo=zone)}"


def date(moment: int, zone: ZoneInfo, tag: str) -> str:
    """A day, in full."""
    return format_date(dt.datetime.fromtimestamp(moment, zone).date(), "long", locale=_locale(tag))


def day_of_week(day: dt.date, tag: str) -> str:
    """Weekday, day and month in full, without the year."""
    spoken = _locale(tag)
    weekday = get_day_names("wide", locale=spoken)[day.weekday()]
    # Catalogues have no skeleton with both in full; the day names are whole in all of them.
    noon = dt.datetime.combine(day, dt.time(12))
    return f"{weekday} {format_skeleton('MMMMd', noon, locale=spoken)}"


def time_of_day(time: dt.time, tag: str) -> str:
    """A local time on the 24-hour clock. Midnight is the end of a day: 24, not 0."""
    hour = time.hour or (0 if time.minute else 24)
    if tag == SOURCE_LANGUAGE and not time.minute:
        return str(hour)
    return f"{hour:02}:{time.minute:02}"


def _comma(tag: str) -> str:
    return "، " if LANGUAGES[tag].direction == "rtl" else ", "


def opening_hours(hours: Hours, tag: str, holidays: str) -> tuple[str, str]:
    """The days and the hours of one line of opening hours, as a reader says them. ``holidays``
    is what the reader calls public holidays."""
    names = {**get_day_names("abbreviated", locale=_locale(tag)), HOLIDAY: holidays}
    places = sorted(DAYS.index(day) for day in hours.days)
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1 and place != HOLIDAY:
            runs[-1].append(place)
        else:
            runs.append([place])
    days = _comma(tag).join(
        names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}" for run in runs
    )
    closes = "24:00" if hours.closes == dt.time.max else f"{hours.closes:%H:%M}"
    return days, f"{hours.opens:%H:%M}–{closes}"

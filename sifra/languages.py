"""The languages of the pages: which there are, which one a visitor gets, how times are said."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_skeleton, get_day_names
from babel.lists import format_list
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

_ARABIC = (
    "aao abh abv acm acq acw acx acy adf aeb afb ajp apc apd arb arq ars ary arz auz avl ayh ayl "
    "ayn ayp pga shu ssh"
)
_RELATIVES = {
    # Norwegian is two written languages, and its neighbours read both.
    **dict.fromkeys(("no", "no-bok", "nn", "da", "sv"), "nb"),
    **dict.fromkeys(("no-nyn", "no-no-ny"), "nn"),
    **dict.fromkeys(("fa", "prs", "pes", "haz"), "fa-AF"),
    **dict.fromkeys(("ku", "sdh"), "ckb"),
    **dict.fromkeys(("csb", "szl"), "pl"),
    **dict.fromkeys(("als", "aln", "aae", "aat"), "sq"),
    **dict.fromkeys(_ARABIC.split(), "ar"),
    "mo": "ro",
    "be": "ru",
}
"""Who reads a language reads the other too: the macrolanguages of ISO 639-3, and the nearest of
CLDR's languageMatching."""
_KURMANJI = ("ku-latn", "ku-tr", "ku-sy", "kmr")
"""Kurdish in Latin letters: whoever reads it does not read Sorani."""


def best(accepted: LanguageAccept, offered: Iterable[str]) -> str:
    """The offered language that suits an Accept-Language best (RFC 4647, lookup); the source
    language if none does: whoever lives here meets it every day, and the others stand in the list
    at the foot of each page."""
    available = {tag.casefold(): tag for tag in offered}
    asked = [tag.replace("_", "-").casefold() for tag, quality in accepted if quality]
    for tag in asked:
        for candidate in _readable(tag, asked):
            if candidate.casefold() in available:
                return available[candidate.casefold()]
    return SOURCE_LANGUAGE


def _readable(tag: str, asked: Iterable[str]) -> Iterator[str]:
    """What somebody reads who names a language, the nearest first."""
    parts = tag.split("-")
    ranges = ["-".join(parts[:most]) for most in range(len(parts), 0, -1)]
    yield from ranges
    if parts[0] == "ku" and any(one.startswith((*_KURMANJI, "tr")) for one in asked):
        return  # Plain "ku" is either; the rest of the list tells.
    yield from (_RELATIVES[one] for one in ranges if one in _RELATIVES)


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


@cache
def _script(tag: str) -> str:
    likely = get_global("likely_subtags")
    found = likely.get(tag.replace("-", "_")) or likely.get(tag.split("-")[0], "")
    return next((part for part in found.split("_") if len(part) == 4), "Latn")


def _direction(tag: str) -> str:
    return "rtl" if _script(tag) in _RIGHT_TO_LEFT else "ltr"


LANGUAGES = {tag: Language(tag, own_name(tag), _direction(tag)) for tag in PAGE_LANGUAGES}


_DAYS = {"ar": "EEEE d MMMM", "ckb": "EEEE، dی MMMM", "so": "EEEE, d MMMM"}
"""Weekday, day and month where CLDR has none (`ckb`), begins with the month as in America, or
sets a comma that does not fit into our sentences."""
_DATES = {"so": "d MMMM y", "ti": "d MMMM y"}
_YEAR = re.compile(r"[,،፣]?\s*y+(?:\s*'[^']+'\.?)?\s*")
"""In a pattern of CLDR, with what stands about it: the year, and "year" behind it."""
_WHOLE_DAY_NAMES = frozenset({"so", "ti"})
"""Where the short ones of CLDR are hard to make out: "Tldo"."""
_BARE_HOURS = frozenset({"nb", "nn"})
"""Where "kl. 16" is said."""
_COMMAS = {"Arab": "، ", "Ethi": "፣ "}
_FULL_STOPS = {"Ethi": "።"}
_LISTS = {"ckb": ("، ", " و "), "ti": ("፣ ", " ከምኡውን ")}
"""Between the names of a list, and before its last. Nothing in CLDR for `ckb`; in `ti` it fastens
an ending to each name, which fits no name in another script."""


def full_stop(tag: str) -> str:
    """What ends a sentence."""
    return _FULL_STOPS.get(_script(tag), ".")


def day_and_hour(moment: int, zone: ZoneInfo, tag: str) -> str:
    """A whole hour (Unix seconds) as a reader says it: weekday, date and time of day."""
    local = dt.datetime.fromtimestamp(moment, zone)
    day = format_skeleton("MMMEd", local, locale=_locale(tag), tzinfo=zone)
    return f"{day} {local:%H:%M}"


def date(moment: int, zone: ZoneInfo, tag: str) -> str:
    """A day, in full."""
    day = dt.datetime.fromtimestamp(moment, zone).date()
    return format_date(day, _DATES.get(tag, "long"), locale=_locale(tag))


def day_of_week(day: dt.date, tag: str) -> str:
    """Weekday, day and month in full, without the year."""
    return format_date(day, _day_pattern(tag), locale=_locale(tag))


@cache
def _day_pattern(tag: str) -> str:
    if tag in _DAYS:
        return _DAYS[tag]
    spoken = _locale(tag)
    found = spoken.datetime_skeletons.get("MMMMEEEEd")
    return (
        found.pattern
        if found
        else _YEAR.sub(" ", spoken.date_formats["full"].pattern, count=1).strip()
    )


def time_of_day(time: dt.time, tag: str) -> str:
    """A local time on the 24-hour clock. Midnight is the end of a day: 24, not 0."""
    hour = time.hour or (0 if time.minute else 24)
    if tag in _BARE_HOURS and not time.minute:
        return str(hour)
    return f"{hour:02}:{time.minute:02}"


def listed(names: Sequence[str], tag: str) -> str:
    """Names in a sentence: "A, B og C"."""
    if tag not in _LISTS:
        return format_list(names, locale=_locale(tag))
    comma, conjunction = _LISTS[tag]
    return conjunction.join([comma.join(names[:-1]), names[-1]] if names[1:] else names)


def opening_hours(hours: Hours, tag: str, holidays: str) -> tuple[str, str]:
    """The days and the hours of one line of opening hours, as a reader says them. ``holidays``
    is what the reader calls public holidays."""
    length: Literal["wide", "abbreviated"] = "wide" if tag in _WHOLE_DAY_NAMES else "abbreviated"
    names = {**get_day_names(length, locale=_locale(tag)), HOLIDAY: holidays}
    places = sorted(DAYS.index(day) for day in hours.days)
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1 and place != HOLIDAY:
            runs[-1].append(place)
        else:
            runs.append([place])
    days = _COMMAS.get(_script(tag), ", ").join(
        names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}" for run in runs
    )
    closes = "24:00" if hours.closes == dt.time.max else f"{hours.closes:%H:%M}"
    return days, f"{hours.opens:%H:%M}–{closes}"

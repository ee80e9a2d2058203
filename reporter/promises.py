"""The promise in words, and what of it the sender was told. Pure but for the catalogues.

It is about reading: an answer is never promised. Times are told as whole hours, on the
municipality's clock.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup

from sifra.adults import Adult
from sifra.case_rows import Asked
from sifra.catalogues import catalogue
from sifra.languages import day_of_week, time_of_day
from sifra.local_calendar import DAY
from sifra.municipality import HelpLine
from sifra.promise_rows import Promise
from sifra.routing import Routing

_DOMAIN = "reporter"


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of when a case is read."""

    by: Markup | None
    """Day and hour. None: nobody can say."""
    soon: bool = True
    """As soon as the rules want it, or the sooner of two pages said so."""
    here: bool = True
    """A reader is on duty now."""
    interpreter: bool = False


class Outlook(NamedTuple):
    """What the form says before anything is known of a case: when the usual readers read, and
    the numbers to call where that is not soon."""

    told: Told
    lines: list[HelpLine]
    to_choose: frozenset[str]
    """Whom a sender may let read."""
    adults: tuple[Adult, ...] = ()
    """Whom a complaint may be about."""


def is_later(routing: Routing, than: dt.datetime | None) -> bool:
    """Is it read later than was said, or can nobody say when? Not where nothing was said."""
    return than is not None and (routing.read_by is None or routing.read_by > than)


def told(routing: Routing, zone: ZoneInfo, tag: str) -> Told:
    """What the routing of a case comes to on a page in the language ``tag``."""
    by = routing.read_by
    return Told(
        by=moment(by, routing.at, zone, tag) if by else None,
        soon=routing.soon_enough,
        here=routing.on_duty,
        interpreter=routing.needs_interpreter,
    )


def moment(at: dt.datetime, now: dt.datetime, zone: ZoneInfo, tag: str) -> Markup:
    """Day and hour as a reader says them: "i dag kl. 16", "mandag 30. november kl. 12"."""
    return _moment(at.astimezone(zone), now.astimezone(zone).date(), tag)


def stamp(at: dt.datetime, zone: ZoneInfo, tag: str) -> Markup:
    """A day and hour that stay true on paper: "mandag 23. november kl. 09:45"."""
    return _stamp(at.astimezone(zone).replace(second=0, microsecond=0), tag)


def hour(at: dt.datetime, zone: ZoneInfo, tag: str) -> Markup:
    """The time of day alone: "22"."""
    return _clock(at.astimezone(zone), tag)


def kept(promise: Promise, given: int | None) -> Promise:
    """The promise that is stored: the one given on the review (Unix seconds) stands when what is
    decided at the time of sending is later. Who is asked next is asked that much earlier."""
    if given is None or (promise.promised is not None and promise.promised <= given):
        return promise
    asked = list(promise.asked)
    if asked:
        first = replace(asked[0], due=min(asked[0].due, given))
        late = 0 if promise.promised is None else promise.promised - given
        later = [replace(one, due=one.due - late) for one in asked[1:]]
        asked = [first, *(later or [Asked(first.unit, given)])]
    return Promise(given, promise.read_by if promise.at_once else given, tuple(asked))


@lru_cache(maxsize=64)
def _stamp(at: dt.datetime, tag: str) -> Markup:
    said = catalogue(_DOMAIN, tag).ugettext("%(day)s kl. %(hour)s")
    return Markup(said) % {"day": day_of_week(at.date(), tag), "hour": _clock(at, tag)}  # noqa: S704 (ours)


@lru_cache(maxsize=512)
def _moment(at: dt.datetime, today: dt.date, tag: str) -> Markup:
    words = catalogue(_DOMAIN, tag)
    # Midnight belongs to the day that it ends.
    day = at.date() if (at.hour, at.minute) != (0, 0) else at.date() - DAY
    if day == today:
        said = words.ugettext("i dag kl. %(hour)s")
    elif day == today + DAY:
        said = words.ugettext("i morgen kl. %(hour)s")
    elif day == today - DAY:
        said = words.ugettext("i går kl. %(hour)s")
    else:
        said = words.ugettext("%(day)s kl. %(hour)s")
    # The hour never stands alone on the next line.
    said = said.replace(" %(hour)s", "\u00a0%(hour)s")
    return Markup(said) % {  # noqa: S704 (ours)
        "day": day_of_week(day, tag),
        "hour": _clock(at, tag),
    }


def _clock(at: dt.datetime, tag: str) -> Markup:
    """Left to right in every script."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(time_of_day(at.time(), tag))

"""How the sender wants to be reached, the number to call, and what became of times to meet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l

from sifra.sealing import SealError
from triage.cases import offered_times
from triage.cases.case_files import OpenCase
from triage.office import office

HOWS = {
    "here": _l("Skrive her, med koden"),
    "meet": _l("Møtes"),
    "call": _l("Bli ringt"),
    "text": _l("Få melding på telefonen"),
}
BY_TELEPHONE = ("call", "text")

_DIALLED = re.compile(r"(\+47)?([0-9]{3})([0-9]{2})([0-9]{3})|\+?[0-9]{3,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the sender asked for beside the text. ``adult`` is whom they want to talk with, or whom
    they complain about, as the lane has it; ``spoken`` the language they want to be called in."""

    lane: str
    how: str = ""
    when: str = field(default="", repr=False)
    adult: str = ""
    home: bool = False
    spoken: str = ""
    interpreter: bool = False
    job: bool = False

    @property
    def is_asked(self) -> bool:
        """They want somebody to turn to them."""
        return bool(self.how) or self.lane in ("talk", "parent")

    @property
    def never_at_home(self) -> bool:
        """So it is unless they said otherwise, and unless it is the parents who ask."""
        return self.is_asked and not self.home and self.lane != "parent"

    @property
    def complaint(self) -> str:
        """The adult, or the unit, that it is about."""
        return "" if self.is_asked else self.adult

    @property
    def meets(self) -> bool:
        """Times are what comes next."""
        return self.how == "meet"


def wanted(told: Mapping[str, str | int], lane: str) -> Wanted:
    """What the first message says. ``lane`` is the one that stands in clear: where the message
    names it too, that counts."""

    def said(name: str) -> str:
        return str(told.get(name) or "")

    return Wanted(
        lane=said("lane") or lane,
        how=said("contact") if said("contact") in HOWS else "",
        when=said("when"),
        adult=said("adult"),
        home=said("home") == "yes",
        spoken=said("spoken"),
        interpreter=said("interpreter") == "yes",
        job=said("job") == "yes",
    )


@dataclass(frozen=True, slots=True)
class Number:
    """The number to call. ``there`` is False once it is deleted, or when none was given; what was
    altered is there and cannot be called."""

    there: bool
    digits: str = field(default="", repr=False)


def number_of(case: OpenCase) -> Number:
    """Raises StoreUnavailable."""
    found = office().store.contact(case.case.clear.id)
    if found is None:
        return Number(there=False)
    try:
        return Number(there=True, digits=spaced(case.view.contact(*found)))
    except SealError:
        return Number(there=True)


def spaced(digits: str) -> str:
    """A number as it is read, in groups; empty for what cannot be dialled."""
    parts = _DIALLED.fullmatch(digits)
    if parts is None:
        return ""
    return " ".join(filter(None, parts.groups())) if parts[2] else digits


def of_case(case: OpenCase) -> Wanted:
    return wanted(case.messages[0].body, case.case.clear.lane)


def shown(case: OpenCase) -> Mapping[str, object]:
    """What the page of a case shows of it. Raises StoreUnavailable."""
    zone = office().municipality.zone
    return {
        "wanted": of_case(case),
        "to_call": number_of(case),
        "also_read": [one for one in case.case.sealed.readers if one != case.unit],
        "meeting": offered_times.meeting_of(case.messages),
        "time_rows": range(1, offered_times.ROWS + 1),
        "longest_where": offered_times.LONGEST_WHERE,
        "earliest": dt.datetime.fromtimestamp(office().clock.now(), zone).date(),
    }

"""What a case's notes come to: labels, prevention level, follow-up, incident. And what of it may be
written. Pure, but for what the page shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sifra.plain_text import is_blank, tidy
from triage.folders import Body

LEVELS = ("universal", "selective", "indicated")
LEVEL_NAMES = {
    "universal": _l("Universell"),
    "selective": _l("Selektiv"),
    "indicated": _l("Indikert"),
}
LONGEST_LABEL = 40
MOST_LABELS = 12
LONGEST_NOTE = 4_000
"""Characters."""
DAYS_AHEAD = 731


@dataclass(frozen=True, slots=True)
class Sheet:
    """How a case stands after all that was written in its notes.

    ``level`` is one of LEVELS or empty, ``follow_up`` a local date or None, ``incident`` the
    random id of the event that the case belongs to, or empty, and ``incident_title`` what staff
    call it.
    """

    labels: tuple[str, ...] = ()
    level: str = ""
    follow_up: dt.date | None = None
    incident: str = ""
    incident_title: str = ""


def sheet(entries: Iterable[Body]) -> Sheet:
    """Read the entries in their order; what is none of ours changes nothing."""
    labels: dict[str, None] = {}
    level, follow_up, incident, title = "", None, "", ""
    for body in entries:
        match body.get("what"):
            case "label":
                labels[str(body.get("label", ""))] = None
            case "label_off":
                labels.pop(str(body.get("label", "")), None)
            case "level" if body.get("level") in ("", *LEVELS):
                level = str(body["level"])
            case "follow_up":
                follow_up = date(body.get("on"))
            case "incident":
                incident, title = str(body.get("incident", "")), str(body.get("title", ""))
    return Sheet(tuple(label for label in labels if label), level, follow_up, incident, title)


def label(written: str | None) -> str:
    """A label as it is kept: on one line."""
    return " ".join(tidy(written).split())


def label_fault(wanted: str, labels: Iterable[str]) -> str:
    """Why a label cannot be put on a case that has ``labels``; empty when it can."""
    if is_blank(wanted):
        return _("Skriv en etikett først.")
    if len(wanted) > LONGEST_LABEL:
        return _("Etiketten er for lang. Det er plass til %(most)s tegn.", most=LONGEST_LABEL)
    there = [one.casefold() for one in labels]
    if wanted.casefold() in there:
        return _("Etiketten står der allerede.")
    if len(there) >= MOST_LABELS:
        return _("En sak kan ha %(most)s etiketter. Ta av en først.", most=MOST_LABELS)
    return ""


def note_fault(text: str, *, needed: bool = True) -> str:
    """Why a note cannot be kept; empty when it can."""
    if needed and is_blank(text):
        return _("Skriv et notat først.")
    if len(text) > LONGEST_NOTE:
        return _(
            "Det er for langt. Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
            most=LONGEST_NOTE,
            have=len(text),
        )
    return ""


def follow_up_fault(day: dt.date | None, today: dt.date) -> str:
    """Why a case cannot be followed up on ``day``; both are local dates."""
    if day is None:
        return _("Velg en dato.")
    if day < today:
        return _("Den dagen er over. Velg en dag som kommer.")
    if (day - today).days > DAYS_AHEAD:
        return _("Datoen er for langt fram. Velg en dag i de neste to årene.")
    return ""


def date(written: object) -> dt.date | None:
    """A date as forms send it and notes keep it, ``2026-12-24``; None when it is none."""
    try:
        return dt.datetime.strptime(str(written).strip(), "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        return None

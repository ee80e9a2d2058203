"""What a case's notes come to: labels, prevention level, follow-up, incident."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from triage.case_files import OpenCase
from triage.folders import Body
from triage.members import Member
from triage.notebook import notebook

LEVELS = ("universal", "selective", "indicated")


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
                follow_up = _date(body.get("on"))
            case "incident":
                incident, title = str(body.get("incident", "")), str(body.get("title", ""))
    return Sheet(tuple(label for label in labels if label), level, follow_up, incident, title)


def shown(member: Member, case: OpenCase) -> Mapping[str, object]:
    """What the case page shows of it."""
    book = notebook(member, case)
    return {"book": book, "sheet": sheet(book.entries)}


def _date(value: object) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None

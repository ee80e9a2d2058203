"""What the page of a case shows of its notes, and what its forms beside the conversation need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from babel.dates import format_date
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from sifra.database import reading
from sifra.languages import choices, text
from sifra.web.page import language, words
from triage.cases import case_sheet, telephoned
from triage.cases.case_files import OpenCase
from triage.cases.notebook import notebook
from triage.cases.telephoned import Callee
from triage.finding import register
from triage.folders import Body
from triage.members import Member
from triage.office import office
from triage.staff_tables import accounts

_CHANGES = ("label", "label_off", "level", "follow_up", "incident")
"""Beside these are notes and what was told by telephone."""


def shown(member: Member, case: OpenCase) -> Mapping[str, object]:
    """Raises StoreUnavailable."""
    book = notebook(member, case)
    return {
        "book": book,
        "sheet": case_sheet.sheet(book.entries),
        "notes": [body for body in book.entries if body.get("what") in ("note", "told", "export")],
        "changes": [body for body in book.entries if body.get("what") in _CHANGES],
        "note_names": _names(book.entries),
        "callees": telephoned.callees(office().municipality),
        "callee_name": callee_name,
        "callee_label": callee_label,
        "phrases": choices(office().municipality.phrases, language().tag),
        "level_names": case_sheet.LEVEL_NAMES,
        "longest_note": case_sheet.LONGEST_NOTE,
        "longest_label": case_sheet.LONGEST_LABEL,
        "most_labels": case_sheet.MOST_LABELS,
        "today": today(),
        "as_date": case_sheet.date,
        "spoken_day": spoken_day,
        "known_labels": register.labels(member),
        "me": member.id,
    }


def card_fault() -> str:
    """Why nothing was written: the key card of a unit that reads the case is not the leader's."""
    return _(
        "Ingenting er lagret: nøkkelen til en enhet som leser saken, stemmer ikke. "
        "Si fra til den som drifter Sifra."
    )


def today() -> dt.date:
    """Local to the municipality."""
    zone = office().municipality.zone
    return dt.datetime.fromtimestamp(office().clock.now(), zone).date()


def spoken_day(day: dt.date) -> str:
    """With its year: a follow-up may lie in the next."""
    return format_date(day, "long", locale=language().tag)


def callee_name(callee_id: object) -> Markup:
    """The id itself when the file no longer has it."""
    found = telephoned.callee(office().municipality, str(callee_id))
    return words(found.name) if found else Markup.escape(str(callee_id))


def callee_label(callee: Callee) -> str:
    """Name and number in one, for what is read aloud."""
    return f"{text(callee.name, language().tag)[0]} {callee.number}".strip()


def _names(entries: Iterable[Body]) -> dict[object, str]:
    """What those who wrote are called, also those who have left."""
    wrote = {body.get("account") for body in entries}
    query = select(accounts.c.id, accounts.c.display).where(accounts.c.id.in_(wrote))
    with reading(office().staff) as connection:
        return {row.id: row.display for row in connection.execute(query)}

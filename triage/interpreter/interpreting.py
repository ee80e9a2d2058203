"""A case for an interpreter: what they see of it, and what they translate."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.database import Conflict
from sifra.plain_text import is_blank, tidy
from triage.audit.audit_log import Action, Deed, append
from triage.interpreter import translating
from triage.interpreter.interpretation import Original
from triage.interpreter.translating import Task
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission

pages = Blueprint("interpreting", __name__)

LONGEST = 24_000
"""Characters. A tip at its limit, said in a longer language."""
OPEN_AT_A_TIME = 8
"""Fields to translate in on one page: all of them at their limit are one form."""

_FIELD = re.compile(r"text-(0|[1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True)
class Row:
    """A message as the interpreter sees it. ``written`` stands in the field when it ``is_open``;
    ``is_later``: others come first."""

    original: Original
    target: str
    translation: str = field(repr=False)
    written: str = field(repr=False)
    is_open: bool
    is_later: bool
    unsaved: bool


@pages.get("/interpreting")
@for_members(Permission.INTERPRET)
def mine(member: Member) -> ResponseReturnValue:
    found, closed = translating.tasks(member)
    return render_template("interpreting.html", tasks=found, closed=closed)


@pages.get("/interpreting/<folder_id>")
@for_members(Permission.INTERPRET)
def show(member: Member, folder_id: str) -> ResponseReturnValue:
    return _conversation(member, _task(member, folder_id))


@pages.post("/interpreting/<folder_id>")
@for_members(Permission.INTERPRET)
def translate(member: Member, folder_id: str) -> ResponseReturnValue:
    """``save`` is the message whose ``text-<message>`` is stored, ``mend`` one whose translation
    is opened again. What stands in the other fields comes back as it was written."""
    here = _task(member, folder_id)
    known = {original.of for original in here.work.originals}
    if (mend := _message("mend")) in known:
        return _conversation(member, here, mend=mend)
    of = _message("save")
    if of not in known:
        abort(400)
    text = _written().get(of, "")
    if error := _fault(text):
        said = _conversation(member, here, mend=of, errors={of: error})
        return said, HTTPStatus.UNPROCESSABLE_ENTITY
    before = here.work.translations.get(of)
    if before is None or before.text != text:
        deed = Deed(Action.TRANSLATED, member.id, case_id=here.case_id, fields={"message": of})
        append(office().staff, deed)
        try:
            if not translating.translate(member, folder_id, of, text):
                abort(404)
        except Conflict:
            error = _("Noen skrev i saken i samme øyeblikk. Trykk en gang til.")
            said = _conversation(member, here, mend=of, errors={of: error})
            return said, HTTPStatus.CONFLICT
    here = _task(member, folder_id)
    if any(row.unsaved for row in _rows(here, {of})):
        # Others are being written: a redirect would lose them.
        return _conversation(member, here, saved=of)
    flash(_("Oversettelsen er lagret."))
    return redirect(url_for("interpreting.show", folder_id=folder_id, _anchor=f"message-{of}"), 303)


def _task(member: Member, folder_id: str) -> Task:
    found = translating.task(member, folder_id)
    if found is None:
        abort(404)
    return found


def _conversation(
    member: Member,
    here: Task,
    *,
    mend: int | None = None,
    saved: int | None = None,
    errors: Mapping[int, str] | None = None,
) -> str:
    """StoreUnavailable: the look could not be entered, so that nothing is shown."""
    looked = {"messages": len(here.work.originals)}
    append(
        office().staff,
        Deed(Action.INTERPRETER_LOOK, member.id, case_id=here.case_id, fields=looked),
    )
    return render_template(
        "interpreting_case.html",
        task=here,
        rows=_rows(here, set() if saved is None else {saved}, mend),
        mend=mend,
        saved=saved,
        errors=errors or {},
        longest=LONGEST,
    )


def _rows(here: Task, saved: set[int], mend: int | None = None) -> list[Row]:
    written, rows, room = _written(), [], OPEN_AT_A_TIME
    for original in here.work.originals:
        known = here.work.translations.get(original.of)
        translation = known.text if known else ""
        text = written.get(original.of, translation) if original.of not in saved else translation
        unsaved = text != translation and not is_blank(text)
        waits = here.work.waits(original)
        is_open = unsaved or original.of == mend or (waits and room > 0)
        room -= is_open
        rows.append(
            Row(
                original,
                here.work.target(original),
                translation,
                text,
                is_open,
                waits and not is_open,
                unsaved,
            )
        )
    return rows


def _written() -> dict[int, str]:
    """What stands in the form, by message."""
    return {
        int(match[1]): tidy(value)
        for name, value in request.form.items()
        if (match := _FIELD.fullmatch(name))
    }


def _message(name: str) -> int | None:
    said = request.form.get(name, "")
    return int(said) if re.fullmatch(r"[0-9]{1,6}", said, re.ASCII) else None


def _fault(text: str) -> str:
    """Why a translation cannot be saved; empty when it can."""
    if is_blank(text):
        return _("Skriv en oversettelse først.")
    if len(text) > LONGEST:
        return _(
            "Oversettelsen er for lang. "
            "Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
            most=LONGEST,
            have=len(text),
        )
    return ""

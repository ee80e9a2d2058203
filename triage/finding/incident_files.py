"""Incidents: several tips on one event, gathered so that nobody works them one by one.

That a case belongs to an incident stands in its notes, sealed for those who read it, and dies with
it; each sender keeps a thread of their own. A case is in one incident at most.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from sifra.database import Conflict, StoreUnavailable
from sifra.key_cards import KeyCardError
from sifra.plain_text import is_blank, tidy
from sifra.sealing import SealError
from triage.audit.audit_log import Action, Deed, append
from triage.cases.case_files import OpenCase, open_case
from triage.cases.case_sheet import sheet
from triage.cases.notebook import notebook
from triage.finding import register
from triage.members import Member
from triage.office import office

LONGEST_TITLE = 80
"""Characters."""
NEW = "new"
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Chosen:
    """The incident that a form names; ``errors`` by field, and then no incident."""

    incident: str = ""
    title: str = field(default="", repr=False)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """What came of gathering cases: where they are, what is to be told, or what was wrong."""

    incident: str = ""
    told: Sequence[str] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def shown(member: Member, case: OpenCase) -> Mapping[str, object]:
    """What the case page shows of it. An incident that this unit has no case in is not offered:
    its title may tell of a case that the unit does not read."""
    offered = register.of(member).incidents([case.unit], register.RECENT)
    return {
        "incidents": offered,
        "longest_title": LONGEST_TITLE,
    }


def written_title() -> str:
    """What the form calls a new incident."""
    return " ".join(tidy(request.form.get("title")).split())


def chosen(known: Mapping[str, str]) -> Chosen:
    """From the form: ``into`` is one of ``known`` (which gives its title) or NEW, and then
    ``title`` says what it is called."""
    wanted = request.form.get("into", "")
    if wanted in known:
        return Chosen(wanted, known[wanted])
    if wanted != NEW:
        return Chosen(errors={"into": _("Velg en hendelse.")})
    title = written_title()
    if is_blank(title):
        return Chosen(errors={"title": _("Skriv hva dere vil kalle hendelsen.")})
    if len(title) > LONGEST_TITLE:
        said = _("Navnet er for langt. Det er plass til %(most)s tegn.", most=LONGEST_TITLE)
        return Chosen(errors={"title": said})
    return Chosen(os.urandom(16).hex(), title)


def put_in(member: Member, case: OpenCase, incident: str, title: str) -> None:
    """Note that a case belongs to an incident, or with an empty one that it does not any more.
    Raises KeyCardError, StoreUnavailable, and Conflict when colleagues write on and on."""
    for _try in range(_TRIES):
        book = notebook(member, case)
        fields: dict[str, int | str] = {"entry": book.next_entry, "what": "incident"}
        case_id = case.case.clear.id
        append(office().staff, Deed(Action.NOTE, member.id, case.unit, case_id, fields))
        with suppress(Conflict):
            book.add(member, "incident", incident=incident, title=title)
            break
    else:
        raise Conflict
    # It is written already: a register that lags behind is put right by the next change.
    with suppress(StoreUnavailable, Conflict):
        register.put(member, case, sheet(notebook(member, case).entries))


def gather(member: Member, case_ids: Sequence[str]) -> Gathered:
    """Put cases into the incident that the form names. Those that cannot be are told of."""
    found = register.of(member)
    of_unit = {unit: {one.id for one in found.incidents([unit])} for unit in found.unit_keys}
    wanted = chosen({one.id: one.title for one in found.incidents()})
    errors = dict(wanted.errors)
    if not case_ids:
        errors["case"] = _("Kryss av sakene først.")
    if errors:
        return Gathered(errors=errors)
    is_new = request.form.get("into") == NEW
    done = 0
    for case_id in dict.fromkeys(case_ids):
        with suppress(NotFound, SealError, Conflict, KeyCardError):
            case = open_case(member, case_id)
            # The title may tell of a case that this one's unit does not read.
            if is_new or wanted.incident in of_unit[case.unit]:
                put_in(member, case, wanted.incident, wanted.title)
                done += 1
    left = len(set(case_ids)) - done
    if not done:
        said = _("Ingen av sakene kunne legges i hendelsen. Åpne dem og prøv derfra.")
        return Gathered(errors={"case": said})
    told = [
        ngettext("%(num)d sak er lagt i hendelsen.", "%(num)d saker er lagt i hendelsen.", done)
    ]
    if left:
        told.append(
            ngettext(
                "%(num)d sak kunne ikke legges i hendelsen. Åpne den og prøv derfra.",
                "%(num)d saker kunne ikke legges i hendelsen. Åpne dem og prøv derfra.",
                left,
            )
        )
    return Gathered(wanted.incident, told)

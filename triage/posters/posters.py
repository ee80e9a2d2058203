"""The page that makes a poster or pocket cards. Nothing that is written here is kept."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sifra.plain_text import tidy
from sifra.poster_words import AUDIENCES
from triage.members import Member, for_members
from triage.office import office
from triage.permissions import Permission
from triage.posters import poster
from triage.posters.drawing import WHERE_TO_GET_THEM, DoesNotFit, FontsMissing, Format, draw

pages = Blueprint("posters", __name__)

AUDIENCE_NAMES = {
    "school": (_l("En skole"), _l("For unge. Koden leder til forsiden.")),
    "club": (_l("En klubb"), _l("For unge. Koden leder til voksne de kan snakke med.")),
    "parents": (_l("Et foreldremøte"), _l("For foresatte. Koden leder til hvem som svarer nå.")),
}
FORMAT_NAMES: Mapping[Format, object] = {
    "a4": _l("Plakat, A4"),
    "card": _l("Lommekort, ti på et ark"),
}
_FIELDS = ("audience", "format", "language", "second", "address")


@pages.get("/posters")
@for_members(Permission.READ)
def show(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    return _page({}, {})


@pages.post("/posters")
@for_members(Permission.READ)
def make(member: Member) -> ResponseReturnValue:  # noqa: ARG001
    """The PDF, as a file to save."""
    written = {name: tidy(request.form.get(name)).strip()[:200] for name in _FIELDS}
    errors = _faults(written)
    if not errors:
        try:
            return _file(written)
        except FontsMissing as missing:
            errors["form"] = _(
                "Maskinen mangler skriftene %(fonts)s. Den som drifter Sifra, kan hente dem "
                "med «%(command)s».",
                fonts=", ".join(missing.families),
                command=WHERE_TO_GET_THEM,
            )
        except DoesNotFit:
            errors["form"] = _("Teksten får ikke plass på arket. Prøv med ett språk.")
    return _page(errors, written), HTTPStatus.UNPROCESSABLE_ENTITY


def _file(written: Mapping[str, str]) -> Response:
    """Raises FontsMissing, DoesNotFit."""
    tags = [tag for tag in (written["language"], written["second"]) if tag]
    format_: Format = "card" if written["format"] == "card" else "a4"
    base = poster.base_address(written["address"])
    made = draw(poster.sheet(office().municipality, written["audience"], format_, tags, base))
    name = "-".join(("kort" if format_ == "card" else "plakat", *tags))
    return Response(
        made,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
    )


def _faults(written: Mapping[str, str]) -> dict[str, str]:
    """By field, what is wrong with it."""
    tags = office().municipality.languages
    errors = {}
    if written["audience"] not in AUDIENCES:
        errors["audience"] = _("Velg hvem den er for.")
    if written["format"] not in FORMAT_NAMES:
        errors["format"] = _("Velg plakat eller kort.")
    if written["language"] not in tags:
        errors["language"] = _("Velg et språk.")
    if written["second"] and written["second"] not in tags:
        errors["second"] = _("Velg et språk, eller ingen.")
    elif written["second"] and written["second"] == written["language"]:
        errors["second"] = _("Velg et annet språk enn det første.")
    try:
        poster.base_address(written["address"])
    except poster.BadAddress:
        errors["address"] = _("Skriv adressen slik: https://ung.kommune.no")
    return errors


def _page(errors: Mapping[str, str], written: Mapping[str, str]) -> str:
    return render_template(
        "posters.html",
        errors=errors,
        written=written,
        audiences=AUDIENCE_NAMES,
        formats=FORMAT_NAMES,
        page_languages=office().municipality.languages,
    )

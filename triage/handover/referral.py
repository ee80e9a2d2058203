"""What went over, as the unit that was let in sees it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.database import Conflict
from sifra.plain_text import is_blank, tidy
from triage.handover import handed_over, handover_words
from triage.handover.handed_over import Gone, Referral
from triage.handover.handover_rules import What
from triage.members import Member, for_members
from triage.permissions import Permission

LONGEST_REPLY = 4_000
"""Characters."""

pages = Blueprint("referral", __name__)


@pages.get("/handovers")
@for_members(Permission.READ)
def lists(member: Member) -> ResponseReturnValue:
    return render_template(
        "referrals.html",
        lists=handed_over.lists(member),
        said=handover_words.in_a_list,
        most=handed_over.LISTED,
    )


@pages.get("/handovers/<handover_id>")
@for_members(Permission.READ)
def show(member: Member, handover_id: str) -> ResponseReturnValue:
    try:
        return _page(member, _found(member, handover_id))
    except Gone:
        return _gone()


@pages.post("/handovers/<handover_id>/<any(read, reply):action>")
@for_members(Permission.ANSWER)
def say(member: Member, handover_id: str, action: str) -> ResponseReturnValue:
    """``head`` is what the hand-over was when the page was made: nobody answers what they have
    not read. ``text`` is the reply's."""
    try:
        referral = _found(member, handover_id)
    except Gone:
        return _gone()
    if request.form.get("head") != referral.head:
        return _page(member, referral, error=_came_first()), HTTPStatus.CONFLICT
    text = tidy(request.form.get("text"))
    try:
        if action == "read":
            if not referral.receives or referral.read:
                error = _("Det går ikke nå.")
                return _page(member, referral, error=error), HTTPStatus.CONFLICT
            handed_over.say(member, referral, What.READ)
            flash(_("De som ga det videre, ser nå at dere har lest."))
        else:
            if fault := _fault(text):
                page = _page(member, referral, fault=fault)
                return page, HTTPStatus.UNPROCESSABLE_ENTITY
            handed_over.say(member, referral, What.REPLY, text)
            flash(_("Meldingen er sendt."))
    except Conflict:
        page = _page(member, _found(member, handover_id), error=_came_first())
        return page, HTTPStatus.CONFLICT
    return redirect(url_for("referral.show", handover_id=handover_id), 303)


def _found(member: Member, handover_id: str) -> Referral:
    """Raises Gone."""
    found = handed_over.find(member, handover_id)
    if found is None:
        abort(404)
    return found


def _page(member: Member, referral: Referral, *, error: str = "", fault: str = "") -> str:
    """Each look is entered before it is shown."""
    handed_over.look(member, referral)
    who = {str(body.get("account", "")) for body in referral.folder.entries}
    return render_template(
        "referral.html",
        referral=referral,
        row=referral.row,
        plan=referral.proposal,
        ground=handover_words.ground_name(referral.proposal.ground),
        names=handover_words.displays(who),
        whats=What,
        said=handover_words.SAID,
        state=handover_words.in_a_list(referral.row.state),
        error=error,
        errors={"text": fault} if fault else {},
        written=tidy(request.form.get("text")),
        longest=LONGEST_REPLY,
    )


def _gone() -> ResponseReturnValue:
    return render_template("referral_gone.html"), HTTPStatus.NOT_FOUND


def _came_first() -> str:
    return _("Noen skrev i samme øyeblikk. Les det som er nytt, og trykk så en gang til.")


def _fault(text: str) -> str:
    if is_blank(text):
        return _("Skriv noe først.")
    if len(text) > LONGEST_REPLY:
        return _(
            "Det er for langt. Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
            most=LONGEST_REPLY,
            have=len(text),
        )
    return ""

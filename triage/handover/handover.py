"""Letting another unit in: proposed, consented to or approved, made, and told."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from sifra.database import Conflict, StoreUnavailable
from sifra.key_cards import KeyCardError
from sifra.plain_text import is_blank, tidy
from sifra.sealing import Kind
from triage.audit.audit_log import Action
from triage.cases import contact
from triage.cases.case_files import OpenCase, open_case
from triage.cases.case_page import enter, last_seen
from triage.handover import handover_words, handovers, second_person
from triage.handover.handover_form import (
    LONGEST_REASON,
    LONGEST_SUMMARY,
    Written,
    faults,
    hindrance,
    kept_out,
    no_card,
    places,
    proposal,
    written,
)
from triage.handover.handover_rules import CONSENT, LET_IN, What
from triage.handover.handovers import Handover
from triage.handover.second_person import NotSecond
from triage.interpreter import interpreters
from triage.members import Member, for_members
from triage.office import office
from triage.people import second_factor
from triage.permissions import Permission

pages = Blueprint("handover", __name__)

_DECIDES = {
    "approve": What.APPROVAL,
    "refuse": What.REFUSAL,
    "confirm": What.CONFIRMATION,
    "object": What.OBJECTION,
}
_ACTIONS = ("ask", "make", *_DECIDES)


@pages.get("/cases/<case_id>/handover")
@for_members(Permission.HAND_OVER)
def new(member: Member, case_id: str) -> ResponseReturnValue:
    return _form(member, open_case(member, case_id), Written(language=member.language))


@pages.post("/cases/<case_id>/handover")
@for_members(Permission.HAND_OVER)
def propose(member: Member, case_id: str) -> ResponseReturnValue:
    """Ask the sender, propose it to a colleague, or in danger to life act at once, all by
    ``ground``. The further fields are those of Written; ``seen`` is how many messages there
    were."""
    case, given = open_case(member, case_id), written(member)
    if (seen := last_seen(case)) is not None:
        return _form(member, case, given, seen=seen), HTTPStatus.CONFLICT
    if not case.allows(Kind.HANDED_OVER):
        return _form(member, case, given), HTTPStatus.CONFLICT
    errors = faults(case, given, places(case))
    if not errors and (refused := second_factor.fault(member)):
        errors = {second_factor.FIELD: refused}
    if errors:
        return _form(member, case, given, errors), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        made = handovers.propose(member, case, proposal(member, case, given))
    except KeyCardError:
        # One of those who read the case already.
        return _form(member, case, given, {"to": no_card()}), HTTPStatus.CONFLICT
    here = url_for("handover.show", case_id=case_id, handover_id=made.id)
    try:
        if given.ground == CONSENT:
            handovers.ask(member, case, made)
            flash(_("Avsenderen er spurt. Svaret kommer i samtalen."))
        elif made.proposal.at_once:
            handovers.make(member, case, made)
            flash(_("Det er gitt videre. En kollega må se på det etterpå: si fra til noen."))
        else:
            flash(
                _("Forslaget er skrevet. En kollega må lese saken og godkjenne: si fra til noen.")
            )
    except Conflict:
        # The proposal is written; what came first is read, and one more tap does the rest.
        flash(_("Noe kom til i saken i samme øyeblikk. Les det, og trykk så på knappen her."))
    except KeyCardError:
        flash(no_card())
    except StoreUnavailable:
        # It is written down: the form sent once more would ask, or let in, twice.
        flash(_("Forslaget er lagret, men kom ikke lenger. Prøv igjen her. Haster det, ring."))
    return redirect(here, 303)


@pages.get("/cases/<case_id>/handover/<handover_id>")
@for_members(Permission.HAND_OVER)
def show(member: Member, case_id: str, handover_id: str) -> ResponseReturnValue:
    case = open_case(member, case_id)
    return _page(member, case, _found(member, case, handover_id))


@pages.post(f"/cases/<case_id>/handover/<handover_id>/<any({', '.join(_ACTIONS)}):action>")
@for_members(Permission.HAND_OVER)
def act(member: Member, case_id: str, handover_id: str, action: str) -> ResponseReturnValue:
    """``seen`` is how many messages the page showed and ``head`` what the hand-over was then:
    nobody says yes to anything else than they read."""
    case = open_case(member, case_id)
    handover = _found(member, case, handover_id)
    if (seen := last_seen(case)) is not None:
        return _page(member, case, handover, seen=seen), HTTPStatus.CONFLICT
    if request.form.get("head") != handover.head:
        return _page(member, case, handover, error=_changed()), HTTPStatus.CONFLICT
    if error := _cannot(case, handover, action):
        return _page(member, case, handover, error=error), HTTPStatus.CONFLICT
    what, reason = _DECIDES.get(action), tidy(request.form.get("reason"))
    if fault := _reason_fault(member, handover, what, reason):
        page = _page(member, case, handover, errors={"reason": fault})
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if what is not None and what is not What.REFUSAL:
            second_person.check(member, handover.id, handover.proposal, handover.folder.sealed)
        if action in ("ask", "make", "approve", "confirm") and (
            refused := second_factor.fault(member)
        ):
            page = _page(member, case, handover, errors={second_factor.FIELD: refused})
            return page, HTTPStatus.UNPROCESSABLE_ENTITY
        _do(member, case, handover, action, reason)
    except NotSecond as no:
        page = _page(member, case, handover, error=handover_words.why_not(no.why))
        return page, HTTPStatus.FORBIDDEN
    except KeyCardError:
        return _again(member, case_id, handover_id, no_card()), HTTPStatus.CONFLICT
    except Conflict:
        return _again(member, case_id, handover_id, _changed()), HTTPStatus.CONFLICT
    flash(_said(action))
    return redirect(url_for("handover.show", case_id=case_id, handover_id=handover_id), 303)


def _do(member: Member, case: OpenCase, handover: Handover, action: str, reason: str) -> None:
    if action in _DECIDES:
        handover = handovers.decide(member, case, handover, _DECIDES[action], reason)
    if action == "ask":
        handovers.ask(member, case, handover)
    if action in ("make", "approve"):
        handovers.make(member, case, handover)


def _cannot(case: OpenCase, handover: Handover, action: str) -> str:
    """Why this cannot be done with it now; empty when it can."""
    standing = handover.standing
    allowed = {"ask": standing.may_be_asked, "make": standing.may_be_made}
    if action in _DECIDES:
        allowed[action] = standing.allows(_DECIDES[action])
    if not allowed[action]:
        return _("Det går ikke nå.")
    if action == "ask" and not case.allows(Kind.ASKED):
        return _("Avsenderen kan ikke spørres nå.")
    lets_in = action in ("ask", "make", "approve")
    return _in_the_way(case, handover) if lets_in else ""


def _in_the_way(case: OpenCase, handover: Handover) -> str:
    to, ground = handover.proposal.to, handover.proposal.ground
    if handover.standing.told:
        return ""
    return hindrance(case, to, ground)


def _reason_fault(member: Member, handover: Handover, what: What | None, reason: str) -> str:
    mine = handover.proposal.account == member.id
    if what not in (What.REFUSAL, What.OBJECTION) or (what is What.REFUSAL and mine):
        return ""
    if is_blank(reason):
        return _("Skriv hvorfor.")
    if len(reason) > LONGEST_REASON:
        return _("Det er for langt. Det er plass til %(most)s tegn.", most=LONGEST_REASON)
    return ""


def _said(action: str) -> str:
    return {
        "ask": _("Avsenderen er spurt. Svaret kommer i samtalen."),
        "make": _("Det er gitt videre."),
        "approve": _("Du har godkjent, og det er gitt videre."),
        "refuse": _("Det blir ikke gitt videre."),
        "confirm": _("Det står nå at du har sett på det og er enig."),
        "object": _("Det står nå at du er uenig, og hvorfor."),
    }[action]


def _changed() -> str:
    return _("Noe endret seg mens du hadde siden åpen. Se gjennom, og trykk så en gang til.")


def _found(member: Member, case: OpenCase, handover_id: str) -> Handover:
    found = handovers.find(member, case, handover_id)
    if found is None:
        abort(404)
    return found


def _again(member: Member, case_id: str, handover_id: str, error: str) -> str:
    """The page as it is now, with what came meanwhile marked."""
    case = open_case(member, case_id)
    return _page(member, case, _found(member, case, handover_id), error=error, seen=last_seen(case))


def _form(
    member: Member,
    case: OpenCase,
    given: Written,
    errors: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> str:
    enter(Action.LOOK, member, case, messages=len(case.messages))
    place = office().municipality
    return render_template(
        "handover_new.html",
        case=case,
        beside=interpreters.of_case(member, case).beside,
        number_goes=contact.number_of(case).there,
        given=given,
        errors=errors or {},
        seen=seen,
        kinds=Kind,
        places=places(case),
        kept_out=kept_out(case),
        grounds=place.legal_grounds,
        ground_name=handover_words.ground_name,
        may_ask=case.allows(Kind.ASKED),
        may_make=case.allows(Kind.HANDED_OVER),
        seconds=second_person.candidates(member.id, case.case.sealed.readers),
        languages_offered=place.languages,
        emergency=place.lines(("police_emergency", "ambulance")),
        asked_again=second_factor.is_asked(),
        longest={"text": LONGEST_SUMMARY, "reason": LONGEST_REASON},
    )


def _page(
    member: Member,
    case: OpenCase,
    handover: Handover,
    *,
    error: str = "",
    errors: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> str:
    """The proposal beside the whole conversation: who sees it has looked at the case, and that is
    entered first."""
    enter(Action.LOOK, member, case, messages=len(case.messages))
    plan, standing = handover.proposal, handover.standing
    decision = standing.decision or {}
    hinders = second_person.hindrance(member, plan, handover.folder.sealed)
    who = {plan.account, str(decision.get("account", ""))}
    return render_template(
        "handover.html",
        case=case,
        beside=interpreters.of_case(member, case).beside,
        number_goes=contact.number_of(case).there,
        handover=handover,
        plan=plan,
        standing=standing,
        decision=decision,
        said=handover_words.said(standing),
        ground=handover_words.ground_name(plan.ground),
        decided=handover_words.SAID[What(str(decision["what"]))] if decision else "",
        names=handover_words.displays(who),
        mine=plan.account == member.id,
        whats=What,
        is_made=handover.state in LET_IN,
        in_the_way="" if handover.state in LET_IN else _in_the_way(case, handover),
        may_be_asked=standing.may_be_asked and case.allows(Kind.ASKED),
        why_not=handover_words.why_not(hinders) if hinders else "",
        seconds=second_person.candidates(
            plan.account, set(handover.folder.sealed.holders) - {plan.to}
        ),
        error=error,
        errors=errors or {},
        seen=seen,
        written=tidy(request.form.get("reason")),
        kinds=Kind,
        asked_again=second_factor.is_asked(),
        longest=LONGEST_REASON,
    )

"""What hand-overs are called on pages: how far they have come, and why somebody may not decide."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select

from sifra.database import reading
from sifra.web.page import words
from triage.handover.handover_rules import CONSENT, Standing, State, Unfit, What
from triage.office import office
from triage.staff_tables import accounts

STATES = {
    State.ASKED: _l("Avsenderen er spurt"),
    State.PROPOSED: _l("Venter på at en til leser saken og godkjenner"),
    State.REFUSED: _l("Ikke gitt videre"),
    State.MADE: _l("Gitt videre"),
    State.UNCONFIRMED: _l("Gitt videre ved fare for liv. Venter på at en til ser på det"),
    State.CONFIRMED: _l("Gitt videre ved fare for liv. En til er enig"),
    State.OBJECTED: _l("Gitt videre ved fare for liv. En til er uenig"),
}
"""As a list says it, which opens nothing."""

SAID = {
    What.APPROVAL: _l("Godkjent"),
    What.REFUSAL: _l("Sagt nei til"),
    What.CONFIRMATION: _l("Sett på etterpå, og enig"),
    What.OBJECTION: _l("Sett på etterpå, og uenig"),
    What.READ: _l("Vi har lest"),
    What.REPLY: _l("Melding"),
}


def in_a_list(state: str) -> str:
    """What a row's state says; nothing when it is none of ours."""
    return next((str(said) for known, said in STATES.items() if known == state), "")


def said(standing: Standing) -> str:
    """How far it has come."""
    if standing.unfinished:
        return _(
            "Stoppet på halvveien: avsenderen har fått vite det, men enheten har ikke fått det."
        )
    match standing.state:
        case State.ASKED if not standing.asked:
            return _("Spørsmålet er skrevet, men ikke sendt.")
        case State.ASKED if standing.withdrawn:
            return _("Avsenderen har trukket saken. Et ja gjelder ikke lenger.")
        case State.ASKED if standing.consent:
            return _("Avsenderen sa ja.")
        case State.ASKED:
            return _("Avsenderen er spurt og har ikke svart ennå.")
        case State.PROPOSED if standing.may_be_made:
            return _("Klart, men ikke gitt videre ennå.")
        case State.REFUSED:
            return _refused(standing)
    return str(STATES[standing.state]) + "."


def _refused(standing: Standing) -> str:
    if standing.decision is None:
        return _("Avsenderen sa nei.")
    if standing.decision.get("account") == standing.proposal.account:
        return _("Forslaget ble trukket.")
    return _("En kollega sa nei.")


def why_not(why: Unfit) -> str:
    """Why somebody may not be the second person."""
    return {
        Unfit.PROPOSER: _("Du foreslo dette selv. En annen må lese saken og si ja eller nei."),
        Unfit.LET_IN: _(
            "Den som foreslo dette, inviterte eller slapp inn kontoen din for under 30 dager "
            "siden. En annen må lese saken og si ja eller nei."
        ),
        Unfit.RECEIVES: _(
            "Du leser saken bare for enheten som får den. En av dem som leste den fra før, "
            "må si ja eller nei."
        ),
        Unfit.NOT_LOOKED: _("Les saken slik den står nå, og trykk så en gang til."),
    }[why]


def ground_name(ground: str) -> Markup:
    """Why another unit may be let in: by the file, or by the sender's yes."""
    if ground == CONSENT:
        return Markup.escape(_("Avsenderen sier ja"))
    found = next((one for one in office().municipality.legal_grounds if one.id == ground), None)
    if found is None:
        return Markup.escape(_("en hjemmel som ikke står i kommunens fil lenger"))
    return Markup("{} ({})").format(words(found.name), found.law.replace("§ ", "§\u00a0"))


def displays(ids: Iterable[str]) -> dict[str, str]:
    """What accounts are called. Raises StoreUnavailable."""
    wanted = set(ids)
    with reading(office().staff) as connection:
        rows = connection.execute(
            select(accounts.c.id, accounts.c.display).where(accounts.c.id.in_(wanted))
        )
        return {row.id: row.display for row in rows}

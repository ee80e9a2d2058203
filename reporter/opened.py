"""An opened mailbox, and the two ways into one: the return code, and the ticket of an open page."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app, g
from flask_babel import gettext as _

from reporter.forms import CodeForm
from reporter.site import site
from reporter.tickets import Ticket
from sifra import return_code
from sifra.case_store import State, StoredCase
from sifra.conversation import SenderView
from sifra.return_code import CodeError, CodeKeys
from sifra.routing import Facts, Routing
from sifra.sealing import SealError


@dataclass(frozen=True, slots=True)
class Open:
    """An opened mailbox."""

    stored: StoredCase
    view: SenderView

    def routing(self, tongue: str = "", *, urgent: bool = False) -> Routing:
        """What is told of what the sender writes later, in ``tongue`` or else in the language of
        the page: what was ticked at first is sealed."""
        facts = Facts(
            lane=self.stored.clear.lane,
            urgency="now" if urgent else "",
            language=tongue or g.lang,
        )
        readers = self.view.sealed.readers
        if facts.lane == "talk":
            # Nobody chose who reads, so there are no usual readers to be sooner than.
            return site().routing(replace(facts, readers=readers))
        return site().routing_for(facts, readers)


def by_code(typed: CodeForm) -> Open | None:
    """The mailbox that the typed code opens. None: ``typed`` says what is wrong beside the field.

    A wrong code and a deleted one get the same words after the same work.
    """
    here = site()
    try:
        secret = return_code.parse(typed.code.said)
    except CodeError as fault:
        typed.code.errors = [_said(fault, typed.code.said)]
        return None
    here.limits.admit("open")
    keys: CodeKeys = here.code_keys(secret)
    stored = here.store.find_by_code(keys.lookup_id)
    if stored is not None:
        try:
            return Open(stored, SenderView.open(stored.sealed, keys.sender_key))
        except SealError:
            current_app.logger.error("case %s does not open: altered or destroyed", stored.clear.id)
    typed.code.errors = [_("Koden åpner ingenting. Se etter at den er skrevet riktig.")]
    return None


def by_ticket(ticket: Ticket) -> Open | None:
    stored = site().store.find(ticket.case)
    if stored is None or stored.clear.state is State.WITHDRAWN:
        return None
    try:
        return Open(stored, SenderView.with_key(stored.sealed, ticket.answer_key))
    except SealError:
        current_app.logger.error("case %s does not open: altered or destroyed", ticket.case)
        return None


def _said(fault: CodeError, typed: str) -> str:
    if not typed:
        return _("Skriv koden her.")
    if fault.word and fault.nearest:
        return _(
            "Vi kjenner ikke ordet «%(word)s». Mente du «%(nearest)s»?",
            word=fault.word[:24],
            nearest=fault.nearest,
        )
    if fault.word:
        return _("Vi kjenner ikke ordet «%(word)s». Se på koden en gang til.", word=fault.word[:24])
    return _("En kode er seks ord eller 20 siffer. Se på koden en gang til.")

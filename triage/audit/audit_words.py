"""What the audit log's actions and fields are called on its page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sifra.languages import text
from sifra.web.page import language
from triage.audit.audit_log import Action
from triage.office import office
from triage.people.staff_words import plain_unit
from triage.wording import REASONS, case_name

ACTIONS = {
    Action.SIGN_IN: _l("Logget inn"),
    Action.SIGN_IN_REFUSED: _l("Innlogging avvist"),
    Action.SIGN_OUT: _l("Logget ut"),
    Action.LOOK: _l("Så på saken"),
    Action.READ: _l("Merket saken som lest"),
    Action.ANSWER: _l("Svarte"),
    Action.CLOSE: _l("Lukket saken"),
    Action.CLOSE_FIXED: _l("Lukket saken som ordnet"),
    Action.REOPEN: _l("Åpnet saken igjen"),
    Action.BULK_CLOSE: _l("Lukket flere saker sammen"),
    Action.OFFER: _l("Foreslo tider å møtes"),
    Action.NUMBER_DELETED: _l("Slettet nummeret å ringe"),
    Action.SHIFT_PLANNED: _l("Satte opp en vakt"),
    Action.SHIFT_REMOVED: _l("Slettet en vakt"),
    Action.SHIFT_JOINED: _l("Gikk på en vakt"),
    Action.SHIFT_LEFT: _l("Gikk av en vakt"),
    Action.DAYS_CLOSED: _l("Stengte dager"),
    Action.DAYS_OPENED: _l("Åpnet stengte dager"),
    Action.PAUSE: _l("Satte løftene på pause"),
    Action.RESUME: _l("Tok opp løftene igjen"),
    Action.STAFF_ADDED: _l("Slapp inn en kollega"),
    Action.KEY_CARD_SIGNED: _l("Signerte et nøkkelkort"),
    Action.NOTE: _l("Skrev i notatene"),
    Action.TOLD: _l("Sa fra på telefon"),
    Action.ASSIGN: _l("Ga noen saken"),
    Action.UNASSIGN: _l("La saken fra seg"),
    Action.SEARCH: _l("Søkte"),
    Action.EXPORT: _l("Tok ut saken"),
    Action.HANDOVER_PROPOSED: _l("Foreslo å gi saken videre"),
    Action.CONSENT_ASKED: _l("Spurte avsenderen om lov"),
    Action.HANDOVER_APPROVED: _l("Godkjente å gi saken videre"),
    Action.HANDOVER_REFUSED: _l("Sa nei til å gi saken videre"),
    Action.HANDED_OVER: _l("Ga saken videre"),
    Action.HANDOVER_LOOK: _l("Så på det som ble gitt videre"),
    Action.HANDOVER_REPLY: _l("Svarte den som ga saken videre"),
    Action.INTERPRETER_LET_IN: _l("Slapp inn en tolk"),
    Action.INTERPRETER_ENDED: _l("Avsluttet tolkens tilgang"),
    Action.INTERPRETER_LOOK: _l("Så på saken som tolk"),
    Action.TRANSLATED: _l("Oversatte"),
    Action.TRANSLATION_SENT: _l("Sendte en oversettelse"),
    Action.INVITED: _l("Inviterte en kollega"),
    Action.RENEWAL_ALLOWED: _l("Ga lov til å bytte innlogging"),
    Action.JOINED: _l("Laget kontoen sin"),
    Action.ACCOUNT_CARD_SIGNED: _l("Signerte en kollegas nøkkelkort"),
    Action.PASSPHRASE_CHANGED: _l("Byttet de seks ordene"),
    Action.SECOND_FACTOR_CHANGED: _l("Byttet kodeapp"),
    Action.SECOND_FACTOR_REFUSED: _l("Engangskode avvist"),
    Action.SESSION_ENDED: _l("Avsluttet en innlogging"),
    Action.STAFF_LEFT: _l("Avsluttet en konto"),
    Action.UNIT_KEY_RENEWED: _l("Byttet enhetens nøkkel"),
    Action.CASES_REKEYED: _l("Låste sakene om til den nye nøkkelen"),
    Action.PICTURE_TAKEN: _l("Tok ut situasjonsbildet"),
    Action.PROFILE_SAVED: _l("Endret kortet sitt"),
    Action.PROFILE_APPROVED: _l("Godkjente et kort"),
    Action.PROFILE_REFUSED: _l("Sa nei til et kort"),
    Action.PROFILE_WITHDRAWN: _l("Tok ned et kort"),
    Action.ABSENCE: _l("Meldte fravær"),
    Action.ABSENCE_ENDED: _l("Tok bort fravær"),
}


def local_moment(seconds: object) -> dt.datetime:
    """Local. What is no time of ours is the beginning of time, and no fault of the page."""
    known = seconds if isinstance(seconds, int) and 0 <= seconds < 1 << 34 else 0
    return dt.datetime.fromtimestamp(known, office().municipality.zone)


def said(name: str, value: object, names: Mapping[str, str]) -> str:
    """A field in words; nothing for what says itself."""
    match name:
        case "messages":
            return _("Meldinger vist: %(count)s", count=value)
        case "message" if isinstance(value, int):
            return _("Melding nr. %(number)s", number=value + 1)
        case "reason":
            return _("Grunn: %(reason)s", reason=REASONS.get(str(value), value))
        case "joined" if value:
            return _("Står på den selv")
        case "shift":
            return _("Vakt %(name)s", name=case_name(str(value)))
        case "first":
            return _("Fra %(date)s", date=value)
        case "last":
            return _("Til og med %(date)s", date=value)
        case "until" if isinstance(value, int):
            return _("Til %(date)s", date=f"{local_moment(value):%Y-%m-%d %H:%M}")
        case "added":
            return names.get(str(value)) or _("en konto som er borte")
        case "account" | "interpreter":
            return names.get(str(value)) or _("en konto som er borte")
        case "to":
            return names.get(str(value)) or plain_unit(str(value))
        case "whom":
            return _callee(value)
        case "whole":
            return _("Hele samtalen") if value else _("Et sammendrag")
        case "ground":
            return _("Grunn: %(reason)s", reason=_ground(value))
        case "cases":
            return _("Saker: %(count)s", count=value)
        case "serial":
            return _("Nøkkel nr. %(number)s", number=value)
    return ""


def _callee(value: object) -> str:
    """A line of the file or a unit, by its name: where both have the id, it is the line that was
    rung. Anything else as it stands."""
    place = office().municipality
    lines = (line.name for line in place.help_lines if line.id == value)
    return text(next(lines, place.called(str(value))), language().tag)[0]


def _ground(value: object) -> str:
    if value == "consent":
        # Not that they have said so: asking for it is entered too.
        return _("avsenderens samtykke")
    grounds = (one.name for one in office().municipality.legal_grounds if one.id == value)
    named = next(grounds, None)
    return text(named, language().tag)[0] if named else str(value)

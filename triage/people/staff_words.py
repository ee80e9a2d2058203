"""What roles are called, and what they may do, in the language of the page."""

from __future__ import annotations

import datetime as dt

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sifra.key_cards import PICTURE
from sifra.languages import text
from sifra.web.page import language
from triage.office import office
from triage.permissions import ROLES, Permission

ROLE_NAMES = {
    "reader": _l("Leser og svarer"),
    "leader": _l("Leder"),
    "interpreter": _l("Tolk"),
    "auditor": _l("Kontrollør"),
    "administrator": _l("Administrator"),
}

ROLE_HINTS = {
    "reader": _l("Leser sakene i enheten sin, svarer og gir dem videre."),
    "leader": _l("Som den som leser, og slipper inn andre. Har nøkkelen som signerer."),
    "interpreter": _l("Ser bare sakene de slippes inn i, og bare så lenge."),
    "auditor": _l("Ser loggen, men ingen saker."),
    "administrator": _l("Inviterer og avslutter kontoer. Ser ingen saker."),
}

_MAY = {
    Permission.READ: _l("Se sakene i enhetene dine, søke i dem og se situasjonsbildet"),
    Permission.ANSWER: _l("Svare, lukke, skrive notater og fordele saker"),
    Permission.HAND_OVER: _l("Gi en sak videre, slippe inn tolk og ta ut en sak"),
    Permission.PLAN: _l("Sette opp vakter og ta pause fra løftene"),
    Permission.RULES: _l("Se reglene og dekningen"),
    Permission.INTERPRET: _l("Oversette sakene du er sluppet inn i"),
    Permission.STAFF: _l("Invitere, avslutte kontoer og gi lov til ny innlogging"),
    Permission.LEAD: _l("Slippe inn andre og signere nøkler"),
    Permission.AUDIT: _l("Se loggen"),
}


def role_name(role: str) -> str:
    return str(ROLE_NAMES.get(role, role))


def may_do(role: str) -> list[str]:
    """What somebody of this role may do, beside what is their own."""
    granted = ROLES.get(role, frozenset())
    return [str(said) for permission, said in _MAY.items() if permission in granted] or [
        _("Ingenting ennå")
    ]


def plain_unit(unit: str) -> str:
    """A unit, an adult or the picture by name, where no markup can stand."""
    if unit == PICTURE:
        return str(_("situasjonsbildet"))
    return text(office().municipality.called(unit), language().tag)[0]


def moment(seconds: int) -> str:
    """Unix seconds as a local day and minute, in the language of the page."""
    return str(format_datetime(dt.datetime.fromtimestamp(seconds, dt.UTC), "d. MMM HH:mm"))

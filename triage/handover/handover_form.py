"""What somebody writes when they want to let another unit in, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext as _

from sifra.key_cards import KeyCardError
from sifra.municipality import Unit
from sifra.plain_text import is_blank, tidy
from sifra.sealing import TIP_KINDS, Kind
from triage.cases.case_files import OpenCase
from triage.cases.case_page import answer_language
from triage.cases.contact import wanted
from triage.handover.handover_rules import CONSENT, Proposal
from triage.handover.own_words import repeated
from triage.members import Member
from triage.office import office

LONGEST_SUMMARY = 4_000
LONGEST_REASON = 2_000
"""Characters."""

SUMMARY, WHOLE = "summary", "whole"


@dataclass(frozen=True, slots=True)
class Place:
    """A unit that does not read the case; ``here`` when it has a key and can be let in."""

    id: str
    unit: Unit
    here: bool

    @property
    def number(self) -> str:
        return self.unit.number or "" if self.unit.confirmed else ""


@dataclass(frozen=True, slots=True)
class Written:
    """The form as it was sent. ``text`` is the summary."""

    to: str = ""
    goes: str = SUMMARY
    text: str = field(repr=False, default="")
    language: str = ""
    translation: str = field(repr=False, default="")
    ground: str = ""
    reason: str = field(repr=False, default="")
    repeats: bool = False
    """The sender's own words may stand in the summary and the reason."""

    @property
    def whole(self) -> bool:
        return self.goes == WHOLE


def written(member: Member) -> Written:
    form = request.form
    return Written(
        form.get("to", ""),
        form.get("goes", SUMMARY),
        tidy(form.get("text")),
        answer_language(member),
        tidy(form.get("translation")),
        form.get("ground", ""),
        tidy(form.get("reason")),
        form.get("repeats") == "1",
    )


def places(case: OpenCase) -> list[Place]:
    """The file's units that do not read the case, and may. Raises StoreUnavailable."""
    return [
        Place(name, unit, has_card(name))
        for name, unit in office().municipality.units.items()
        if name not in (*case.case.sealed.readers, kept_out(case))
    ]


def kept_out(case: OpenCase) -> str:
    """The unit that a complaint is about, or that such an adult works in: no ground lets it in.
    Empty for none."""
    about = wanted(case.messages[0].body, case.case.clear.lane).complaint
    adult = office().municipality.adult(about)
    return adult.unit if adult else about


def has_card(unit: str) -> bool:
    """Has the unit a key that is signed? Raises StoreUnavailable."""
    try:
        office().store.public_keys([unit], office().settings.verifier)
    except KeyCardError:
        return False
    return True


def faults(case: OpenCase, given: Written, offered: Sequence[Place]) -> dict[str, str]:
    """What is wrong, by field; empty when it can be proposed."""
    found = {
        "to": ""
        if any(one.id == given.to and one.here for one in offered)
        else _to_fault(case, given),
        "goes": "" if given.goes in (SUMMARY, WHOLE) else _("Velg hva dere gir videre."),
        "text": _text_fault(given) or _repeats(case, given, given.text),
        "translation": _too_long(given.translation, LONGEST_SUMMARY),
        "ground": _ground_fault(case, given.ground),
        # The other unit sees the reason too.
        "reason": _reason_fault(given) or _repeats(case, given, given.reason),
    }
    return {name: said for name, said in found.items() if said}


def proposal(member: Member, case: OpenCase, given: Written) -> Proposal:
    """Of a form without faults."""
    grounds = office().municipality.legal_grounds
    spoken = str(case.messages[0].body.get("language", ""))
    translated = bool(given.translation) and not given.whole
    return Proposal(
        to=given.to,
        whole=given.whole,
        ground=given.ground,
        at_once=any(one.id == given.ground and one.at_once for one in grounds),
        by=case.unit,
        account=member.id,
        at=office().clock.now(),
        reason=given.reason,
        summary="" if given.whole else given.text,
        language=given.language,
        translation=given.translation if translated else "",
        translation_language=spoken if translated else "",
    )


def hindrance(case: OpenCase, to: str, ground: str) -> str:
    """What has come in the way of a proposal since it was made; empty when nothing has."""
    if to in case.case.sealed.readers:
        return _("Enheten leser allerede hele saken.")
    if to == kept_out(case):
        return about_them()
    if not has_card(to):
        return no_card()
    if ground != CONSENT and ground not in _legal():
        return _("Hjemmelen står ikke i kommunens fil lenger. Foreslå på nytt med en annen.")
    if not case.allows(Kind.HANDED_OVER):
        return _("Saken er lukket. Åpne den igjen først.")
    return ""


def about_them() -> str:
    return _("Saken gjelder en som jobber i enheten. Enheten kan ikke slippes inn.")


def no_card() -> str:
    return _(
        "En enhet mangler nøkkel i Sifra nå, så ingenting kan gis videre. Ring dem, og si fra "
        "til den som drifter Sifra."
    )


def _legal() -> Mapping[str, bool]:
    return {one.id: one.at_once for one in office().municipality.legal_grounds}


def _to_fault(case: OpenCase, given: Written) -> str:
    if given.to and given.to == kept_out(case):
        return about_them()
    if given.to in office().municipality.units:
        return _("Den enheten kan ikke velges nå. Velg en annen, eller ring.")
    return _("Velg hvem dere gir videre til.")


def _text_fault(given: Written) -> str:
    if given.whole:
        return (
            _("Når hele samtalen gis videre, trengs ikke sammendraget. Ta det bort først.")
            if given.text
            else ""
        )
    if is_blank(given.text):
        return _("Skriv et sammendrag.")
    return _too_long(given.text, LONGEST_SUMMARY)


def _repeats(case: OpenCase, given: Written, text: str) -> str:
    if given.whole or given.repeats:
        return ""
    told = (str(one.body.get("text", "")) for one in case.messages if one.kind in TIP_KINDS)
    found = repeated(text, told)
    if not found:
        return ""
    return _(
        "Dette er avsenderens egne ord, og kan røpe hvem det er: «%(words)s». Skriv det om.",
        words="» «".join(found),
    )


def _reason_fault(given: Written) -> str:
    if is_blank(given.reason) and given.whole:
        return _("Skriv hvorfor hele samtalen må gis videre.")
    if is_blank(given.reason) and given.ground != CONSENT:
        return _("Skriv hvorfor dere gjør det uten at avsenderen har sagt ja.")
    return _too_long(given.reason, LONGEST_REASON)


def _ground_fault(case: OpenCase, ground: str) -> str:
    if ground == CONSENT:
        if case.allows(Kind.ASKED):
            return ""
        return _("Avsenderen kan ikke spørres. Velg en hjemmel.")
    return "" if ground in _legal() else _("Velg hvorfor dere har lov.")


def _too_long(text: str, longest: int) -> str:
    if len(text) <= longest:
        return ""
    return _(
        "Det er for langt. Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
        most=longest,
        have=len(text),
    )

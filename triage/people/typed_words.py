"""Words that somebody reads out and another types: what was wrong with them, and what was typed."""

from __future__ import annotations

from flask import request
from flask_babel import gettext as _

from sifra.return_code import CodeError, parse


def fault_said(fault: CodeError, otherwise: str) -> str:
    """Which word is none of ours, with the nearest that is; ``otherwise`` when it is no word's
    fault."""
    if fault.nearest:
        return _(
            "«%(word)s» er ikke et av ordene våre. Mente du «%(nearest)s»?",
            word=fault.word,
            nearest=fault.nearest,
        )
    if fault.word:
        return _("«%(word)s» er ikke et av ordene våre.", word=fault.word)
    return otherwise


def compared() -> tuple[int, dict[str, str]]:
    """The fingerprint in the form's field ``words``, or what is wrong with it."""
    typed = request.form.get("words", "")
    if not typed.strip():
        return 0, {"words": _("Skriv de seks ordene som leses opp for deg.")}
    try:
        return parse(typed), {}
    except CodeError as fault:
        otherwise = _("Det skal være seks ord, eller tjue sifre.")
        return 0, {"words": fault_said(fault, otherwise)}


def other_key() -> str:
    """What is said when the fingerprint is of another key than the one that is there."""
    return _(
        "Ordene er ikke de samme. Har du hørt feil, prøv igjen. Stemmer de fortsatt ikke, "
        "slipp ikke noen inn, og si fra til den som drifter Sifra."
    )

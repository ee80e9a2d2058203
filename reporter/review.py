"""The review: what was written, who may read it and by when, before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, render_template, request
from flask_babel import gettext as _

from reporter import dangers
from reporter.forms import TipForm
from reporter.promises import told
from reporter.readers import Choice, Units, chosen, offered
from reporter.site import site
from reporter.tickets import BadTicket, Visit
from sifra.routing import Facts

_MOST = 32
"""So many values of ``promise`` are looked at: more than any file has choices."""


def chosen_units(tip: TipForm) -> Units:
    """Who may read, as the file has the choice. Only of a form that has been checked."""
    choices = site().municipality.choices_of_readers
    return chosen(tip.units(), choices) or choices[0]


def units(tip: TipForm) -> frozenset[str]:
    """The same of a form that may name anything: it never fails, so that the form can be told
    from others before it is checked."""
    return tip.units() or frozenset(site().municipality.default_readers)


def danger_words(tip: TipForm) -> list[str]:
    return dangers.found(tip.text.said, site().municipality)


def facts(tip: TipForm, words: Sequence[str]) -> Facts:
    """Words of danger in the text make it urgent, unless the sender says that there is none: then
    the rules go by the topic, and the words only show their numbers and hurry the readers."""
    return Facts(
        lane="tip",
        danger=tip.danger.said or "unsure",
        topic=tip.topic.said,
        urgency="now" if words and tip.danger.said != "no" else tip.urgency.said,
        place=tip.place.said,
        language=g.lang,
    )


def given(tip: TipForm, visit: Visit) -> tuple[int | None, bool]:
    """By when the review of this content, read by those who were chosen, said that it is read,
    and whether that still stands."""
    here, said = site(), request.form.getlist("promise")[:_MOST]
    now, content = here.clock.now(), _as_promised(tip, units(tip))
    for promise in filter(None, said):
        try:
            return here.tickets.read_promise(promise, visit, content, now), True
        except BadTicket:
            continue
    return None, not any(said)


def page(tip: TipForm, visit: Visit, notice: str = "") -> str:
    """For this case: who may read and by when. What it says is carried along for each choice, so
    that it stands."""
    here, words = site(), danger_words(tip)
    ticked, wanted = facts(tip, words), chosen_units(tip)
    choices = _offered(ticked)
    if wanted not in (choice.units for choice in choices):
        wanted, notice = choices[0].units, notice or _gone()
    usual = choices[0].routing
    return render_template(
        "review.html",
        form=tip,
        told=told(usual, here.municipality.zone, g.lang),
        choices=choices,
        usual=usual,
        wanted=wanted,
        lines=dangers.numbers(tip.danger.said, words, usual, here.lines, here.municipality),
        urgent=usual.rule.urgent or bool(words),
        promises=_promises(tip, visit, choices),
        notice=notice,
    )


def choose_again(tip: TipForm, visit: Visit) -> str:
    """Those who were chosen cannot read any more."""
    tip.readers.data = []
    return page(tip, visit, _gone())


def _gone() -> str:
    return _("Dem du valgte, kan ikke lese nå. Velg en gang til hvem som kan lese.")


def _offered(ticked: Facts) -> list[Choice]:
    here = site()
    return offered(
        here.municipality.choices_of_readers,
        here.cards(),
        lambda readers: here.routing_for(ticked, readers),
    )


def _promises(tip: TipForm, visit: Visit, choices: Sequence[Choice]) -> list[str]:
    """What is told of each choice; nothing where nothing is told of any."""
    here, now = site(), site().clock.now()
    read_by = {choice.units: choice.routing.read_by for choice in choices}
    if not any(read_by.values()):
        return []
    return [
        here.tickets.promise(
            visit, _as_promised(tip, readers), int(by.timestamp()) if by else None, now
        )
        for readers, by in read_by.items()
    ]


def _as_promised(tip: TipForm, readers: Sequence[str] | frozenset[str]) -> bytes:
    """An interpreter takes time: what is said in one language is not said in another."""
    return tip.sent(readers) + str(g.lang).encode()

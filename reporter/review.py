"""The review: what was written, who may read it and by when, before it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from flask import g, render_template, request
from flask_babel import gettext as _
from markupsafe import escape

from reporter import dangers
from reporter.forms import CaseForm
from reporter.lanes import Lane
from reporter.promises import is_later, told
from reporter.readers import Choice, Units, chosen, offered, suggested
from reporter.site import filled, site
from reporter.tickets import BadTicket, Visit
from sifra.plain_text import is_blank
from sifra.routing import Facts, Routing
from sifra.web.page import as_written

_MOST = 32
"""So many values of ``promise`` are looked at: more than any file has choices."""


def chosen_units(lane: Lane, form: CaseForm) -> Units:
    """Who may read, as the file has the choice. Only of a form that has been checked."""
    return chosen(form.units(), lane.choices) or lane.choices[0]


def units(lane: Lane, form: CaseForm) -> frozenset[str]:
    """The same of a form that may name anything: it never fails, so that the form can be told
    from others before it is checked."""
    return form.units() or frozenset(lane.choices[0])


def content(lane: Lane, form: CaseForm, readers: Iterable[str], **instead: str) -> bytes:
    """What makes one sending another: the way it came, all that stands in the form, and who may
    read. The same words sent as a tip and to an adult are two cases. ``instead`` as in
    :meth:`CaseForm.sent`."""
    return f"{lane.id} {lane.adult} ".encode() + form.sent(readers, **instead)


def danger_words(form: CaseForm) -> list[str]:
    return form.danger_words(site().municipality)


def facts(lane: Lane, form: CaseForm, words: Sequence[str]) -> Facts:
    """Words of danger in the text make it urgent, unless the sender says that there is none: then
    the rules go by the topic, and the words only show their numbers and hurry the readers."""
    return Facts(
        lane=lane.id,
        danger=form.danger.said or "unsure",
        topic=form.topic.said,
        urgency="now" if words and form.danger.said != "no" else form.urgency.said,
        place=form.place_id(),
        adult=lane.adult or form.about_adult(),
        language=form.written_language(g.lang),
    )


def routed(lane: Lane, form: CaseForm, ticked: Facts, units: Units) -> Routing:
    """What is told where ``units`` may read, of somebody who writes in one language and wants to
    be called in another: whichever of the two takes longer. Where nothing is written, the page's
    language tells nothing of theirs."""
    read, spoken = lane.routing(ticked, units), form.spoken_language()
    if not spoken or spoken == ticked.language:
        return read
    called = lane.routing(replace(ticked, language=spoken), units)
    if is_blank(form.text.said):
        return called
    takes_longer = is_later(called, read.read_by) or (
        called.read_by == read.read_by and called.needs_interpreter
    )
    return called if takes_longer else read


def usual_readers(lane: Lane, form: CaseForm) -> frozenset[str]:
    """Who reads where nothing is chosen; none where a rule keeps them all out."""
    return frozenset(_reached(lane, form, lane.choices[0]))


def decided(lane: Lane, form: CaseForm) -> Routing:
    """What is told where those who were chosen may read: the usual readers, where nothing was.
    Where a rule leaves nobody of them, it cannot be sent so."""
    return _routing(lane, form, chosen_units(lane, form))


def let_go(lane: Lane, form: CaseForm) -> None:
    """What stood as chosen because of what was ticked, the sender has not chosen for anything
    else: before the form is changed, it is forgotten. So is a choice that a rule has narrowed: it
    would come back wider."""
    if not form.units():
        return
    units = chosen_units(lane, form)
    routing = _routing(lane, form, units)
    if {*routing.rule.suggests} & {*units} or not {*units} <= {*routing.readers}:
        form.readers.data = []


def _reached(lane: Lane, form: CaseForm, units: Units) -> Units:
    return _routing(lane, form, units).readers


def _routing(lane: Lane, form: CaseForm, units: Units) -> Routing:
    return routed(lane, form, facts(lane, form, danger_words(form)), units)


class Given(NamedTuple):
    """By when (Unix seconds) the review of a content said that it is read, and whether that still
    stands. ``is_later``: since then the sender has said that the text is in another language, and
    in that one it is read later than was said, or nobody can say when."""

    promised: int | None
    stands: bool
    is_later: bool = False


def given(lane: Lane, form: CaseForm, visit: Visit) -> Given:
    """What the page that was looked over said of this content, read by those who were chosen."""
    said = [promise for promise in request.form.getlist("promise")[:_MOST] if promise]
    found = _found(said, visit, _as_promised(lane, form, units(lane, form)))
    if found or not said:
        return found or Given(None, stands=True)
    before = form.reviewed.said
    if form.written.said == before:
        return Given(None, stands=False)
    found = _found(said, visit, _as_promised(lane, form, units(lane, form), written=before))
    if found is None:
        return Given(None, stands=False)
    now = decided(lane, form)
    return found._replace(is_later=is_later(now, _moment(found.promised)))


def _found(said: Iterable[str], visit: Visit, promised: bytes) -> Given | None:
    here = site()
    now = here.clock.now()
    for promise in said:
        try:
            return Given(here.tickets.read_promise(promise, visit, promised, now), stands=True)
        except BadTicket:
            continue
    return None


def _moment(seconds: int | None) -> dt.datetime | None:
    return None if seconds is None else dt.datetime.fromtimestamp(seconds, dt.UTC)


def page(lane: Lane, form: CaseForm, visit: Visit, notice: str = "") -> str:
    """For this case: who may read and by when. What it says is carried along for each choice, so
    that it stands. Where a rule keeps all the usual readers out, nothing stands as chosen."""
    here, words = site(), danger_words(form)
    ticked = facts(lane, form, words)
    choices, usual = _offered(lane, form, ticked), routed(lane, form, ticked, lane.choices[0])
    sending = request.form.get("step") == "send"
    proposed, wanted = suggested(choices), None
    if form.units() and (usual.readers or sending):
        wanted = chosen_units(lane, form)
    elif usual.readers:
        wanted = (proposed or choices[0]).units
    is_unchosen = sending and not decided(lane, form).readers
    if wanted and not is_unchosen and wanted not in (choice.units for choice in choices):
        wanted, notice = choices[0].units if usual.readers else None, notice or _gone(lane)
    shown = {
        "told": told(usual, here.municipality.zone, g.lang),
        "choices": choices,
        "usual": usual,
        "proposed": proposed,
        "wanted": wanted,
        "is_unchosen": is_unchosen,
        "lines": dangers.numbers(form.danger.said, words, usual, here.lines, here.municipality),
        "urgent": usual.rule.urgent or bool(words),
        "written": ticked.language,
        "guessed": form.guess(g.lang),
        "notice": notice,
    }
    promises = _promises(lane, form, visit, choices)
    if lane.id == "tip" and form.is_bare():
        return _filled(lane, form, promises, shown)
    return _made(lane, form, as_written(form.text.data), promises, shown)


def _made(
    lane: Lane, form: CaseForm, said: str, promises: Sequence[str], shown: Mapping[str, Any]
) -> str:
    return render_template(
        "review.html", lane=lane, form=form, said=said, promises=promises, **shown
    )


def _filled(lane: Lane, form: CaseForm, promises: Sequence[str], shown: Mapping[str, Any]) -> str:
    """Of a tip where nothing but danger was ticked: most are such, and their pages alike but for
    the text and what is carried."""
    here, text = site(), form.text.data
    own: dict[str, str] = {
        "said": as_written(text),
        "text": escape(text),
        **{f"promise {place}": promise for place, promise in enumerate(promises)},
    }

    def made(blanks: Mapping[str, str]) -> str:
        form.text.data = blanks["text"]
        try:
            carried = [blanks[f"promise {place}"] for place in range(len(promises))]
            return _made(lane, form, blanks["said"], carried, shown)
        finally:
            form.text.data = text

    today = here.moment().astimezone(here.municipality.zone).date()
    # The page says nothing of the minute. Made anew in each, it would tell by the time that it
    # takes whether somebody has just been here.
    at, proposed = dt.datetime.min.replace(tzinfo=dt.UTC), shown["proposed"]
    still = {
        "usual": replace(shown["usual"], at=at),
        "choices": [replace(one, routing=replace(one.routing, at=at)) for one in shown["choices"]],
        "proposed": proposed.units if proposed else None,
    }
    made_of = (today, form.danger.said, len(promises), *{**shown, **still}.values())
    return filled(f"review/{lane.path}", made_of, made, own)


def choose_again(lane: Lane, form: CaseForm, visit: Visit) -> str:
    """Those who were chosen cannot read any more."""
    form.readers.data = []
    return page(lane, form, visit, _gone(lane))


def _gone(lane: Lane) -> str:
    if lane.adult:
        # Nobody chooses there.
        return _("Det er endret hvem som kan lese. Se hvem det er nå.")
    return _("De du valgte, kan ikke lese nå. Velg en gang til hvem som kan lese.")


def _offered(lane: Lane, form: CaseForm, ticked: Facts) -> list[Choice]:
    return offered(lane.choices, site().cards(), lambda units: routed(lane, form, ticked, units))


def _promises(lane: Lane, form: CaseForm, visit: Visit, choices: Sequence[Choice]) -> list[str]:
    """What is told of each choice; nothing where nothing is told of any."""
    here, now = site(), site().clock.now()
    read_by = {choice.units: choice.routing.read_by for choice in choices}
    if not any(read_by.values()):
        return []
    return [
        here.tickets.promise(
            visit, _as_promised(lane, form, readers), int(by.timestamp()) if by else None, now
        )
        for readers, by in read_by.items()
    ]


def _as_promised(lane: Lane, form: CaseForm, readers: Iterable[str], **instead: str) -> bytes:
    """An interpreter takes time: what is said in one language is not said in another."""
    return content(lane, form, readers, **instead) + str(g.lang).encode()

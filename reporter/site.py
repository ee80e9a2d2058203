"""What the journeys of the public site share: the store, the clock, the tickets."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from flask import current_app, g, render_template, request

from reporter.counting import Counting
from reporter.promises import Outlook
from reporter.rate_limits import Limits, TooMany
from reporter.readers import Units, never_sooner
from reporter.tickets import BadTicket, Tickets, Visit
from sifra.adults import Adult
from sifra.case_store import CaseStore
from sifra.clock import Clock
from sifra.database import StoreUnavailable
from sifra.duty import Duty
from sifra.duty_store import DutyStore
from sifra.municipality import Municipality
from sifra.return_code import CodeKeys, keys
from sifra.routing import Facts, Line, Routing, RuleBook, decide
from sifra.settings import ReporterSettings
from sifra.web.errors import log_unavailable

_BLANK = "(the {})"
"""What stands in a page in place of what differs from sender to sender."""
_BLANKS = re.compile(r"\(the ([a-z0-9 ]+)\)")
_RUNS_AT_ONCE = 1
_ROTA_KEPT = 10
"""Seconds: so late may a pause be seen."""
_PATIENCE, _COME_BACK = 10.0, 60
"""Seconds."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """The contact rules with the rota as it was at ``read_at`` (Unix seconds), and what they
    have come to since."""

    place: Municipality
    """With what the adults say of themselves."""
    book: RuleBook
    duty: Duty
    read_at: int
    decided: dict[tuple[Facts, int], Routing] = field(default_factory=dict)
    told: dict[tuple[Facts, Units, int], Routing] = field(default_factory=dict)
    """What is told where those units may read."""


@dataclass(slots=True)
class Site:
    """One running public site."""

    settings: ReporterSettings
    store: CaseStore
    rota: DutyStore
    clock: Clock
    tickets: Tickets
    limits: Limits
    lines: Mapping[str, Line]
    """Who answers when; the rota does not change it."""
    patience: float = _PATIENCE
    _made: dict[str, tuple[object, bytes]] = field(default_factory=dict, repr=False)
    """By page and language: the last one made, and what it was made of. In UTF-8: each page names
    the languages in their own letters, and as text takes twice the room for them."""
    _runs: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(_RUNS_AT_ONCE), repr=False
    )

    counting: Counting = field(init=False, repr=False)
    _rules: _Rules | None = field(default=None, repr=False)
    _cards: tuple[int, frozenset[str]] | None = field(default=None, repr=False)
    _unsigned: Sequence[str] = field(default=(), repr=False)
    """Whose profiles counted for nothing when they were last read."""

    def __post_init__(self) -> None:
        self.counting = Counting(self.store, self.settings.verifier, self.municipality)

    @property
    def municipality(self) -> Municipality:
        return self.settings.municipality

    def moment(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.clock.now(), dt.UTC)

    def routing(self, facts: Facts) -> Routing:
        """What the contact rules give now. Where the rota cannot be read, nothing is promised."""
        now = self.clock.now()
        rules = self._ruled(now)
        # Hours change at whole minutes: within one, the same facts come to the same.
        asked = (facts, now // 60)
        routing = rules.decided.get(asked)
        if routing is None:
            moment = dt.datetime.fromtimestamp(now, dt.UTC)
            routing = rules.decided[asked] = decide(facts, moment, rules.book)
        return routing

    def routing_for(self, facts: Facts, readers: Collection[str]) -> Routing:
        """What is told where ``readers`` may read: never sooner than for the usual readers."""
        now, units = self.clock.now(), tuple(readers)
        told, asked = self._ruled(now).told, (facts, units, now // 60)
        routing = told.get(asked)
        if routing is None:
            routing = self.routing(facts)
            if {*units} != {*self.municipality.default_readers}:
                routing = never_sooner(self.routing(replace(facts, readers=units)), routing)
            told[asked] = routing
        return routing

    def adults(self) -> tuple[Adult, ...]:
        """The trusted adults, as their approved profiles have them, some seconds ago."""
        return self.place().adults

    def place(self) -> Municipality:
        """The municipality, its adults as their approved profiles have them, some seconds ago."""
        return self._ruled(self.clock.now()).place

    def rule_book(self) -> RuleBook:
        """The contact rules with the rota and the profiles, as they were some seconds ago."""
        return self._ruled(self.clock.now()).book

    def cards(self) -> frozenset[str]:
        """The units and adults that a key card is stored for, as it was some seconds ago."""
        now, kept = self.clock.now(), self._cards
        if kept is None or not 0 <= now - kept[0] < _ROTA_KEPT:
            holders = self.store.card_holders(_holders(self.municipality))
            kept = self._cards = (now, holders)
        return kept[1]

    def to_choose(self) -> frozenset[str]:
        """The units that a sender may let read; the usual ones where that cannot be told."""
        usual, *wider = map(frozenset, self.municipality.choices_of_readers)
        try:
            cards = self.cards()
        except StoreUnavailable:
            return usual
        return usual.union(*(units for units in wider if units <= cards))

    def forget_cards(self) -> None:
        """One has turned out to be gone."""
        self._cards = None

    def _ruled(self, now: int) -> _Rules:
        rules = self._rules
        if rules is None or not 0 <= now - rules.read_at < _ROTA_KEPT:
            rules = self._rules = self._read_rules(now)
        return rules

    def _read_rules(self, now: int) -> _Rules:
        holders, before = _holders(self.municipality), self._rules
        place = before.place if before else self.municipality
        try:
            duty = self.rota.duty(now, self.municipality.zone, holders)
            profiles, unsigned = self.store.profiles(self.settings.verifier)
            place = self.municipality.with_profiles(profiles)
            self._tell(unsigned)
        except StoreUnavailable as fault:
            log_unavailable(current_app, fault)
            duty = Duty(silent=holders)
        if before is not None and before.duty == duty and before.place.adults == place.adults:
            return _Rules(before.place, before.book, duty, now)
        return _Rules(place, place.rule_book(duty), duty, now)

    def _tell(self, unsigned: Sequence[str]) -> None:
        """Once, and not each time the rules are read: the log would tell when somebody came."""
        if unsigned and unsigned != self._unsigned:
            # Whoever wrote another row chose what it is called.
            known = [one for one in unsigned if self.municipality.adult(one)]
            others = len(unsigned) - len(known)
            named = ", ".join((*known, f"{others} of nobody in the file") if others else known)
            current_app.logger.error("profiles that count for nothing: %s", named)
        self._unsigned = unsigned

    def page_of(self, name: str, made_of: object, make: Callable[[], str]) -> str:
        """A page, or a part of one, that costs more than the rest: made anew only when it is to
        be ``made_of`` something else. In it stands nothing that somebody wrote."""
        known, page = self._made.get(name, (None, b""))
        if known != made_of:
            page = make().encode()
            self._made[name] = (made_of, page)
        return page.decode()

    @contextmanager
    def stretching(self) -> Iterator[None]:
        """A turn to derive a key: one at a time in each process, so that a flood of codes can
        take neither all memory nor every thread. TooMany after ``patience`` seconds."""
        if not self._runs.acquire(timeout=self.patience):
            raise TooMany(_COME_BACK)
        try:
            yield
        finally:
            self._runs.release()

    def code_keys(self, secret: int) -> CodeKeys:
        """One derivation at a time. TooMany as :meth:`stretching`."""
        with self.stretching():
            return keys(secret, self.settings.pepper)


def _holders(municipality: Municipality) -> frozenset[str]:
    """Whom a case can be sealed for."""
    return frozenset((*municipality.units, *(adult.id for adult in municipality.adults)))


def site() -> Site:
    """The site that serves the request at hand."""
    found = current_app.extensions["sifra"]
    assert isinstance(found, Site)  # noqa: S101 (narrows the type; set in create_app)
    return found


def begin_visit() -> tuple[Visit, bool]:
    """The visit that the request's token names, and True; or a new one, and False.

    Its next token goes with the page, so that the form can be sent and exit can end it.
    """
    here = site()
    now = here.clock.now()
    try:
        visit, known = here.tickets.visit(request.form.get("token", ""), now), True
    except BadTicket:
        visit, known = here.tickets.new_visit(now), False
    carry(visit)
    return visit, known


def begin_anew(visit: Visit) -> Visit:
    """Let a form that lay too long be sent after all. Exit still ends every page of it, but what
    it sent before is out of reach: nobody gets an old code by going back in the browser."""
    renewed = visit.renewed(site().clock.now())
    carry(renewed)
    return renewed


def carry(visit: Visit) -> None:
    """Put a fresh token of the visit into the page being made."""
    g.token = site().tickets.token(visit, site().clock.now())


def blank_form(name: str, outlook: Outlook, make: Callable[[], str]) -> str:
    """An empty form in the page's language, with a token of its own: only that differs, and what
    is said of the promise."""
    here = site()
    carry(here.tickets.new_visit(here.clock.now()))
    return filled(name, outlook, lambda _blanks: make(), {})


def filled(
    name: str,
    made_of: object,
    make: Callable[[Mapping[str, str]], str],
    values: Mapping[str, str],
) -> str:
    """A page in the page's language, made once of ``made_of``, and then filled for each sender:
    with the token that is carried, and with ``values`` (HTML). ``make`` gets what stands in
    their places."""
    blanks = {one: _BLANK.format(one) for one in (*values, "token")}
    token = g.token

    def blank() -> str:
        g.token = blanks["token"]
        try:
            return make(blanks)
        finally:
            g.token = token

    page = site().page_of(f"{name}/{g.lang}", made_of, blank)
    own = {**values, "token": token}
    # In one go: what somebody wrote may look like a blank, and stays as it is.
    return _BLANKS.sub(lambda found: str(own.get(found[1], found[0])), page)


def onward() -> int:
    """What stands after the address that a form is sent to. Chromium keeps a page for Back, with
    what was written in it, only when the next has another address."""
    return 2 if request.query_string == b"1" else 1


def was_ended(visit: Visit) -> bool:
    """Did somebody press exit, or say that the code is kept? Nothing is given back then: a
    browser posts the old form again on Back and Reload."""
    return site().store.is_spent(site().tickets.ended_mark(visit))


def ended_page() -> str:
    """What a form that was ended gives back: nothing."""
    g.pop("token", None)
    return render_template("ended.html")

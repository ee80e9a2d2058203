"""The worker's life: look, make notices, send them, sleep. `run` alone reads the clock."""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Engine

from sifra.case_store import CaseStore
from sifra.catalogues import catalogue
from sifra.clock import Clock
from sifra.database import Conflict, StoreUnavailable, open_engine
from sifra.duty_store import WORKER
from sifra.erasure import ErasureKeys
from sifra.languages import text
from sifra.municipality import BadConfiguration, Municipality
from sifra.settings import WorkerSettings
from triage import purging
from triage.audit import audit_log
from triage.stopping import is_asked
from triage.worker import channels, errands, notices, pace, signs
from triage.worker.channels import Channels, Sending, stand_ins
from triage.worker.checks import untold
from triage.worker.errands import AUDIT, Handed
from triage.worker.message import LANGUAGE, Message, Sender
from triage.worker.notices import Claimed
from triage.worker.pace import Pace

Say = Callable[[str], None]

_SOON = 0.1
"""Seconds until the next look at what is under way."""

_AGAIN = 300
"""Seconds until a night's work that failed is tried anew."""


@dataclass
class _UnderWay:
    claimed: Claimed
    sending: Sending
    handed: Handed | None = None
    noted: bool = False
    """That it got through is written down."""


@dataclass
class Worker:
    """``say`` is given what the operator should see; ``tell`` adds a line for each notice, which
    tells to the second when somebody wrote."""

    engine: Engine
    staff: Engine
    store: CaseStore
    channels: Channels
    sender: Sender
    place: Municipality
    pace: Pace
    say: Say
    tell: bool = False
    seed: bytes = field(default_factory=lambda: os.urandom(16))
    looked: int | None = None
    """Up to when the points of the grid have been heeded."""
    beaten: int = 0
    owed: int | None = None
    """When a night's work that failed is tried again."""
    under_way: dict[str, _UnderWay] = field(default_factory=dict)
    """By the notice's id."""
    without_staff: bool = False
    """The staff database is away: what waits is told all the same."""

    def begin(self, now: int) -> None:
        """Go on from where the last worker was, and try anew what failed before: it may be mended.
        Raises StoreUnavailable."""
        self.looked = min(signs.last(self.engine, WORKER), now)
        notices.hasten(self.engine, now, self.pace.lease)

    def look(self, now: int) -> None:
        """Make the notices whose time has come. Raises StoreUnavailable."""
        if self.looked is None or self.looked > now + self.pace.grid:
            # The second: the clock was put back, and what was to be tried is far ahead.
            self.begin(now)
        since = self.looked or 0
        self.beat(now)
        waiting, unsent = notices.due(self.engine, now)
        open_units = {one.unit for one in unsent}
        for unit, urgent in waiting.items():
            if unit in open_units:
                # It goes along when that one is tried; what is urgent does not wait until then.
                if urgent:
                    notices.hasten(self.engine, now, self.pace.lease, unit)
            elif urgent or pace.passed(self.seed, unit, since, now, self.pace.grid):
                notices.make(self.engine, unit, now)
        self._look_for_errands(now, since, {one.id for one in unsent})
        self.looked = max(now, since)

    def send(self, now: int) -> None:
        """Begin to send each notice that is to be sent now. Raises StoreUnavailable."""
        handed = self._handed()
        for seen in notices.due(self.engine, now)[1]:
            if seen.next_try > now or seen.id in self.under_way:
                continue
            over = handed.get(seen.unit)
            if over is not None and seen.id not in over.notices:
                over = None
            errand = over is not None or seen.unit == AUDIT
            claimed = notices.claim(self.engine, seen, now, self.pace.lease, errand=errand)
            if claimed is not None:
                self._send(_with(claimed, over), now, over)

    def settle(self, now: int) -> None:
        """Write down what became of those under way. Raises StoreUnavailable; what is not
        written then is kept for the next time."""
        for one in list(self.under_way.values()):
            # Asked first: what answers after this is not taken for a refusal.
            over = one.sending.is_over(self.pace.patience)
            if one.sending.got_through and not one.noted:
                if not self._told(one.handed, now):
                    continue
                notices.sent(self.engine, one.claimed, now)
                one.noted = True
                self._tell(one.claimed, "sent")
            if over:
                self._end(one, now)
                del self.under_way[one.claimed.id]

    @property
    def awaits_answers(self) -> bool:
        """Is there a notice of which nobody knows whether it got through?"""
        return not all(
            one.noted or one.sending.is_over(self.pace.patience) for one in self.under_way.values()
        )

    def night(self, now: int) -> None:
        """Delete what is due, if it is time and nobody else does. Raises StoreUnavailable; it is
        then tried again a little later: a backup may hold the lock at that minute every night."""
        if self.owed is None:
            last = signs.last(self.engine, signs.NIGHT)
            if not pace.night_due(now, last, self.sender.zone):
                return
            if not signs.move(self.engine, signs.NIGHT, last, now):
                return
        elif 0 < self.owed - now <= _AGAIN:
            return
        self.owed = now + _AGAIN
        gone = purging.purge(self.store, self.staff, now)
        notices.forget(self.engine, now)
        self.owed = None
        if gone.cases:
            self.say(f"deleted {gone.cases} cases whose days were over")

    def beat(self, now: int) -> None:
        if not self.beaten <= now < self.beaten + self.pace.beat:
            signs.beat(self.engine, now)
            self.beaten = now

    def _look_for_errands(self, now: int, since: int, unsent: set[str]) -> None:
        for unit, over in self._handed().items():
            if over.notice in unsent:
                if over.urgent:
                    notices.hasten(self.engine, now, self.pace.lease, unit)
            elif over.urgent or pace.passed(self.seed, unit, since, now, self.pace.grid):
                notices.make_errand(self.engine, over.notice, unit, now)
        last = signs.last(self.engine, AUDIT)
        if self.channels.of(AUDIT) and abs(now - last) >= pace.WEEK:
            notices.make_errand(self.engine, errands.audit_notice(last), AUDIT, now)
            signs.move(self.engine, AUDIT, last, now)

    def _handed(self) -> Mapping[str, Handed]:
        """None of them while the staff database is away."""
        try:
            found = errands.handed(self.staff)
        except StoreUnavailable as fault:
            self._miss_staff(fault)
            return {}
        self.without_staff = False
        return found

    def _told(self, over: Handed | None, now: int) -> bool:
        """Write down that a unit knows of what was handed over to it. Before the notice is marked
        as sent: in between, it is sent again under its own id, and not another made."""
        try:
            if over is not None:
                errands.told(self.staff, over, now)
        except StoreUnavailable as fault:
            self._miss_staff(fault)
            return False
        return True

    def _miss_staff(self, fault: StoreUnavailable) -> None:
        if not self.without_staff:
            self.say(f"the staff database cannot be used now ({fault}); cases are told of still")
        self.without_staff = True

    def _send(self, claimed: Claimed, now: int, over: Handed | None) -> None:
        if not self.channels.of(claimed.unit):
            if self._told(over, now):
                notices.sent(self.engine, claimed, now)
                self._tell(claimed, "no address is set, nothing was sent")
            return
        try:
            message = self._message(claimed, now)
        except StoreUnavailable as fault:
            # When its lease has run out it is tried again.
            self._miss_staff(fault)
            return
        sending = self.channels.tell(claimed.unit, message, claimed.id)
        self.under_way[claimed.id] = _UnderWay(claimed, sending, over)

    def _message(self, claimed: Claimed, now: int) -> Message:
        if claimed.unit == AUDIT:
            return self.sender.log(audit_log.verify(self.staff), claimed.id)
        name = text(self.place.called(claimed.unit), LANGUAGE)[0]
        return self.sender.message(name, claimed.waiting, claimed.id, now)

    def _end(self, one: _UnderWay, now: int) -> None:
        claimed, refused = one.claimed, one.sending.refused
        said = f"{claimed.unit}: {', '.join(refused)} did not take the notice"
        if not one.noted:
            drawn = random.random()  # noqa: S311 (no secret)
            seconds = pace.wait(claimed.attempt, drawn, self.pace)
            promises = claimed.unit != AUDIT
            notices.failed(self.engine, claimed, now, now + seconds, promises=promises)
            self.say(f"{said}; next attempt in {seconds} s")
        elif refused:
            self.say(said)

    def _tell(self, claimed: Claimed, how: str) -> None:
        if self.tell:
            self.say(f"notice to {claimed.unit}: {claimed.waiting.cases} waiting; {how}")


def _with(claimed: Claimed, over: Handed | None) -> Claimed:
    """What was handed over waits like any other case: a locked screen tells no difference."""
    if over is None:
        return claimed
    waiting = replace(
        claimed.waiting,
        cases=claimed.waiting.cases + len(over.ids),
        urgent=claimed.waiting.urgent or over.urgent,
    )
    return replace(claimed, waiting=waiting)


def run(
    settings: WorkerSettings,
    stop: socket.socket,
    say: Say,
    *,
    tell: bool = False,
    pace: Pace | None = None,
) -> None:
    """Work until ``stop`` can be read; what is under way is finished first. Raises
    BadConfiguration."""
    if faults := list(channels.faults(settings.notify)):
        raise BadConfiguration(faults)
    clock = Clock.starting_at(settings.moment)
    engine = open_engine(settings.database_url)
    staff = open_engine(settings.staff_database_url)
    try:
        worker = _worker(settings, engine, staff, say, tell, pace or Pace())
        welcomed, unavailable = False, False
        while True:
            try:
                worker.look(clock.now())
                if not welcomed:
                    say(_welcome(worker))
                    welcomed = True
                worker.settle(clock.now())
                if not is_asked(stop):
                    worker.send(clock.now())
                worker.night(clock.now())
                if unavailable:
                    say("the database answers again")
                unavailable = False
            except Conflict:
                # Another worker was faster; the next turn sees what it did.
                pass
            except StoreUnavailable as fault:
                if not unavailable:
                    say(f"the database cannot be used now ({fault}); trying on")
                unavailable = True
            if is_asked(stop, _SOON if worker.under_way and not unavailable else worker.pace.turn):
                _finish(worker, clock)
                say("stopped")
                return
    finally:
        engine.dispose()
        staff.dispose()


def _finish(worker: Worker, clock: Clock) -> None:
    try:
        worker.settle(clock.now())
        while worker.awaits_answers:
            time.sleep(_SOON)
            worker.settle(clock.now())
    except (Conflict, StoreUnavailable):
        # Its lease runs out, and the next worker sends it again.
        pass


def _worker(
    settings: WorkerSettings, engine: Engine, staff: Engine, say: Say, tell: bool, pace: Pace
) -> Worker:
    place = settings.municipality
    return Worker(
        engine=engine,
        staff=staff,
        store=CaseStore(engine, ErasureKeys(settings.home.erasure_keys)),
        channels=Channels(settings.notify, stand_ins(place)),
        sender=Sender(
            words=catalogue("triage", LANGUAGE),
            site=place.public_name,
            zone=place.zone,
            queue_url=f"{settings.office_url}/queue" if settings.office_url else "",
        ),
        place=place,
        pace=pace,
        say=say,
        tell=tell,
    )


def _welcome(worker: Worker) -> str:
    holders = worker.store.card_holders(adult.id for adult in worker.place.adults)
    silent = untold(worker.place, worker.channels.addresses, holders)
    if not silent:
        return "the worker runs; every unit is notified"
    return f"the worker runs; SIFRA_NOTIFY has no address for {', '.join(silent)}"

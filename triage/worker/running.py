"""The worker's life: look, make notices, send them, sleep. `run` alone reads the clock."""

from __future__ import annotations

import os
import random
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Engine

from sifra.case_store import CaseStore
from sifra.clock import Clock
from sifra.database import Conflict, StoreUnavailable, open_engine
from sifra.duty_store import WORKER
from sifra.erasure import ErasureKeys
from sifra.languages import catalogue, text
from sifra.municipality import BadConfiguration, Municipality
from sifra.settings import WorkerSettings
from triage import purging
from triage.stopping import is_asked
from triage.worker import channels, notices, pace, signs
from triage.worker.channels import Channels, Sending
from triage.worker.message import LANGUAGE, Sender
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
    noted: bool = False
    """That it got through is written down."""


@dataclass
class Worker:
    """``say`` is given what the operator should see; ``tell`` adds a line for each notice, which
    tells to the second when somebody wrote."""

    engine: Engine
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
        self.looked = max(now, since)

    def send(self, now: int) -> None:
        """Begin to send each notice that is to be sent now. Raises StoreUnavailable."""
        for seen in notices.due(self.engine, now)[1]:
            if seen.next_try <= now and seen.id not in self.under_way:
                claimed = notices.claim(self.engine, seen, now, self.pace.lease)
                if claimed is not None:
                    self._send(claimed, now)

    def settle(self, now: int) -> None:
        """Write down what became of those under way. Raises StoreUnavailable; what is not
        written then is kept for the next time."""
        for one in list(self.under_way.values()):
            # Asked first: what answers after this is not taken for a refusal.
            over = one.sending.is_over(self.pace.patience)
            if one.sending.got_through and not one.noted:
                notices.sent(self.engine, one.claimed, now)
                one.noted = True
                self._tell(one.claimed, "sent")
            if over:
                self._end(one, now)
                del self.under_way[one.claimed.id]

    @property
    def awaits_answers(self) -> bool:
        """Is there a notice of which nobody knows whether it got through?"""
        return not all(one.noted for one in self.under_way.values())

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
        gone = purging.purge(self.store, now)
        notices.forget(self.engine, now)
        self.owed = None
        if gone.cases:
            self.say(f"deleted {gone.cases} cases whose days were over")

    def beat(self, now: int) -> None:
        if not self.beaten <= now < self.beaten + self.pace.beat:
            signs.beat(self.engine, now)
            self.beaten = now

    def _send(self, claimed: Claimed, now: int) -> None:
        name = text(self.place.called(claimed.unit), LANGUAGE)[0]
        message = self.sender.message(name, claimed.waiting, claimed.id, now)
        if not self.channels.of(claimed.unit):
            notices.sent(self.engine, claimed, now)
            self._tell(claimed, "no address is set, nothing was sent")
            return
        sending = self.channels.tell(claimed.unit, message, claimed.id)
        self.under_way[claimed.id] = _UnderWay(claimed, sending)

    def _end(self, one: _UnderWay, now: int) -> None:
        claimed, refused = one.claimed, one.sending.refused
        said = f"{claimed.unit}: {', '.join(refused)} did not take the notice"
        if not one.noted:
            drawn = random.random()  # noqa: S311 (no secret)
            seconds = pace.wait(claimed.attempt, drawn, self.pace)
            notices.failed(self.engine, claimed, now, now + seconds)
            self.say(f"{said}; next attempt in {seconds} s")
        elif refused:
            self.say(said)

    def _tell(self, claimed: Claimed, how: str) -> None:
        if self.tell:
            self.say(f"notice to {claimed.unit}: {claimed.waiting.cases} waiting; {how}")


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
    try:
        worker = _worker(settings, engine, say, tell, pace or Pace())
        welcome, unavailable = _welcome(worker), False
        while True:
            try:
                worker.look(clock.now())
                if welcome:
                    say(welcome)
                    welcome = ""
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


def _finish(worker: Worker, clock: Clock) -> None:
    try:
        worker.settle(clock.now())
        while worker.awaits_answers:
            time.sleep(_SOON)
            worker.settle(clock.now())
    except (Conflict, StoreUnavailable):
        # Its lease runs out, and the next worker sends it again.
        pass


def _worker(settings: WorkerSettings, engine: Engine, say: Say, tell: bool, pace: Pace) -> Worker:
    place = settings.municipality
    return Worker(
        engine=engine,
        store=CaseStore(engine, ErasureKeys(settings.home.erasure_keys)),
        channels=Channels(settings.notify, {adult.id: adult.unit for adult in place.adults}),
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
    silent = [unit for unit in worker.place.units if not worker.channels.of(unit)]
    if not silent:
        return "the worker runs; every unit is notified"
    return f"the worker runs; SIFRA_NOTIFY has no address for {', '.join(silent)}"

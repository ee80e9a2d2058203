"""A cases database, the cases that wait in it, and mail that really arrives."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Engine, insert, select

from sifra import municipality
from sifra.case_rows import HOUR, Asked, State, hour_of, write_steps
from sifra.case_store import CaseStore
from sifra.catalogues import catalogue
from sifra.database import driver_of, reading, writing
from sifra.duty import Duty
from sifra.duty_store import DutyStore
from sifra.promise_rows import acknowledge, count_if_broken
from sifra.tables import cases, notices, signals, steps
from triage.worker.channels import HEADER, Channels, stand_ins
from triage.worker.message import Sender
from triage.worker.pace import Pace
from triage.worker.running import Worker

ROOT = Path(__file__).resolve().parents[2]
MUNICIPALITY = municipality.load(municipality.shipped_path())
NOW = 1_795_597_200
"""A whole hour: Wednesday 25 November 2026, 10:00 in Oslo."""
DAY = 24 * HOUR
PATIENCE = 30.0


@dataclass
class Desk:
    """An installation as far as the worker sees it."""

    home: Path
    engine: Engine
    staff: Engine
    store: CaseStore

    def wait_for(
        self,
        *asked: Asked,
        received: int = NOW,
        urgent: bool = False,
        promised: int | None = NOW + 2 * HOUR,
        state: State = State.NEW,
    ) -> str:
        """A case that asks ``asked``; the youth team from the hour received on if there is none."""
        case_id = secrets.token_hex(16)
        row = {
            "id": case_id,
            "lane": "tip",
            "state": state.value,
            "received": received,
            "read_by": received if urgent else promised,
            "promised": promised,
            "retention_days": 180,
            "lookup_id": None,
            "summary": b"",
            "head": b"",
        }
        with writing(self.engine) as connection:
            connection.execute(insert(cases).values(row))
            write_steps(driver_of(connection), case_id, asked or (Asked("youth_team", received),))
        return case_id

    def many(self, count: int, *units: str, received: int = NOW, urgent: bool = False) -> None:
        """So many cases at one stroke, the units in turn."""
        ids = [secrets.token_hex(16) for _ in range(count)]
        clear = {"lane": "tip", "state": "new", "received": received, "retention_days": 180}
        clear |= {"read_by": received if urgent else None, "summary": b"", "head": b""}
        with writing(self.engine) as connection:
            connection.execute(insert(cases), [{"id": one, **clear} for one in ids])
            for number, one in enumerate(ids):
                write_steps(
                    driver_of(connection), one, [Asked(units[number % len(units)], received)]
                )

    def acknowledge(self, case_id: str, unit: str = "youth_team", now: int = NOW) -> None:
        with writing(self.engine) as connection:
            acknowledge(connection, case_id, unit, now)
            connection.execute(
                cases.update().where(cases.c.id == case_id).values(state=State.READ.value)
            )

    def withdraw(self, case_id: str, now: int = NOW) -> None:
        with writing(self.engine) as connection:
            count_if_broken(connection, case_id, now)
            connection.execute(
                cases.update().where(cases.c.id == case_id).values(state=State.WITHDRAWN.value)
            )

    def notices(self) -> list[tuple[str, str, int | None]]:
        """Id, unit and when it was sent."""
        with reading(self.engine) as connection:
            query = select(notices.c.id, notices.c.unit, notices.c.sent).order_by(notices.c.id)
            return [(row[0], row[1], row[2]) for row in connection.execute(query)]

    def untaken(self) -> int:
        with reading(self.engine) as connection:
            return len(connection.execute(select(steps).where(steps.c.notice_id.is_(None))).all())

    def signs(self) -> dict[str, int]:
        with reading(self.engine) as connection:
            return {row.name: row.at for row in connection.execute(select(signals))}

    def duty(self, now: int) -> Duty:
        """As the public site sees it."""
        return DutyStore(self.engine).duty(now, MUNICIPALITY.zone, frozenset(MUNICIPALITY.units))

    def worker(self, notify: dict[str, Sequence[str]] | None = None, **pace: int) -> Worker:
        """A worker that came to work just before ``NOW``, when another had been there."""
        said: list[str] = []
        made = Worker(
            engine=self.engine,
            staff=self.staff,
            store=self.store,
            channels=Channels(notify or {}, stand_ins(MUNICIPALITY)),
            sender=Sender(
                catalogue("triage", "nb"), "Ung i Indre", MUNICIPALITY.zone, "https://k.no/queue"
            ),
            place=MUNICIPALITY,
            pace=Pace(**pace),
            say=said.append,
            tell=True,
            looked=NOW - 1,
        )
        made.__dict__["said"] = said
        return made


def said_by(worker: Worker) -> list[str]:
    found = worker.__dict__["said"]
    assert isinstance(found, list)
    return found


def turn(worker: Worker, now: int) -> None:
    """One turn of the loop, at a time of our choice."""
    worker.look(now)
    worker.send(now)
    while worker.under_way:
        time.sleep(0.002)
        worker.settle(now)


@dataclass
class Mailbox:
    """What a mail server was given, and what it does with the next."""

    port: int = 0
    arrived: list[EmailMessage] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    refuses: bool = False
    on_arrival: Callable[[], None] = lambda: None
    seconds: float = 0
    """How long it thinks before it answers."""
    _news: threading.Condition = field(default_factory=threading.Condition)

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses:
            return "451 not now"
        assert isinstance(envelope.content, bytes)
        with self._news:
            self.arrived.append(message_from_bytes(envelope.content, policy=policy.default))
            self.to.append(list(envelope.rcpt_tos))
            self._news.notify_all()
        self.on_arrival()
        await asyncio.sleep(self.seconds)
        return "250 taken"

    def address(self, to: str = "vakt@kommune.example", password: str = "hemmelig") -> str:
        return f"mailto://127.0.0.1:{self.port}/?from=sifra@kommune.example&to={to}&name={password}"

    def ids(self) -> list[str]:
        return [str(mail[HEADER]) for mail in self.arrived]

    def bodies(self) -> list[str]:
        return [body(mail) for mail in self.arrived]

    def wait_for(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.arrived) >= count, PATIENCE), self.ids()


def body(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").strip()


@dataclass
class Running:
    """A worker in a process of its own."""

    process: subprocess.Popen[str]

    def wait_until_it_works(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().startswith("the worker runs; ")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    def stop(self) -> str:
        """What it said, once it has ended of its own accord."""
        self.process.send_signal(signal.SIGTERM)
        said, _ = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, said
        return said

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        if self.process.stdout is not None:
            self.process.stdout.close()


_PROGRAM = """
import json, os, sys
from sifra.settings import worker_settings
from triage.stopping import stop_signal
from triage.worker.pace import Pace
from triage.worker.running import run

with stop_signal() as stop:
    say = lambda said: print(said, flush=True)
    run(worker_settings(os.environ), stop, say, tell=True, pace=Pace(**json.loads(sys.argv[1])))
"""


def start(desk: Desk, notify: str, pace: Pace, moment: str = "") -> Running:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SIFRA_")}
    environ |= {"SIFRA_HOME": str(desk.home), "SIFRA_NOTIFY": notify, "SIFRA_AT": moment}
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, json.dumps(asdict(pace))],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Running(process)


def until(happened: Callable[[], bool]) -> None:
    latest = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < latest
        time.sleep(0.02)


def this_hour() -> int:
    return hour_of(time.time())

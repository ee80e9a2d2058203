"""A thousand cases that fell due while no worker was there, caught up by two at once."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Engine, Select, func, insert, select

from benchmarks.served import installation
from sifra.case_store import HOUR, hour_of
from sifra.database import open_engine, reading, writing
from sifra.duty_store import WORKER
from sifra.settings import installation_settings
from sifra.tables import cases, notices, signals, steps

CASES = 1000
_UNITS = ("youth_team", "police", "child_welfare", "slt")
_WORKERS, _PATIENCE = 2, 60.0


class _Mail:
    """A mail server that takes everything, and remembers the ids of the notices."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.ids[str(message_from_bytes(envelope.content)["X-Sifra-Notice"])] += 1
        return "250 taken"


def worker_figures() -> Iterator[tuple[str, str, str, bool]]:
    """Figures as (name, value, goal, reached)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    mail = _Mail()
    server = Controller(mail, hostname="127.0.0.1", port=port)
    server.start()
    try:
        with installation() as place:
            engine = open_engine(installation_settings(place.environ).database_url)
            _fill(engine)
            told = " ".join(f"{unit}=mailto://127.0.0.1:{port}/?from=a@k.no" for unit in _UNITS)
            seconds = _caught_up(engine, {**place.environ, "SIFRA_NOTIFY": told})
            engine.dispose()
    finally:
        server.stop()
    twice = sum(count - 1 for count in mail.ids.values())
    mails = mail.ids.total()
    yield f"{CASES} due cases, {_WORKERS} workers: caught up", f"{seconds:.2f} s", "", True
    yield "  steps a second", f"{CASES / seconds:.0f}", "", True
    yield "  mails (one for each unit)", f"{mails}", f"{len(_UNITS)}", mails == len(_UNITS)
    yield "  sent twice", f"{twice}", "0", twice == 0


def _fill(engine: Engine) -> None:
    hour = hour_of(time.time()) - 48 * HOUR
    ids = [secrets.token_hex(16) for _ in range(CASES)]
    clear = {"lane": "tip", "state": "new", "received": hour, "retention_days": 180}
    sealed = {"read_by": hour + 2 * HOUR, "promised": hour + 2 * HOUR, "summary": b"", "head": b""}
    step = {"sequence": 0, "due": hour, "notice_id": None}
    with writing(engine) as connection:
        connection.execute(insert(cases), [{"id": one, **clear, **sealed} for one in ids])
        rows = [
            {"case_id": one, "unit": _UNITS[number % len(_UNITS)], **step}
            for number, one in enumerate(ids)
        ]
        connection.execute(insert(steps), rows)


def _caught_up(engine: Engine, environ: dict[str, str]) -> float:
    """Seconds from the first worker's first look until every step is told."""
    command = [sys.executable, "-c", "from triage.commands import main; main()", "worker"]
    workers = [
        subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603 (our own)
        for _ in range(_WORKERS)
    ]
    alive = select(func.count()).where(signals.c.name == WORKER)
    untold = (
        select(func.count()).select_from(steps.outerjoin(notices)).where(notices.c.sent.is_(None))
    )
    try:
        _wait(engine, alive, 1)
        begun = time.perf_counter()
        _wait(engine, untold, 0)
        return time.perf_counter() - begun
    finally:
        # The turn after the next one would send again what somebody else has sent.
        time.sleep(6)
        for worker in workers:
            worker.terminate()
            worker.wait(30)


def _wait(engine: Engine, count: Select[int], wanted: int) -> None:
    latest = time.monotonic() + _PATIENCE
    while True:
        with reading(engine) as connection:
            if connection.scalar(count) == wanted:
                return
        if time.monotonic() > latest:
            raise RuntimeError("the workers do not catch up")
        time.sleep(0.005)

"""The two sites and the worker as processes of the demo: started, waited for, stopped."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HOST = "127.0.0.1"

_ROOT = Path(__file__).resolve().parents[2]
_READY_SECONDS = 30.0
_STOP_SECONDS = 5.0


class SiteFailed(Exception):
    """A site does not answer, or something ended. Its text says which, and what it wrote."""


@dataclass(frozen=True, slots=True)
class Program:
    """The leader of a process group of its own, and what it writes."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def is_ready(self) -> bool:
        """Has it said anything? The worker does once it has looked."""
        return self.log.stat().st_size > 0


@dataclass(frozen=True, slots=True)
class Site(Program):
    """A gunicorn."""

    port: int

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/"

    @property
    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}healthz", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As gunicorn does: a port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def serving(name: str, port: int, environ: Mapping[str, str], home: Path) -> Iterator[Site]:
    gunicorn = (
        *("-m", "gunicorn"),
        *("--config", str(_ROOT / "deploy" / "gunicorn.conf.py")),
        *("--bind", f"{HOST}:{port}"),
        *("--graceful-timeout", "2"),
        f"wsgi:{name}()",
    )
    with _running(name, gunicorn, environ, home) as (log, process):
        yield Site(name, log, process, port)


@contextlib.contextmanager
def working(environ: Mapping[str, str], home: Path) -> Iterator[Program]:
    command = ("-c", "from triage.commands import main; main()", "worker", "--tell")
    with _running("worker", command, environ, home) as (log, process):
        yield Program("worker", log, process)


@contextlib.contextmanager
def _running(
    name: str, arguments: Sequence[str], environ: Mapping[str, str], home: Path
) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
    log = home / f"{name}.log"
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 (our own program and arguments)
            [sys.executable, *arguments],
            cwd=_ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            # Ctrl-C reaches a terminal's whole group; these are stopped by us, in order.
            start_new_session=True,
        )
    try:
        yield log, process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_ready(programs: Sequence[Program], stop: socket.socket) -> bool:
    """False when it was stopped meanwhile. Raises SiteFailed."""
    latest = time.monotonic() + _READY_SECONDS
    waiting = list(programs)
    while waiting:
        check_alive(programs)
        waiting = [program for program in waiting if not program.is_ready]
        if waiting and time.monotonic() > latest:
            raise SiteFailed(_last_words(waiting[0], "does not answer"))
        if select.select([stop], [], [], 0.05 if waiting else 0)[0]:
            return False
    return True


def check_alive(programs: Sequence[Program]) -> None:
    for program in programs:
        if program.process.poll() is not None:
            raise SiteFailed(_last_words(program, f"ended with {program.process.returncode}"))


def _last_words(program: Program, what: str) -> str:
    written = program.log.read_text("utf-8", "replace").splitlines()[-12:]
    where = f" on port {program.port}" if isinstance(program, Site) else ""
    return "\n".join([f"{program.name}{where} {what}:", *written])

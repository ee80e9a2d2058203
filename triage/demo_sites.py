"""The two sites as processes of the demo: started, waited for, stopped."""

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

_ROOT = Path(__file__).resolve().parent.parent
_READY_SECONDS = 30.0
_STOP_SECONDS = 5.0


class SiteFailed(Exception):
    """A site does not answer. Its text says which, and what it wrote."""


@dataclass(frozen=True, slots=True)
class Site:
    """A gunicorn, the leader of a process group of its own."""

    name: str
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/"


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
    log = home / f"{name}.log"
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 (our own program and arguments)
            [
                sys.executable,
                "-m",
                "gunicorn",
                *("--config", str(_ROOT / "deploy" / "gunicorn.conf.py")),
                *("--bind", f"{HOST}:{port}"),
                *("--graceful-timeout", "2"),
                f"wsgi:{name}()",
            ],
            cwd=_ROOT,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            # Ctrl-C reaches a terminal's whole group; the sites are stopped by us, in order.
            start_new_session=True,
        )
    try:
        yield Site(name, port, log, process)
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until_ready(sites: Sequence[Site], stop: socket.socket) -> bool:
    """False when it was stopped meanwhile. Raises SiteFailed."""
    latest = time.monotonic() + _READY_SECONDS
    waiting = list(sites)
    while waiting:
        check_alive(sites)
        waiting = [site for site in waiting if not _is_healthy(site)]
        if waiting and time.monotonic() > latest:
            raise SiteFailed(_last_words(waiting[0], "does not answer"))
        if select.select([stop], [], [], 0.05 if waiting else 0)[0]:
            return False
    return True


def _is_healthy(site: Site) -> bool:
    try:
        with urllib.request.urlopen(f"{site.address}healthz", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def check_alive(sites: Sequence[Site]) -> None:
    for site in sites:
        if site.process.poll() is not None:
            raise SiteFailed(_last_words(site, f"ended with {site.process.returncode}"))


def _last_words(site: Site, what: str) -> str:
    written = site.log.read_text("utf-8", "replace").splitlines()[-12:]
    return "\n".join([f"{site.name} on port {site.port} {what}:", *written])

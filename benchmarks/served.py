"""An installation in a temporary folder, and servers whose cost can be read."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Client
from sifra.settings import installation_settings
from triage import installing
from triage.keys import KeyCost
from triage.people.held_keys import Founding

_ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
CHEAP = KeyCost(memory_kib=64, iterations=1)


@dataclass(frozen=True, slots=True)
class Installation:
    """``environ`` starts either site on it."""

    environ: dict[str, str]
    founding: Founding


@contextlib.contextmanager
def installation() -> Iterator[Installation]:
    """A fresh installation beside the repository's own files: the disk is the one that counts."""
    with tempfile.TemporaryDirectory(dir=_ROOT, prefix=".bench-") as folder:
        environ = {
            **os.environ,
            "SIFRA_HOME": folder,
            "SIFRA_LIMITS": "0",
            "SIFRA_PLAIN_HTTP": "1",
            "SIFRA_SHOW_UNREVIEWED": "1",
        }
        founding = installing.install(
            installation_settings(environ), username="leder", display="Leder", cost=CHEAP
        )
        yield Installation(environ, founding)


@dataclass(frozen=True, slots=True)
class Server:
    """A gunicorn and its workers."""

    port: int
    process: subprocess.Popen[bytes]

    def pids(self) -> list[int]:
        """Of gunicorn, of the worker that it started, and of those that were forked from it."""
        pids = [self.process.pid]
        for pid in pids:
            pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        return pids

    def cpu(self) -> float:
        """Seconds of processor time, of all its processes, so far."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / _TICKS

    def memory(self) -> float:
        """MiB that its processes take together, shared pages counted once (PSS). Of a library that
        another program has open too, it counts a part alone: less where tests run beside."""
        kib = 0
        for pid in self.pids():
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            kib += next(int(row.split()[1]) for row in rollup.splitlines() if row[:4] == "Pss:")
        return kib / 1024

    def memory_alone(self) -> float:
        """MiB, the same whatever else runs: of files, the most that one process has mapped."""
        own, files = 0, Counter[str]()
        for pid in self.pids():
            mapped = Counter[str]()
            for name, size in _sizes(pid):
                if name.startswith("/"):
                    own += size["Private_Dirty"]
                    mapped[name] += size["Rss"] - size["Private_Dirty"]
                else:
                    own += size["Pss"]
            files |= mapped
        return (own + files.total()) / 1024


def _sizes(pid: int) -> Iterator[tuple[str, dict[str, int]]]:
    """Of each mapping: its file, or what stands in place of one, and sizes in KiB."""
    for mapping in re.split(
        r"(?m)^(?=[0-9a-f]+-[0-9a-f]+ )", Path(f"/proc/{pid}/smaps").read_text()
    ):
        head, _, rows = mapping.partition("\n")
        if rows:
            named = head.split(maxsplit=5)
            sizes = re.findall(r"(?m)^(\w+): +(\d+) kB", rows)
            yield named[5] if named[5:] else "", {name: int(size) for name, size in sizes}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(app: str, environ: Mapping[str, str], workers: int) -> Iterator[Server]:
    """Serve ``app`` as it is served in production, with its own workers."""
    port = _free_port()
    process = subprocess.Popen(  # noqa: S603 (our own program and arguments)
        [
            *(sys.executable, "-m", "gunicorn"),
            *("--config", str(_ROOT / "deploy" / "gunicorn.conf.py")),
            *("--bind", f"127.0.0.1:{port}", "--max-requests", "0", app),
        ],
        cwd=_ROOT,
        env={**environ, "WEB_CONCURRENCY": str(workers)},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        server = Server(port, process)
        _wait_for(server, workers)
        yield server
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait_for(server: Server, workers: int) -> None:
    """All workers are there and answer: the first would else take every connection."""
    latest = time.monotonic() + 30
    while time.monotonic() < latest:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended with {server.process.returncode}")
        # gunicorn takes a connection before there is anybody to answer it.
        with contextlib.suppress(OSError):
            Client(server.port).ask("/")
            if len(server.pids()) > workers:
                time.sleep(0.5)
                return
        time.sleep(0.05)
    raise RuntimeError("the server does not answer")

"""gunicorn as it is shipped: who is started, who shares, and what happens when one of them ends."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.processes import children

ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 40
"""Seconds: a busy machine is slow, but gunicorn gives up on a worker after ``--timeout``."""


class Answer(NamedTuple):
    made: str
    pid: int


@dataclass(frozen=True)
class Server:
    port: int
    fault: Path
    log: Path
    process: subprocess.Popen[bytes]

    def ask(self, path: str = "/") -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            line.request("GET", path, headers={"Connection": "close"})
            made, pid = line.getresponse().read().decode().split()
        finally:
            line.close()
        return Answer(made, int(pid))

    def answers(self, processes: int) -> set[Answer]:
        """One answer of each process that there should be."""
        seen: set[Answer] = set()

        def all_of_them() -> bool:
            # Some at once: one alone could always meet the same process.
            threads = [threading.Thread(target=lambda: seen.add(self.ask())) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            return len(seen) >= processes

        wait_for(all_of_them, self)
        return seen

    def loader(self) -> int:
        (pid,) = children(self.process.pid)
        return pid

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_for(happens: Callable[[], object], server: Server) -> None:
    latest = time.monotonic() + _PATIENCE
    while not happens():
        assert time.monotonic() < latest, server.said
        time.sleep(0.05)


Start = Callable[..., Server]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Server] = []

    def begin(processes: int = 2, fault: str = "", timeout: int = 30) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        file, log = tmp_path / "fault", tmp_path / "log"
        if fault:
            file.write_text(fault, "utf-8")
        environ = {k: v for k, v in os.environ.items() if not k.startswith(("SIFRA_", "WEB_"))}
        with log.open("wb") as written:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py"),
                    *("--bind", f"127.0.0.1:{port}", "--timeout", str(timeout)),
                    "tests.commands.shared_site:make()",
                ],
                cwd=ROOT,
                env={
                    **environ,
                    "WEB_CONCURRENCY": str(processes),
                    "SHARED_SITE_FAULT": str(file),
                },
                stdout=written,
                stderr=written,
                start_new_session=True,
            )
        started.append(Server(port, file, log, process))
        if not fault:
            wait_for(lambda: "Listening at" in started[-1].said, started[-1])
        return started[-1]

    yield begin
    for server in started:
        try:
            os.killpg(server.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
        finally:
            server.process.wait()


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_all_share_what_one_of_them_loaded(processes: int, start: Start) -> None:
    server = start(processes)
    answers = server.answers(processes)
    assert len({answer.made for answer in answers}) == 1
    loader = server.loader()
    assert {answer.pid for answer in answers} == {loader, *children(loader)}
    assert len(answers) == processes
    # gunicorn's worker looks every second whether it is still wanted.
    time.sleep(2.5)
    assert server.answers(processes) == answers


def _forked(server: Server) -> int:
    (pid,) = children(server.loader())
    return pid


@pytest.mark.parametrize("which", [Server.loader, _forked])
def test_one_that_is_killed_is_replaced_and_nobody_is_turned_away(
    which: Callable[[Server], int], start: Start
) -> None:
    server = start()
    before = server.answers(2)
    os.kill(which(server), signal.SIGKILL)
    wait_for(lambda: not any(is_running(answer.pid) for answer in before), server)
    after = server.answers(2)
    assert not before & after
    assert len({answer.made for answer in after}) == 1
    assert "WORKER TIMEOUT" not in server.said


@pytest.mark.parametrize("which", [Server.loader, _forked])
def test_one_that_hangs_is_replaced(which: Callable[[Server], int], start: Start) -> None:
    server = start(timeout=2)
    before = server.answers(2)
    os.kill(which(server), signal.SIGSTOP)
    wait_for(lambda: not any(is_running(answer.pid) for answer in before), server)
    assert not before & server.answers(2)
    assert "WORKER TIMEOUT" in server.said


def test_nobody_is_left_when_gunicorn_itself_is_killed(start: Start) -> None:
    server = start()
    before = server.answers(2)
    server.process.kill()
    server.process.wait()
    wait_for(lambda: not any(is_running(answer.pid) for answer in before), server)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP])
def test_what_was_being_answered_is_answered(told: signal.Signals, start: Start) -> None:
    server = start()
    before = server.answers(2)
    slow: list[Answer] = []
    asking = [threading.Thread(target=lambda: slow.append(server.ask("/slow"))) for _ in range(6)]
    for one in asking:
        one.start()
    time.sleep(0.5)
    server.process.send_signal(told)
    for one in asking:
        one.join()
    assert len(slow) == 6
    assert set(slow) <= before
    if told == signal.SIGTERM:
        assert server.process.wait(_PATIENCE) == 0
        assert not any(is_running(answer.pid) for answer in before)
    else:
        assert not before & server.answers(2)
        wait_for(lambda: not any(is_running(answer.pid) for answer in before), server)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGQUIT])
def test_all_have_ended_when_gunicorn_has(told: signal.Signals, start: Start) -> None:
    server = start()
    before = server.answers(2)
    server.process.send_signal(told)
    assert server.process.wait(_PATIENCE) == 0
    assert not any(is_running(answer.pid) for answer in before)


@pytest.mark.parametrize(
    ("fault", "said"),
    [("said", "municipality.toml: is wrong"), ("hemmeligheten", "failed: builtins.ValueError at")],
)
def test_a_site_that_cannot_be_loaded_stops_the_start(fault: str, said: str, start: Start) -> None:
    server = start(fault=fault)
    assert server.process.wait(_PATIENCE) == 3
    assert said in server.said
    assert "hemmeligheten" not in server.said
    assert "Traceback" not in server.said


@pytest.mark.parametrize("fault", ["said", "hemmeligheten"])
def test_a_site_that_cannot_be_loaded_again_is_tried_until_it_can(fault: str, start: Start) -> None:
    server = start()
    before = server.answers(2)
    server.fault.write_text(fault, "utf-8")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "exited with code 1" in server.said, server)
    server.fault.unlink()
    assert not before & server.answers(2)
    assert "hemmeligheten" not in server.said

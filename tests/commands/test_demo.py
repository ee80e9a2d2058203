"""`sifra demo` as it is typed: a real process, both sites, and nothing left when it ends."""

from __future__ import annotations

import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

READY = "  Codes "
_SECONDS = 30.0


@dataclass
class Demo:
    folder: Path
    ports: tuple[int, int]
    process: subprocess.Popen[bytes]
    said: str = ""

    @cached_property
    def waits(self) -> selectors.BaseSelector:
        assert self.process.stdout is not None
        made = selectors.DefaultSelector()
        made.register(self.process.stdout, selectors.EVENT_READ)
        return made

    def read_until(self, word: str) -> str:
        assert self.process.stdout is not None
        latest = time.monotonic() + _SECONDS
        while word not in self.said:
            assert time.monotonic() < latest, self.said
            if self.waits.select(0.2):
                part = os.read(self.process.stdout.fileno(), 65536)
                assert part, self.said
                self.said += part.decode("utf-8")
        return self.said

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        status = self.process.wait(_SECONDS)
        assert self.process.stdout is not None
        self.said += self.process.stdout.read().decode("utf-8")
        return status

    def get(self, site: int, path: str) -> tuple[int, str]:
        address = f"http://127.0.0.1:{self.ports[site]}{path}"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.status, answer.read().decode("utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _demo(folder: Path, *arguments: str, ports: tuple[int, int] | None = None) -> Iterator[Demo]:
    chosen = ports or (_free_port(), _free_port())
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", "from triage.commands import main; main()", "demo"),
            *("--port", str(chosen[0]), "--office-port", str(chosen[1]), *arguments),
        ],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield Demo(folder, chosen, process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(_SECONDS)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _processes_in(folder: Path) -> list[str]:
    """The command lines of processes whose home lies in ``folder``."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str(folder).encode() in (entry / "environ").read_bytes():
                    found.append((entry / "cmdline").read_bytes().decode("utf-8", "replace"))
            except OSError:
                continue
    return found


def test_both_sites_answer_and_a_signal_leaves_nothing(tmp_path: Path) -> None:
    with _demo(tmp_path, "--at", "2026-12-24T22:15") as demo:
        began = time.monotonic()
        said = demo.read_until(READY)
        assert time.monotonic() - began < _SECONDS
        for port in demo.ports:
            assert f"http://127.0.0.1:{port}/" in said
        assert "Thursday 24 December 2026, 22:15 (CET)" in said
        for username in ("leder", "ungdomskontakt", "politi", "tolk", "helsesykepleier"):
            assert re.search(rf"{username}\n +(\w+ ){{5}}\w+\n", said)
            assert re.search(rf"  Codes .*{username} \d{{6}}", said)
        assert re.search(r"as digits  (\d{4} ){4}\d{4}\n", said)
        assert "No channel is set (SIFRA_NOTIFY)" in said
        demo.read_until("the worker runs; SIFRA_NOTIFY has no address for youth_team,")
        demo.read_until("notice to youth_team: ")
        assert demo.get(0, "/healthz") == (200, "ok")
        assert demo.get(1, "/healthz") == (200, "ok")
        assert demo.get(0, "/nb/")[0] == 200
        assert demo.get(1, "/sign-in")[0] == 200
        assert _processes_in(tmp_path / ".demo")
        (home,) = (tmp_path / ".demo").iterdir()
        assert {"public", "office", "verifier"} <= {one.name for one in home.iterdir()}

        assert demo.process.stdin is not None
        demo.process.stdin.write(b"\n")
        demo.process.stdin.flush()
        demo.said = ""
        assert "ungdomskontakt" in demo.read_until(READY)

        assert demo.end(signal.SIGINT) == 0
    assert _processes_in(tmp_path / ".demo") == []
    assert list(tmp_path.iterdir()) == []
    for port in demo.ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("pause", [0.0, 0.9])
def test_stopped_while_it_starts_it_leaves_nothing_either(tmp_path: Path, pause: float) -> None:
    with _demo(tmp_path) as demo:
        latest = time.monotonic() + _SECONDS
        while not (tmp_path / ".demo").exists():
            assert time.monotonic() < latest
            time.sleep(0.01)
        time.sleep(pause)
        assert demo.end(signal.SIGTERM) == 0
        assert "Traceback" not in demo.said
    assert _processes_in(tmp_path / ".demo") == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("taken", [0, 1])
def test_a_taken_port_is_named_before_anything_is_made(tmp_path: Path, taken: int) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        ports = (port, _free_port()) if taken == 0 else (_free_port(), port)
        with _demo(tmp_path, ports=ports) as demo:
            assert demo.process.wait(_SECONDS) == 1
            assert demo.process.stdout is not None
            said = demo.process.stdout.read().decode("utf-8")
    option = ("--port", "--office-port")[taken]
    assert f"port {port} is taken" in said
    assert f"sifra demo {option} " in said
    assert list(tmp_path.iterdir()) == []


def test_a_site_that_does_not_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEB_CONCURRENCY", "0")
    with _demo(tmp_path) as demo:
        assert demo.process.wait(_SECONDS) == 1
        assert demo.process.stdout is not None
        said = demo.process.stdout.read().decode("utf-8")
    assert re.search(r"^(reporter|triage) on port \d+ ended with 2:$", said, re.MULTILINE)
    assert "WEB_CONCURRENCY: '0' is no number from 1 to 999" in said
    assert "Traceback" not in said
    assert _processes_in(tmp_path / ".demo") == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        ("--at", "christmas"),
        ("--at", "0001-01-01"),
        ("--at", "9999-12-31T23:59"),
        ("--port", "0"),
        ("--office-port", "70000"),
        ("--port", "5077", "--office-port", "5077"),
    ],
)
def test_wrong_use_exits_2(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    with _demo(tmp_path, *wrong) as demo:
        assert demo.process.wait(_SECONDS) == 2
    assert list(tmp_path.iterdir()) == []

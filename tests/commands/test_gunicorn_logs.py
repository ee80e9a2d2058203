"""Through gunicorn as it is shipped: malformed requests and failures leave no trace of a sender."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SENDER = "127.0.0.77"
WORD = "hemmeligheten"


@dataclass(frozen=True)
class Server:
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    def send(self, request: bytes) -> bytes:
        """Raw bytes from the sender's address; all that comes back."""
        with socket.socket() as client:
            client.bind((SENDER, 0))
            client.settimeout(10)
            client.connect(("127.0.0.1", self.port))
            client.sendall(request)
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while part := client.recv(65536):
                answer += part
        return answer

    def stop(self) -> str:
        self.process.terminate()
        self.process.wait(25)
        return self.log.read_text("utf-8")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("SIFRA_", "WEB_"))}
    with log.open("wb") as written:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy/gunicorn.conf.py")),
                *("--bind", f"127.0.0.1:{port}", "tests.commands.talkative:make()"),
            ],
            cwd=ROOT,
            env={**environ, "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    made = Server(port, log, process)
    try:
        _wait_for(made)
        yield made
    finally:
        process.kill() if process.poll() is None else None
        process.wait()


def _wait_for(server: Server) -> None:
    latest = time.monotonic() + 20
    while True:
        try:
            assert server.send(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return
        except OSError:
            assert server.process.poll() is None, server.log.read_text("utf-8")
            assert time.monotonic() < latest
            time.sleep(0.05)


def _get(path: str, *headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: x", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


MALFORMED = {
    "no request line": (f"{WORD}\r\n\r\n".encode(), b"400"),
    "a method that is none": (f"{WORD}!! / HTTP/1.1\r\n\r\n".encode(), b"400"),
    "a version that is none": (f"GET /{WORD} HTTP/9.{WORD}\r\n\r\n".encode(), b"400"),
    "a header without a colon": (_get("/", WORD), b"400"),
    "a header name with a space": (_get("/", f"{WORD} er: ute"), b"400"),
    "a folded header": (_get("/", "X: a", f" {WORD}"), b"400"),
    "a long request line": (_get(f"/{WORD * 1000}"), b"414"),
    "a long header": (_get("/", f"X: {WORD * 1000}"), b"431"),
    "many headers": (_get("/", *(f"X-{WORD}-{n}: {n}" for n in range(200))), b"431"),
    "an unknown coding": (_get("/", f"Transfer-Encoding: {WORD}"), b"501"),
    "two lengths": (_get("/", "Content-Length: 1", f"Content-Length: {WORD}"), b"400"),
    "an expectation": (_get("/", f"Expect: {WORD}"), b"417"),
    "not HTTP at all": (b"\x16\x03\x01\x02\x00" + WORD.encode() + b"\r\n\r\n", b"400"),
}
FAILING = ("raise", "warn", "log", "thread", "header", "half")


def test_nothing_that_was_sent_and_no_address_is_written(server: Server, tmp_path: Path) -> None:
    for name, (request, status) in MALFORMED.items():
        answer = server.send(request)
        assert answer.startswith(b"HTTP/1.1 " + status), f"{name}: {answer[:80]!r}"
        assert b"Traceback" not in answer, name
        assert b"27." not in answer.split(b"\r\n\r\n")[0], name
    for path in FAILING:
        server.send(_get(f"/{path}/{WORD}?{WORD}={WORD}", f"User-Agent: {WORD}"))
    server.send(b"POST /log HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + b"zz\r\n")
    said = server.stop()

    assert WORD not in said
    assert SENDER not in said
    assert "Traceback" not in said
    for expected in (
        "failed: LimitRequestLine",
        "failed: InvalidHeader",
        "failed: builtins.ValueError at ",
        "ERROR from some.library",
        "ERROR from some.other: builtins.ValueError at ",
        "stopped by builtins.RuntimeError at ",
        "Handling signal: term",
    ):
        assert expected in said
    written = [one for one in tmp_path.rglob("*") if one != server.log]
    assert written == []


def test_no_answer_names_the_version(server: Server) -> None:
    head = server.send(_get("/")).split(b"\r\n\r\n")[0].lower()
    assert b"server: gunicorn\r\n" in head + b"\r\n"


def test_a_forwarded_header_changes_nothing(server: Server) -> None:
    """gunicorn would let a neighbour on the loopback say which path and scheme was meant."""
    answer = server.send(
        _get("/", "X-Forwarded-Proto: https", "Script-Name: /x", "X-Forwarded-Ssl: off")
    )
    assert answer.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told(server: Server, ending: signal.Signals) -> None:
    server.process.send_signal(ending)
    # A worker that is told while it is still starting is given ten seconds by gunicorn.
    assert server.process.wait(25) == 0

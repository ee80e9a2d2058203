"""The public site as it is installed and served, in folders that are searched afterwards."""

from __future__ import annotations

import http.client
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.processes import with_children
from tests.reporter.redis_server import RedisServer, running_redis

ROOT = Path(__file__).resolve().parents[2]
SENDER = "127.83.61.9"
SECONDS = 30


@dataclass
class Served:
    """gunicorn with ``deploy/gunicorn.conf.py``, and all that it may write to."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path
    redis: RedisServer | None

    @property
    def said(self) -> str:
        return (self.folder / "said").read_text("utf-8")

    @property
    def database(self) -> Path:
        return self.folder / "sifra" / "public" / "cases.sqlite"

    def processes(self) -> list[int]:
        return with_children(self.process.pid)

    def cases(self) -> int:
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            (count,) = connection.execute("SELECT count(*) FROM cases").fetchone()
        return int(count)

    def raw(self, request: bytes) -> bytes:
        """These bytes from the sender's address; whatever comes back."""
        answer = b""
        with socket.create_connection(
            ("127.0.0.1", self.port), timeout=SECONDS, source_address=(SENDER, 0)
        ) as line:
            try:
                line.sendall(request)
                line.shutdown(socket.SHUT_WR)
                while part := line.recv(65536):
                    answer += part
            except OSError:
                # It hung up on us, which is an answer as well.
                pass
        return answer

    def ask(
        self,
        method: str,
        path: str,
        form: Mapping[str, str] | bytes = b"",
        kind: str = "application/x-www-form-urlencoded",
        /,
        **headers: str,
    ) -> tuple[int, str]:
        """One request from the sender's address: status and page."""
        line = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=SECONDS, source_address=(SENDER, 0)
        )
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            line.request(method, path, body, {"Content-Type": kind, "Connection": "close", **named})
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        finally:
            line.close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(SECONDS)


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, page[-1500:]
    return found[1]


@pytest.fixture(params=["memory", "redis"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    if request.param == "memory":
        with _served(tmp_path / "all", None) as made:
            yield made
        return
    with running_redis(tmp_path / "redis") as redis, _served(tmp_path / "all", redis) as made:
        yield made


class _served:  # noqa: N801 (a context manager)
    def __init__(self, folder: Path, redis: RedisServer | None) -> None:
        for name in ("home", "temp"):
            (folder / name).mkdir(parents=True)
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("SIFRA_", "XDG_"))}
        environ = {
            **inherited,
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "temp"),
            "SIFRA_HOME": str(folder / "sifra"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        if redis is not None:
            environ["SIFRA_LIMITER_STORAGE"] = redis.url
        sifra = [sys.executable, "-c", "from triage.commands import main; main()", "init"]
        subprocess.run(sifra, cwd=ROOT, env=environ, check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = ["-c", str(ROOT / "deploy" / "gunicorn.conf.py"), "--bind", f"127.0.0.1:{port}"]
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", *config, "wsgi:reporter()"],
                cwd=ROOT,
                env=environ,
                stdout=said,
                stderr=said,
            )
        self.made = Served(process, port, folder, redis)

    def __enter__(self) -> Served:
        latest = time.monotonic() + SECONDS
        while True:
            try:
                if self.made.ask("GET", "/healthz")[0] == 200:
                    return self.made
            except OSError:
                pass
            if self.made.process.poll() is not None or time.monotonic() > latest:
                self.__exit__()
                raise RuntimeError(self.made.said)
            time.sleep(0.05)

    def __exit__(self, *_: object) -> None:
        if self.made.process.poll() is None:
            self.made.process.kill()
        self.made.process.wait()

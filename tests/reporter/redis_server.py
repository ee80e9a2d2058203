"""A real Redis server of the test's own, on a free port of the loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

PROGRAM = shutil.which("redis-server") or shutil.which("valkey-server")
WHERE_TO_GET_IT = "no redis-server here: apt-get install redis-server"


@dataclass
class RedisServer:
    """The running server, its folder, and what it was told to say."""

    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port)

    def all_keys(self) -> list[bytes]:
        found = self.client.keys("*")
        assert isinstance(found, list)
        return [key for key in found if isinstance(key, bytes)]

    def dump(self) -> bytes:
        """Everything it holds, as it would write it to disk."""
        self.client.save()
        return (self.folder / "dump.rdb").read_bytes()

    def hang(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def running_redis(folder: Path) -> Iterator[RedisServer]:
    """Skips, or fails where everything must be tried, when there is no server to run."""
    if PROGRAM is None:
        if os.environ.get("SIFRA_REQUIRE_ALL") == "1":
            pytest.fail(WHERE_TO_GET_IT)
        pytest.skip(WHERE_TO_GET_IT)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir()
    options = ["--bind", "127.0.0.1", "--save", "", "--dir", str(folder), "--port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([PROGRAM, *options, "--rdbcompression", "no"], stdout=log)
    server = RedisServer(process, port, folder)
    try:
        _wait(server)
        yield server
    finally:
        server.stop()


def _wait(server: RedisServer) -> None:
    for _ in range(200):
        try:
            server.client.ping()
        except redis.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("redis-server did not start")

"""Counts in Redis: shared by the workers, naming nobody, and missed by nobody when away."""

from __future__ import annotations

import ipaddress
import logging
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine

from tests.reporter.conftest import Install
from tests.reporter.installation import Installation
from tests.reporter.redis_server import RedisServer, running_redis
from tests.reporter.test_rate_limits import (
    AN_HOUR,
    HOME,
    MOMENT,
    SCHOOL,
    fill,
    seconds_to_wait,
)

SCHOOL_V6 = "2001:db8:81ab:4711::9"


@pytest.fixture(autouse=True)
def just_after_the_full_hour() -> Iterator[None]:
    """Counts begin anew at the next."""
    with time_machine.travel(MOMENT, tick=True):
        yield


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with running_redis(tmp_path / "redis") as made:
        yield made


@pytest.fixture
def installed(install: Install, server: RedisServer) -> Installation:
    return install(limiter_storage=server.url)


def in_a_worker(installed: Installation, address: str, times: int) -> int:
    """What a forked worker process is told after so many of its own: seconds to wait."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe()

    def work() -> None:
        fill(installed, address, times)
        there.send(seconds_to_wait(installed, address))

    worker = fork.Process(target=work)
    worker.start()
    there.close()
    assert here.poll(30)
    said = here.recv()
    worker.join()
    assert isinstance(said, int)
    return said


def test_workers_count_together(installed: Installation) -> None:
    fill(installed, SCHOOL, AN_HOUR // 2)
    assert in_a_worker(installed, SCHOOL, AN_HOUR // 2)
    assert seconds_to_wait(installed, SCHOOL)
    assert in_a_worker(installed, HOME, 1) == 0


def test_in_memory_each_worker_counts_for_itself(install: Install) -> None:
    """Why production wants Redis: said in docs/decisions/0003-limits.md."""
    installed = install()
    # Made before the workers are forked, as gunicorn does.
    assert not seconds_to_wait(installed, HOME)
    assert in_a_worker(installed, SCHOOL, AN_HOUR)
    assert not seconds_to_wait(installed, SCHOOL)


def test_two_installations_cannot_link_an_address(install: Install, server: RedisServer) -> None:
    """Each has a secret of its own, so a count in one says nothing of the other."""
    one, other = install(limiter_storage=server.url), install(limiter_storage=server.url)
    fill(one, SCHOOL, AN_HOUR)
    assert seconds_to_wait(one, SCHOOL)
    assert not seconds_to_wait(other, SCHOOL)


def test_what_redis_holds_names_nobody(installed: Installation, server: RedisServer) -> None:
    for address in (SCHOOL, SCHOOL_V6):
        visitor = installed.visitor(address)
        visitor.open(visitor.send("Kvisleparken på fredag.").code)
        visitor.press("write", text="Zulubananer.")
    keys = server.all_keys()
    assert len(keys) >= 9
    held = server.dump() + b"\n".join(keys)
    for address in (SCHOOL, SCHOOL_V6):
        packed = ipaddress.ip_address(address).packed
        for spelling in (
            address.encode(),
            packed,
            packed[::-1],
            packed.hex().encode(),
            packed[:8] if len(packed) == 16 else packed,
            ipaddress.ip_address(address).exploded.encode(),
        ):
            assert spelling not in held
    assert b"Kvisle" not in held
    # The counts go by themselves.
    assert all(0 < server.client.pttl(key) <= 3_600_000 for key in keys)


def refused(log: list[logging.LogRecord]) -> list[str]:
    return [record.getMessage() for record in log]


@pytest.mark.parametrize("how", ["stop", "hang"])
def test_when_redis_goes_away_nobody_is_refused_and_nothing_is_told(
    installed: Installation,
    server: RedisServer,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    how: str,
) -> None:
    """Each process counts for itself meanwhile: failing closed would silence a child."""
    caplog.set_level(logging.DEBUG)
    visitor = installed.visitor(SCHOOL)
    visitor.send("Før den ble borte.")
    keys = [key.decode() for key in server.all_keys()]
    getattr(server, how)()
    before = time.monotonic()
    code = visitor.send("Etter at den ble borte.").code
    visitor.open(code)
    visitor.press("write", text="Og mer.")
    assert time.monotonic() - before < 5
    # The limit itself still holds.
    fill(installed, HOME, AN_HOUR)
    assert seconds_to_wait(installed, HOME)
    out, err = capfd.readouterr()
    told = "\n".join([*refused(caplog.records), out, err])
    hashes = {part for key in keys for part in key.split("/") if len(part) == 32}
    assert hashes
    assert not [word for word in (*hashes, SCHOOL, HOME) if word in told]


def test_a_site_starts_without_its_redis(install: Install, server: RedisServer) -> None:
    server.stop()
    installed = install(limiter_storage=server.url)
    before = time.monotonic()
    assert installed.visitor(SCHOOL).send("Uten Redis fra starten.").code
    assert time.monotonic() - before < 5


def test_limits_that_are_exceeded_are_not_logged(
    installed: Installation, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Flask-Limiter would tell the key at INFO."""
    caplog.set_level(logging.DEBUG)
    fill(installed, SCHOOL, AN_HOUR)
    assert seconds_to_wait(installed, SCHOOL)
    out, err = capfd.readouterr()
    assert not caplog.records
    assert out == err == ""

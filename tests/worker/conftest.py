"""A desk, and a mail server on the loopback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from sifra.case_store import CaseStore
from sifra.database import create_file, open_engine, writing
from sifra.erasure import ErasureKeys
from sifra.settings import Home
from sifra.tables import metadata
from tests.journeys.servers import free_port
from tests.worker.desk import Desk, Mailbox, Running


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    home = Home(tmp_path)
    create_file(home.default_database_url)
    engine = open_engine(home.default_database_url)
    with writing(engine) as connection:
        metadata.create_all(connection)
    erasure = ErasureKeys(home.erasure_keys)
    erasure.create()
    yield Desk(tmp_path, engine, CaseStore(engine, erasure))
    engine.dispose()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox(free_port())
    server = Controller(made, hostname="127.0.0.1", port=made.port)
    server.start()
    yield made
    server.stop()


@pytest.fixture
def running() -> Iterator[Callable[[Running], Running]]:
    """Workers that are ended with the test."""
    every: list[Running] = []

    def remember(one: Running) -> Running:
        every.append(one)
        return one

    yield remember
    for one in every:
        one.end()

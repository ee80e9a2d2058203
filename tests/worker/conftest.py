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
from triage import staff_tables


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    home = Home(tmp_path)
    engines = []
    for url, tables in (
        (home.default_database_url, metadata),
        (home.default_staff_database_url, staff_tables.metadata),
    ):
        create_file(url)
        engines.append(open_engine(url))
        with writing(engines[-1]) as connection:
            tables.create_all(connection)
    engine, staff = engines
    erasure = ErasureKeys(home.erasure_keys)
    erasure.create()
    yield Desk(tmp_path, engine, staff, CaseStore(engine, erasure))
    engine.dispose()
    staff.dispose()


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

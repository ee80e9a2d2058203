"""The public server is killed again and again while tips are sent: what was acknowledged is
there, what was not can be sent again, and nothing is there twice. The operator's purge runs
meanwhile."""

from __future__ import annotations

import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sifra.database import open_engine
from tests.crash.sending import Attempt, Refused, new_token, opens, send
from tests.crash.stored import cases_of, faults, texts, texts_by_code
from tests.journeys.servers import Place, Server, install, serve
from triage.purging import purge

CLIENTS = 5


@dataclass
class Crowd:
    """Clients that send tip after tip, and what became of each."""

    server: Server
    acknowledged: dict[Attempt, str] = field(default_factory=dict)
    """The code that was shown, in digits."""
    broken: list[Attempt] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def client(self, number: int) -> None:
        count = 0
        while not self.over.is_set():
            count += 1
            try:
                token = new_token(self.server.port)
            except Refused:
                # Nobody is there yet.
                self.over.wait(0.02)
                continue
            attempt = Attempt(token, f"Tips {number}-{count}-{secrets.token_hex(6)}")
            try:
                code = send(self.server.port, attempt)
            except Refused:
                self.broken.append(attempt)
            else:
                self.acknowledged[attempt] = code
                self.heard.set()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return install(tmp_path)


@pytest.fixture
def server(place: Place) -> Iterator[Server]:
    started = serve("reporter", place, SIFRA_LIMITS="0")
    started.wait_until_healthy()
    yield started
    started.stop()


@pytest.mark.parametrize("kills", [16, pytest.param(200, marks=pytest.mark.long)])
def test_killed_again_and_again(place: Place, server: Server, kills: int) -> None:
    crowd, moment = Crowd(server), random.Random(kills)
    staff = open_engine(place.settings.staff_database_url)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(crowd.client, number) for number in range(CLIENTS)]
        try:
            for _ in range(kills):
                crowd.heard.clear()
                assert crowd.heard.wait(30), "no tip gets through"
                crowd.over.wait(moment.uniform(0, 0.25))
                server.kill()
                server.start_again()
                with cases_of(place) as store:
                    purge(store, staff, int(time.time()))
        finally:
            crowd.over.set()
        for client in clients:
            client.result()
    staff.dispose()
    assert len(crowd.broken) >= kills // 2, "the server was not killed in the midst of work"

    # Somebody whose connection broke presses Send again; somebody who is in doubt does too.
    with cases_of(place) as store:
        before = texts(place, store)
    for attempt in crowd.broken:
        crowd.acknowledged[attempt] = send(server.port, attempt)
    for attempt in list(crowd.acknowledged)[::5]:
        assert send(server.port, attempt) == crowd.acknowledged[attempt]

    codes = list(crowd.acknowledged.values())
    with ThreadPoolExecutor(CLIENTS) as pool:
        assert all(pool.map(lambda code: opens(server.port, code), codes))
    written = [attempt.text for attempt in crowd.acknowledged]
    with cases_of(place) as store:
        assert texts(place, store) == Counter(written)
        assert texts_by_code(place, store, codes) == written
    server.stop()
    assert faults(place) == []
    unheard = sum(attempt.text in before for attempt in crowd.broken)
    print(
        f"{kills} kills, {len(written)} tips, {len(crowd.broken)} broken off, "
        f"{unheard} of these stored before the answer was lost"
    )

"""The banner that says why nothing is promised now."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import delete, insert

from sifra.database import writing
from sifra.duty_store import STALE, WORKER
from sifra.tables import pauses, signals
from tests.triage.example_office import NOW, Browser, Installation


def _sign(office: Installation, name: str, at: float) -> None:
    with writing(office.cases) as connection:
        connection.execute(delete(signals).where(signals.c.name == name))
        connection.execute(insert(signals).values(name=name, at=int(at)))


def _said(browser: Browser, path: str = "/queue") -> list[str]:
    return [one.get_text() for one in browser.get(path).select(".why")]


@pytest.fixture
def alive(office: Installation) -> Installation:
    """An office whose worker has just been seen."""
    _sign(office, WORKER, time.time())
    return office


def test_when_all_is_well_there_is_none(browser: Browser, alive: Installation) -> None:
    assert _said(browser) == []


def test_a_worker_that_never_was(browser: Browser, office: Installation) -> None:
    with writing(office.cases) as connection:
        connection.execute(delete(signals))
    (said,) = _said(browser)
    assert said.startswith("Varslingen er ikke startet. Ingen får beskjed om nye saker")


def test_a_worker_that_stands_still(browser: Browser, office: Installation) -> None:
    _sign(office, WORKER, time.time() - STALE - 1)
    _sign(office, "channel:police", NOW)
    (said,) = _said(browser)
    assert said.startswith("Varslingen har stått stille siden ")
    assert "den offentlige siden lover ingenting nå" in said


@pytest.mark.parametrize("path", ["/queue", "/queue?closed=1"])
def test_a_unit_that_notices_do_not_reach(browser: Browser, alive: Installation, path: str) -> None:
    _sign(alive, "channel:police", NOW)
    (said,) = _said(browser, path)
    assert said.startswith("Varsler til Politikontakten har ikke kommet fram siden ")
    assert "lover ikke noe for Politikontakten nå" in said


def test_a_unit_that_paused(browser: Browser, alive: Installation) -> None:
    with writing(alive.cases) as connection:
        connection.execute(
            insert(pauses).values(unit="youth_team", until=NOW + 7200, account_id="a")
        )
        connection.execute(insert(pauses).values(unit="police", until=NOW - 3600, account_id="a"))
    (said,) = _said(browser)
    assert said.startswith("Ungdomsteamet har satt løftene på pause til ")


def test_a_stranger_sees_none(stranger: Browser, office: Installation) -> None:
    with writing(office.cases) as connection:
        connection.execute(delete(signals))
    assert _said(stranger, "/sign-in") == []

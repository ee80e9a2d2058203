"""What a sender wrote in the last two weeks is destroyed by nothing that staff press."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sifra.case_store import State
from tests.triage.example_office import HOUR, MUNICIPALITY, NOW, Browser, Installation, started

DAY = 24 * HOUR
SHORTEST = 14


@pytest.fixture
def browser(office: Installation) -> Iterator[Browser]:
    """Of a municipality that keeps closed cases as briefly as the file allows."""
    retention = replace(MUNICIPALITY.retention, days=SHORTEST)
    file = replace(MUNICIPALITY, retention=retention)
    app = started(replace(office.settings, municipality=file))
    made = Browser(app.test_client(), office)
    made.sign_in(office.leader)
    yield made
    app.extensions["sifra"].staff.dispose()
    app.extensions["sifra"].cases.dispose()


@pytest.mark.parametrize("age", [0, 23, 25], ids="{}h".format)
@pytest.mark.parametrize("pressed", [["close"], ["close", "reopen", "close"]], ids="-".join)
def test_closed_at_once(
    browser: Browser, office: Installation, age: int, pressed: list[str]
) -> None:
    """At any hour of the day, and again; the sender has written a moment before."""
    case, key = office.tip(received=NOW - age * HOUR)
    browser.get(f"/cases/{case}")
    browser.act(case, "close")
    office.writes_more(case, key, "det skjer igjen")
    browser.get(f"/cases/{case}")
    for action in pressed:
        browser.act(case, action)
    assert office.stored(case).clear.state is State.CLOSED
    # Written in the hour that began at NOW.
    assert office.store.destroy_past_retention(NOW + SHORTEST * DAY) == 0
    assert office.store.destroy_past_retention(NOW + HOUR + (SHORTEST + 1) * DAY) == 1

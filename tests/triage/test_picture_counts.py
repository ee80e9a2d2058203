"""Folding: every event once, whoever folds at the same time; and nothing kept of what came
together."""

from __future__ import annotations

import json
import multiprocessing
import os
from pathlib import Path

import pytest
from sqlalchemy import select, update

from sifra import sealing
from sifra.database import Conflict, driver_of, open_engine, reading, writing
from sifra.picture_events import SealedEvent, write_event
from sifra.sealing import PrivateKey, SealError
from sifra.tables import picture_counts, picture_events
from tests.triage.example_office import Installation
from tests.triage.picture_events import CHOSEN, OSLO, at, event, store
from triage.picture.picture_counts import (
    DIMENSIONS,
    Counts,
    days_of,
    is_over,
    quarter_of_week,
    weeks_of,
)
from triage.picture.picture_store import Folded, PictureStore
from triage.picture.suppression import leaves

LATER = at("2026-11-23T12:00")


@pytest.fixture
def key(office: Installation) -> PrivateKey:
    return office.founding.units["picture"]


def fold(office: Installation, *keys: PrivateKey, now: float = LATER) -> Folded:
    return PictureStore(office.cases).fold(keys, CHOSEN, now, OSLO)


def waiting(office: Installation) -> int:
    return PictureStore(office.cases).waiting()


def total(counts: Counts) -> dict[str, int]:
    settled = [one.counts for one in counts.quarters.values()]
    return {
        name: sum(sum(one[name].values()) for one in (*settled, *counts.going.values()))
        for name in DIMENSIONS
    }


def test_events_become_counts_and_are_gone(office: Installation, key: PrivateKey) -> None:
    store(office.cases, key.public(), [event(), event(topic="", place="school", weekday=0)])
    counts = fold(office, key).counts
    assert waiting(office) == 0
    assert counts.quarters["2026-Q4"].counts == {
        "topic": {"weapons": 1, "-": 1},
        "place": {"masan": 1, "school": 1},
        "weekday": {"4": 1, "0": 1},
        "hour": {"18": 2},
        "week": {"2026-W40": 2},
        "language": {"nb": 2},
        "lane": {"tip": 2},
    }
    assert fold(office, key).counts == counts


def test_many_are_taken_some_at_a_time(
    office: Installation, key: PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.picture.picture_store._AT_A_TIME", 3)
    store(office.cases, key.public(), [event()] * 10)
    store(office.cases, PrivateKey.generate().public(), [event()] * 5)
    folded = fold(office, key)
    assert set(total(folded.counts).values()) == {10}
    assert folded.aside == 5


def test_a_file_that_was_changed_counts_the_new_apart_until_the_next_quarter(
    office: Installation, key: PrivateKey
) -> None:
    store(office.cases, key.public(), [event()])
    fold(office, key)
    store(office.cases, key.public(), [event(place="new_place"), event("2027-W01", place="hall")])
    more = type(CHOSEN)(CHOSEN.topics, ("new_place", "hall"), CHOSEN.languages)
    now = at("2027-01-20T12:00")
    counts = PictureStore(office.cases).fold([key], more, now, OSLO).counts
    assert counts.quarters["2026-Q4"].counts["place"] == {"masan": 1, "-": 1}
    assert "new_place" not in leaves(counts.quarters["2026-Q4"].trees["place"])
    assert counts.quarters["2027-Q1"].counts["place"] == {"hall": 1}
    assert leaves(counts.quarters["2027-Q1"].trees["place"]) == ("new_place", "hall", "-")


def test_what_stands_still_until_the_week_is_over(office: Installation, key: PrivateKey) -> None:
    store(office.cases, key.public(), [event("2026-W47"), event("2026-W48")])
    before = fold(office, key, now=at("2026-11-23T23:59")).counts
    assert "2026-Q4" not in before.quarters
    after = fold(office, key, now=at("2026-11-24T00:00")).counts
    assert after.quarters["2026-Q4"].counts["week"] == {"2026-W47": 1}
    assert set(after.going) == {"2026-W48"}


def test_no_two_dimensions_are_kept_together(office: Installation, key: PrivateKey) -> None:
    """Events with the same margins leave the same, whatever came with what."""
    one = [event(topic="drugs", place="school"), event(topic="home", place="masan")]
    other = [event(topic="home", place="school"), event(topic="drugs", place="masan")]
    counts = []
    for events in (one, other):
        made = Counts("2026-Q4")
        made.add(events)
        made.settle(LATER, OSLO, CHOSEN)
        counts.append(json.dumps(made.as_json(), sort_keys=True))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "forged",
    [event(lane="police"), event("2026-W49"), event("2019-W01")],
    ids=["no lane", "a week to come", "long ago"],
)
def test_what_was_not_made_by_us_is_set_aside(
    office: Installation, key: PrivateKey, forged: object
) -> None:
    store(office.cases, key.public(), [forged, event()])  # type: ignore[list-item]
    folded = fold(office, key)
    assert folded.aside == 1
    assert set(total(folded.counts).values()) == {1}
    assert waiting(office) == 1


def test_what_does_not_open_is_set_aside_and_stays(office: Installation, key: PrivateKey) -> None:
    store(office.cases, PrivateKey.generate().public(), [event()])
    with writing(office.cases) as connection:
        write_event(driver_of(connection), SealedEvent(os.urandom(16), "text"))  # type: ignore[arg-type]
    folded = fold(office, key)
    assert (folded.aside, waiting(office)) == (2, 2)
    assert set(total(folded.counts).values()) == {0}


def test_a_renewed_key_opens_with_the_older_and_writes_under_the_newest(
    office: Installation, key: PrivateKey
) -> None:
    newest = PrivateKey.generate()
    store(office.cases, key.public(), [event()])
    fold(office, key)
    # Sent before the renewal was known to the public site, and after.
    store(office.cases, key.public(), [event()])
    store(office.cases, newest.public(), [event()])
    assert set(total(fold(office, newest, key).counts).values()) == {3}
    assert set(total(fold(office, newest).counts).values()) == {3}
    with pytest.raises(SealError):
        fold(office, key)


@pytest.mark.parametrize("what", ["sealed", "version"])
def test_counts_that_were_altered_do_not_open_and_are_not_written_over(
    office: Installation, key: PrivateKey, what: str
) -> None:
    store(office.cases, key.public(), [event()])
    fold(office, key)
    with writing(office.cases) as connection:
        row = connection.execute(select(picture_counts)).one()
        wrong = row.sealed[:-1] + b"\0" if what == "sealed" else row.version + 1
        connection.execute(update(picture_counts).values({what: wrong}))
        altered = connection.execute(select(picture_counts)).one()
    store(office.cases, key.public(), [event()])
    with pytest.raises(SealError):
        fold(office, key)
    with reading(office.cases) as connection:
        assert connection.execute(select(picture_counts)).one() == altered
    assert waiting(office) == 1


def test_an_event_leaves_nothing_behind_in_the_file(office: Installation, key: PrivateKey) -> None:
    (sealed,) = store(office.cases, key.public(), [event()])
    folder = office.settings.home.public
    assert any(sealed.id in path.read_bytes() for path in folder.glob("cases.sqlite*"))
    fold(office, key)
    assert not any(sealed.id in path.read_bytes() for path in folder.glob("cases.sqlite*"))


@pytest.mark.parametrize("stale", ["no counts yet", "counts before", "an event gone"])
def test_whoever_comes_second_changes_nothing(
    office: Installation, key: PrivateKey, stale: str
) -> None:
    picture = PictureStore(office.cases)
    (sent,) = store(office.cases, key.public(), [event()])
    fold(office, key)
    (more,) = store(office.cases, key.public(), [event()])
    if stale != "an event gone":
        fold(office, key)
    version, folded = {
        "no counts yet": (0, []),
        "counts before": (1, []),
        "an event gone": (1, [sent.id, more.id]),
    }[stale]
    with pytest.raises(Conflict):
        picture._replace(version, b"", folded)
    assert waiting(office) == (stale == "an event gone")
    assert set(total(fold(office, key).counts).values()) == {2}


def _fold_on(url: str, raw: bytes, rounds: int) -> None:
    engine = open_engine(url)
    for _ in range(rounds):
        PictureStore(engine).fold([PrivateKey(raw)], CHOSEN, LATER, OSLO)
    engine.dispose()


def test_many_who_fold_at_once_lose_nothing_and_count_nothing_twice(
    office: Installation, key: PrivateKey, tmp_path: Path
) -> None:
    spawning = multiprocessing.get_context("spawn")
    sent = [event(topic=topic) for topic in ("drugs", "home", "") for _ in range(20)]
    store(office.cases, key.public(), sent[:30])
    arguments = (office.settings.database_url, key.raw, 12)
    folding = [spawning.Process(target=_fold_on, args=arguments) for _ in range(3)]
    for process in folding:
        process.start()
    for one in sent[30:]:
        store(office.cases, key.public(), [one])
    for process in folding:
        process.join(60)
        assert process.exitcode == 0
    counts = fold(office, key).counts
    assert waiting(office) == 0
    assert counts.quarters["2026-Q4"].counts["topic"] == {"drugs": 20, "home": 20, "-": 20}
    assert set(total(counts).values()) == {60}


def test_the_key_of_the_counts_is_not_the_key_of_anything_else(
    office: Installation, key: PrivateKey
) -> None:
    fold(office, key)
    with reading(office.cases) as connection:
        row = connection.execute(select(picture_counts)).one()
        assert connection.execute(select(picture_events)).all() == []
    with pytest.raises(SealError):
        sealing.unseal(key.raw[:32], row.sealed, "picture-counts", row.version)


# --- the calendar --------------------------------------------------------------------------


def test_every_week_belongs_to_one_quarter() -> None:
    for year in range(2024, 2034):
        found = [week for number in (1, 2, 3, 4) for week in weeks_of(f"{year}-Q{number}")]
        assert len(found) in (52, 53)
        assert found == [f"{year}-W{number:02}" for number in range(1, len(found) + 1)]
        assert {quarter_of_week(week)[:4] for week in found} == {str(year)}


def test_a_quarter_is_whole_weeks() -> None:
    assert [one.isoformat() for one in days_of("2026-Q4")] == ["2026-09-28", "2027-01-03"]
    assert [one.isoformat() for one in days_of("2027-Q1")] == ["2027-01-04", "2027-03-28"]


def test_a_week_is_over_a_day_after_its_end() -> None:
    assert not is_over("2026-W47", at("2026-11-23T23:59"), OSLO)
    assert is_over("2026-W47", at("2026-11-24T00:00"), OSLO)

"""The demo's cases: every state, every awkward string, and nothing that has not happened yet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from sifra import return_code
from sifra.case_store import HOUR, State, StoredCase
from sifra.conversation import Message, ReaderView, SenderView, open_summary
from sifra.database import reading
from sifra.sealing import Kind
from sifra.settings import ReporterSettings, reporter_settings
from sifra.tables import promise_counts
from tests.commands.conftest import Installation
from triage.demo import demo_cases
from triage.demo.demo_cases import READER, Shown

LONGEST_TEXT = 20_000
"""Characters that the public site takes."""
MOMENTS = {
    "a Tuesday morning": "2026-11-24T10:00+01:00",
    "a Friday evening": "2026-11-27T19:30+01:00",
    "Christmas Eve": "2026-12-24T22:15+01:00",
    "the night the clock goes forward": "2027-03-28T03:30+02:00",
    "the hour that happens twice": "2027-10-31T02:30+01:00",
    "a Sunday just after midnight": "2026-11-29T00:05+01:00",
}


@dataclass(frozen=True)
class Opened:
    stored: StoredCase
    summary: Mapping[str, str | int]
    messages: list[Message]

    @property
    def tip(self) -> Mapping[str, str | int]:
        return self.messages[0].body


@dataclass(frozen=True)
class Planted:
    cases: list[Opened]
    shown: Shown
    settings: ReporterSettings
    there: Installation


@pytest.fixture
def planted(
    request: pytest.FixtureRequest, installation: Installation, environ: dict[str, str]
) -> Planted:
    moment = dt.datetime.fromisoformat(getattr(request, "param", MOMENTS["Christmas Eve"]))
    settings = reporter_settings(environ)
    unit = installation.founding.units[READER]
    shown = demo_cases.plant(installation.store, settings, unit, moment)
    lines = [
        line
        for closed in (False, True)
        for line, _ in installation.store.queue([READER], closed=closed, limit=100)
    ]
    opened = []
    for line in lines:
        stored = installation.store.find(line.clear.id)
        assert stored is not None
        opened.append(
            Opened(
                stored,
                open_summary(stored.sealed, READER, unit),
                ReaderView.open(stored.sealed, READER, unit).messages(),
            )
        )
    return Planted(opened, shown, settings, installation)


def test_every_state_is_there(planted: Planted) -> None:
    states = Counter(one.stored.clear.state for one in planted.cases)
    assert set(states) == set(State)
    assert states[State.NEW] >= 5
    assert 15 <= len(planted.cases) <= 20


def test_what_was_said_is_all_that_the_sites_would_have_said(planted: Planted) -> None:
    facts = {"danger", "topic", "urgency", "place", "language", "lane"}
    said = {
        Kind.TIP: facts | {"text", "hour"},
        "talk": facts | {"text", "hour", "contact"},
        "parent": facts | {"text", "when", "hour", "contact", "spoken", "interpreter"},
        Kind.MORE: {"text", "language", "hour"},
        Kind.ANSWER: {"text", "language", "hour", "by"},
        Kind.READ: {"hour", "by"},
        Kind.CLOSED: {"hour", "by"},
        Kind.WITHDRAWN: {"hour"},
    }
    for one in planted.cases:
        lane = one.stored.clear.lane
        first = said[Kind.TIP if lane == "tip" else lane]
        told = first | ({"adult", "when"} & set(one.tip))
        assert set(one.summary) == (told - {"text", "when", "hour"}) | {"excerpt", "code"}
        assert set(one.tip) == told
        for message in one.messages[1:]:
            assert set(message.body) == said[message.kind]
        for message in one.messages:
            assert message.body.get("by", READER) == READER


def test_a_parent_left_a_number_and_a_young_person_none(planted: Planted) -> None:
    numbers = {
        one.stored.clear.lane: planted.there.store.contact(one.stored.clear.id) is not None
        for one in planted.cases
    }
    assert numbers == {"tip": False, "talk": False, "parent": True}


def test_facts_are_ones_that_the_form_offers(planted: Planted) -> None:
    municipality = planted.settings.municipality
    for one in planted.cases:
        assert one.tip["danger"] in ("yes", "no", "unsure")
        assert one.tip["urgency"] in ("now", "soon", "whenever")
        assert one.tip["topic"] in municipality.topic_ids
        assert one.tip["place"] in {"", *municipality.place_ids}


@pytest.mark.parametrize("planted", MOMENTS.values(), ids=MOMENTS, indirect=True)
def test_nothing_happens_after_the_moment_and_staff_work_in_office_hours(
    planted: Planted, request: pytest.FixtureRequest
) -> None:
    moment = dt.datetime.fromisoformat(request.node.callspec.params["planted"])
    zone = planted.settings.municipality.zone
    for one in planted.cases:
        hours = [int(message.body["hour"]) for message in one.messages]
        assert hours == sorted(hours)
        assert hours[0] == one.stored.clear.received
        assert hours[-1] <= moment.timestamp()
        for message, hour in zip(one.messages, hours, strict=True):
            assert hour % HOUR == 0
            local = dt.datetime.fromtimestamp(hour, zone)
            if "by" in message.body:
                assert (local.weekday() < 5, 8 <= local.hour < 15) == (True, True)


def test_what_is_urgent_is_due_at_once(planted: Planted) -> None:
    for one in planted.cases:
        urgent = (
            one.tip["danger"] == "yes"
            or one.tip["urgency"] == "now"
            or one.tip["topic"] == "self_harm"
            or (one.tip["danger"], one.tip["topic"]) == ("unsure", "home")
        )
        clear = one.stored.clear
        assert clear.promised is not None
        assert clear.promised > clear.received
        assert clear.read_by == (clear.received if urgent else clear.promised)


def test_what_was_read_was_a_promise_kept_or_late(planted: Planted) -> None:
    with reading(planted.there.cases) as connection:
        sums = select(func.sum(promise_counts.c.kept), func.sum(promise_counts.c.late))
        kept, late = connection.execute(sums).one()
    states = Counter(one.stored.clear.state for one in planted.cases)
    assert kept > 0
    assert kept + late >= states[State.READ] + states[State.ANSWERED] + states[State.CLOSED]


def test_some_have_no_code_and_the_shown_one_opens_an_answered_case(planted: Planted) -> None:
    codes = Counter(one.summary["code"] for one in planted.cases)
    assert codes["no"] >= 2
    for spelt in (planted.shown.words, planted.shown.digits):
        keys = return_code.keys(return_code.parse(spelt), planted.settings.pepper)
        found = planted.there.store.find_by_code(keys.lookup_id)
        assert found is not None
        assert found.clear.state is State.ANSWERED
        kinds = [said.kind for said in SenderView.open(found.sealed, keys.sender_key).messages()]
        assert kinds == [Kind.READ, Kind.ANSWER]


def test_what_comes_in_is_awkward(planted: Planted) -> None:
    texts = [str(one.tip["text"]) for one in planted.cases]
    whole = "\n".join(texts)
    languages = {str(one.tip["language"]) for one in planted.cases}
    assert {"nb", "en", "ar", "uk", "pl", "so", "ti"} <= languages
    assert max(len(text) for text in texts) == LONGEST_TEXT
    assert max(len(word) for word in whole.split()) > 150
    assert "<script>" in whole
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" in whole
    assert "\N{ZERO WIDTH JOINER}" in whole
    assert "\N{COMBINING TILDE OVERLAY}" in whole


def test_a_withdrawn_case_is_held_as_long_as_the_file_says(planted: Planted) -> None:
    held = [one for one in planted.cases if one.stored.clear.state is State.WITHDRAWN]
    for one in held:
        ends = one.stored.clear.received + one.stored.clear.retention_days * 24 * HOUR
        since = ends - int(one.messages[-1].body["hour"])
        days = planted.settings.municipality.retention.withdrawn_held
        assert days * 24 * HOUR < since <= (days + 1) * 24 * HOUR

"""What holds of every routing, whatever the hours, the rules and the moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sifra.contact_hours import Schedule, Shift, open_until
from sifra.duty import Duty
from sifra.file_parts import TOPICS
from sifra.local_calendar import instant
from sifra.reading_times import outlook
from sifra.routing import Facts, Line, Next, Pace, Reader, Routing, Rule, RuleBook, decide
from tests.sifra.written_hours import HOUR, MINUTE, NORWAY, at
from tests.sifra.written_routing import SHIPPED

UNITS = ("team", "police", "slt")
ADULTS = {"nurse": "", "coach": "team"}
HOLDERS = (*UNITS, *ADULTS)
FIRST = at("2026-12-14 00:00")

moments = st.integers(0, 30 * 24 * 60).map(lambda minute: FIRST + minute * MINUTE)
spans = st.builds(
    lambda start, length: Shift(FIRST + start * HOUR, FIRST + (start + length) * HOUR),
    st.integers(-24, 40 * 24),
    st.integers(1, 14),
)
schedules = st.one_of(
    st.just(Schedule()),
    st.just(Schedule(always=True)),
    st.sampled_from([reader.schedule for reader in SHIPPED.rule_book().readers.values()]),
    st.lists(spans, max_size=12).map(lambda shifts: Schedule(shifts=tuple(shifts))),
)
paces = st.one_of(
    st.builds(Pace, hours=st.integers(1, 12)),
    st.builds(Pace, working_days=st.integers(0, 6)),
)
targets = st.times().map(lambda time: time.replace(minute=0, second=0, microsecond=0))
facts = st.builds(
    Facts,
    lane=st.sampled_from(["tip", "talk", "parent"]),
    danger=st.sampled_from(["yes", "no", "unsure"]),
    topic=st.sampled_from(["", *TOPICS]),
    urgency=st.sampled_from(["now", "soon", "whenever", ""]),
    readers=st.lists(st.sampled_from([*HOLDERS, "nobody"]), max_size=3).map(tuple),
    adult=st.sampled_from(["", *ADULTS, "stranger"]),
    language=st.sampled_from(["nb", "pl"]),
)
lines = st.fixed_dictionaries(
    {
        name: st.builds(
            Line, st.just(name), st.just("116 111"), schedules, st.just(NORWAY), st.booleans()
        )
        for name in ("a", "b", "c")
    }
)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    to_adult, spares_adult = draw(st.sampled_from([(True, False), (False, True), (False, False)]))
    then = st.builds(Next, st.sampled_from(HOLDERS), st.integers(0, 5).map(lambda n: n * HOUR))
    return Rule(
        id="drawn",
        reason={"nb": "x"},
        when={},
        pace=draw(paces),
        urgent=draw(st.booleans()),
        first=tuple(draw(st.lists(st.sampled_from(HOLDERS), unique=True, max_size=3))),
        then=tuple(draw(st.lists(then, max_size=3))),
        numbers=tuple(draw(st.permutations(["a", "b", "c"]))),
        to_adult=to_adult,
        spares_adult=spares_adult,
    )


@st.composite
def books(draw: st.DrawFn) -> RuleBook:
    readers = {
        name: Reader(
            id=name,
            schedule=draw(schedules),
            read_target=draw(targets),
            languages=frozenset(draw(st.sampled_from([["nb"], ["pl"], ["nb", "pl"]]))),
            unit=ADULTS.get(name, ""),
            deputies=tuple(draw(st.lists(st.sampled_from(HOLDERS), unique=True, max_size=2)))
            if name in ADULTS
            else (),
            silent=draw(st.sampled_from([False, False, True])),
        )
        for name in HOLDERS
    }
    days = draw(st.integers(0, 2))
    return RuleBook(NORWAY, readers, ("team",), [draw(rules())], draw(lines), days)


@given(facts, moments, books())
def test_nobody_reads_who_was_not_chosen_and_nobody_is_asked_who_does_not_read(
    facts: Facts, now: dt.datetime, book: RuleBook
) -> None:
    found = decide(facts, now, book)
    ceiling = set(facts.readers or book.default_readers)
    if facts.lane == "talk" and found.rule.to_adult:
        deputies = book.readers[facts.adult].deputies if facts.adult in ADULTS else ()
        ceiling = set(facts.readers or deputies or book.default_readers) | {facts.adult}
    else:
        ceiling -= {facts.adult}
    assert set(found.readers) <= ceiling
    assert len(set(found.readers)) == len(found.readers)
    assert {step.unit for step in found.steps} <= set(found.readers)
    assert bool(found.steps) == bool(found.readers)
    if found.rule.spares_adult and (unit := ADULTS.get(facts.adult)):
        assert unit not in found.readers
        assert all(ADULTS.get(reader) != unit for reader in found.readers)


@given(facts, moments, books())
def test_a_time_is_a_whole_hour_to_come_that_somebody_was_there_to_keep(
    facts: Facts, now: dt.datetime, book: RuleBook
) -> None:
    found = decide(facts, now, book)
    if found.read_by is None:
        assert not found.soon_enough
        return
    assert found.read_by == found.read_by.replace(minute=0, second=0, microsecond=0)
    assert found.read_by.utcoffset() == dt.timedelta()
    assert found.first_reader_at is not None
    assert found.read_by >= found.first_reader_at + HOUR
    assert found.read_by > now
    assert found.first_reader_at >= now
    assert found.on_duty == (found.first_reader_at == now)


@given(facts, moments, books())
def test_whom_a_time_rests_on_is_asked_before_it_is_over(
    facts: Facts, now: dt.datetime, book: RuleBook
) -> None:
    """And nobody of it is silent. Whoever else may read is asked when it is over, at the latest."""
    found = decide(facts, now, book)
    times = [step.at for step in found.steps]
    assert times == sorted(times) or found.rule.then
    if found.read_by is None:
        return
    alone = {
        reader: decide(
            replace(facts, readers=(reader,), adult=""),
            now,
            replace(book, readers={reader: book.readers[reader]}),
        )
        for reader in found.readers
    }
    keepers = {reader for reader, one in alone.items() if one.read_by == found.read_by}
    assert keepers
    asked = [step for step in found.steps if step.at < found.read_by]
    assert {step.unit for step in asked} & keepers
    assert all(not book.readers[step.unit].silent for step in asked)
    if found.rule.urgent:
        assert asked[0].at == now
    else:
        assert all(step.at >= (found.first_reader_at or now) for step in asked)
    if len(found.readers) > 1:
        assert len({step.unit for step in found.steps}) > 1


@given(facts, moments, books())
def test_every_number_shown_is_confirmed_and_answers_now(
    facts: Facts, now: dt.datetime, book: RuleBook
) -> None:
    found = decide(facts, now, book)
    answering = [
        book.lines[name]
        for name in found.rule.numbers
        if book.lines[name].confirmed
        and open_until(book.lines[name].schedule, NORWAY, now) is not None
    ]
    shown = found.rule.urgent or not found.on_duty or not found.soon_enough
    assert list(found.numbers) == (answering if shown else [])


def _is_there(reader: Reader, moment: dt.datetime) -> dt.datetime | None:
    return open_until(reader.schedule, NORWAY, moment)


@given(books(), moments, st.integers(1, 10 * 24 * 60), paces, st.integers(0, 2))
def test_who_writes_later_is_never_read_earlier(
    book: RuleBook, now: dt.datetime, minutes: int, pace: Pace, more_days: int
) -> None:
    """While the team is as it was: in the same opening, or away all the while. (Who comes just
    as it opens may be read sooner than who waited at the door for the read target.)"""
    team, later = book.readers["team"], now + minutes * MINUTE
    closes = _is_there(team, now)
    if closes is not None:
        assume(later < closes)
    else:
        opens = outlook(pace, team, now, NORWAY).opens
        assume(opens is None or later < opens)
    earlier, found = (outlook(pace, team, one, NORWAY, more_days).read_by for one in (now, later))
    if earlier is None:
        assert found is None or closes is None
    else:
        assert found is None or found >= earlier


@given(books(), moments, spans, paces, st.integers(0, 2))
def test_an_hour_more_in_the_rota_never_makes_it_later(
    book: RuleBook, now: dt.datetime, more: Shift, pace: Pace, more_days: int
) -> None:
    """As long as it leaves the team as it is now: whoever is away at seven and reads at noon has
    all day when they begin at seven. And who stays longer has longer, but no longer than to the
    read target of the day."""
    assume(pace.hours or pace.working_days or more_days)
    team = book.readers["team"]
    longer = replace(team, schedule=replace(team.schedule, shifts=(*team.schedule.shifts, more)))
    assume((_is_there(team, now) is None) == (_is_there(longer, now) is None))
    before, after = (outlook(pace, one, now, NORWAY, more_days).read_by for one in (team, longer))
    if before is None:
        return
    goes_home = open_until(team.schedule, NORWAY, before - MINUTE) == before
    day = before.astimezone(NORWAY.zone).date()
    target = instant(NORWAY.zone, day, team.read_target, later=True)
    assert after is not None
    assert after <= (max(before, target + HOUR - MINUTE) if goes_home else before)


@settings(max_examples=30)
@given(facts, moments)
def test_the_shipped_rules_have_an_answer_for_everybody(facts: Facts, now: dt.datetime) -> None:
    """A person who reads, or a number that answers: nobody who is in a hurry is left with
    neither, however many units are paused."""
    facts = replace(facts, readers=(), adult="")
    for silent in (frozenset[str](), frozenset(SHIPPED.units)):
        found = decide(facts, now, SHIPPED.rule_book(Duty(silent=silent)))
        assert found.readers == ("youth_team",)
        assert (found.read_by is None) == bool(silent)
        if found.rule.urgent:
            assert found.numbers


def test_the_same_facts_at_the_same_moment_give_the_same() -> None:
    """With another book in between: nothing is remembered that belongs to one of them."""
    book, now = SHIPPED.rule_book(), at("2026-11-27 19:30")
    evening = Shift(at("2026-11-27 18:00"), at("2026-11-27 23:00"))
    busy = SHIPPED.rule_book(Duty(shifts={"youth_team": (evening,)}))

    def asked() -> list[Routing]:
        return [replace(decide(Facts(), now, one), rule=book.rules[0]) for one in (book, busy)]

    first = asked()
    assert first == asked()
    assert first[0].read_by != first[1].read_by

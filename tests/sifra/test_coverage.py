"""The longest silence and the dark moments, against asking ``decide`` again and again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra import coverage, municipality, routing
from sifra.contact_hours import EVERY_DAY, WEEKDAYS, Schedule, Shift, Weekly
from sifra.coverage import Asked, Wait
from sifra.local_calendar import Calendar, SpecialDays, midnight
from sifra.routing import Facts, Line, NoRule, Pace, Reader, Rule, RuleBook

OSLO = ZoneInfo("Europe/Oslo")
NORWAY = Calendar(OSLO)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
INSTANT = dt.timedelta.resolution
SHIPPED = municipality.load(municipality.shipped_path())

OFFICE = Schedule((Weekly(dt.time(8), dt.time(15, 30), WEEKDAYS),))
NIGHT = Schedule((Weekly(dt.time(18), dt.time(2, 15), frozenset({1, 4})),))
LATE = Schedule((Weekly(dt.time(9), dt.time(16), frozenset({0, 3})),))
SHUT = Schedule()
DAYTIME = Schedule((Weekly(dt.time(7), dt.time(22), EVERY_DAY),))


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=OSLO).astimezone(dt.UTC)


def reader(name: str, schedule: Schedule, *languages: str, unit: str = "") -> Reader:
    return Reader(name, schedule, dt.time(12), frozenset(languages or ("nb",)), unit)


def rule(name: str, pace: Pace = Pace(1), *, urgent: bool = False, **rest: object) -> Rule:  # noqa: B008
    when = {
        fact: frozenset(values)
        for fact, values in rest.items()
        if fact in ("lane", "danger", "topic", "urgency", "place", "language")
        if isinstance(values, tuple)
    }
    numbers = rest.get("numbers", ())
    assert isinstance(numbers, tuple)
    return Rule(
        name,
        {"nb": name},
        when,
        pace,
        urgent,
        numbers=numbers,
        to_adult=bool(rest.get("to_adult")),
        spares_adult=bool(rest.get("spares_adult")),
    )


LINES = {
    "day": Line("day", "116 111", DAYTIME, NORWAY, confirmed=True),
    "guess": Line("guess", "116 112", Schedule(always=True), NORWAY, confirmed=False),
}
SENDERS = Asked(
    {
        "lane": frozenset({"tip", "talk"}),
        "danger": frozenset({"yes", "no"}),
        "topic": frozenset({"home", "adult_conduct", ""}),
        "urgency": frozenset({"now", ""}),
        "place": frozenset({""}),
        "language": frozenset({"nb", "pl", "und"}),
    },
    units=("team", "night"),
    adults=("nurse",),
)


def book(*rules: Rule, silent: str = "", **schedules: Schedule) -> RuleBook:
    units = {"team": OFFICE, "night": NIGHT, **schedules}
    readers = {name: reader(name, schedule) for name, schedule in units.items()}
    readers["nurse"] = reader("nurse", LATE, "nb", "pl", unit="team")
    if silent:
        readers[silent] = replace(readers[silent], silent=True)
    return RuleBook(NORWAY, readers, ("team",), rules, LINES, find_interpreter=1)


RULES = (
    rule("complaint", Pace(0, 2), topic=("adult_conduct",), spares_adult=True),
    rule("danger", urgent=True, danger=("yes",), numbers=("day", "guess")),
    rule("now", Pace(2), urgent=True, urgency=("now",), numbers=("guess",)),
    rule("talk", Pace(0, 1), lane=("talk",), to_adult=True),
    rule("rest", Pace(0, 0)),
)


def every_fact(senders: Asked) -> Iterator[Facts]:
    for values in product(*(sorted(some) for some in senders.values.values())):
        ticked = dict(zip(senders.values, values, strict=True))
        for readers in ((), *((unit,) for unit in senders.units)):
            for adult in ("", *senders.adults):
                yield Facts(**ticked, readers=readers, adult=adult)


def moments(first: dt.date, last: dt.date, step: dt.timedelta) -> Iterator[dt.datetime]:
    """Each step and the instant after it: rounding up to an hour changes there."""
    moment, past = midnight(OSLO, first), midnight(OSLO, last + DAY)
    while moment < past:
        yield moment
        yield moment + INSTANT
        moment += step


Key = tuple[str, tuple[str, ...], frozenset[str]]


def key_of(facts: Facts, book: RuleBook) -> Key:
    """The rule, who reads, and who of them knows the language."""
    found = routing.decide(facts, at("2026-11-24 10:00"), book)
    knows = (one for one in found.readers if facts.language in book.readers[one].languages)
    return found.rule.id, found.readers, frozenset(knows)


def key(way: coverage.Way) -> Key:
    return way.rule.id, way.readers, way.understood_by


def slow_silences(
    book: RuleBook, senders: Asked, first: dt.date, last: dt.date, step: dt.timedelta
) -> dict[Key, dt.timedelta | None]:
    """By decide alone: for all facts, at every step. None where nothing was promised."""
    found: dict[Key, dt.timedelta | None] = {}
    examples = {key_of(f, book): f for f in every_fact(senders)}
    for one, facts in examples.items():
        asked = [routing.decide(facts, moment, book) for moment in moments(first, last, step)]
        lengths = [a.read_by - a.at if a.read_by else None for a in asked]
        found[one] = None if None in lengths else max(filter(None, lengths))
    return found


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-12-23", "2026-12-29"), ("2027-03-24", "2027-03-29"), ("2027-10-29", "2027-11-02")],
)
@pytest.mark.parametrize("silent", ["", "night"])
def test_each_silence_is_the_longest_that_decide_gives(first: str, last: str, silent: str) -> None:
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    ours = book(*RULES, silent=silent)
    slow = slow_silences(ours, SENDERS, *days, dt.timedelta(minutes=15))
    quick = {key(one.way): one for one in coverage.silences(ours, SENDERS, *days)}
    assert set(quick) == set(slow)
    for one, longest in slow.items():
        found = quick[one]
        if longest is None:
            assert found.length is None, one
            continue
        # What is sent right after a moment waits longest: the instant is ours, not the waiter's.
        assert found.length in (longest, longest + INSTANT), one
        just_after = routing.decide(found.way.facts, found.begins + INSTANT, ours)
        assert just_after.read_by == found.read_by, one


def test_the_longest_silence_stands_first_and_what_is_never_read_before_it() -> None:
    days = dt.date(2026, 12, 21), dt.date(2027, 1, 4)
    found = coverage.silences(book(*RULES, silent="night"), SENDERS, *days)
    lengths = [one.length for one in found]
    assert lengths[0] is None
    known = [one for one in lengths if one is not None]
    assert known == sorted(known, reverse=True)
    assert lengths == [None] * (len(lengths) - len(known)) + known


def test_over_christmas_by_hand() -> None:
    """Half day on Thursday the 24th; back on Monday the 28th, read by 12."""
    days = dt.date(2026, 12, 21), dt.date(2026, 12, 31)
    found = {
        one.way.readers: one
        for one in coverage.silences(book(*RULES), SENDERS, *days)
        if one.way.rule.id == "rest" and not one.way.needs_interpreter
    }[("team",)]
    assert found.read_by == at("2026-12-28 12:00")
    assert found.begins == at("2026-12-24 11:00")
    assert found.length == 4 * DAY + HOUR


def test_midnight_counts_where_it_is_no_whole_hour_of_utc() -> None:
    """In Kolkata at 18:30 UTC. What comes then has a whole day before its date is over."""
    calendar = Calendar(ZoneInfo("Asia/Kolkata"), country=None)
    ours = replace(book(rule("rest", Pace(0, 0)), team=Schedule(always=True)), calendar=calendar)
    days = dt.date(2027, 2, 1), dt.date(2027, 2, 4)
    begun = [
        one
        for one in coverage.stretches(Facts(), ours, *days)
        if one.begins.time() == dt.time(18, 30)
    ]
    assert {one.begins.day for one in begun} == {31, 1, 2, 3}
    for one in begun:
        assert one.read_by == one.begins + dt.timedelta(hours=24, minutes=30)


@pytest.mark.parametrize("deputies", [(), ("night",), ("night", "team")], ids="+".join)
def test_every_way_is_found_and_none_twice(deputies: tuple[str, ...]) -> None:
    ours = book(*RULES)
    nurse = replace(ours.readers["nurse"], deputies=deputies)
    ours = replace(ours, readers={**ours.readers, "nurse": nurse})
    ways = coverage.ways(ours, SENDERS)
    keys = [key(way) for way in ways]
    slow = {key_of(f, ours) for f in every_fact(SENDERS)}
    assert set(keys) == slow
    assert len(keys) == len(slow)
    for way, one in zip(ways, keys, strict=True):
        assert key_of(way.facts, ours) == one
    assert ("talk", ("nurse", *(deputies or ("team",))), frozenset({"nurse"})) in keys
    # The adult's own unit is spared: nobody is left, and that is a way too.
    assert ("complaint", (), frozenset()) in keys


VALUES = {"lane": "ab", "danger": "abc", "topic": "abcd"}


@st.composite
def some_rules(draw: st.DrawFn) -> list[Rule]:
    whens = st.fixed_dictionaries(
        {},
        optional={
            fact: st.frozensets(st.sampled_from(some), min_size=1) for fact, some in VALUES.items()
        },
    )
    return [Rule(str(n), {}, draw(whens), Pace(1)) for n in range(draw(st.integers(1, 6)))]


@given(some_rules())
def test_boxes_split_the_facts_as_the_first_match_does(rules: list[Rule]) -> None:
    values = {fact: frozenset(some) for fact, some in VALUES.items()}
    got: dict[tuple[str, ...], list[str]] = {}
    for found, box in coverage.boxes(rules, values):
        for combination in product(*(box[fact] for fact in VALUES)):
            got.setdefault(combination, []).append(found.id)
    for combination in product(*VALUES.values()):
        lane, danger, topic = combination
        facts = Facts(lane=lane, danger=danger, topic=topic)
        try:
            expected = [routing.rule_for(facts, rules).id]
        except NoRule:
            expected = []
        assert got.get(combination, []) == expected


@pytest.mark.parametrize("silent", ["", "team"])
def test_the_dark_moments_are_those_where_decide_has_neither(silent: str) -> None:
    days = dt.date(2027, 3, 25), dt.date(2027, 3, 30)
    ours = book(*RULES, silent=silent)
    found = {key(one.way): one for one in coverage.dark(ours, SENDERS, *days)}
    step = dt.timedelta(minutes=15)
    for way in coverage.ways(ours, SENDERS):
        dark = [
            moment
            for moment in moments(*days, step)
            if coverage.is_dark(routing.decide(way.facts, moment, ours))
        ]
        assert (key(way) in found) == bool(dark), way
        if dark:
            assert found[key(way)].begins == dark[0]
            assert found[key(way)].total == step * (len(dark) // 2)
            after = routing.decide(way.facts, found[key(way)].ends, ours)
            assert not coverage.is_dark(after) or found[key(way)].ends == midnight(
                OSLO, days[1] + DAY
            )


def test_the_shipped_file_leaves_nobody_in_the_dark() -> None:
    days = dt.date(2027, 1, 1), dt.date(2027, 12, 31)
    assert coverage.dark(SHIPPED.rule_book(), coverage.asked(SHIPPED), *days) == []


@pytest.mark.parametrize(
    "facts",
    [
        coverage.URGENT_TIP,
        Facts(readers=("night",)),
        Facts(readers=("night", "team"), danger="no"),
        Facts(language="pl"),
        Facts(lane="talk", danger="no", adult="nurse", language="pl"),
        Facts(danger="no", topic="adult_conduct", adult="nurse"),
    ],
    ids=["now", "night", "both", "polish", "nurse", "complaint"],
)
@pytest.mark.parametrize("week", ["2026-12-21", "2027-03-22", "2027-10-25"])
def test_the_picture_says_the_worst_of_each_hour(facts: Facts, week: str) -> None:
    first = dt.date.fromisoformat(week)
    last = first + 6 * DAY
    ours = book(*RULES)
    ours = replace(
        ours,
        readers={
            **ours.readers,
            "night": replace(
                ours.readers["night"],
                schedule=replace(
                    NIGHT,
                    shifts=(
                        Shift(at(f"{first + DAY} 20:40"), at(f"{first + DAY} 23:05")),
                        Shift(at(f"{first + 2 * DAY} 20:15"), at(f"{first + 2 * DAY} 21:00")),
                    ),
                    special_days=(SpecialDays(first + 4 * DAY, first + 4 * DAY),),
                ),
            ),
        },
    )
    slow: dict[dt.datetime, Wait] = {}
    for moment in moments(first, last, dt.timedelta(minutes=5)):
        hour = moment.replace(minute=0, second=0, microsecond=0)
        slow[hour] = max(slow.get(hour, Wait.QUARTER), slow_wait(facts, moment, ours))
    assert dict(coverage.waits(facts, ours, first, last)) == slow


def slow_wait(facts: Facts, moment: dt.datetime, book: RuleBook) -> Wait:
    found = routing.decide(facts, moment, book)
    until = found.first_reader_at - moment if found.first_reader_at else None
    if until is not None and until <= dt.timedelta(minutes=15):
        return Wait.QUARTER
    if until is not None and until <= HOUR:
        return Wait.HOUR
    if found.read_by and found.read_by.astimezone(OSLO).date() == moment.astimezone(OSLO).date():
        return Wait.SAME_DAY
    return Wait.LATER


def test_what_senders_are_asked_holds_all_that_the_rules_name() -> None:
    senders = coverage.asked(SHIPPED)
    for one in SHIPPED.rule_book().rules:
        for fact, values in one.when.items():
            assert values <= senders.values[fact], (one.id, fact)
    assert coverage.UNREAD in senders.values["language"]
    assert senders.units == tuple(SHIPPED.units)


def test_each_shipped_rule_is_on_some_way() -> None:
    book = SHIPPED.rule_book()
    on = {way.rule.id for way in coverage.ways(book, coverage.asked(SHIPPED))}
    assert on == {one.id for one in book.rules}

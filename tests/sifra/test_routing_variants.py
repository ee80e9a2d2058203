"""Who reads and by when, where something is not as usual: one row each."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from sifra.contact_hours import WEEKDAYS, Schedule
from sifra.duty import Duty
from sifra.routing import NoRule, RuleBook, decide
from tests.sifra.written_hours import OFFICE, at, days_off, shift, weekly
from tests.sifra.written_routing import SHIPPED, facts, local, numbers, readers, steps

TEAM = "youth_team"


def with_hours(**schedules: Schedule) -> RuleBook:
    """The shipped file with other hours for some of the readers."""
    book = SHIPPED.rule_book()
    changed = {
        name: replace(book.readers[name], schedule=hours) for name, hours in schedules.items()
    }
    return replace(book, readers={**book.readers, **changed})


def with_deputy(book: RuleBook, *deputies: str) -> RuleBook:
    """Others read with the nurse than the file says."""
    nurse = replace(book.readers["school_nurse"], deputies=deputies)
    return replace(book, readers={**book.readers, "school_nurse": nurse})


NURSE = Schedule((weekly(WEEKDAYS, "09:00–14:00"),))
FRIDAY_EVENING = shift("2026-11-27 18:00", "2026-11-27 23:00")
BOOKS = {
    "usual": SHIPPED.rule_book(),
    "paused": SHIPPED.rule_book(Duty(silent=frozenset({TEAM}))),
    "no worker": SHIPPED.rule_book(Duty(silent=frozenset(SHIPPED.units))),
    "evening": SHIPPED.rule_book(Duty(shifts={TEAM: (FRIDAY_EVENING,)})),
    "PK's evening": SHIPPED.rule_book(Duty(shifts={"police": (FRIDAY_EVENING,)})),
    "week 29 off": SHIPPED.rule_book(
        Duty(days_off={TEAM: (days_off("2027-07-19", "2027-07-25"),)})
    ),
    "summer": with_hours(
        youth_team=replace(OFFICE, special_days=(days_off("2027-07-01", "2027-07-31"),))
    ),
    "short summer days": with_hours(
        youth_team=Schedule(
            (*OFFICE.weekly, weekly(WEEKDAYS, "09:00–11:00", season=((6, 20), (8, 15))))
        )
    ),
    "nurse": with_hours(school_nurse=NURSE),
    "nurse away": with_hours(
        school_nurse=replace(NURSE, special_days=(days_off("2026-11-23", "2026-12-04"),))
    ),
    "nurse, SLT": with_deputy(with_hours(school_nurse=NURSE), "slt"),
    "nurse away, SLT": with_deputy(
        with_hours(
            school_nurse=replace(NURSE, special_days=(days_off("2026-11-23", "2026-12-04"),))
        ),
        "slt",
    ),
    "nurse, two": with_deputy(with_hours(school_nurse=NURSE), "youth_club", "slt"),
    "always": with_hours(youth_team=Schedule(always=True)),
    "night": with_hours(
        youth_team=Schedule(shifts=(shift("2026-11-27 22:00", "2026-11-28 03:00"),))
    ),
    "never": with_hours(youth_team=Schedule()),
    "half an hour": with_hours(
        youth_team=Schedule((weekly(WEEKDAYS, "08:00–08:30"), weekly(WEEKDAYS, "13:00–14:00")))
    ),
}
ROWS = """
# A language that nobody reads takes a working day more; one that somebody reads does not
usual | 2026-11-24 10:00 | tip no debt soon in=so | UT | there | Wed 25.11 12:00 | 116 111 \
    | UT now, UT Wed 25.11 12:00
usual | 2026-11-24 10:00 | tip no debt soon in=da | UT | there | Tue 24.11 16:00 | \
    | UT now, UT Tue 24.11 16:00
usual | 2026-11-27 19:30 | tip no drugs whenever in=ti | UT | away | Wed 02.12 12:00 | \
    | UT Mon 30.11 08:00, UT Wed 02.12 12:00

# The police too: asked after the team, and never when they were not chosen
usual | 2026-11-24 10:00 | tip unsure planned_fight soon readers=PK+UT | UT+PK | there \
    | Tue 24.11 11:00 | | UT now, PK Tue 24.11 11:00
usual | 2026-11-24 10:00 | tip no exposed soon readers=UT+PK | UT+PK | there \
    | Tue 24.11 12:00 | | UT now, PK Tue 24.11 12:00
usual | 2026-11-24 10:00 | tip unsure home soon readers=BV+UT | UT+BV | there \
    | Tue 24.11 11:00 | 116 111, 112 | UT now, BV Tue 24.11 11:00
usual | 2026-11-24 10:00 | tip unsure planned_fight soon readers=PK | PK | there \
    | Tue 24.11 11:00 | | PK now, PK Tue 24.11 11:00
usual | 2026-11-24 10:00 | tip no debt soon readers=brannvesenet | nobody | away | never | 116 111 |

# The SLT coordinator, for a place, and not for anything else
usual | 2026-11-24 10:00 | tip no place whenever readers=SLT place=masan | SLT | there \
    | Tue 01.12 12:00 | | SLT now, SLT Tue 01.12 12:00
usual | 2026-11-24 10:00 | tip no debt soon readers=UT+SLT | UT+SLT | there \
    | Tue 24.11 16:00 | | UT now, SLT Tue 24.11 16:00

# About an adult: neither that adult nor their unit, whatever else is ticked
usual | 2026-11-24 10:00 | tip no adult_conduct whenever adult=youth_club | UT | there \
    | Thu 26.11 12:00 | | UT now, UT Thu 26.11 12:00
usual | 2026-11-24 10:00 | tip no adult_conduct whenever adult=youth_contact readers=UT+PK | PK \
    | there | Thu 26.11 12:00 | | PK now, PK Thu 26.11 12:00
usual | 2026-11-24 10:00 | tip no adult_conduct whenever adult=youth_contact | nobody | away \
    | never | 116 111 |
usual | 2026-11-24 10:00 | talk no adult_conduct soon adult=youth_club readers=youth_club+PK | PK \
    | there | Tue 24.11 16:00 | | PK now, PK Tue 24.11 16:00
usual | 2026-11-24 10:00 | tip yes adult_conduct now adult=youth_contact readers=UT+PK | PK \
    | there | Tue 24.11 11:00 | 112, 113, 116 111 | PK now, PK Tue 24.11 11:00
usual | 2026-11-24 10:00 | tip unsure adult_conduct now | UT | there \
    | Tue 24.11 11:00 | 116 111, 112, 02800 | UT now, UT Tue 24.11 11:00
usual | 2026-11-24 10:00 | parent unsure adult_conduct soon adult=youth_contact readers=UT+BV \
    | BV | there | Tue 24.11 16:00 | | BV now, BV Tue 24.11 16:00
usual | 2026-11-24 10:00 | tip no debt soon adult=youth_club readers=youth_club+UT | UT | there \
    | Tue 24.11 16:00 | | UT now, UT Tue 24.11 16:00

# A talk: the adult who is named and the team, and the team alone can be held to a time while the
# adult has no hours or is away
nurse | 2026-11-24 10:00 | talk no other whenever adult=HS | HS+UT | there \
    | Wed 25.11 12:00 | | HS now, UT Wed 25.11 12:00
nurse | 2026-11-24 08:30 | talk no other whenever adult=HS | HS+UT | there \
    | Tue 24.11 12:00 | | HS Tue 24.11 09:00, UT 12:00
usual | 2026-11-24 10:00 | talk no other whenever adult=HS | HS+UT | there \
    | Wed 25.11 12:00 | | HS now, UT now, HS Wed 25.11 12:00
nurse away | 2026-11-24 10:00 | talk no other whenever adult=HS | HS+UT | there \
    | Wed 25.11 12:00 | | UT now, HS Wed 25.11 12:00
nurse | 2026-11-24 10:00 | talk unsure self_harm now adult=HS | HS+UT | there \
    | Tue 24.11 11:00 | 113, 116 111, 116 123 | HS now, UT Tue 24.11 11:00
nurse | 2026-11-24 10:00 | tip unsure self_harm now adult=HS | UT | there \
    | Tue 24.11 11:00 | 113, 116 111, 116 123 | UT now, UT Tue 24.11 11:00

# Whoever the nurse has named reads with her, and nobody else: not the team either
nurse, SLT | 2026-11-24 10:00 | talk no other whenever adult=HS | HS+SLT | there \
    | Wed 25.11 12:00 | | HS now, SLT Wed 25.11 12:00
nurse, SLT | 2026-11-24 16:00 | talk no other whenever adult=HS | HS+SLT | away \
    | Wed 25.11 12:00 | 116 111 | HS Wed 25.11 09:00, SLT 12:00
nurse away, SLT | 2026-11-24 10:00 | talk no other whenever adult=HS | HS+SLT | there \
    | Wed 25.11 12:00 | | SLT now, HS Wed 25.11 12:00
nurse, two | 2026-11-24 10:00 | talk yes other now adult=HS | HS+youth_club+SLT | there \
    | Tue 24.11 11:00 | 112, 113, 116 111 | HS now, youth_club Tue 24.11 11:00, SLT 11:00
# What a page of the talk asks for again later: the readers, and no adult by name
nurse, SLT | 2026-11-24 10:00 | talk no other whenever readers=HS+SLT | HS+SLT | there \
    | Wed 25.11 12:00 | | HS now, SLT Wed 25.11 12:00
# A complaint is no talk: it leads away from the nurse, and her deputy has no part in it
nurse, SLT | 2026-11-24 10:00 | talk no adult_conduct soon adult=HS | UT | there \
    | Tue 24.11 16:00 | | UT now, UT Tue 24.11 16:00

# Closed for the summer: nobody reads soon. Whoever is there when others were chosen too, is asked
summer | 2027-07-05 10:00 | talk no other whenever | UT | away | Mon 02.08 12:00 | 116 111 \
    | UT Mon 02.08 08:00, UT 12:00
summer | 2027-07-05 10:00 | tip unsure planned_fight soon readers=UT+PK | UT+PK | there \
    | Mon 05.07 11:00 | | PK now, PK Mon 05.07 11:00, UT 11:00
summer | 2027-07-05 10:00 | tip yes other now | UT | away | Mon 02.08 12:00 | 112, 113, 116 111 \
    | UT now, UT Mon 02.08 08:00, UT 12:00
week 29 off | 2027-07-16 15:00 | tip no debt soon | UT | there | Mon 26.07 12:00 | 116 111 \
    | UT now, UT Mon 26.07 12:00
short summer days | 2027-06-30 12:00 | tip no debt soon | UT | away | Thu 01.07 11:00 | 116 111 \
    | UT Thu 01.07 09:00, UT 11:00

# Paused, or no worker that lives: nothing is promised, and the numbers stand there
paused | 2026-11-24 10:00 | tip no debt soon | UT | away | never | 116 111 | UT now
paused | 2026-11-27 19:30 | tip no debt soon | UT | away | never | 116 111 | UT Mon 30.11 08:00
paused | 2026-11-27 19:30 | tip yes other now | UT | away | never | 112, 113, 116 111 | UT now
paused | 2026-11-24 10:00 | tip no exposed soon readers=UT+PK | UT+PK | there | Tue 24.11 12:00 | \
    | PK now, UT Tue 24.11 12:00
no worker | 2026-11-24 10:00 | tip no exposed soon readers=UT+PK | UT+PK | away | never \
    | 116 111, 02800 | UT now
never | 2026-11-24 10:00 | tip no debt soon | UT | away | never | 116 111 | UT now

# An evening in the rota makes a promise, also to what came before it, but not a late one
evening | 2026-11-27 19:30 | tip unsure planned_fight soon | UT | there | Fri 27.11 21:00 | \
    | UT now, UT Fri 27.11 21:00
evening | 2026-11-27 16:00 | tip unsure planned_fight soon | UT | away | Fri 27.11 19:00 \
    | 116 111, 02800 | UT Fri 27.11 18:00, UT 19:00
evening | 2026-11-27 15:10 | tip unsure planned_fight soon | UT | there | Fri 27.11 19:00 \
    | 116 111, 02800 | UT now, UT Fri 27.11 19:00
evening | 2026-11-27 22:10 | tip unsure planned_fight soon | UT | there | Mon 30.11 12:00 \
    | 116 111, 02800 | UT now, UT Mon 30.11 12:00
evening | 2026-11-27 19:30 | tip no debt soon | UT | there | Fri 27.11 23:00 | \
    | UT now, UT Fri 27.11 23:00
PK's evening | 2026-11-27 19:30 | tip unsure planned_fight soon readers=UT+PK | UT+PK | there \
    | Fri 27.11 21:00 | | PK now, PK Fri 27.11 21:00, UT 21:00
PK's evening | 2026-11-27 19:30 | tip yes weapons now readers=UT+PK | UT+PK | there \
    | Fri 27.11 21:00 | 112, 113, 116 111 | UT now, PK now, UT Fri 27.11 21:00
PK's evening | 2026-11-27 19:30 | tip yes weapons now | UT | away \
    | Mon 30.11 12:00 | 112, 113, 116 111 | UT now, UT Mon 30.11 08:00, UT 12:00

# The end of a day, and of a night
usual | 2026-11-24 14:00 | tip no debt soon | UT | there | Tue 24.11 16:00 | \
    | UT now, UT Tue 24.11 16:00
usual | 2026-11-24 14:31 | tip no debt soon | UT | there | Wed 25.11 12:00 | 116 111 \
    | UT now, UT Wed 25.11 12:00
usual | 2026-11-24 07:10 | tip no debt soon | UT | away | Tue 24.11 12:00 | 116 111 \
    | UT Tue 24.11 08:00, UT 12:00
night | 2026-11-27 23:10 | tip no debt soon | UT | there | Sat 28.11 01:00 | \
    | UT now, UT Sat 28.11 01:00
always | 2026-11-24 10:00 | tip no debt soon | UT | there | Wed 25.11 00:00 | \
    | UT now, UT Wed 25.11 00:00
always | 2026-12-24 22:15 | tip yes other now | UT | there | Fri 25.12 00:00 | 112, 113, 116 111 \
    | UT now, UT Fri 25.12 00:00
half an hour | 2026-11-24 07:00 | tip no debt soon | UT | away | Tue 24.11 14:00 | 116 111 \
    | UT Tue 24.11 08:00, UT 14:00

# Half days
usual | 2027-03-24 10:00 | tip no debt soon | UT | there | Wed 24.03 12:00 | \
    | UT now, UT Wed 24.03 12:00
usual | 2027-03-24 11:20 | tip unsure planned_fight soon | UT | there | Tue 30.03 12:00 \
    | 116 111, 02800 | UT now, UT Tue 30.03 12:00
usual | 2026-12-24 10:00 | tip unsure planned_fight soon | UT | there | Thu 24.12 11:00 | \
    | UT now, UT Thu 24.12 11:00
usual | 2026-12-24 13:00 | tip unsure planned_fight soon | UT | away | Mon 28.12 12:00 \
    | 116 111, 02800 | UT Mon 28.12 08:00, UT 12:00

# Easter Sunday, when the clock goes forward; 17 May; the hour that happens twice; the year's end
usual | 2027-03-28 10:00 | tip no debt soon | UT | away | Tue 30.03 12:00 | 116 111 \
    | UT Tue 30.03 08:00, UT 12:00
usual | 2027-05-17 10:00 | tip no debt soon | UT | away | Tue 18.05 12:00 | 116 111 \
    | UT Tue 18.05 08:00, UT 12:00
usual | 2027-10-31 02:30+02:00 | tip no debt soon | UT | away | Mon 01.11 12:00 | 116 111 \
    | UT Mon 01.11 08:00, UT 12:00
usual | 2027-10-31 02:30+01:00 | tip no debt soon | UT | away | Mon 01.11 12:00 | 116 111 \
    | UT Mon 01.11 08:00, UT 12:00
always | 2027-10-31 02:30+02:00 | tip unsure planned_fight soon | UT | there | Sun 31.10 03:00 | \
    | UT now, UT Sun 31.10 03:00
always | 2027-10-31 02:30+02:00 | tip yes other now | UT | there | Sun 31.10 03:00 \
    | 112, 113, 116 111 | UT now, UT Sun 31.10 03:00
usual | 2026-12-31 10:00 | talk no other whenever | UT | there | Mon 04.01 12:00 | \
    | UT now, UT Mon 04.01 12:00
usual | 2026-12-31 23:59 | tip no debt soon | UT | away | Mon 04.01 12:00 | 116 111 \
    | UT Mon 04.01 08:00, UT 12:00
usual | 2028-02-28 16:00 | tip no debt soon | UT | away | Tue 29.02 12:00 | 116 111 \
    | UT Tue 29.02 08:00, UT 12:00
usual | 2028-02-29 10:00 | tip unsure planned_fight soon | UT | there | Tue 29.02 11:00 | \
    | UT now, UT Tue 29.02 11:00
"""
CELLS = [
    [cell.strip() for cell in line.split("|")]
    for line in ROWS.replace("\\\n", "").splitlines()
    if "|" in line
]


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row[0]} {row[1]} {row[2]}") for row in CELLS]
)
def test_who_reads_and_by_when(row: list[str]) -> None:
    found = decide(facts(row[2]), at(row[1]), BOOKS[row[0]])
    assert [
        readers(found),
        "there" if found.on_duty else "away",
        local(found.read_by),
        numbers(found),
        steps(found),
    ] == row[3:]


@pytest.mark.parametrize(
    ("book", "moment", "ticked", "soon"),
    [
        # By the hours of the file five working days are as soon as the rule wants it, over
        # weekend and holidays too; three weeks of summer are not.
        ("usual", "2026-12-24 22:15", "tip no place whenever", True),
        ("usual", "2026-11-27 19:30", "talk no other whenever", True),
        ("summer", "2027-07-05 10:00", "talk no other whenever", False),
        ("usual", "2026-11-24 10:00", "talk no other whenever in=pl", False),
        # The same day, and within the hour.
        ("usual", "2026-11-24 07:10", "tip no debt soon", True),
        ("usual", "2026-11-24 14:31", "tip no debt soon", False),
        ("usual", "2026-11-24 10:00", "tip unsure planned_fight soon", True),
        ("usual", "2026-11-24 07:59", "tip unsure planned_fight soon", False),
        ("night", "2026-11-27 23:10", "tip no debt soon", True),
        ("paused", "2026-11-24 10:00", "tip no debt soon", False),
    ],
)
def test_soon_enough_is_as_soon_as_the_rule_wants_it(
    book: str, moment: str, ticked: str, soon: bool
) -> None:
    assert decide(facts(ticked), at(moment), BOOKS[book]).soon_enough is soon


@pytest.mark.parametrize(
    ("ticked", "needed"),
    [
        ("tip no debt soon in=pl", True),
        ("tip no debt soon in=nn", False),
        # Nobody reads it, so nobody needs one.
        ("tip no debt soon in=pl readers=brannvesenet", False),
    ],
)
def test_an_interpreter_is_needed_when_none_of_the_readers_reads_the_language(
    ticked: str, needed: bool
) -> None:
    assert decide(facts(ticked), at("2026-11-24 10:00"), BOOKS["usual"]).needs_interpreter is needed


def test_whoever_needs_an_interpreter_is_not_held_to_the_time_of_one_who_does_not() -> None:
    """The nurse reads Polish and has gone home; the team is there and does not."""
    book = BOOKS["nurse"]
    nurse = replace(book.readers["school_nurse"], languages=frozenset({"pl"}))
    book = replace(book, readers={**book.readers, "school_nurse": nurse})
    ticked = facts("talk unsure self_harm now in=pl adult=HS")
    found = decide(ticked, at("2026-11-24 14:10"), book)
    assert not found.needs_interpreter
    assert local(found.read_by) == "Wed 25.11 12:00"


def test_nobody_else_of_the_adults_unit_reads_a_complaint() -> None:
    book = BOOKS["usual"]
    club = replace(book.readers["youth_club"], unit=TEAM)
    book = replace(book, readers={**book.readers, "youth_club": club})
    ticked = facts("tip no adult_conduct soon adult=youth_contact readers=youth_club+HS+UT")
    assert readers(decide(ticked, at("2026-11-24 10:00"), book)) == "HS"


def test_the_reason_and_the_rule_are_those_of_the_file() -> None:
    found = decide(facts("tip yes weapons now"), at("2026-11-24 10:00"), BOOKS["usual"])
    assert found.rule.reason["nb"].startswith("Noen er i fare nå.")
    assert local(found.first_reader_at) == "Tue 24.11 10:00"
    assert found.at == at("2026-11-24 10:00")


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = dt.datetime(2026, 11, 24, 10)  # noqa: DTZ001
    with pytest.raises(ValueError, match="has no time zone"):
        decide(facts("tip no debt soon"), naive, BOOKS["usual"])


def test_rules_that_leave_out_some_facts_say_so() -> None:
    book = replace(BOOKS["usual"], rules=BOOKS["usual"].rules[:-1])
    with pytest.raises(NoRule):
        decide(facts("tip unsure debt soon"), at("2026-11-24 10:00"), book)


def test_the_first_rule_that_matches_decides() -> None:
    book = BOOKS["usual"]
    found = {
        rules[0].id: decide(
            facts("tip no adult_conduct whenever"),
            at("2026-11-24 10:00"),
            replace(book, rules=rules),
        ).rule.id
        for rules in (book.rules, book.rules[::-1])
    }
    assert found == {"danger_from_an_adult": "complaint_no_hurry", "the_rest": "the_rest"}

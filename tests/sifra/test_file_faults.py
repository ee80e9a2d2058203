"""What of the municipality's file is wrong only beside the rest of it: rules, hours, days."""

from __future__ import annotations

from typing import Any

import pytest

from sifra.municipality import parse
from tests.sifra.changed_file import SHIPPED, Raw, changed, faults_of

ALL_DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]
PLACES = {rule["id"]: place for place, rule in enumerate(SHIPPED["rules"])}


def hours(days: str, opens: str, closes: str, season: str = "") -> dict[str, Any]:
    """``days`` is "mon fri"; ``season`` is "06-20 08-15"."""
    one: dict[str, Any] = {"days": days.split(), "opens": opens, "closes": closes}
    if season:
        one["season"] = dict(zip(("from", "to"), season.split(), strict=True))
    return one


def off(first: str, last: str, *spans: tuple[str, str]) -> dict[str, Any]:
    return {
        "from": first,
        "to": last,
        "hours": [{"opens": opens, "closes": closes} for opens, closes in spans],
    }


def with_rules(*rules: dict[str, Any]) -> Raw:
    """Each with all that a rule needs, unless it says otherwise. Without the translations, some of
    which would be of rules that are gone."""
    usual = {"reason": {"nb": "x"}, "same_day": True}
    numbered = [{"id": f"rule{place}", **usual, **rule} for place, rule in enumerate(rules)]
    return {**SHIPPED, "rules": numbered, "translations": {}}


RULE = f"rules.{PLACES['home']}"
FIGHT = f"rules.{PLACES['planned_fight']}"
HOME_PATH, FIGHT_PATH = (f"rules[{PLACES[name]}]" for name in ("home", "planned_fight"))
NAMES: list[tuple[str, object, str, str]] = [
    (f"{RULE}.first", ["yuoth_team"], f"{HOME_PATH}.first[0]", "did you mean 'youth_team'?"),
    (f"{RULE}.suggests", ["stl"], f"{HOME_PATH}.suggests[0]", "did you mean 'slt'?"),
    (f"{RULE}.numbers", ["child_alarm", "child_alram"], f"{HOME_PATH}.numbers[1]", "'child_alarm'"),
    (f"{RULE}.when.topic", ["hoem"], f"{HOME_PATH}.when.topic[0]", "did you mean 'home'?"),
    (f"{RULE}.when.place", ["maasan"], f"{HOME_PATH}.when.place[0]", "did you mean 'masan'?"),
    (f"{RULE}.when.language", ["uk", "ukk"], f"{HOME_PATH}.when.language[1]", "mean 'uk'?"),
    (f"{RULE}.when.danger", ["maybe"], f"{HOME_PATH}.when.danger[0]", "'yes', 'no' or 'unsure'"),
    (f"{RULE}.when.lane", [], f"{HOME_PATH}.when", "lane has no value; leave it out"),
    (f"{RULE}.when.topics", ["home"], f"{HOME_PATH}.when.topics", "is not a name that is known"),
    (f"{FIGHT}.then", [{"unit": "polise"}], f"{FIGHT_PATH}.then[0].unit", "did you mean 'police'?"),
    (f"{FIGHT}.within_hours", 13, f"{FIGHT_PATH}.within_hours", "must be from 1 to 12"),
    (f"{FIGHT}.within_hours", None, FIGHT_PATH, "must say one of within_hours"),
    (f"{FIGHT}.same_day", True, FIGHT_PATH, "must say one of within_hours"),
    (f"{RULE}.spares_adult", True, HOME_PATH, "cannot both let the named adult read"),
    (f"{RULE}.reason.nb", "", f"{HOME_PATH}.reason", "must have a text for nb"),
    ("rules.1.id", SHIPPED["rules"][0]["id"], "rules", "stands there twice"),
    ("legal_grounds.0.id", "child_welfare", "legal_grounds", "'child_welfare' stands there twice"),
    ("telephoned", ["ambulance", "ambulanse"], "telephoned[1]", "did you mean 'ambulance'?"),
    ("telephoned", ["police", "police"], "telephoned", "'police' stands there twice"),
    ("phrases.1.id", "seen", "phrases", "'seen' stands there twice"),
    ("phrases.0.text", {"en": "x"}, "phrases[0].text", "must have a text for nb"),
    ("adults.1.unit", "slt_koordinator", "adults[1].unit", "known are child_welfare, police"),
    ("adults.1.languages", ["nb", "polish"], "adults[1].languages[1]", "'polish' is unknown"),
    ("units.slt.languages", ["fa_IR"], "units.slt.languages[0]", "'fa_IR' is unknown"),
    ("reader_choices.1", ["youth_team", "polise"], "reader_choices[1][1]", "mean 'police'?"),
    ("reader_choices.1", ["police", "police"], "reader_choices[1]", "'police' stands there twice"),
    ("reader_choices.1", [], "reader_choices[1]", "names no unit"),
    ("reader_choices.1", "police", "reader_choices[1]", "must be a list"),
    (
        "reader_choices.2",
        ["police", "youth_team"],
        "reader_choices[2]",
        "the same units as reader_choices[1]",
    ),
    (
        "reader_choices.0",
        ["police"],
        "reader_choices[0]",
        "must be the default readers, youth_team",
    ),
    ("units.police.secrecy", {"en": "x"}, "units.police.secrecy", "must have a text for nb"),
    ("interpreter_days", 31, "interpreter_days", "must be from 0 to 30"),
    ("calendar.country", "SE", "calendar.country", "'NO' or ''"),
    ("calendar.half_days.0.on", "påske", "calendar.half_days[0].on", '"easter-4"'),
    ("calendar.half_days.0.on", "02-30", "calendar.half_days[0].on", '"easter-4"'),
]


@pytest.mark.parametrize(
    ("path", "value", "named", "said"),
    [pytest.param(*row, id=f"{row[2]} {place}") for place, row in enumerate(NAMES)],
)
def test_a_name_or_value_is_a_fault_by_its_path(
    path: str, value: object, named: str, said: str
) -> None:
    (fault,) = faults_of(changed((path, value)))
    assert fault.startswith(f"{named}: ")
    assert said in fault


def test_what_no_topic_or_no_place_was_chosen_for_can_be_ruled_too() -> None:
    parse(with_rules({"when": {"topic": [""], "place": [""], "urgency": [""]}}, {}))


HOURS: list[tuple[list[dict[str, Any]], str]] = [
    (
        [hours("mon tue", "08:00", "15:30"), hours("tue wed", "15:00", "20:00")],
        "units.police.hours[1]: overlaps units.police.hours[0] on tue from 15:00 to 15:30; ",
    ),
    # Over midnight, and from Sunday to Monday.
    (
        [hours("fri", "20:00", "03:00"), hours("sat", "02:00", "12:00")],
        "on sat from 02:00 to 03:00",
    ),
    (
        [hours("mon", "00:00", "02:00"), hours("sun", "20:00", "01:00")],
        "on mon from 00:00 to 01:00",
    ),
    (
        [hours("sun", "20:00", "01:00"), hours("mon", "00:00", "02:00")],
        "on mon from 00:00 to 01:00",
    ),
    (
        [hours("sat", "00:00", "24:00"), hours("sat", "10:00", "11:00")],
        "on sat from 10:00 to 11:00",
    ),
    (
        [hours("holiday", "10:00", "16:00"), hours("mon holiday", "15:00", "20:00")],
        "on holiday from 15:00 to 16:00",
    ),
    (
        [
            hours("mon", "08:00", "12:00", "06-20 08-15"),
            hours("mon", "11:00", "13:00", "06-20 08-15"),
        ],
        "on mon from 11:00 to 12:00",
    ),
    (
        [
            hours("mon", "08:00", "12:00", "06-20 08-15"),
            hours("tue", "8:00", "13:00", "08-15 09-01"),
        ],
        "units.police.hours[1].opens: is no local time",
    ),
    (
        [
            hours("mon", "08:00", "12:00", "06-20 08-15"),
            hours("tue", "08:00", "13:00", "08-15 09-01"),
        ],
        "units.police.hours[1].season: overlaps that of units.police.hours[0], for instance on 08",
    ),
    (
        [
            hours("mon", "08:00", "12:00", "12-20 01-06"),
            hours("mon", "08:00", "13:00", "01-05 02-01"),
        ],
        "for instance on 01-05",
    ),
]


@pytest.mark.parametrize(
    ("written", "said"), [pytest.param(*row, id=str(place)) for place, row in enumerate(HOURS)]
)
def test_hours_that_contradict_each_other(written: list[dict[str, Any]], said: str) -> None:
    (fault,) = faults_of(changed(("units.police.hours", written)))
    assert said in fault


@pytest.mark.parametrize(
    "written",
    [
        [hours("mon", "08:00", "12:00"), hours("mon", "12:00", "16:00")],
        [hours("sat", "20:00", "24:00"), hours("sun", "00:00", "03:00")],
        [hours("sun", "20:00", "24:00"), hours("mon", "00:00", "24:00")],
        [hours("mon", "08:00", "16:00"), hours("mon", "08:00", "15:00", "06-20 08-15")],
        [hours("sun", "15:30", "08:00"), hours("holiday", "00:00", "24:00")],
        [hours("mon", "9:00", "10:00"), hours("mon", "09:00", "10:00")][1:],
        [
            hours("mon", "08:00", "12:00", "06-20 08-14"),
            hours("mon", "08:00", "13:00", "08-15 09-01"),
        ],
    ],
    ids=["touching", "midnight", "week's end", "season", "holiday", "one", "seasons"],
)
def test_hours_that_meet_do_not_overlap(written: list[dict[str, Any]]) -> None:
    parse(changed(("units.police.hours", written)))


@pytest.mark.parametrize("path", ["units.police", "help_lines.6", "adults.2", "calendar"])
def test_special_days_say_one_thing_of_each_day(path: str) -> None:
    def days(*written: dict[str, Any]) -> Raw:
        return changed((f"{path}.special_days", list(written)))

    (fault,) = faults_of(
        days(off("2027-07-01", "2027-07-31"), off("2027-07-31", "2027-08-02", ("09:00", "12:00")))
    )
    there = path.replace(".6", "[6]").replace(".2", "[2]")
    assert fault.startswith(
        f"{there}.special_days[1]: says other hours than {there}.special_days[0]"
    )
    assert "for 2027-07-31;" in fault
    parse(days(off("2027-07-01", "2027-07-31"), off("2027-07-20", "2027-08-02")))
    parse(
        days(off("2027-07-01", "2027-07-30"), off("2027-07-31", "2027-07-31", ("09:00", "12:00")))
    )


def test_hours_of_a_line_and_of_an_adult_are_looked_at_too() -> None:
    both = [hours("mon", "08:00", "12:00"), hours("mon", "11:00", "13:00")]
    found = faults_of(changed(("help_lines.6.hours", both), ("adults.0.hours", both)))
    assert [fault.partition(":")[0] for fault in found] == [
        "help_lines[6].hours[1]",
        "adults[0].hours[1]",
    ]


REST: dict[str, Any] = {}
TIP: dict[str, Any] = {"when": {"lane": ["tip"]}}
TALK: dict[str, Any] = {"when": {"lane": ["talk", "parent"]}}


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([REST, TIP], "rules[1]: 'rule1' can never fire: 'rule0' matches everything"),
        ([TIP, TALK, REST], "rules[2]: 'rule2' can never fire: 'rule0' and 'rule1' together match"),
        (
            [TIP, {"when": {"lane": ["tip"], "topic": ["home"]}}, REST],
            "rules[1]: 'rule1' can never",
        ),
        # Only those are named that took something of it.
        (
            [TIP, {"when": {"lane": ["tip", "talk"], "danger": ["yes"]}}, TIP, REST],
            "rules[2]: 'rule2' can never fire: 'rule0' matches everything",
        ),
        # A place that no other rule names is a place like any other.
        ([REST, {"when": {"place": ["masan"]}}], "rules[1]: 'rule1' can never fire"),
        ([TIP], "rules: none is for lane = 'parent'; end with a rule without `when`"),
        # Whatever the topic is, and so it is not named.
        (
            [TIP, {"when": {"lane": ["talk"], "topic": ["home"]}}],
            "none is for lane = 'parent'; end",
        ),
        (
            [{"when": {"lane": ["tip", "talk"]}}, {"when": {"danger": ["yes", "no"]}}],
            "rules: none is for lane = 'parent', danger = 'unsure'; end",
        ),
        ([{"when": {"place": ["masan"]}}], "rules: none is for place = '(another)'"),
        (
            [TALK, {"when": {"language": ["uk"]}}],
            "none is for lane = 'tip', language = '(another)'",
        ),
    ],
    ids=str,
)
def test_rules_that_cannot_fire_and_facts_without_a_rule(
    rules: list[dict[str, Any]], said: str
) -> None:
    (fault,) = faults_of(with_rules(*rules))
    assert said in fault


def test_a_rule_that_is_left_over_for_a_single_fact_fires() -> None:
    parse(
        with_rules(
            {"when": {"lane": ["tip", "talk"]}},
            {"when": {"danger": ["yes", "no"]}},
            {"when": {"urgency": ["now", "soon", "whenever"]}},
            {"when": {"lane": ["parent"], "danger": ["unsure"], "urgency": [""]}},
        )
    )


def test_a_rule_that_cannot_be_read_makes_no_other_look_wrong() -> None:
    """Without the last rule most facts would have none."""
    rules = [TIP, {"same_day": None}]
    (fault,) = faults_of(with_rules(*rules))
    assert fault.startswith("rules[1]: must say one of")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"first": ["police", "police"]}, "rules[0].first[1]: 'police' stands there twice"),
        (
            {"then": [{"unit": "police"}, {"unit": "slt"}, {"unit": "police", "after_hours": 0}]},
            "rules[0].then[2]: police is asked at that time already",
        ),
        ({"then": [{"unit": "school_nurse"}]}, "rules[0].then[0]: 'school_nurse' is never reached"),
        ({"first": ["school_nurse"]}, "rules[0].first[0]: 'school_nurse' is never reached"),
    ],
    ids=["first twice", "then twice", "then an adult", "first an adult"],
)
def test_a_step_that_reaches_nobody(rule: dict[str, Any], said: str) -> None:
    (fault,) = faults_of(with_rules(rule))
    assert said in fault


def test_steps_at_different_times_and_an_adult_in_a_talk_are_right() -> None:
    parse(
        with_rules(
            {
                "to_adult": True,
                "first": ["school_nurse", "police"],
                "then": [{"unit": "police"}, {"unit": "police", "after_hours": 2}],
            }
        )
    )


@pytest.mark.parametrize(
    ("numbers", "lane", "named"),
    [
        (["police", "child_alarm"], ["tip"], 0),
        (["police_emergency", "doctor", "child_alarm"], ["talk", "parent"], 1),
        (["ambulance", "mental_health"], None, 1),
        (["police", "child_alarm"], ["parent"], None),
        (["police_emergency", "ambulance", "child_alarm", "police"], ["tip"], None),
        (["police_emergency"], ["tip"], None),
        ([], ["tip"], None),
    ],
    ids=str,
)
def test_a_child_meets_the_childrens_line_first(
    numbers: list[str], lane: list[str] | None, named: int | None
) -> None:
    rule = {"numbers": numbers, **({"when": {"lane": lane}} if lane else {})}
    raw = with_rules(rule, *([REST] if lane else []))
    if named is None:
        parse(raw)
        return
    (fault,) = faults_of(raw)
    assert fault.startswith(f"rules[0].numbers[{named}]: '{numbers[named]}' stands before 'child_")


def test_the_childrens_line_is_known_by_its_number() -> None:
    """Whatever the file calls it; and where the file has none, none can stand first."""
    lines = [
        {**line, "id": "alarm", "number": "116111"} if line["id"] == "child_alarm" else line
        for line in SHIPPED["help_lines"]
    ]
    bare = {**with_rules({"numbers": ["police"]}), "danger_words": {}}
    (fault,) = faults_of({**bare, "help_lines": lines})
    assert "stands before 'alarm'" in fault
    parse({**bare, "help_lines": [line for line in lines if line["id"] != "alarm"]})

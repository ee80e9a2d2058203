"""The municipality's file: the shipped one is right, and every fault of another is named."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from sifra import catalogues, file_parts, languages
from sifra.municipality import BadConfiguration, load, parse, shipped_path
from tests.sifra.changed_file import SHIPPED, changed, faults_of


def test_the_shipped_file_is_right() -> None:
    shipped = load(shipped_path())
    assert shipped.name == "Indre Østfold kommune"
    assert set(shipped.default_readers) <= set(shipped.units)
    assert shipped.zone.key == "Europe/Oslo"
    assert set(shipped.topic_ids) == set(file_parts.TOPICS)
    assert "askim_stasjon" in shipped.place_ids
    emergency = [line.number for line in shipped.help_lines if line.emergency]
    assert emergency == ["112", "113"]


def test_each_shipped_danger_leads_to_a_confirmed_number() -> None:
    shipped = load(shipped_path())
    for name, danger in shipped.danger_words.items():
        assert len(shipped.lines(danger.lines)) == len(danger.lines), name
        assert set(danger.words) == set(shipped.languages), name


def test_unconfirmed_lines_are_not_given() -> None:
    shipped = load(shipped_path())
    given = shipped.lines(["local_a", "ambulance", "unknown", "police_emergency"])
    assert [line.id for line in given] == ["ambulance", "police_emergency"]


def test_the_files_languages_are_those_of_the_pages() -> None:
    assert set(catalogues.PAGE_LANGUAGES) == set(languages.LANGUAGES)


HOURS = "units.police.hours.0"
MIDNIGHT = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
FAULTS: list[tuple[str, object, str, str]] = [
    ("name", None, "name", "is missing"),
    ("public_name", " ", "public_name", "must not be empty"),
    ("nme", "x", "nme", "not a name that is known here; did you mean 'name'?"),
    ("time_zone", "Europe/Askim", "time_zone", "is no time zone"),
    ("time_zone", "../x", "time_zone", "is no time zone"),
    ("languages", [], "languages", "must hold at least one"),
    ("languages", ["en"], "languages", "must hold nb"),
    ("languages", ["nb", "sme"], "languages[1]", "no language 'sme'"),
    ("exit_url", "http://yr.no/", "exit_url", "must begin with https://"),
    ("exit_url", "//yr.no/", "exit_url", "must begin with https://"),
    ("exit_url", "https://yr.no/?a", "exit_url", "must begin with https://"),
    ("default_readers", [], "default_readers", "must hold at least one"),
    ("default_readers", "police", "default_readers", "must be a list, in square brackets"),
    ("default_readers", ["police", "polise"], "default_readers[1]", "did you mean 'police'?"),
    ("retention", None, "retention", "is missing"),
    ("retention.days", 13, "retention.days", "must be from 14 to 3650 (there is 13)"),
    ("retention.days", "many", "retention.days", "must be a whole number"),
    ("retention.withdrawn_held", 366, "retention.withdrawn_held", "must be from 1 to 365"),
    ("retention.reason", "", "retention.reason", "must not be empty"),
    ("units.fire", SHIPPED["units"]["slt"], "units.fire", "known are child_welfare, police"),
    ("units.police.name.nb", None, "units.police.name", "must have a text for nb"),
    ("units.police.name.ar", "", "units.police.name", "has an empty text for ar"),
    ("units.police.name.no", "x", "units.police.name", "no language 'no'"),
    ("units.police.number", "ring oss", "units.police.number", "is no telephone number"),
    ("units.police.number", 112, "units.police.number", "must be text, in quotes (there is 112)"),
    (f"{HOURS}.days", [], "units.police.hours[0].days", "at least one"),
    (f"{HOURS}.days", ["mon", "tir"], "units.police.hours[0].days[1]", "'mon', 'tue'"),
    (f"{HOURS}.opens", "8", "units.police.hours[0].opens", 'write for instance "08:00"'),
    (f"{HOURS}.opens", 8, "units.police.hours[0].opens", "is no local time"),
    (f"{HOURS}.opens", "08:00Z", "units.police.hours[0].opens", "is no local time"),
    (f"{HOURS}.opens", "25:00", "units.police.hours[0].opens", "is no local time"),
    (f"{HOURS}.closes", "08:00", "units.police.hours[0]", "closes at the same time"),
    ("help_lines.10.id", "Rus 1", "help_lines[10].id", "small letters"),
    ("help_lines.9.id", "local_a", "help_lines", "'local_a' stands there twice"),
    ("help_lines.0.verified_on", None, "help_lines[0]", "needs its date, verified_on"),
    ("help_lines.0.verified_on", "i går", "help_lines[0].verified_on", "(id 'police_emergency')"),
    ("help_lines.6.hours.0.closes", "14:00", "help_lines[6].hours[0]", "closes at the same"),
    ("adults.1.id", "youth_contact", "adults", "'youth_contact' stands there twice"),
    ("adults.1.id", "police", "adults[1].id", "another holder of keys"),
    ("adults.1.id", "sender", "adults[1].id", "another holder of keys"),
    ("adults.1.id", "a" * 41, "adults[1].id", "40 at most"),
    ("topics.10.id", "bulying", "topics[10].id", "did you mean 'bullying'?"),
    ("topics.11.id", "bullying", "topics", "'bullying' stands there twice"),
    ("places.1.id", "askim_stasjon", "places", "'askim_stasjon' stands there twice"),
    ("danger_words.weapon.lines", [], "danger_words.weapon.lines", "at least one"),
    ("danger_words.life.lines", ["ambulans"], "danger_words.life.lines[0]", "'ambulance'?"),
    ("danger_words.life.words.nb", ["x", ""], "danger_words.life.words.nb[1]", "must not be empty"),
    ("danger_words.life.words.nb", ["\t"], "danger_words.life.words.nb[0]", "must not be empty"),
    ("danger_words.life.words.no", ["x"], "danger_words.life.words.no", "'no'"),
    ("phrases.1.id", "seen", "phrases", "'seen' stands there twice"),
    ("adults.3.found_at.0", "club_aksim", "adults[3].found_at[0]", "did you mean 'club_askim'?"),
    ("schools.0.place", "askim_sentrm", "schools[0].place", "did you mean 'askim_sentrum'?"),
    ("translations", [], "translations", "must be a table for each language"),
    ("translations.xx", {"Vold": "x"}, "translations.xx", "know no language 'xx'"),
    ("translations.nb", {"Vold": "x"}, "translations.nb", "know no language 'nb'"),
    ("translations.pl", "x", "translations.pl", "must be a table of texts"),
    ("translations.pl.Vold", " ", "translations.pl", "must have a text for 'Vold'"),
    ("translations.pl.Vold", 1, "translations.pl", "must have a text for 'Vold'"),
    ("translations.ar", {"Vold": "x"}, "translations.ar", "in this language where it is used"),
    ("offered_unreviewed", ["fr"], "offered_unreviewed[0]", "the pages know no language 'fr'"),
    ("reviewed_by", {"fr": "fransklærer"}, "reviewed_by.fr", "the pages know no language 'fr'"),
    ("help_lines.0.verified_on", "1. nov.", "help_lines[0].verified_on", "instance 2027-07-19"),
    ("help_lines.0.always", "ja", "help_lines[0].always", "must be true or false"),
    ("help_lines.0.verified_on", MIDNIGHT, "help_lines[0].verified_on", "is no date"),
    ("help_lines.0.always", 1, "help_lines[0].always", "must be true or false (there is 1)"),
    ("name", "x" * 90 + "\ud800", "name", f"half a sign in it (there is '{'x' * 59}…)"),
    ("retention.days", True, "retention.days", "must be a whole number (there is True)"),
    ("rules.0.same_day", 1, "rules[0].same_day", "must be true (there is 1)"),
    ("units.police.short", "Politiet", "units.police.short", "must be a table"),
    ("units.police", "x", "units.police", "must be a table of the file"),
    ("calendar._strays", [], "calendar._strays", "not a name that is known here"),
    ("_strays", [], "_strays", "not a name that is known here"),
    ("units.police.read_targt", "12:00", "units.police.read_targt", "did you mean 'read_target'?"),
]


@pytest.mark.parametrize(("path", "value", "named", "said"), FAULTS)
def test_a_fault_is_named_by_its_path(path: str, value: object, named: str, said: str) -> None:
    (fault,) = faults_of(changed((path, value)))
    assert fault.startswith(f"{named}: ")
    assert said in fault


def test_a_translation_of_no_text_stops_nothing_and_is_told() -> None:
    place = parse(changed(("translations.pl.Vald", "x"), ("translations.ti.Vald", "x")))
    assert place.strays == (
        "translations (pl, ti): no text of the file reads 'Vald'; did you mean 'Vold'?",
    )
    assert load(shipped_path()).strays == ()


def test_a_translation_stands_wherever_its_text_is_used() -> None:
    said = "Barnevernet eller ungdomsteamet i Indre Østfold"
    polish = SHIPPED["translations"]["pl"][said]
    twice = [line.name for line in load(shipped_path()).help_lines if line.name["nb"] == said]
    assert len(twice) == 2
    assert all(name["pl"] == polish for name in twice)


def test_all_faults_are_named_in_one_pass() -> None:
    """Faults of one value, of a whole part, and of names that lead nowhere, together."""
    together = [FAULTS[at] for at in (0, 3, 13, 15, 20, 31, 33, 38, 41, 43, 44, 46)]
    faults = faults_of(changed(*((path, value) for path, value, _, _ in together)))
    for _, _, named, said in together:
        assert any(fault.startswith(f"{named}: ") and said in fault for fault in faults), named
    assert len(faults) == len(together)


def test_a_missing_table_is_one_fault() -> None:
    """Not also a fault for each name that leads into it."""
    assert faults_of(changed(("help_lines", None))) == ["help_lines: is missing"]
    assert faults_of(changed(("units", None))) == ["units: is missing"]


@pytest.mark.parametrize("wrong", [1, "x", ["x"], {"x": 1}, [[]], [{"id": 1}], {"a": {"lines": 1}}])
@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_part_of_another_shape_is_a_fault_and_no_crash(name: str, wrong: object) -> None:
    raw = {**SHIPPED, name: wrong}
    if (name, wrong) in (("name", "x"), ("public_name", "x"), ("interpreter_days", 1)):
        parse(raw)
    else:
        assert all(fault.startswith(name) or "unknown" in fault for fault in faults_of(raw))


def test_times_up_to_the_end_of_the_day() -> None:
    raw = changed((f"{HOURS}.opens", dt.time(0, 0)), (f"{HOURS}.closes", "24:00"))
    (hours,) = parse(raw).units["police"].hours
    assert (hours.opens, hours.closes) == (dt.time(0), dt.time.max)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"\xff", "save it as UTF-8"),
        (b"b = 1\na = = 1\n", r"line 2, column 5\), in: a = = 1"),
        (b"a = 1\na = 2\n", "line 2"),
        (b"a = " + b"[" * 5_000, "too deep"),
        (b"a = " + b"9" * 5_000, "digits"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "kommune.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadConfiguration, match=f"^kommune.toml: cannot be read: .*{said}"):
        load(path)


def test_the_examples_leave_the_shipped_file_alone() -> None:
    assert tomllib.loads(shipped_path().read_text("utf-8")) == SHIPPED

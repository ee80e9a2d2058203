"""`sifra explain`: what it says of a case at a moment, how it reads moments, what it refuses."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from sifra.municipality import shipped_path
from tests.commands.conftest import Sifra

TUESDAY = "2026-11-24T10:00"
CHRISTMAS_EVE = "2026-12-24T22:15"


pytestmark = pytest.mark.usefixtures("norwegian")


@pytest.fixture
def ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped file, to be changed."""
    path = tmp_path / "ours.toml"
    path.write_text(shipped_path().read_text("utf-8"), "utf-8")
    monkeypatch.setenv("SIFRA_MUNICIPALITY", str(path))
    return path


def explained(sifra: Sifra, *arguments: str, status: int = 0) -> dict[str, Any]:
    found = sifra("explain", "--json", *arguments)
    assert found.exit_code == status, found.output
    read = json.loads(found.stdout)
    assert isinstance(read, dict)
    return read


def test_one_object_with_every_name_of_the_design(sifra: Sifra, environ: dict[str, str]) -> None:
    said = explained(sifra, "--at", CHRISTMAS_EVE, "--urgency", "now")
    assert list(said) == [
        "rule",
        "reason",
        "readers",
        "on_duty",
        "first_reader_at",
        "read_by",
        "steps",
        "numbers",
        "at",
    ]
    assert said["rule"] == "now"
    assert said["reason"] == "Den som skriver, sier at det haster. Les straks."
    assert said["readers"] == ["youth_team"]
    assert said["on_duty"] is False
    assert said["first_reader_at"] == "2026-12-28T08:00:00+01:00"
    assert said["read_by"] == "2026-12-28T12:00:00+01:00"
    assert said["at"] == "2026-12-24T22:15:00+01:00"
    assert said["steps"][0] == {"at": "2026-12-24T22:15:00+01:00", "unit": "youth_team"}
    assert said["numbers"][0] == {"number": "116 111", "name": "Alarmtelefonen for barn og unge"}
    # No home was made: the file is all that it needs.
    assert not Path(environ["SIFRA_HOME"]).exists()


def test_what_is_unknown_is_null(sifra: Sifra, ours: Path) -> None:
    text = ours.read_text("utf-8")
    days = '["mon", "tue", "wed", "thu", "fri"]'
    hours = f'hours = [{{ days = {days}, opens = "08:00", closes = "15:30" }}]'
    assert text.count(hours) >= 4
    ours.write_text(text.replace(hours, "hours = []"), "utf-8")
    said = explained(sifra, "--at", TUESDAY)
    assert said["read_by"] is None
    assert said["first_reader_at"] is None
    assert said["on_duty"] is False


def test_the_facts_reach_the_rules(sifra: Sifra) -> None:
    said = explained(
        sifra,
        *("--at", TUESDAY, "--danger", "no", "--topic", "planned_fight"),
        *("--readers", "police,youth_team", "--readers", "slt", "--place", "masan"),
    )
    assert said["rule"] == "planned_fight"
    assert said["readers"] == ["youth_team", "police", "slt"]
    assert said["on_duty"] is True
    parent = explained(sifra, "--at", TUESDAY, "--lane", "parent", "--language", "pl")
    assert parent["rule"] == "parent"
    talk = explained(
        sifra, "--at", TUESDAY, "--lane", "talk", "--danger", "no", "--adult", "school_nurse"
    )
    assert talk["readers"] == ["school_nurse", "youth_team"]


@pytest.mark.parametrize(
    ("written", "meant", "note"),
    [
        ("2026-12-24T22:15", "2026-12-24T22:15:00+01:00", ""),
        ("2026-12-24T21:15Z", "2026-12-24T22:15:00+01:00", ""),
        ("2026-06-24T12:00-04:00", "2026-06-24T18:00:00+02:00", ""),
        ("2026-12-24", "2026-12-24T00:00:00+01:00", ""),
        ("2027-03-28T02:30", "2027-03-28T03:00:00+02:00", "the clock skips 2027-03-28T02:30"),
        ("2027-10-31T02:30", "2027-10-31T02:30:00+02:00", "the clock shows 2027-10-31T02:30 twice"),
        ("2027-10-31T02:30+01:00", "2027-10-31T02:30:00+01:00", ""),
        ("2027-10-31T03:00", "2027-10-31T03:00:00+01:00", ""),
    ],
    ids=["local", "utc", "offset", "a date", "skipped", "twice", "the second", "after"],
)
def test_a_moment_is_local_when_it_has_no_offset(
    sifra: Sifra, written: str, meant: str, note: str
) -> None:
    assert explained(sifra, "--at", written)["at"] == meant
    said = sifra("explain", "--json", "--at", written).stderr
    assert note in said if note else said == ""


def test_without_a_moment_it_is_now(sifra: Sifra) -> None:
    before = dt.datetime.now(dt.UTC).replace(microsecond=0)
    at = dt.datetime.fromisoformat(explained(sifra)["at"])
    assert before <= at <= dt.datetime.now(dt.UTC)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--topic", "thrats"), "--topic: 'thrats' is unknown; did you mean 'threats'?"),
        (("--readers", "police,polise"), "--readers: 'polise' is unknown; did you mean 'police'?"),
        (("--place", "askim_stajon"), "did you mean 'askim_stasjon'?"),
        (("--adult", "scool_nurse"), "did you mean 'school_nurse'?"),
        (("--readers", "school_nurse"), "--readers: 'school_nurse' is unknown"),
        (("--language", "plo"), "--language: 'plo' is unknown; did you mean 'pl'?"),
        (("--language", ""), "--language"),
        (("--lane", "letter"), "'letter' is not one of"),
        (("--danger", "maybe"), "'maybe' is not one of"),
        (("--urgency", "later"), "'later' is not one of"),
        (("--at", "christmas"), "--at: write it like 2026-12-24T22:15"),
        (("--at", "9999-12-31T23:59"), "--at: write it like"),
        (("--at", "0001-01-01T00:00+14:00"), "--at: write it like"),
        (("--when", "now"), "No such option"),
    ],
)
def test_wrong_use_is_named_and_exits_2(
    sifra: Sifra, arguments: tuple[str, ...], said: str
) -> None:
    found = sifra("explain", *arguments)
    assert found.exit_code == 2
    assert said in found.stderr
    assert found.stdout == ""


def test_an_urgent_case_with_neither_reader_nor_number_is_a_finding(
    sifra: Sifra, ours: Path
) -> None:
    dark = ours.read_text("utf-8").replace(
        'numbers = ["child_alarm", "police_emergency", "ambulance", "police"]',
        'numbers = ["child_alarm", "kors_pa_halsen"]',
    )
    # The alarm telephone only answers by day now.
    ours.write_text(
        dark.replace(
            "for_young = true\nfor_parents = true\nalways = true\nconfirmed = true\nverified_on",
            "for_young = true\nfor_parents = true\n"
            'hours = [{ days = ["mon"], opens = "08:00", closes = "15:00" }]\n'
            "confirmed = true\nverified_on",
        ),
        "utf-8",
    )
    night = ("--at", CHRISTMAS_EVE, "--urgency", "now")
    assert explained(sifra, *night, status=1)["numbers"] == []
    assert "ingen numre svarer" in sifra("explain", *night).stdout
    # Somebody is there by day, and where nothing is urgent nobody need be.
    assert explained(sifra, "--at", TUESDAY, "--urgency", "now")["on_duty"] is True
    explained(sifra, "--at", CHRISTMAS_EVE, "--danger", "no", "--urgency", "whenever")


def test_a_bad_file_is_wrong_use(sifra: Sifra, ours: Path) -> None:
    ours.write_text("name = 1\n", "utf-8")
    found = sifra("explain")
    assert found.exit_code == 2
    assert "ours.toml: name:" in found.stderr


def test_a_youth_leader_can_read_it(sifra: Sifra) -> None:
    said = sifra("explain", "--at", CHRISTMAS_EVE, "--urgency", "now").stdout
    for line in (
        "tor. 24. des. 22:15",
        "Regel: now",
        "Den som skriver, sier at det haster. Les straks.",
        "Leses av: Ungdomsteamet.",
        "Ingen er der nå. Den første kommer man. 28. des. 08:00.",
        "Leses innen man. 28. des. 12:00.",
        "  tor. 24. des. 22:15    Ungdomsteamet får beskjed",
        "  116 111      Alarmtelefonen for barn og unge",
    ):
        assert line in said.splitlines()
    polish = sifra("explain", "--at", CHRISTMAS_EVE, "--language", "pl").stdout
    assert "De må finne tolk først." in polish


COMPLAINT = ("--topic", "adult_conduct", "--adult", "youth_contact")
LEFT_TO_CHOOSE = (
    "Politikontakten; Barneverntjenesten; Politikontakten + Barneverntjenesten; SLT-koordinatoren."
)


def test_a_complaint_that_keeps_the_usual_readers_out_says_who_may_be_chosen(
    sifra: Sifra,
) -> None:
    said = explained(sifra, "--at", TUESDAY, *COMPLAINT)
    assert (said["readers"], said["read_by"], said["steps"]) == ([], None, [])
    assert said["numbers"][0]["number"] == "116 111"
    text = sifra("explain", "--at", TUESDAY, *COMPLAINT).stdout
    assert "Ingen leser denne saken." in text
    assert f"Den som skriver, må velge: {LEFT_TO_CHOOSE}" in text
    # Once it is chosen, it is as any other.
    chosen = sifra("explain", "--at", TUESDAY, *COMPLAINT, "--readers", "youth_team,police").stdout
    assert "Leses av: Politikontakten." in chosen
    assert "må velge" not in chosen
    other = sifra("explain", "--at", TUESDAY, *COMPLAINT[:2], "--adult", "school_nurse").stdout
    assert "Leses av: Ungdomsteamet." in other
    assert "må velge" not in other


def test_where_nobody_can_be_chosen_it_says_so(sifra: Sifra, ours: Path) -> None:
    written = ours.read_text("utf-8")
    begin = written.index("reader_choices = [")
    end = written.index("\n]\n", begin) + 2
    ours.write_text(written[:begin] + written[end:], "utf-8")
    said = sifra("explain", "--at", TUESDAY, *COMPLAINT)
    assert "Det kan ikke sendes." in said.stdout
    found = sifra("coverage", "--year", "2027")
    assert found.exit_code == 1
    assert "En klage på Ungdomskontakten kan ikke leses av noen." in found.stdout
    assert "Politikontakten eller Barneverntjenesten eller SLT-koordinatoren" in found.stdout
    whole = json.loads(sifra("coverage", "--json", "--year", "2027").stdout)
    assert [one["adult"] for one in whole["unheard"]] == ["youth_contact"]
    assert whole["unheard"][0]["others"] == ["police", "child_welfare", "slt"]


def test_for_a_place_it_says_whom_the_page_suggests(sifra: Sifra) -> None:
    place = ("--at", TUESDAY, "--danger", "no", "--topic", "place", "--urgency", "whenever")
    said = sifra("explain", *place).stdout
    assert "Siden foreslår at de også leser: SLT-koordinatoren." in said
    assert explained(sifra, *place)["readers"] == ["youth_team"]
    both = sifra("explain", *place, "--readers", "youth_team,slt").stdout
    assert "foreslår" not in both

"""`sifra coverage`: the longest silences of a year, and what it finds dark."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import pytest

from sifra import municipality
from sifra.municipality import shipped_path
from tests.commands.conftest import Installation, Sifra
from triage import checking

ALWAYS = "always = true"


pytestmark = pytest.mark.usefixtures("norwegian")


@pytest.fixture
def dark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped file, in which every telephone that never slept now does on Sundays."""
    path = tmp_path / "ours.toml"
    days = '["mon", "tue", "wed", "thu", "fri", "sat", "holiday"]'
    hours = f'hours = [{{ days = {days}, opens = "00:00", closes = "24:00" }}]'
    path.write_text(shipped_path().read_text("utf-8").replace(ALWAYS, hours), "utf-8")
    monkeypatch.setenv("SIFRA_MUNICIPALITY", str(path))
    return path


def test_the_shipped_file_is_never_dark(sifra: Sifra, environ: dict[str, str]) -> None:
    found = sifra("coverage", "--year", "2027")
    assert found.exit_code == 0
    assert found.stdout.startswith("De lengste ventetidene i 2027\n")
    assert "sendt ons. 24. mars 11:00, lest innen tir. 30. mars 12:00" in found.stdout
    assert "Aldri: det er alltid en leser eller et nummer." in found.stdout
    assert not Path(environ["SIFRA_HOME"]).exists()


def test_it_is_one_object_for_programs(sifra: Sifra) -> None:
    found = sifra("coverage", "--json", "--year", "2027")
    said = json.loads(found.stdout)
    assert (said["year"], said["dark"]) == (2027, [])
    (now,) = [
        one
        for one in said["silences"]
        if (one["rule"], one["readers"], one["needs_interpreter"]) == ("now", ["police"], False)
    ]
    assert now["hours"] == 144
    assert now["begins"] == "2027-03-24T11:00:00+01:00"
    assert now["read_by"] == "2027-03-30T12:00:00+02:00"
    lengths = [one["hours"] for one in said["silences"] if one["hours"] is not None]
    assert lengths == sorted(lengths, reverse=True)


def test_dark_moments_are_named_and_are_a_finding(sifra: Sifra, dark: Path) -> None:
    found = sifra("coverage", "--year", "2026")
    assert found.exit_code == 1
    line = "now (Ungdomsteamet): ingen svarer fra søn. 4. jan. 00:00 til man. 5. jan. 00:00"
    assert line in found.stdout
    said = json.loads(sifra("coverage", "--year", "2026", "--json").stdout)
    (now,) = [
        one
        for one in said["dark"]
        if one["rule"] == "now"
        and one["readers"] == ["youth_team"]
        and not one["needs_interpreter"]
    ]
    assert now["begins"] == "2026-01-04T00:00:00+01:00"
    # All 52 Sundays but Easter Sunday, 17 May and Whit Sunday, which are holidays.
    assert now["hours_in_all"] == 49 * 24
    assert all(one["rule"] not in ("the_rest", "place") for one in said["dark"])


def test_the_check_fails_with_the_moment(
    sifra: Sifra, installation: Installation, dark: Path
) -> None:
    report = checking.check(os.environ, dt.date(2026, 11, 24))
    found = [one for one in report.faults if one.startswith("rules[")]
    urgent = [one.id for one in municipality.load(dark).rules if one.urgent]
    assert len(found) == len(urgent)
    assert any(
        ": now is urgent, and from 2026-11-29 00:00 to 2026-11-30 00:00 it has neither" in one
        for one in found
    )
    failed = sifra("check")
    assert failed.exit_code == 1
    assert "nor a number that answers" in failed.stdout


def test_the_check_of_the_shipped_file_finds_nothing_dark(
    environ: dict[str, str], installation: Installation
) -> None:
    faults = checking.check(os.environ, dt.date(2026, 11, 24)).faults
    assert [one for one in faults if one.startswith("rules[")] == []


@pytest.mark.parametrize("year", ["1999", "2100", "i år"])
def test_a_year_out_of_reach_is_wrong_use(sifra: Sifra, year: str) -> None:
    assert sifra("coverage", "--year", year).exit_code == 2

"""`sifra check`: a table of what can be wrong, and what it says of each."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from sifra.database import writing
from sifra.municipality import shipped_path
from sifra.sealing import PrivateKey
from tests.commands.conftest import Installation, Sifra
from triage import checking

TODAY = dt.date(2026, 11, 23)
Breakage = Callable[[Installation, pytest.MonkeyPatch], object]


def _sql(database: str, statement: str) -> Breakage:
    def run(there: Installation, _: pytest.MonkeyPatch) -> None:
        with writing(getattr(there, database)) as connection:
            connection.execute(text(statement))

    return run


def _environ(name: str, value: str) -> Breakage:
    return lambda _, monkeypatch: monkeypatch.setenv(name, value)


def _municipality(old: str, new: str) -> Breakage:
    def run(there: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
        shipped = shipped_path().read_text("utf-8")
        assert old in shipped
        ours = there.home.path / "ours.toml"
        ours.write_text(shipped.replace(old, new, 1), "utf-8")
        monkeypatch.setenv("SIFRA_MUNICIPALITY", str(ours))

    return run


FAULTS: dict[str, tuple[Breakage, str]] = {
    "no pepper": (lambda there, _: there.home.pepper.unlink(), "public/pepper: is missing"),
    "a short pepper": (
        lambda there, _: there.home.pepper.write_text("c0ffee"),
        "public/pepper: must hold 32 bytes",
    ),
    "a key that nobody holds": (
        _sql("staff", "DELETE FROM unit_keys WHERE unit = 'youth_team'"),
        "key_cards: nobody holds the key of youth_team; what is sealed is lost",
    ),
    "pins that are not ours": (
        lambda there, _: there.home.key_pins.write_text("{}"),
        "key-pins: the pins of the key cards are not signed by the verifier",
    ),
    "no verifier": (lambda there, _: there.home.verifier.unlink(), "verifier: is missing"),
    "a verifier that can be written": (
        lambda there, _: there.home.verifier.chmod(0o644),
        "verifier: is open to more than it should be (0644); nobody may write to it: chmod 0444",
    ),
    "an open home": (
        lambda there, _: there.home.office.chmod(0o755),
        "office: is open to more than it should be (0755); only its owner may read it: chmod 0700",
    ),
    "an open pepper": (
        lambda there, _: there.home.pepper.chmod(0o640),
        "public/pepper: is open to more than it should be (0640)",
    ),
    "no erasure keys": (
        lambda there, _: there.home.erasure_keys.unlink(),
        "public/erasure-keys.sqlite: is missing",
    ),
    "no cases database": (
        lambda there, _: (there.home.public / "cases.sqlite").unlink(),
        "SIFRA_DATABASE_URL: cannot be used",
    ),
    "a staff database that was not migrated": (
        _sql("staff", "DELETE FROM alembic_version_staff"),
        "SIFRA_STAFF_DATABASE_URL: is at nothing, the code wants staff_0004; run `sifra migrate`",
    ),
    "no key card": (
        _sql("cases", "DELETE FROM key_cards"),
        "default_readers: youth_team has no key card; nothing can be sent",
    ),
    "a swapped key": (
        _sql("cases", "UPDATE key_cards SET public = zeroblob(1216)"),
        "default_readers: key card of youth_team is not signed by the verifier",
    ),
    "an address that is none": (
        _environ("SIFRA_DATABASE_URL", "cases.db"),
        "SIFRA_DATABASE_URL: is no database address",
    ),
    "an address that is none, for the office": (
        _environ("SIFRA_STAFF_DATABASE_URL", "staff.db"),
        "SIFRA_STAFF_DATABASE_URL: is no database address",
    ),
    "a misspelt reader": (
        _municipality('default_readers = ["youth_team"]', 'default_readers = ["yuoth_team"]'),
        "ours.toml: default_readers[0]: 'yuoth_team' is unknown; did you mean 'youth_team'?",
    ),
    "a rule that can never fire": (
        _municipality(
            'id = "danger"\n',
            'id = "all"\nreason = { nb = "x" }\nsame_day = true\n\n[[rules]]\nid = "danger"\n',
        ),
        "can never fire: 'all' matches everything that it matches",
    ),
    "hours that overlap": (
        _municipality(
            'days = ["mon", "tue", "wed", "thu", "fri"], opens = "11:00", closes = "18:00" }',
            'days = ["fri"], opens = "11:00", closes = "18:00" }, '
            '{ days = ["fri"], opens = "17:00", closes = "19:00" }',
        ),
        "ours.toml: help_lines[10].hours[1]: overlaps help_lines[10].hours[0] on fri from 17:00",
    ),
    "a number that nobody can dial": (
        _municipality('number = "113"', 'number = "en-en-tre"'),
        "ours.toml: help_lines[1].number:",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_named_by_its_path(
    name: str, sifra: Sifra, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    breakage, said = FAULTS[name]
    breakage(installation, monkeypatch)
    found = sifra("check")
    assert found.exit_code == 1, found.output
    assert said in found.output
    faults = json.loads(sifra("check", "--json").stdout)["faults"]
    assert any(said in fault for fault in faults)
    assert len(set(faults)) == len(faults)


def test_every_fault_is_found_in_one_pass(
    sifra: Sifra, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.home.pepper.unlink()
    installation.home.verifier.unlink()
    monkeypatch.setenv("SIFRA_STAFF_DATABASE_URL", "staff.db")
    monkeypatch.setenv("SIFRA_AT", "2026-12-24T22:15")
    faults = json.loads(sifra("check", "--json").stdout)["faults"]
    assert len(faults) == 4


def test_a_new_installation_has_no_fault_and_its_warnings_fail_nothing(
    sifra: Sifra, installation: Installation
) -> None:
    found = sifra("check")
    assert found.exit_code == 0
    assert "0 faults" in found.output
    assert "units.youth_team.confirmed: its hours are not confirmed" in found.output
    assert "local_a (989 01 100) is not confirmed and never shown" in found.output


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize(
    ("row", "path"),
    [('id = "fau"\n', "networks[0]"), ("[units.child_welfare]\n", "units.child_welfare")],
    ids=["network", "unit"],
)
def test_a_number_is_warned_of_until_it_is_confirmed(
    environ: dict[str, str],
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    row: str,
    path: str,
    confirmed: bool,
) -> None:
    written = shipped_path().read_text("utf-8")
    before, after = written.split(row)
    told = f'number = "69 00 00 02"\nconfirmed = {str(confirmed).lower()}\n'
    ours = installation.home.path / "ours.toml"
    ours.write_text(before + row + told + after.replace("confirmed = false\n", "", 1), "utf-8")
    said = f"{path}.confirmed: 69 00 00 02 is not confirmed and never shown"
    environ = {**environ, "SIFRA_MUNICIPALITY": str(ours)}
    assert (said in checking.check(environ, TODAY).warnings) != confirmed


def test_an_adult_of_whom_nobody_could_complain_is_a_fault(
    environ: dict[str, str], installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = shipped_path().read_text("utf-8")
    begin = written.index("reader_choices = [")
    choices = written[begin : written.index("\n]\n", begin) + 2]
    _municipality(choices, 'reader_choices = [["youth_team"]]')(installation, monkeypatch)
    ours = {**environ, "SIFRA_MUNICIPALITY": str(installation.home.path / "ours.toml")}
    report = checking.check(ours, TODAY)
    (fault,) = report.faults
    assert fault.startswith("reader_choices: nobody could read a complaint about youth_contact")
    assert fault.endswith("add a choice with police or child_welfare or slt")
    # The same is not said twice, and what the rules suggest is never offered now.
    assert not [one for one in report.warnings if "cannot be sent yet" in one]
    assert [one for one in report.warnings if one.startswith("rules[") and ".suggests: " in one]


def test_where_only_the_team_has_a_key_it_warns_of_complaints_about_the_team(
    environ: dict[str, str], installation: Installation
) -> None:
    def warned() -> list[str]:
        warnings = checking.check(environ, TODAY).warnings
        return [one for one in warnings if "cannot be sent yet" in one]

    (warning,) = warned()
    assert warning.startswith("adults.youth_contact: ")
    assert "none of police, child_welfare, slt has a key" in warning
    installation.store.put_card(installation.founding.signing.sign("slt", 1, PrivateKey.generate()))
    assert warned() == []


def test_before_init_it_says_what_to_run(sifra: Sifra) -> None:
    found = sifra("check")
    assert found.exit_code == 1
    assert "run `sifra init` first" in found.output


@pytest.mark.parametrize(
    ("today", "stale"), [(dt.date(2027, 11, 23), False), (dt.date(2027, 11, 24), True)]
)
def test_what_the_pages_say_of_the_law_is_looked_up_each_year(
    environ: dict[str, str], installation: Installation, today: dt.date, stale: bool
) -> None:
    report = checking.check(environ, today)
    found = [one for one in report.warnings if "tolkeloven" in one]
    assert bool(found) is stale
    assert all("parents" in one and "https://" in one for one in found)


@pytest.mark.parametrize(
    ("today", "stale"),
    [
        (dt.date(2026, 11, 2), False),
        (dt.date(2027, 11, 1), False),
        (dt.date(2027, 11, 2), True),
    ],
)
def test_a_number_verified_over_a_year_ago_is_a_warning(
    environ: dict[str, str], installation: Installation, today: dt.date, stale: bool
) -> None:
    report = checking.check(environ, today)
    found = [one for one in report.warnings if "more than a year ago" in one]
    assert bool(found) == stale
    assert all(one.startswith("help_lines[") and "2026-11-01" in one for one in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'read_target = "12:00"',
            'read_target = "17:00"',
            "units.youth_team.read_target: 17:00 lies in none of its hours",
        ),
        (
            'read_target = "12:00"',
            'read_target = "08:00"',
            "units.youth_team.read_target: 08:00 lies in none of its hours",
        ),
        (
            'hours = [{ days = ["mon", "tue", "wed", "thu", "fri"], opens = "08:00", '
            'closes = "15:30" }]\nread_target = "12:00"',
            "",
            "units.youth_team.hours: has none; nothing is promised but by the rota",
        ),
        (
            'id = "school_nurse"',
            'id = "school_nurse"\nread_target = "03:00"\n'
            'hours = [{ days = ["mon"], opens = "20:00", closes = "02:00" }]',
            "adults[1].read_target: 03:00 lies in none of its hours",
        ),
    ],
    ids=["after closing", "at opening", "no hours", "night"],
)
def test_hours_that_keep_no_promise_are_a_warning(
    environ: dict[str, str],
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    old: str,
    new: str,
    said: str,
) -> None:
    assert not [one for one in checking.check(environ, TODAY).warnings if said in one]
    _municipality(old, new)(installation, monkeypatch)
    ours = {**environ, "SIFRA_MUNICIPALITY": str(installation.home.path / "ours.toml")}
    report = checking.check(ours, TODAY)
    assert report.faults == ()
    assert [one for one in report.warnings if said in one]


def test_a_read_target_at_the_end_of_a_night_is_kept(
    environ: dict[str, str], installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _municipality(
        'id = "school_nurse"',
        'id = "school_nurse"\nread_target = "02:00"\n'
        'hours = [{ days = ["mon"], opens = "20:00", closes = "02:00" }]',
    )(installation, monkeypatch)
    ours = {**environ, "SIFRA_MUNICIPALITY": str(installation.home.path / "ours.toml")}
    assert not [one for one in checking.check(ours, TODAY).warnings if "read_target" in one]


def test_without_a_home_the_file_is_looked_at_all_the_same(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {**environ, "SIFRA_HOME": str(tmp_path / "nowhere")}
    report = checking.check(nowhere, TODAY)
    assert any("is missing" in one for one in report.faults)
    assert any("units.youth_team.confirmed" in one for one in report.warnings)
    dark = tmp_path / "dark.toml"
    numbers = 'numbers = ["police_emergency", "ambulance", "child_alarm"]'
    shipped = shipped_path().read_text("utf-8")
    assert numbers in shipped
    dark.write_text(shipped.replace(numbers, "numbers = []"), "utf-8")
    report = checking.check({**nowhere, "SIFRA_MUNICIPALITY": str(dark)}, TODAY)
    assert any("neither a reader on duty" in one for one in report.faults)


def test_a_language_that_nobody_has_read_is_a_warning(
    environ: dict[str, str], installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread() -> list[str]:
        return [one for one in checking.check(environ, TODAY).warnings if "native" in one]

    whole, part = unread()
    assert whole.endswith(" in en; they are all offered, with a mark")
    assert part.endswith(
        " in nn, pl, uk, ar, so, ckb, lt, sq, ti, fa-AF, ro, ru, tr; "
        "only the page for emergencies is offered"
    )
    _municipality("reviewed_by = {}", 'reviewed_by = { en = "engelsklærer" }')(
        installation, monkeypatch
    )
    environ["SIFRA_MUNICIPALITY"] = os.environ["SIFRA_MUNICIPALITY"]
    assert unread() == [part]


def test_a_day_to_come_is_a_warning(environ: dict[str, str], installation: Installation) -> None:
    report = checking.check(environ, dt.date(2026, 1, 1))
    assert report.faults == ()
    assert any("help_lines[0].verified_on" in one and "to come" in one for one in report.warnings)


def test_what_one_forgotten_passphrase_would_lose_is_a_warning(
    environ: dict[str, str], installation: Installation
) -> None:
    found = "\n".join(checking.check(environ, TODAY).warnings)
    assert "accounts: there is one leader" in found
    assert "accounts: one account alone opens the cases of youth_team" in found
    public = installation.founding.units["youth_team"].public()
    installation.store.put_card(installation.founding.signing.sign_public("youth_team", 2, public))
    _sql(
        "staff",
        "INSERT INTO key_renewals (unit, serial, since, place, clean) "
        "VALUES ('youth_team', 1, 0, '', 0)",
    )(installation, pytest.MonkeyPatch())
    found = "\n".join(checking.check(environ, TODAY).warnings)
    assert "the key of youth_team is known to somebody who left" in found
    assert "key-pins: does not pin the key card of youth_team" in found

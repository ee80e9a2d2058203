"""`sifra init`: what it makes, what it prints once, and that it never runs over anything."""

from __future__ import annotations

import re
import stat
import time
from pathlib import Path

import pyotp
import pytest

from sifra.case_store import CaseStore
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.key_cards import PICTURE
from sifra.settings import Home, installation_settings, reporter_settings, triage_settings
from tests.commands.conftest import Sifra
from triage import keys
from triage.people import held_keys


@pytest.fixture
def printed(sifra: Sifra) -> str:
    made = sifra("init", "--username", " Vaktleder ")
    assert made.exit_code == 0, made.output
    return made.output


def test_it_makes_homes_and_secrets_that_only_their_owner_reads(printed: str, home: Home) -> None:
    modes = {
        str(path.relative_to(home.path)): stat.S_IMODE(path.stat().st_mode)
        for path in [home.path, *home.path.rglob("*")]
    }
    beside = {name: mode for name, mode in modes.items() if name.endswith(("-wal", "-shm"))}
    assert set(beside.values()) <= {0o600}
    assert {name: mode for name, mode in modes.items() if name not in beside} == {
        ".": 0o755,
        "public": 0o700,
        "office": 0o700,
        "verifier": 0o444,
        "public/pepper": 0o600,
        "public/cases.sqlite": 0o600,
        "public/erasure-keys.sqlite": 0o600,
        "office/staff.sqlite": 0o600,
    }
    assert re.fullmatch(r"[0-9a-f]{64}\n", home.pepper.read_text())
    assert re.fullmatch(r"[0-9a-f]{64}\n", home.verifier.read_text())


def test_both_sites_find_all_they_need(printed: str, environ: dict[str, str]) -> None:
    assert len(reporter_settings(environ).pepper) == 32
    assert len(triage_settings(environ).verifier) == 32


def test_the_leader_signs_in_with_what_was_printed_and_holds_every_key(
    printed: str, environ: dict[str, str]
) -> None:
    settings = triage_settings(environ)
    staff = open_engine(settings.staff_database_url)
    cases = open_engine(settings.database_url)
    try:
        leader = keys.unlock(
            staff, "vaktleder", _said(printed, "passphrase"), _one_time_code(printed), time.time()
        )
        held = held_keys.held(staff, leader)
        store = CaseStore(cases, ErasureKeys(settings.home.erasure_keys))
        cards = store.public_keys(
            (*settings.municipality.default_readers, PICTURE), settings.verifier
        )
        assert {holder: found[0].public() for holder, found in held.items()} == cards
        assert held_keys.signing_key(staff, leader).verifier() == settings.verifier
    finally:
        staff.dispose()
        cases.dispose()


def test_only_units_with_a_member_get_a_key(printed: str, environ: dict[str, str]) -> None:
    """Nothing may be sealed for a unit in which nobody could open it."""
    settings = installation_settings(environ)
    assert set(settings.municipality.units) > {"youth_team"}
    cases = open_engine(settings.database_url)
    with cases.connect() as connection:
        held = connection.exec_driver_sql("SELECT holder FROM key_cards").scalars().all()
    cases.dispose()
    assert held == [PICTURE, "youth_team"]


def test_it_prints_the_sign_in_once_and_keeps_none_of_it(printed: str, home: Home) -> None:
    assert _said(printed, "username") == "vaktleder"
    uri = re.search(r"otpauth://totp/\S+", printed)
    assert uri is not None
    parsed = pyotp.parse_uri(uri[0])
    assert isinstance(parsed, pyotp.TOTP)
    assert parsed.secret == _said(printed, "code secret")
    written = b"".join(one.read_bytes() for one in home.path.rglob("*") if one.is_file())
    passphrase = _said(printed, "passphrase")
    assert len(passphrase.split()) == 6
    for secret in (passphrase, *(w for w in passphrase.split() if len(w) > 5)):
        assert secret.encode() not in written
    assert _said(printed, "code secret").encode() not in written


def test_a_second_time_it_refuses_and_changes_nothing(
    printed: str, sifra: Sifra, home: Home
) -> None:
    before = _bytes(home)
    again = sifra("init")
    assert again.exit_code == 2
    assert "public/pepper: this is an installation already" in again.output
    assert "Traceback" not in again.output
    assert _bytes(home) == before


def test_it_refuses_over_what_an_earlier_one_left_half_done(
    printed: str, sifra: Sifra, home: Home
) -> None:
    home.verifier.unlink()
    assert sifra("init").exit_code == 2
    home.pepper.unlink()
    home.erasure_keys.unlink()
    refused = sifra("init")
    assert refused.exit_code == 2
    assert "a member in the staff database" in refused.output
    assert not home.pepper.exists()


@pytest.mark.parametrize("username", ["", "  ", "to ord", "x" * 41])
def test_a_username_is_one_word(sifra: Sifra, home: Home, username: str) -> None:
    assert sifra("init", "--username", username).exit_code == 2
    assert not home.path.exists()


def test_a_bad_municipality_stops_it_before_anything_is_made(
    sifra: Sifra, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "ours.toml"
    bad.write_text('name = "Et sted"\n')
    monkeypatch.setenv("SIFRA_MUNICIPALITY", str(bad))
    stopped = sifra("init")
    assert stopped.exit_code == 2
    assert "ours.toml: time_zone: is missing" in stopped.output
    assert not home.path.exists()


def _said(printed: str, label: str) -> str:
    found = re.search(rf"^  {label} +(.+)$", printed, re.MULTILINE)
    assert found is not None
    return found[1]


def _one_time_code(printed: str) -> str:
    return pyotp.TOTP(_said(printed, "code secret")).now()


def _bytes(home: Home) -> dict[Path, bytes]:
    """Without what SQLite keeps while somebody has a database open."""
    return {
        one: one.read_bytes()
        for one in home.path.rglob("*")
        if one.is_file() and not one.name.endswith("-shm")
    }

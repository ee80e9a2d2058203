"""Settings from the environment: right ones are read, and every wrong one is named at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from sifra.municipality import BadConfiguration
from sifra.settings import Home, reporter_settings, triage_settings

PEPPER, VERIFIER = bytes(range(32)), bytes(range(32, 64))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.public.mkdir()
    home.office.mkdir()
    home.pepper.write_text(PEPPER.hex() + "\n")
    home.verifier.write_text(VERIFIER.hex())
    return home


def faults_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    with pytest.raises(BadConfiguration) as bad:
        reporter_settings(environ)
    return bad.value.faults


def test_a_home_is_enough(home: Home) -> None:
    environ = {"SIFRA_HOME": str(home.path)}
    reporter, triage = reporter_settings(environ), triage_settings(environ)
    assert (reporter.pepper, reporter.verifier) == (PEPPER, VERIFIER)
    assert reporter.database_url == triage.database_url == f"sqlite:///{home.public}/cases.sqlite"
    assert triage.staff_database_url == f"sqlite:///{home.office}/staff.sqlite"
    assert (reporter.limits, reporter.limiter_storage) == (True, "memory://")
    assert (reporter.trusted_proxies, reporter.moment, triage.plain_http) == (0, None, False)
    assert reporter.municipality.name == "Indre Østfold kommune"


def test_empty_values_are_as_if_unset(home: Home) -> None:
    names = ("DATABASE_URL", "MUNICIPALITY", "LIMITER_STORAGE", "TRUSTED_PROXIES", "AT", "LIMITS")
    environ = {"SIFRA_HOME": str(home.path), **{f"SIFRA_{name}": "" for name in names}}
    assert reporter_settings(environ) == reporter_settings({"SIFRA_HOME": str(home.path)})


def test_the_back_office_does_not_need_the_pepper(home: Home) -> None:
    """Losing it closes every mailbox; the back office has no use for it."""
    home.pepper.unlink()
    triage = triage_settings({"SIFRA_HOME": str(home.path)})
    assert not hasattr(triage, "pepper")


def test_everything_that_can_be_set(home: Home) -> None:
    environ = {
        "SIFRA_HOME": str(home.path),
        "SIFRA_DATABASE_URL": "postgresql+psycopg://db/cases",
        "SIFRA_STAFF_DATABASE_URL": "postgresql+psycopg://db/staff",
        "SIFRA_LIMITER_STORAGE": "redis://cache",
        "SIFRA_TRUSTED_PROXIES": "2",
        "SIFRA_LIMITS": "0",
        "SIFRA_PLAIN_HTTP": "1",
        "SIFRA_AT": "2026-12-24T22:15:00+01:00",
    }
    reporter, triage = reporter_settings(environ), triage_settings(environ)
    assert reporter.database_url == "postgresql+psycopg://db/cases"
    assert triage.staff_database_url == "postgresql+psycopg://db/staff"
    assert (reporter.limiter_storage, reporter.limits) == ("redis://cache", False)
    assert (reporter.trusted_proxies, triage.plain_http) == (2, True)
    assert reporter.moment is not None
    assert reporter.moment.timestamp() == 1_798_146_900


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SIFRA_DATABASE_URL", "cases.sqlite", "is no database address; write for instance"),
        ("SIFRA_DATABASE_URL", "postgresql://u:geheim@h:port/db", "is no database address"),
        ("SIFRA_TRUSTED_PROXIES", "one", "'one' is no whole number"),
        ("SIFRA_TRUSTED_PROXIES", "-1", "'-1' is no whole number"),
        ("SIFRA_TRUSTED_PROXIES", "²", "'²' is no whole number"),
        ("SIFRA_TRUSTED_PROXIES", "9" * 5000, "is no whole number below 10000"),
        ("SIFRA_LIMITS", "yes", "'yes' is neither 0 nor 1"),
        ("SIFRA_AT", "jul", "'jul' is no moment"),
        ("SIFRA_AT", "2026-12-24T22:15", "needs an offset"),
    ],
)
def test_a_fault_is_named_by_its_variable(home: Home, name: str, value: str, said: str) -> None:
    (fault,) = faults_of({"SIFRA_HOME": str(home.path), name: value})
    assert fault.startswith(f"{name}: ")
    assert said in fault
    assert "geheim" not in fault


@pytest.mark.parametrize("secret", ["pepper", "verifier"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is missing; run `sifra init` first"),
        ("", "must hold 32 bytes in hexadecimal"),
        ("ab" * 31, "must hold 32 bytes in hexadecimal"),
        ("no hexadecimal", "cannot be read"),
        ("é", "cannot be read"),
    ],
)
def test_a_faulty_secret_is_named_by_its_file_and_not_quoted(
    home: Home, secret: str, content: str | None, said: str
) -> None:
    path: Path = getattr(home, secret)
    path.unlink()
    if content is not None:
        path.write_text(content, "utf-8")
    (fault,) = faults_of({"SIFRA_HOME": str(home.path)})
    assert fault.startswith(f"{path}: ")
    assert said in fault
    assert "abab" not in fault


def test_all_faults_are_named_in_one_pass(home: Home, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("name = 1\nnme = 2\n")
    home.pepper.unlink()
    faults = faults_of(
        {
            "SIFRA_HOME": str(home.path),
            "SIFRA_MUNICIPALITY": str(tmp_path / "bad.toml"),
            "SIFRA_AT": "jul",
            "SIFRA_TRUSTED_PROXIES": "x",
            "SIFRA_LIMITS": "x",
        }
    )
    for start in (
        "bad.toml: name: ",
        "bad.toml: nme: ",
        "bad.toml: units: is missing",
        "SIFRA_AT: ",
        "SIFRA_TRUSTED_PROXIES: ",
        "SIFRA_LIMITS: ",
        str(home.pepper),
    ):
        assert any(fault.startswith(start) for fault in faults), start


def test_a_missing_municipality_is_named(home: Home) -> None:
    environ = {"SIFRA_HOME": str(home.path), "SIFRA_MUNICIPALITY": str(home.path / "none.toml")}
    (fault,) = faults_of(environ)
    assert fault.startswith("none.toml: cannot be read")

"""Installations to run the command on. Keys are cheap here, except where a test says `init`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine

from sifra.case_store import CaseStore
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.settings import Home, installation_settings
from triage import commands, installing
from triage.keys import KeyCost, NewAccount
from triage.people.held_keys import Founding

CHEAP = KeyCost(memory_kib=64, iterations=1)

Sifra = Callable[..., Result]


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the command sees: a home that is not there yet, and the shipped municipality."""
    chosen = {"SIFRA_HOME": str(tmp_path / "home")}
    for name in ("SIFRA_DATABASE_URL", "SIFRA_STAFF_DATABASE_URL", "SIFRA_MUNICIPALITY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    return chosen


@pytest.fixture
def home(environ: dict[str, str]) -> Home:
    return Home(Path(environ["SIFRA_HOME"]))


@pytest.fixture
def sifra(environ: dict[str, str]) -> Sifra:
    """Runs the command in this process."""

    def run(*arguments: str, answers: str = "") -> Result:
        return CliRunner().invoke(commands.main, arguments, input=answers)

    return run


@dataclass(frozen=True)
class Installation:
    home: Home
    founding: Founding
    staff: Engine
    cases: Engine
    erasure: ErasureKeys
    store: CaseStore


@pytest.fixture
def installation(environ: dict[str, str]) -> Iterator[Installation]:
    settings = installation_settings(environ)
    founding = installing.install(settings, username="leder", display="Leder", cost=CHEAP)
    staff, cases = open_engine(settings.staff_database_url), open_engine(settings.database_url)
    erasure = ErasureKeys(settings.home.erasure_keys)
    yield Installation(settings.home, founding, staff, cases, erasure, CaseStore(cases, erasure))
    staff.dispose()
    cases.dispose()


def code_of(account: NewAccount) -> str:
    return pyotp.TOTP(account.totp_secret).at(int(time.time()))


@pytest.fixture
def norwegian(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal's own language is not in the way."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

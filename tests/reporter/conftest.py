"""Public sites on real SQLite files, each in a home of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sifra.case_store import CaseStore
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.migrate import Tree, migrate
from sifra.settings import Home, ReporterSettings
from tests.reporter.choosing import SHIPPED, give_cards
from tests.reporter.installation import (
    SIGNING_KEY,
    TEAM,
    TEAM_KEY,
    Installation,
    Visitor,
    live_worker,
)
from tests.reporter.moments import TUESDAY_MORNING, set_clock


@pytest.fixture(scope="session")
def template_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated home with a signed key card: made once, copied for each test."""
    home = Home(tmp_path_factory.mktemp("home"))
    migrate(home.default_database_url, Tree.CASES)
    ErasureKeys(home.erasure_keys).create()
    engine = open_engine(home.default_database_url)
    store = CaseStore(engine, ErasureKeys(home.erasure_keys))
    store.put_card(SIGNING_KEY.sign(TEAM, 1, TEAM_KEY))
    engine.dispose()
    return home.path


Install = Callable[..., Installation]


@pytest.fixture
def install(template_home: Path, tmp_path: Path) -> Install:
    """Makes installations, each in a home of its own; the settings given replace the usual.
    ``patience`` is how many seconds to wait for another's lock."""
    made: list[Installation] = []

    def one(patience: float = 5.0, **settings: Any) -> Installation:  # noqa: ANN401 (any setting)
        home = Home(tmp_path / f"home-{len(made)}")
        shutil.copytree(template_home, home.path)
        usual = ReporterSettings(
            show_unreviewed=True,
            home=home,
            database_url=f"{home.default_database_url}?timeout={patience}",
            municipality=SHIPPED,
            verifier=SIGNING_KEY.verifier(),
            pepper=os.urandom(32),
        )
        made.append(
            Installation(
                replace(usual, **settings),
                open_engine(usual.database_url),
                ErasureKeys(home.erasure_keys),
            )
        )
        live_worker(made[-1].engine)
        made[-1].engine.dispose()
        return made[-1]

    return one


@pytest.fixture
def installed(install: Install) -> Installation:
    return install()


@pytest.fixture
def every_key(installed: Installation) -> None:
    """Every unit has a key, and may be chosen as a reader."""
    give_cards(installed)


@pytest.fixture
def tuesday_morning(installed: Installation) -> None:
    set_clock(installed, TUESDAY_MORNING)


@pytest.fixture
def visitor(installed: Installation) -> Visitor:
    return installed.visitor()

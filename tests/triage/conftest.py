"""A back office, a stranger at its door, and somebody of the youth team inside."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.triage.example_handovers import leader, police, worker  # noqa: F401 (fixtures)
from tests.triage.example_office import Browser, Installation, build, installation, started
from tests.triage.example_people import People
from tests.triage.example_world import World, team, worked
from triage.people.held_keys import Founding


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Founding]:
    """Made once; each test has its own copy."""
    home = tmp_path_factory.mktemp("office")
    return home, build(home)


@pytest.fixture
def office(built: tuple[Path, Founding], tmp_path: Path) -> Iterator[Installation]:
    home, founding = built
    made = installation(Path(shutil.copytree(home, tmp_path / "home")), founding)
    yield made
    made.staff.dispose()
    made.cases.dispose()


@pytest.fixture
def app(office: Installation) -> Iterator[Flask]:
    made = started(office.settings)
    yield made
    made.extensions["sifra"].staff.dispose()
    made.extensions["sifra"].cases.dispose()


@pytest.fixture(scope="session")
def built_world(
    built: tuple[Path, Founding], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, World]:
    """A team after a week of work, made once; each test has its own copy."""
    home, founding = built
    lies = Path(shutil.copytree(home, tmp_path_factory.mktemp("world") / "home"))
    here = installation(lies, founding)
    app = started(here.settings)
    made = worked(team(here, app))
    for engine in (here.staff, here.cases, *_engines(app)):
        engine.dispose()
    return lies, made


@pytest.fixture
def world(built_world: tuple[Path, World], tmp_path: Path) -> Iterator[World]:
    home, made = built_world
    lies = Path(shutil.copytree(home, tmp_path / "home"))
    here = installation(lies, made.office.founding)
    app = started(here.settings)
    yield replace(made, office=here, app=app, browsers={})
    for engine in (here.staff, here.cases, *_engines(app)):
        engine.dispose()


def _engines(app: Flask) -> tuple[Engine, Engine]:
    return app.extensions["sifra"].staff, app.extensions["sifra"].cases


@pytest.fixture
def stranger(app: Flask, office: Installation) -> Browser:
    return Browser(app.test_client(), office)


@pytest.fixture
def browser(app: Flask, office: Installation) -> Browser:
    """Somebody of the youth team (the leader), signed in."""
    made = Browser(app.test_client(), office)
    made.sign_in(office.leader)
    return made


@pytest.fixture
def people(app: Flask, office: Installation) -> People:
    return People(app, office)

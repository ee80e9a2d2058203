"""What design §4 says of the rooms, and import-linter cannot see."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.conftest import ROOMS, ROOT, python_files

TIMELESS = ("sealing", "conversation", "return_code", "key_cards", "duty")
RECKONING = ("contact_hours", "local_calendar", "reading_times", "routing", "coverage")
"""They reckon with times that come in as arguments, and read no clock either."""
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}
LONGEST = 400

WEB_AND_DATABASE = {"flask", "flask_babel", "werkzeug", "jinja2", "sqlalchemy", "alembic"}
CLOCKS = {"time", "datetime", "calendar", "zoneinfo"}
RECKONED_WITH = {"datetime", "zoneinfo"}
READ = {
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
}
OUTSIDE = {"socket", "subprocess", "logging", "random", "tempfile", "threading"}
ENVIRONMENT = {"os.environ", "os.environb", "os.getenv", "os.putenv"}


def imported(tree: ast.AST) -> Iterator[str]:
    """The first name of everything that is imported, at any depth of the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def mentioned(tree: ast.AST) -> Iterator[str]:
    """Names with a dot, as they are written, and what is imported out of a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def readings(tree: ast.AST) -> set[str]:
    """Where a clock is read, by any of the names that datetime goes by."""
    deep = {
        f"{node.value.attr}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
    }
    return ({name.removeprefix("dt.") for name in mentioned(tree)} | deep) & READ


def faults(source: str) -> set[str]:
    """What a pure room may not do."""
    tree = ast.parse(source)
    forbidden = WEB_AND_DATABASE | CLOCKS | OUTSIDE
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return (
        set(imported(tree)) & forbidden
        | set(mentioned(tree)) & ENVIRONMENT
        | called & {"open", "print", "input", "eval", "exec", "__import__"}
    )


@pytest.mark.parametrize("module", TIMELESS)
def test_a_pure_room_knows_no_web_no_database_no_clock_and_no_environment(module: str) -> None:
    assert faults((ROOT / "sifra" / f"{module}.py").read_text("utf-8")) == set()


@pytest.mark.parametrize("module", RECKONING)
def test_a_pure_room_that_reckons_with_time_is_told_what_time_it_is(module: str) -> None:
    source = (ROOT / "sifra" / f"{module}.py").read_text("utf-8")
    assert faults(source) <= RECKONED_WITH
    assert readings(ast.parse(source)) == set()


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("import flask", "flask"),
        ("from sqlalchemy.orm import Session", "sqlalchemy"),
        ("def f():\n    import time", "time"),
        ("from datetime import datetime", "datetime"),
        ("import os\nx = os.environ['A']", "os.environ"),
        ("from os import getenv", "os.getenv"),
        ("open('/etc/passwd')", "open"),
    ],
)
def test_the_check_finds_what_it_looks_for(source: str, fault: str) -> None:
    assert faults(source) == {fault}


@pytest.mark.parametrize(
    "source", ["now = dt.datetime.now(zone)", "x = datetime.today()", "dt.date.today()"]
)
def test_the_check_finds_who_reads_the_clock(source: str) -> None:
    assert readings(ast.parse(source))


def test_the_core_reads_the_clock_in_one_place() -> None:
    """Everywhere else time comes in as an argument."""
    files = sorted((ROOT / "sifra").glob("*.py"))
    reading = [file.name for file in files if readings(ast.parse(file.read_text("utf-8")))]
    assert reading == ["clock.py"]


def test_every_room_has_a_name_that_says_what_is_in_it() -> None:
    nameless = [
        str(file.relative_to(ROOT))
        for file in python_files(*ROOMS)
        if NAMELESS & {file.stem, *file.relative_to(ROOT).parts[:-1]}
    ]
    assert nameless == []


def test_no_file_is_longer_than_a_sitting() -> None:
    def lines(file: Path) -> int:
        return len(file.read_text("utf-8").splitlines())

    long = {str(one.relative_to(ROOT)): lines(one) for one in python_files(*ROOMS)}
    assert {name: size for name, size in long.items() if size > LONGEST} == {}


def test_the_rooms_are_there() -> None:
    """Or the tests above would look at nothing."""
    assert {"reporter", "sifra", "triage"} <= {one.name for one in ROOT.iterdir()}
    assert len(python_files(*ROOMS)) > 50

"""Where the rooms are."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("reporter", "sifra", "triage", "migrations", "translations", "benchmarks", "tests")


def python_files(*rooms: str) -> list[Path]:
    """Every file of Python in these rooms, as far as they exist, and those beside them."""
    beside = sorted(ROOT.glob("*.py")) if rooms == ROOMS else []
    return beside + [file for room in rooms for file in sorted((ROOT / room).rglob("*.py"))]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT

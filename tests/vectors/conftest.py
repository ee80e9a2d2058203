"""The frozen vectors, read once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    return _read("v1.json")


@pytest.fixture(scope="session")
def staff_vectors() -> dict[str, Any]:
    return _read("v1-staff.json")


@pytest.fixture(scope="session")
def talk_vectors() -> dict[str, Any]:
    return _read("v1-talks.json")


def _read(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text("utf-8"))
    return loaded

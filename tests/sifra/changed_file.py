"""The shipped file with something changed in it, and what is said of that."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

from sifra.municipality import BadConfiguration, parse, shipped_path

SHIPPED = tomllib.loads(shipped_path().read_text("utf-8"))
Raw = dict[str, Any]


def faults_of(raw: Raw) -> list[str]:
    with pytest.raises(BadConfiguration) as bad:
        parse(raw, "x.toml")
    assert all(fault.startswith("x.toml: ") for fault in bad.value.faults)
    assert str(bad.value) == "\n".join(bad.value.faults)
    return [fault.removeprefix("x.toml: ") for fault in bad.value.faults]


def changed(*changes: tuple[str, object]) -> Raw:
    """The shipped file with each ``a.b.0.c`` set to a value, or taken out (None)."""
    raw: Any = copy.deepcopy(SHIPPED)
    for path, value in changes:
        *way, last = path.split(".")
        here = raw
        for step in way:
            here = here[int(step)] if isinstance(here, list) else here[step]
        key: Any = int(last) if isinstance(here, list) else last
        if value is None:
            del here[key]
        else:
            here[key] = value
    return raw

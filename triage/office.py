"""What the pages of the back office share: the two stores, the clock and the municipality."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Engine

from sifra.case_store import CaseStore
from sifra.clock import Clock
from sifra.municipality import Municipality
from sifra.settings import TriageSettings


@dataclass(frozen=True, slots=True)
class Office:
    """One running back office. ``clock`` is the demo's; sign-in and sessions use the real time."""

    settings: TriageSettings
    staff: Engine
    cases: Engine
    store: CaseStore
    clock: Clock

    @property
    def municipality(self) -> Municipality:
        return self.settings.municipality


def office() -> Office:
    """The back office that serves the request at hand."""
    found = current_app.extensions["sifra"]
    assert isinstance(found, Office)  # noqa: S101 (narrows the type; set in create_app)
    return found

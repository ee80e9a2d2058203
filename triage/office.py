"""What the pages of the back office share: the two stores, the clock and the municipality."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Engine

from sifra.case_store import CaseStore
from sifra.clock import Clock
from sifra.municipality import Municipality
from sifra.settings import TriageSettings
from triage.adults.approved import Approved


@dataclass(frozen=True, slots=True)
class Office:
    """One running back office. ``clock`` is the demo's; sign-in and sessions use the real time."""

    settings: TriageSettings
    staff: Engine
    cases: Engine
    store: CaseStore
    clock: Clock
    approved: Approved

    @property
    def municipality(self) -> Municipality:
        """As the file has it."""
        return self.settings.municipality

    def place(self) -> Municipality:
        """With what the adults say of themselves, as of some seconds ago at most: for what is
        reckoned from hours and languages. Raises StoreUnavailable."""
        return self.approved.place()


def office() -> Office:
    """The back office that serves the request at hand."""
    found = current_app.extensions["sifra"]
    assert isinstance(found, Office)  # noqa: S101 (narrows the type; set in create_app)
    return found

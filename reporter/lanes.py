"""The ways to begin a case, as the pages that look it over and send it know them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reporter.adults_shown import Presence
from reporter.forms import CaseForm
from reporter.readers import Units
from sifra.languages import Choice
from sifra.routing import Facts, Routing


@dataclass(frozen=True, slots=True)
class Lane:
    """One way to begin a case, for the request at hand."""

    id: str
    form: type[CaseForm]
    path: str
    """Where the form is sent to, below the language."""
    page: Callable[[CaseForm], str]
    """The form, with what was written and what is wrong with it."""
    choices: tuple[Units, ...]
    """Who may read, the usual readers first."""
    routing: Callable[[Facts, Units], Routing]
    """What is told where these may read."""
    adult: str = ""
    """Whom a talk is with: an adult, or a unit."""
    presence: Presence | None = None
    """Whether that adult is at work."""
    topics: tuple[Choice, ...] = ()
    """What it may be about, where this lane says it in other words than the file."""

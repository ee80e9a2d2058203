"""Who is on duty beside the file's hours: shifts, days off, and who promises nothing now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sifra.contact_hours import Shift
from sifra.local_calendar import SpecialDays


@dataclass(frozen=True, slots=True)
class Duty:
    """By unit. ``shifts`` are only those that have enough people to make a promise. ``silent``
    units promise nothing: staff paused it, or nobody could be notified."""

    shifts: Mapping[str, tuple[Shift, ...]] = field(default_factory=dict)
    days_off: Mapping[str, tuple[SpecialDays, ...]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


NO_DUTY = Duty()

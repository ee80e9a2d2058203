"""The only place where the sites read the clock."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, shifted by ``offset`` seconds (the demo's ``AT``)."""

    offset: float = 0.0

    @classmethod
    def starting_at(cls, moment: dt.datetime | None) -> Clock:
        """A clock that shows ``moment`` now and goes on from there; None for the real time."""
        return cls(moment.timestamp() - time.time() if moment else 0.0)

    def now(self) -> int:
        """Unix seconds, UTC."""
        return int(time.time() + self.offset)

"""When a session is over, for whoever looks and for the night in which its row goes."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from triage.staff_tables import sessions

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 10 * 3600


def over(now: int) -> ColumnElement[bool]:
    """Of rows that open nothing any more. ``now`` is Unix seconds (UTC)."""
    return or_(sessions.c.seen <= now - IDLE_SECONDS, sessions.c.created <= now - LONGEST_SECONDS)

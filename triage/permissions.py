"""Who may do what. A permission opens a page; only a key opens a case."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    READ = "read"
    """See the queue and the cases of one's units."""
    ANSWER = "answer"
    """Acknowledge, answer, close and reopen them."""
    PLAN = "plan"
    """Plan the evenings and days off of one's units, and pause their promises."""
    LEAD = "lead"
    """Hold the installation's signing key, and let others in."""
    AUDIT = "audit"
    """See who did what to which case, in every unit; never what stands in a case."""


ROLES: Mapping[str, frozenset[Permission]] = {
    "reader": frozenset({Permission.READ, Permission.ANSWER, Permission.PLAN}),
    "leader": frozenset(
        {
            Permission.READ,
            Permission.ANSWER,
            Permission.PLAN,
            Permission.LEAD,
            Permission.AUDIT,
        }
    ),
}


def may(role: str, permission: Permission) -> bool:
    """A role that is not known may do nothing."""
    return permission in ROLES.get(role, frozenset())

"""Who may do what. A permission opens a page; only a key opens a case."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Permission(StrEnum):
    OWN = "own"
    """See one's own account, choose the language of the pages, and sign out."""
    READ = "read"
    """See the queue and the cases of one's units, search them and see the picture."""
    ANSWER = "answer"
    """Acknowledge, answer, close and reopen them; write notes, and take or give a case."""
    HAND_OVER = "hand-over"
    """Let another unit in, or be the second person who says yes or no to it; let in and end an
    interpreter; take a case out for the journal."""
    PLAN = "plan"
    """Plan the evenings and days off of one's units, and pause their promises."""
    RULES = "rules"
    """See the contact rules and what they cover."""
    INTERPRET = "interpret"
    """See and translate the cases that one has been let in to, each until its date."""
    STAFF = "staff"
    """Invite, end sessions, let a passphrase or second factor be made anew, and end accounts.
    Without LEAD nobody is let in to anything thereby."""
    LEAD = "lead"
    """Hold the installation's signing key, and let others in."""
    AUDIT = "audit"
    """See who did what to which case, in every unit; never what stands in a case."""


_READER = frozenset(
    {
        Permission.OWN,
        Permission.READ,
        Permission.ANSWER,
        Permission.HAND_OVER,
        Permission.PLAN,
        Permission.RULES,
    }
)

ROLES: Mapping[str, frozenset[Permission]] = {
    "reader": _READER,
    "leader": _READER | {Permission.STAFF, Permission.LEAD, Permission.AUDIT},
    "interpreter": frozenset({Permission.OWN, Permission.INTERPRET}),
    "auditor": frozenset({Permission.OWN, Permission.RULES, Permission.AUDIT}),
    "administrator": frozenset({Permission.OWN, Permission.RULES, Permission.STAFF}),
}
"""The administrator and the auditor hold no key of a unit, and so read nothing."""

READERS = frozenset(role for role, granted in ROLES.items() if Permission.READ in granted)
"""The roles that may hold the key of a unit."""


def may(role: str, permission: Permission) -> bool:
    """A role that is not known may do nothing."""
    return permission in ROLES.get(role, frozenset())

"""Hand-overs: proposed, consented to or approved, made, and told."""

from __future__ import annotations

from collections.abc import Mapping

from triage.case_files import OpenCase
from triage.members import Member


def shown(member: Member, case: OpenCase) -> Mapping[str, object]:  # noqa: ARG001
    """What the case page shows of it."""
    return {}

"""What is entered in the audit log of a case."""

from __future__ import annotations

from triage.audit.audit_log import Action, Deed, append
from triage.cases.case_files import OpenCase
from triage.members import Member
from triage.office import office


def enter(action: Action, member: Member, case: OpenCase, **fields: int | str) -> None:
    """Enter what ``member`` is about to do. StoreUnavailable: it may not be done."""
    append(office().staff, Deed(action, member.id, case.unit, case.case.clear.id, fields))

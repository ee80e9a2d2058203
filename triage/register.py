"""The register: what a unit searches its cases by, sealed under a key that only its key gives."""

from __future__ import annotations

from triage.case_files import OpenCase
from triage.case_sheet import Sheet
from triage.members import Member


def put(member: Member, case: OpenCase, sheet: Sheet) -> None:
    """Enter a case anew, for every unit of the member's that reads it."""

"""What stands in a case's notes, read back as its readers would."""

from __future__ import annotations

from tests.triage.example_office import Installation
from triage.cases.case_sheet import Sheet, sheet
from triage.folder_store import FolderStore
from triage.folders import Body, FolderKind, OpenFolder, open_folder


def opened(office: Installation, case_id: str, unit: str = "youth_team") -> list[OpenFolder]:
    """The folders of notes that the unit holds a key to."""
    erasure_key = office.stored(case_id).sealed.erasure_key
    return [
        open_folder(folder, erasure_key, unit, [office.founding.units[unit]])
        for folder in FolderStore(office.staff).of_case(case_id, FolderKind.NOTES)
        if unit in folder.holders
    ]


def written(office: Installation, case_id: str, unit: str = "youth_team") -> list[Body]:
    return [body for folder in opened(office, case_id, unit) for body in folder.entries]


def sheet_of(office: Installation, case_id: str, unit: str = "youth_team") -> Sheet:
    return sheet(written(office, case_id, unit))

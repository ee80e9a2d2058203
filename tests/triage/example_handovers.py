"""Hand-overs pressed through as staff press them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from sifra.case_store import State
from sifra.conversation import ReaderView, Sealed
from sifra.database import reading
from sifra.sealing import Kind, PrivateKey, SealError
from tests.triage.example_office import NOW, Browser, Installation
from triage.folder_store import FolderStore
from triage.folders import open_folder
from triage.keys import NewAccount
from triage.staff_tables import audit_entries, handovers

SUMMARY = "Det skal være et oppgjør ved stasjonen fredag kl. 19."
REASON = "Flere kan bli alvorlig skadd."


def row(office: Installation) -> dict[str, object]:
    """The only hand-over there is, in clear."""
    with reading(office.staff) as connection:
        return dict(connection.execute(select(handovers)).one()._mapping)


@dataclass
class Desk:
    """A member at a browser of their own, signed in."""

    browser: Browser
    account: NewAccount

    @classmethod
    def of(cls, app: Flask, office: Installation, account: NewAccount) -> Desk:
        made = cls(Browser(app.test_client(), office), account)
        made.browser.sign_in(account)
        return made

    @property
    def text(self) -> str:
        return self.browser.text

    def get(self, path: str, status: int = 200) -> None:
        self.browser.get(path, status)

    def propose(self, case: str, status: int = 200, /, **fields: str) -> str:
        """Fill in the form; the id of the hand-over."""
        self.get(f"/cases/{case}/handover")
        given = {"to": "police", "goes": "summary", "text": SUMMARY, "language": "nb"}
        given |= {"ground": "avert_crime", "reason": REASON, **fields}
        self.send(f"/cases/{case}/handover", status, **given)
        return str(row(self.browser.office)["folder_id"]) if status == 200 else ""

    def press(self, case: str, handover: str, action: str, status: int = 200, **more: str) -> None:
        """Look at the hand-over, and press; also a button that is not offered."""
        self.get(f"/cases/{case}/handover/{handover}")
        office = self.browser.office
        folder = FolderStore(office.staff).find(handover)
        assert folder is not None
        forged = {
            "seen": str(len(office.stored(case).sealed.messages)),
            "head": folder.head[:8].hex(),
        }
        self.send(f"/cases/{case}/handover/{handover}/{action}", status, **{**forged, **more})

    def send(self, path: str, status: int = 200, /, **fields: str) -> None:
        """With what the page at hand holds hidden, and a one-time code that is good."""
        page = self.browser.page
        held = {
            name: str(box["value"])
            for name in ("seen", "head")
            if (box := page.find("input", {"name": name})) is not None
        }
        code = self.browser.office.code(self.account)
        self.browser.post(path, status, **{"code": code, **held, **fields})


def answers(office: Installation, case: str, key: bytes, handover: str, kind: Kind) -> None:
    """What the sender says in the mailbox."""
    said = office.sender(case, key).says(kind, {"handover": handover, "hour": NOW})
    office.store.add(said, State.MORE)


def opens(office: Installation, case: str, unit: str = "police") -> tuple[bool, bool]:
    """Does the unit's key open a folder, and the case?"""
    key = office.founding.units[unit]
    stored = office.stored(case).sealed

    def opened_folder() -> bool:
        for folder in FolderStore(office.staff).of_case(case):
            for holder in (*folder.holders, unit):
                try:
                    open_folder(folder, stored.erasure_key, holder, [key])
                except SealError:
                    continue
                return True
        return False

    return opened_folder(), any(_reads(stored, holder, key) for holder in (*stored.readers, unit))


def _reads(stored: Sealed, holder: str, key: PrivateKey) -> bool:
    try:
        ReaderView.open(stored, holder, key)
    except SealError:
        return False
    return True


def kinds(office: Installation, case: str) -> list[Kind]:
    return [message.kind for message in office.reader(case).messages()]


def told(office: Installation, case: str) -> dict[str, str | int]:
    last = office.reader(case).messages()[-1]
    assert last.kind is Kind.HANDED_OVER
    return dict(last.body)


def entered(office: Installation, *of: str) -> list[tuple[str, str]]:
    with reading(office.staff) as connection:
        rows = connection.execute(
            select(audit_entries.c.action, audit_entries.c.account_id)
            .where(audit_entries.c.action.in_(of))
            .order_by(audit_entries.c.sequence)
        )
        return [(action, account) for action, account in rows]


@pytest.fixture
def worker(app: Flask, office: Installation) -> Desk:
    """Somebody of the youth team, whom the leader let in."""
    return Desk.of(app, office, office.member("ung", "youth_team"))


@pytest.fixture
def leader(browser: Browser, office: Installation) -> Desk:
    """Of both units."""
    return Desk(browser, office.leader)


@pytest.fixture
def police(app: Flask, office: Installation) -> Desk:
    return Desk.of(app, office, office.member("politi", "police"))

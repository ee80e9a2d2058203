"""Hand-overs pressed through as staff press them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from sifra.case_store import State
from sifra.database import reading
from sifra.sealing import Kind
from tests.triage.example_office import NOW, Browser, Installation
from triage.folder_store import FolderStore
from triage.keys import NewAccount
from triage.staff_tables import handovers

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

    def propose(self, case: str, status: int = 200, **fields: str) -> str:
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

    def send(self, path: str, status: int = 200, **fields: str) -> None:
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

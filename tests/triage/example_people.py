"""People who come and go: what they do on the pages, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import delete, select

from sifra.database import reading, writing
from sifra.sealing import PrivateKey
from tests.triage.example_office import Browser, Installation
from triage.keys import NewAccount
from triage.staff_tables import accounts, audit_entries, unit_keys


@dataclass(frozen=True)
class People:
    """Browsers of one back office, each somebody's."""

    app: Flask
    office: Installation

    def stranger(self) -> Browser:
        return Browser(self.app.test_client(), self.office)

    def signed_in(self, account: NewAccount) -> Browser:
        browser = self.stranger()
        browser.sign_in(account)
        return browser

    def id_of(self, username: str) -> str:
        with reading(self.office.staff) as connection:
            return connection.execute(
                select(accounts.c.id).where(accounts.c.username == username)
            ).scalar_one()

    def held(self, username: str) -> set[tuple[str, int]]:
        """Units and serials of the keys that somebody holds."""
        with reading(self.office.staff) as connection:
            rows = connection.execute(
                select(unit_keys.c.unit, unit_keys.c.serial).where(
                    unit_keys.c.account_id == self.id_of(username)
                )
            )
            return {(unit, serial) for unit, serial in rows}

    def invites(
        self, browser: Browser, by: NewAccount, username: str = "askim", **changed: str
    ) -> str:
        """The words that the page shows once."""
        browser.get("/staff/invite")
        browser.post(
            "/staff/invite",
            **{
                "username": username,
                "display": "Ungdomskontakt, Askim",
                "role": "reader",
                "unit": "youth_team",
                "language": "nb",
                "languages": "",
                "code": self.office.code(by),
                **changed,
            },
        )
        return said(browser)

    def joins(self, username: str, words: str) -> NewAccount:
        """What the newcomer writes down; the key itself never leaves the session."""
        browser = self.stranger()
        browser.get("/join")
        browser.post("/join", username=username, words=words)
        return NewAccount(
            self.id_of(username),
            username,
            shown(browser, "passphrase"),
            shown(browser, "secret"),
            PrivateKey.generate(),
        )

    def lets_in(
        self, leader: Browser, by: NewAccount, username: str, words: str, status: int = 200
    ) -> None:
        account = self.id_of(username)
        leader.get(f"/staff/let-in?account={account}")
        code = self.office.code(by)
        leader.post("/staff/let-in", status, account=account, words=words, code=code)


def said(browser: Browser) -> str:
    """The words that are to be read out."""
    found = browser.page.find(class_="spoken")
    assert found is not None
    return found.get_text()


def shown(browser: Browser, id: str) -> str:
    found = browser.page.find(id=id)
    assert found is not None
    return found.get_text().strip()


def allowed(browser: Browser, office: Installation, account: str, what: str, **more: str) -> str:
    """The words that a leader gives somebody who has lost something."""
    browser.get(f"/staff/{what}?account={account}")
    browser.post(f"/staff/{what}", account=account, code=office.code(office.leader), **more)
    return said(browser)


def without_police(office: Installation) -> None:
    """The leader does not read as the police."""
    with writing(office.staff) as connection:
        connection.execute(
            delete(unit_keys).where(
                unit_keys.c.account_id == office.leader.id, unit_keys.c.unit == "police"
            )
        )


def entered(office: Installation, action: str) -> int:
    with reading(office.staff) as connection:
        rows = connection.execute(select(audit_entries).where(audit_entries.c.action == action))
        return len(rows.all())

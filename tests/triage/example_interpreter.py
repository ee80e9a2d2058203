"""Interpreters in the example office: let in by the leader, at work in a browser of their own."""

from __future__ import annotations

import time
from collections.abc import Mapping

from flask import Flask
from sqlalchemy import select, update

from sifra.database import reading, writing
from tests.triage.example_office import Browser, Installation
from triage.keys import NewAccount
from triage.staff_tables import accounts, interpreters

ANSWER = "Vi tror deg. Kan du si mer?"
HER_WORDS = "Ми тобі віримо. Розкажи більше."
UKRAINIAN = "Мене б'ють після школи біля вокзалу. <b>Не кажіть мамі</b>"


def interpreter(office: Installation, name: str = "tolk", languages: str = "uk") -> NewAccount:
    made = office.member(name, role="interpreter")
    with writing(office.staff) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.id == made.id)
            .values(languages=languages, display=f"Tolk, {name}")
        )
    return made


def let_in(staff: Browser, case: str, account: NewAccount) -> str:
    """By whoever sits at ``staff``; the folder's id."""
    chooses(staff, case, account)
    return folder_of(staff.office, case)


def chooses(
    staff: Browser, case: str, account: NewAccount, status: int = 200, /, **changed: str
) -> None:
    """Fill in the form that lets an interpreter in, and press."""
    staff.get(f"/cases/{case}/interpreter")
    until = staff.page.find(id="until")
    assert until is not None
    given = {
        "who": f"{account.id}.uk",
        "until": str(until["value"]),
        "code": staff.office.code(staff.office.leader),
    }
    staff.post(f"/cases/{case}/interpreter", status, **{**given, **changed})


def folder_of(office: Installation, case: str) -> str:
    """The one that was made last."""
    query = select(interpreters).where(interpreters.c.case_id == case)
    with reading(office.staff) as connection:
        rows = connection.execute(query).all()
    running = [row.folder_id for row in rows if row.ended is None]
    return str(running[-1] if running else rows[-1].folder_id)


def at_work(app: Flask, office: Installation, account: NewAccount) -> Browser:
    made = Browser(app.test_client(), office)
    made.sign_in(account)
    return made


def begins(
    app: Flask, staff: Browser, case: str, account: NewAccount | None = None
) -> tuple[str, Browser]:
    """An interpreter is let in to the case and looks at it: the folder, and their browser."""
    account = account or interpreter(staff.office)
    folder = let_in(staff, case, account)
    desk = at_work(app, staff.office, account)
    desk.get(f"/interpreting/{folder}")
    return folder, desk


def translates(
    desk: Browser, folder: str, save: int, texts: Mapping[int, str], status: int = 200
) -> None:
    """Press the button of message ``save`` with ``texts`` in the fields."""
    written: dict[str, str | list[str]] = {f"text-{of}": text for of, text in texts.items()}
    desk.post(f"/interpreting/{folder}", status, save=str(save), **written)


def time_passes(office: Installation, folder: str) -> None:
    """The interpreter's last day is over."""
    with writing(office.staff) as connection:
        connection.execute(
            update(interpreters)
            .where(interpreters.c.folder_id == folder)
            .values(until=int(time.time()) - 1)
        )


def texts(browser: Browser) -> list[str]:
    """What the page shows of what people wrote."""
    return [said.get_text() for said in browser.page.find_all(class_="text")]


def answered_and_translated(
    app: Flask, staff: Browser, case: str, translation: str = HER_WORDS
) -> tuple[str, Browser]:
    """Staff answer, and an interpreter translates the answer: the folder, and their browser."""
    staff.get(f"/cases/{case}")
    staff.act(case, "answer", text=ANSWER, language="nb")
    folder, desk = begins(app, staff, case)
    translates(desk, folder, 1, {1: translation})
    return folder, desk


def token(staff: Browser) -> str:
    """Of the translation that the page of the case offers to send."""
    found = staff.page.find("input", {"name": "translation"})
    assert found is not None
    return str(found["value"])

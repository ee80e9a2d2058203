"""What an interpreter gains by trying: nothing of what they were not let in to, and nothing that
was written after their time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update

from sifra.conversation import ReaderView
from sifra.database import Conflict, reading, writing
from sifra.key_cards import account_holder
from sifra.sealing import PrivateKey, SealError
from tests.triage.example_interpreter import (
    UKRAINIAN,
    at_work,
    begins,
    chooses,
    interpreter,
    let_in,
    time_passes,
    translates,
)
from tests.triage.example_office import Browser, Installation
from triage import folder_store
from triage.folder_store import FolderStore
from triage.folders import FolderKind, SealedFolder, open_folder
from triage.keys import NewAccount
from triage.staff_tables import accounts, folder_keys, folders, interpreters

LATER = "пізніше, таємно"
Ending = Callable[[Browser, Installation, str, str], None]


def stored(office: Installation, folder: str) -> SealedFolder:
    found = FolderStore(office.staff).find(folder)
    assert found is not None
    return found


def said_in(office: Installation, folder: SealedFolder, account: NewAccount) -> list[object]:
    erasure_key = office.stored(folder.case_id).sealed.erasure_key
    opened = open_folder(folder, erasure_key, account_holder(account.id), (account.private,))
    return [body.get("text") for body in opened.entries]


def nothing_later(office: Installation, before: SealedFolder, account: NewAccount) -> None:
    """Neither by the new rows, nor by them with the interpreter's old wrap put back."""
    holder = account_holder(account.id)
    with writing(office.staff) as connection:
        rows = connection.execute(select(folders.c.id)).all()
    seen = 0
    for row in rows:
        now = stored(office, row.id)
        with pytest.raises(SealError):
            said_in(office, now, account)
        for head in (now.head, before.head):
            for entries in (now.entries, before.entries, (*before.entries, *now.entries[-1:])):
                wraps = {**now.wraps, holder: before.wraps[holder]}
                mixed = replace(now, head=head, wraps=wraps, entries=entries)
                try:
                    assert LATER not in said_in(office, mixed, account)
                except SealError:
                    seen += 1
    assert seen


def end_by_staff(browser: Browser, office: Installation, case: str, folder: str) -> None:
    browser.post(f"/cases/{case}/interpreter/end", folder=folder)


def end_by_leaving(browser: Browser, office: Installation, case: str, folder: str) -> None:
    with writing(office.staff) as connection:
        account = select(interpreters.c.account_id).where(interpreters.c.folder_id == folder)
        connection.execute(
            update(accounts)
            .where(accounts.c.id == account.scalar_subquery())
            .values(gone=int(time.time()))
        )


def end_by_a_new_key(browser: Browser, office: Installation, case: str, folder: str) -> None:
    """Their passphrase is made anew, and no leader has signed the new key's card yet."""
    with writing(office.staff) as connection:
        account = select(interpreters.c.account_id).where(interpreters.c.folder_id == folder)
        connection.execute(
            update(accounts)
            .where(accounts.c.id == account.scalar_subquery())
            .values(card_signature=None)
        )


@pytest.mark.parametrize(
    "ends",
    [end_by_staff, end_by_leaving, end_by_a_new_key],
    ids=["staff", "leaving", "new-key"],
)
def test_after_the_end_nothing_that_was_written_later_opens(
    browser: Browser, office: Installation, ends: Ending
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    folder = let_in(browser, case, tolk)
    before = stored(office, folder)
    assert said_in(office, before, tolk)[1:] == [UKRAINIAN]
    ends(browser, office, case, folder)
    office.writes_more(case, key, LATER, language="uk")
    browser.get(f"/cases/{case}")
    browser.act(case, "answer", text=LATER, language="nb")
    let_in(browser, case, interpreter(office, "tolk2"))
    assert account_holder(tolk.id) not in stored(office, folder).wraps
    nothing_later(office, before, tolk)


def test_the_last_day_ends_it_whoever_looks(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    folder, desk = begins(app, browser, case)
    page = desk.page
    time_passes(office, folder)
    desk.get("/interpreting")
    assert "Ingen sak venter på deg." in desk.text
    desk.get(f"/interpreting/{folder}", 404)
    desk.page = page
    translates(desk, folder, 0, {0: "for sent"}, 404)
    assert len(stored(office, folder).entries) == 2


def test_a_sealed_date_cannot_be_lengthened_by_the_row(
    app: Flask, browser: Browser, office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    folder = let_in(browser, case, tolk)
    with writing(office.staff) as connection:
        connection.execute(update(interpreters).values(until=1 << 33))
    before = stored(office, folder)
    desk = at_work(app, office, tolk)
    office_now = app.extensions["sifra"]
    clock = replace(office_now.clock, offset=61 * 24 * 3600)
    monkeypatch.setitem(app.extensions, "sifra", replace(office_now, clock=clock))
    desk.get(f"/interpreting/{folder}", 404)
    office.writes_more(case, key, LATER, language="uk")
    browser.get(f"/cases/{case}")
    assert account_holder(tolk.id) not in stored(office, folder).wraps
    assert "Inne til og med" not in browser.text
    nothing_later(office, before, tolk)


def test_who_holds_the_folders_key_and_writes_to_the_database_lengthens_nothing(
    browser: Browser, office: Installation
) -> None:
    """The interpreter helps a thief who can write: together they make any folder they like, but
    not the mark by which readers pass on what is written."""
    case, key = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    folder = let_in(browser, case, tolk)
    before = stored(office, folder)
    erasure_key = office.stored(case).sealed.erasure_key
    holder = account_holder(tolk.id)
    opened = open_folder(before, erasure_key, holder, (tolk.private,))
    forged = replace(opened, sealed=replace(before, entries=()), entries=())
    for body in ({**opened.entries[0], "until": 1 << 33}, *opened.entries[1:]):
        forged = forged.add(body)
    with writing(office.staff) as connection:
        connection.execute(text("DELETE FROM folder_entries"))
        empty = replace(before, entries=())
        folder_store.replace_in(connection, empty, forged.sealed)
        connection.execute(update(interpreters).values(until=1 << 33))
    assert said_in(office, stored(office, folder), tolk)[1:] == [UKRAINIAN]
    office.writes_more(case, key, LATER, language="uk")
    browser.get(f"/cases/{case}")
    assert account_holder(tolk.id) not in stored(office, folder).wraps
    assert len(stored(office, folder).entries) == 2


@pytest.mark.parametrize("path", ["", "/"])
def test_another_interpreter_finds_nothing(
    app: Flask, browser: Browser, office: Installation, path: str
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    folder = let_in(browser, case, interpreter(office))
    other = at_work(app, office, interpreter(office, "tolk2"))
    other.get(f"/interpreting/{folder}{path}", 404)
    other.get(f"/interpreting/{'0' * 32}", 404)
    other.get("/interpreting")
    translates(other, folder, 0, {0: "falskt"}, 404)
    assert case[:6] not in other.text


def test_a_row_in_ones_own_name_opens_nothing(
    app: Flask, browser: Browser, office: Installation
) -> None:
    """Somebody who can write to the database gives an interpreter another's case, and notes."""
    case, _ = office.tip(UKRAINIAN, language="uk")
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note="hemmelig notat")
    let_in(browser, case, interpreter(office))
    thief = interpreter(office, "tolk2")
    with writing(office.staff) as connection:
        for row in connection.execute(select(folders.c.id)).all():
            connection.execute(delete(interpreters).where(interpreters.c.folder_id == row.id))
            connection.execute(
                insert(interpreters).values(
                    folder_id=row.id, case_id=case, account_id=thief.id, until=1 << 33
                )
            )
            wrap = (
                connection.execute(
                    select(folder_keys.c.sealed).where(folder_keys.c.folder_id == row.id)
                )
                .scalars()
                .first()
            )
            connection.execute(
                insert(folder_keys).values(
                    folder_id=row.id, holder=account_holder(thief.id), sealed=wrap
                )
            )
    desk = at_work(app, office, thief)
    desk.get("/interpreting")
    assert "1 sak lar seg ikke åpne" in desk.text
    for folder in FolderStore(office.staff).of_case(case):
        interprets = folder.kind is FolderKind.INTERPRETER
        desk.get(f"/interpreting/{folder.id}", 409 if interprets else 404)
        assert UKRAINIAN not in desk.text
        assert "hemmelig notat" not in desk.text


def test_the_interpreters_key_opens_no_case_and_no_notes(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note="hemmelig notat")
    tolk = interpreter(office)
    let_in(browser, case, tolk)
    sealed = office.stored(case).sealed
    for holder in ("youth_team", account_holder(tolk.id)):
        with pytest.raises(SealError):
            ReaderView.open(sealed, holder, tolk.private)
    assert not any(tolk.id in holder for _, holder in sealed.wraps)
    for folder in FolderStore(office.staff).of_case(case, FolderKind.NOTES):
        assert folder.holders == ("youth_team",)
        with pytest.raises(SealError):
            open_folder(folder, sealed.erasure_key, "youth_team", (tolk.private,))


@pytest.mark.parametrize(
    "swap",
    [
        {"public_key": PrivateKey.generate().public()},
        {"card_signature": b"\0" * 64},
        {"card_serial": 7},
    ],
    ids=["key", "signature", "serial"],
)
def test_nobody_is_let_in_by_a_key_card_that_no_leader_signed(
    browser: Browser, office: Installation, swap: dict[str, object]
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    with writing(office.staff) as connection:
        connection.execute(update(accounts).where(accounts.c.id == tolk.id).values(**swap))
    chooses(browser, case, tolk, 409)
    assert "Nøkkelkortet til denne tolken stemmer ikke" in browser.text
    assert FolderStore(office.staff).of_case(case) == []


@pytest.mark.parametrize("role", ["reader", "auditor", "administrator"])
def test_nobody_but_an_interpreter_is_let_in(
    browser: Browser, office: Installation, role: str
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    account = office.member("annen", role=role)
    interpreter(office)
    chooses(browser, case, account, 422)
    assert browser.page.find(id="who-error") is not None
    assert FolderStore(office.staff).of_case(case) == []


def test_who_ends_in_the_moment_that_another_passes_on_wins(
    browser: Browser, office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague has the folder open with the interpreter in it, and stores after the end."""
    case, key = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    folder = let_in(browser, case, tolk)
    before = stored(office, folder)
    office.writes_more(case, key, LATER, language="uk")
    replace_folder = FolderStore.replace

    def beaten(self: FolderStore, old: SealedFolder, new: SealedFolder) -> None:
        monkeypatch.setattr(FolderStore, "replace", replace_folder)
        ended = open_folder(
            old,
            office.stored(case).sealed.erasure_key,
            "youth_team",
            (office.founding.units["youth_team"],),
        ).without(account_holder(tolk.id))
        replace_folder(self, old, ended.sealed)
        replace_folder(self, old, new)

    monkeypatch.setattr(FolderStore, "replace", beaten)
    browser.get(f"/cases/{case}")
    assert LATER not in said_in(office, before, tolk)
    assert len(stored(office, folder).entries) == len(before.entries)
    with pytest.raises(Conflict):
        FolderStore(office.staff).replace(before, before)


def test_a_case_that_is_gone_is_gone_for_the_interpreter(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    folder = let_in(browser, case, tolk)
    assert office.store.destroy_unread(case, time.time())
    desk = at_work(app, office, tolk)
    desk.get("/interpreting")
    assert "Ingen sak venter på deg." in desk.text
    desk.get(f"/interpreting/{folder}", 404)


def test_an_altered_folder_is_said_plainly_and_the_case_stays_readable(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    let_in(browser, case, interpreter(office))
    with writing(office.staff) as connection:
        connection.execute(update(folders).values(head=b"\0" * 32))
    browser.get(f"/cases/{case}")
    assert "Noe en tolk har skrevet, er endret utenfor Sifra" in browser.text
    assert UKRAINIAN in browser.text


def test_what_cannot_be_entered_is_neither_shown_nor_done(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    folder, desk = begins(app, browser, case)
    page = desk.page
    with writing(office.staff) as connection:
        connection.execute(
            text(
                "CREATE TRIGGER full BEFORE INSERT ON audit_entries "
                "BEGIN SELECT RAISE(FAIL, 'disk full'); END"
            )
        )
    desk.get(f"/interpreting/{folder}", 503)
    assert UKRAINIAN not in desk.text
    desk.page = page
    translates(desk, folder, 0, {0: "oversatt"}, 503)
    assert desk.page.find("textarea").get_text().strip() == "oversatt"  # type: ignore[union-attr]
    with reading(office.staff) as connection:
        entries = connection.execute(text("SELECT count(*) FROM folder_entries")).scalar()
    assert entries == 2

"""Notes beside a case: who reads them, what is kept, what is said when something is wrong."""

from __future__ import annotations

import time

import pytest
from flask import Flask
from sqlalchemy import select, update

from sifra.case_store import State
from sifra.database import Conflict, reading, writing
from sifra.sealing import Kind
from sifra.tables import key_cards
from tests.triage.example_notes import opened, written
from tests.triage.example_office import Browser, Installation
from triage import staff_tables
from triage.folder_store import FolderStore
from triage.folders import SealedFolder
from triage.staff_tables import audit_entries

NOTE = "Snakket med rektor.\nRinger <mor> i morgen: أمّ"


def entered(office: Installation, action: str) -> list[str]:
    """The fields of each entry of the audit log of that action."""
    query = select(audit_entries.c.fields).where(audit_entries.c.action == action)
    with reading(office.staff) as connection:
        return list(connection.scalars(query.order_by(audit_entries.c.sequence)))


def colleague(app: Flask, office: Installation, *units: str) -> Browser:
    made = Browser(app.test_client(), office)
    made.sign_in(office.member("kollega", *units))
    return made


def test_a_note_is_shown_with_who_and_when_as_it_was_written(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note=f"  {NOTE}\n")
    assert "Notatet er lagret." in browser.text
    (body,) = written(office, case)
    assert abs(int(body["at"]) - time.time()) < 60
    assert dict(body) == {
        "what": "note",
        "text": NOTE,
        "by": "youth_team",
        "account": office.leader.id,
        "at": body["at"],
    }
    assert entered(office, "note") == ['{"entry":0,"what":"note"}']
    other = colleague(app, office, "youth_team")
    other.get(f"/cases/{case}")
    other.act(case, "notes", note="og så jeg")
    shown = other.page.select(".notes .talk > li")
    assert [one.select_one(".text").get_text() for one in shown] == [NOTE, "og så jeg"]  # type: ignore[union-attr]
    assert "Ungdomsteamet, Leder ·" in shown[0].get_text()
    assert "Ungdomsteamet, Ungdomskontakt ·" in shown[1].get_text()


def test_a_note_is_no_part_of_the_conversation(browser: Browser, office: Installation) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note=NOTE)
    assert office.sender(case, key).messages() == []
    assert len(office.reader(case).messages()) == 1
    assert "Ny" in browser.page.find("i").get_text()  # type: ignore[union-attr]


def test_only_those_who_read_the_case_read_its_notes(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note="bare for oss")
    publics = office.store.public_keys(["police"], office.settings.verifier)
    by: dict[str, str | int] = {"hour": 1, "by": "youth_team"}
    office.store.add(office.reader(case).admit(publics, Kind.HANDED_OVER, by), State.READ)
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note="for begge")
    police = colleague(app, office, "police")
    police.get(f"/cases/{case}")
    assert "bare for oss" not in police.text
    assert "for begge" in police.text
    police.act(case, "notes", note="fra politiet")
    browser.get(f"/cases/{case}")
    assert "bare for oss" in browser.text
    assert "fra politiet" in browser.text
    assert [folder.sealed.holders for folder in opened(office, case, "police")] == [
        ("police", "youth_team")
    ]
    stranger = Browser(app.test_client(), office)
    stranger.sign_in(office.member("annen", "police"))
    alone, _ = office.tip()
    for action in ("notes", "labels", "level", "follow-up", "told", "phrase"):
        stranger.get("/queue")
        stranger.post(f"/cases/{alone}/{action}", 404, note="x", seen="1")


@pytest.mark.parametrize(
    "text", ["", " \n", "\u200b", "a" * 4_001], ids=["empty", "blank", "unseen", "long"]
)
def test_a_note_that_cannot_be_kept_stays_beside_its_error(
    browser: Browser, office: Installation, text: str
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", 422, note=text, text="et halvt svar")
    box = browser.page.find(id="note")
    assert box is not None
    assert box.get_text().strip() == text.strip()
    assert (box["aria-invalid"], box["aria-describedby"]) == ("true", "note-error")
    assert browser.page.find(id="note-error") is not None
    assert browser.page.find(id="text").get_text().strip() == "et halvt svar"  # type: ignore[union-attr]
    assert written(office, case) == []
    assert entered(office, "note") == []


def test_an_error_shows_what_came_meanwhile(browser: Browser, office: Installation) -> None:
    """Else the form that comes back would count as having shown it."""
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    office.writes_more(case, key, "han har kniv")
    browser.act(case, "notes", 422, note="")
    assert "han har kniv" in browser.page.find(id="new").get_text()  # type: ignore[union-attr]


def test_two_who_write_in_the_same_moment_both_keep_what_they_wrote(
    browser: Browser, office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note="først")
    replace = FolderStore.replace

    def beaten(self: FolderStore, before: SealedFolder, after: SealedFolder) -> None:
        monkeypatch.setattr(FolderStore, "replace", replace)
        other = opened(office, case)[0]
        replace(self, other.sealed, other.add({"what": "note", "text": "midt i", "at": 1}).sealed)
        replace(self, before, after)

    monkeypatch.setattr(FolderStore, "replace", beaten)
    browser.act(case, "notes", note="sist")
    assert [body["text"] for body in written(office, case)] == ["først", "midt i", "sist"]


def test_who_never_gets_through_keeps_the_text(
    browser: Browser, office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note="først")

    def refuses(*_: object) -> None:
        raise Conflict

    monkeypatch.setattr(FolderStore, "replace", refuses)
    browser.act(case, "notes", 409, note="sist")
    assert browser.page.find(id="note").get_text().strip() == "sist"  # type: ignore[union-attr]
    assert "Noen andre skrev i samme øyeblikk" in browser.text


def test_altered_notes_are_said_and_the_rest_is_shown(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note="bøyd")
    with writing(office.staff) as connection:
        connection.execute(update(staff_tables.folders).values(head=b"\0" * 32))
    browser.get(f"/cases/{case}")
    assert "bøyd" not in browser.text
    assert "De er endret utenfor Sifra" in browser.text
    browser.act(case, "notes", note="ny")
    assert "ny" in browser.page.select_one(".notes .text").get_text()  # type: ignore[union-attr]
    assert "De er endret utenfor Sifra" in browser.text


def test_nothing_is_written_for_a_key_card_that_was_swapped(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    with writing(office.cases) as connection:
        connection.execute(update(key_cards).values(signature=b"\0" * 64))
    browser.act(case, "notes", 409, note="til hvem?")
    assert browser.page.find(id="note").get_text().strip() == "til hvem?"  # type: ignore[union-attr]
    assert "Ingenting er lagret" in browser.text
    assert FolderStore(office.staff).of_case(case) == []


def test_a_note_survives_the_end_of_the_session(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.client.delete_cookie("sifra")
    for action, field in (("notes", "note"), ("told", "said")):
        browser.act(case, action, 401, whom="ambulance", seen="1", **{field: NOTE})
        box = browser.page.find("textarea")
        assert box is not None
        assert (box["name"], box.get_text().strip()) == (field, NOTE)
        sent = {one["name"]: one["value"] for one in browser.page.select("form [type=hidden]")}
        assert sent["whom"] == "ambulance"


def test_those_who_wrote_and_left_are_still_named(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note="fra en som slutter")
    (folder,) = opened(office, case)
    gone = folder.add({"what": "note", "text": "enda eldre", "account": "0" * 32, "at": 1})
    FolderStore(office.staff).replace(folder.sealed, gone.sealed)
    browser.get(f"/cases/{case}")
    assert "en som har sluttet" in browser.text


def test_notes_stand_as_they_were_written_whatever_the_clock_did(
    browser: Browser, office: Installation
) -> None:
    """A label that was taken off after the clock was set back is off."""
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "labels", label="skole")
    (folder,) = opened(office, case)
    off = folder.add({"what": "label_off", "label": "skole", "at": 1})
    FolderStore(office.staff).replace(folder.sealed, off.sealed)
    browser.get(f"/cases/{case}")
    assert browser.page.select(".labels") == []


def test_what_stands_in_a_note_is_nowhere_in_clear(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "notes", note="rektoren på Østskolen")
    browser.act(case, "labels", label="Østskolen")
    browser.act(case, "told", whom="ambulance", said="kommer fra Østskolen")
    found = b"".join(
        path.read_bytes() for path in office.settings.home.path.rglob("*") if path.is_file()
    )
    for word in ("rektoren", "Østskolen", "told"):
        assert (word.encode() in found) is (word == "told")

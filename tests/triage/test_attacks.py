"""Attacks with nothing gained: each is tried as it would be tried, in the example world.

What whoever alters a folder or a case gets is in test_folders.py and tests/sifra/test_tampering.py,
a forged or cut audit log in test_audit_log.py, interpreters
in test_interpreter_attacks.py, a session after a changed passphrase in test_profile.py.
"""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Table, delete, insert, select, update

from sifra import tables
from sifra.database import reading, writing
from sifra.key_cards import KeyCardError, SigningKey
from sifra.sealing import PrivateKey, SealError
from tests.triage.example_office import Browser
from tests.triage.example_world import WORDS, World
from tests.triage.test_routes_by_role import every_route
from triage.folder_store import FolderStore
from triage.folders import FolderKind, open_folder
from triage.handover import handover_rules
from triage.people.sign_in import limiter
from triage.staff_tables import (
    accounts,
    assignments,
    folder_keys,
    handovers,
    interpreters,
    register_arrivals,
    unit_keys,
)

STAFF_ROWS = (assignments, handovers, interpreters, register_arrivals)


# --- another unit's case --------------------------------------------------------------


@pytest.mark.parametrize("row", STAFF_ROWS, ids=lambda one: str(one.name))
def test_a_row_that_says_so_opens_nobody_elses_case(world: World, row: Table) -> None:
    """Whoever writes to the staff database makes the case look like the police's: assigned,
    handed over, interpreted, arrived. A key opens a case; none of these is one."""
    case_id, police = world.cases["youth team"], world.accounts["police"].id
    folder = FolderStore(world.office.staff).of_case(case_id, FolderKind.NOTES)[0].id
    known = {
        "case_id": case_id,
        "account_id": police,
        "folder_id": folder,
        "unit": "police",
        "since": 1,
        "until": 1 << 33,
        "from_unit": "youth_team",
        "to_unit": "police",
        "whole": True,
        "state": "made",
        "proposed_by": police,
        "proposed": 1,
    }
    with writing(world.office.staff) as connection:
        connection.execute(delete(row).where(row.c.case_id == case_id))
        values = {one.name: known[one.name] for one in row.columns if one.name in known}
        connection.execute(insert(row).values(values))
    browser = world.browser("police")
    for path in ("", "/handover", "/export", "/interpreter"):
        browser.get(f"/cases/{case_id}{path}", 404)
    for path in (f"/handovers/{folder}", f"/interpreting/{folder}"):
        assert browser.client.get(path).status_code in (403, 404, 409)
    for path in ("/queue", "/handovers", "/search"):
        assert f"/cases/{case_id}" not in browser.client.get(path).get_data(as_text=True)


def test_a_reader_in_the_cases_database_by_name_alone_breaks_the_case_for_all(
    world: World,
) -> None:
    """The thief writes to the cases database: wraps of a case of the police's own, under the name
    of the youth team's case."""
    mine, theirs = world.cases["police"], world.cases["youth team"]
    with writing(world.office.cases) as connection:
        query = select(tables.wraps).where(
            tables.wraps.c.case_id == mine, tables.wraps.c.holder == "police"
        )
        rows = [dict(row._mapping) for row in connection.execute(query)]
        for row in rows:
            connection.execute(insert(tables.wraps).values({**row, "case_id": theirs}))
    for who in ("police", "youth worker"):
        browser = world.browser(who)
        browser.get(f"/cases/{theirs}", 409)
        assert WORDS["tip"] not in browser.text
        assert "lar seg ikke åpne" in browser.text


def test_a_folders_key_moved_to_another_case_opens_nothing(world: World) -> None:
    """The police hold the folder of a summary that was handed over: its wrap is put beside the
    youth team's notes."""
    handed = FolderStore(world.office.staff).find(world.handovers["summary handed over"])
    assert handed is not None
    notes = FolderStore(world.office.staff).of_case(world.cases["youth team"], FolderKind.NOTES)[0]
    with writing(world.office.staff) as connection:
        connection.execute(
            insert(folder_keys).values(
                folder_id=notes.id, holder="police", sealed=handed.wraps["police"]
            )
        )
    forged = FolderStore(world.office.staff).find(notes.id)
    assert forged is not None
    sealed = world.office.stored(notes.case_id).sealed
    for unit in ("police", "youth_team"):
        with pytest.raises(SealError):
            open_folder(forged, sealed.erasure_key, unit, (world.office.founding.units[unit],))
    # The readers are told, and none of it is shown as genuine.
    browser = world.browser("youth worker")
    browser.get(f"/cases/{notes.case_id}")
    assert WORDS["note"] not in browser.text
    assert "Noen av notatene lar seg ikke åpne" in browser.text


def test_a_members_wrapped_unit_key_opens_for_no_other_account(world: World) -> None:
    """The police's row of the youth worker: copied to the police, with its name or another's."""
    with writing(world.office.staff) as connection:
        youth = connection.execute(
            select(unit_keys).where(
                unit_keys.c.account_id == world.accounts["youth worker"].id,
                unit_keys.c.unit == "youth_team",
            )
        ).one()
        connection.execute(
            insert(unit_keys).values({**youth._mapping, "account_id": world.accounts["police"].id})
        )
    browser = Browser(world.app.test_client(), world.office)
    limiter.reset()
    browser.sign_in(world.accounts["police"], 409)
    assert WORDS["tip"] not in browser.text


# --- both databases stolen -------------------------------------------------------------


def test_in_all_bytes_that_lie_on_the_disk_no_word_is_found(world: World, tmp_path: Path) -> None:
    """Both databases with their write-ahead logs, the erasure keys, pepper and verifier."""
    word = WORDS["export"]
    case_id = world.cases["youth team"]
    world.act("youth worker", f"/cases/{case_id}/export", goes="summary", text=word, save="page")
    world.act("youth worker", f"/cases/{case_id}/export", goes="whole", reason=word, save="json")
    stolen = Path(shutil.copytree(world.office.settings.home.path, tmp_path / "stolen"))
    blobs = {path: path.read_bytes() for path in stolen.rglob("*") if path.is_file()}
    assert {"cases.sqlite", "staff.sqlite", "erasure-keys.sqlite"} <= {one.name for one in blobs}
    found = [
        (kind, path.name)
        for path, blob in blobs.items()
        for kind, said in WORDS.items()
        for coded in spellings(said)
        if coded in blob
    ]
    assert found == []


def test_the_words_were_there_to_be_found(world: World) -> None:
    """The control of the search above: each word does stand on a page of whoever may read it."""
    shown = ""
    for name, who in (
        ("youth team", "youth worker"),
        ("interpreted", "youth worker"),
        ("summary handed over", "youth worker"),
    ):
        browser = world.browser(who)
        browser.get(f"/cases/{world.cases[name]}")
        shown += browser.text
        if name in world.handovers:
            browser.get(f"/cases/{world.cases[name]}/handover/{world.handovers[name]}")
            shown += browser.text
    missing = {kind for kind, word in WORDS.items() if word not in shown}
    assert missing <= {"export", "reply"}


def spellings(word: str) -> set[bytes]:
    """As it could stand in a file: in other encodings, escaped, in hexadecimal, in base64 at each
    of the three places that it may begin."""
    plain = word.encode()
    inner = {
        base64.b64encode(b"\0" * shift + plain)[(4 if shift else 0) : -4] for shift in range(3)
    }
    coded = (word.encode("utf-16-le"), word.encode("utf-16-be"), word.encode("latin-1"))
    ascii_only = word.encode("ascii", "ignore")
    return {plain, *coded, ascii_only, plain.hex().encode(), *inner}


# --- keys ---------------------------------------------------------------------------


@pytest.mark.parametrize("signed_by", ["nobody", "another installation"])
def test_a_swapped_key_card_gets_nothing_sealed(world: World, signed_by: str) -> None:
    """The thief puts a card with a key of their own in the place of the police's."""
    mine = PrivateKey.generate()
    card = SigningKey.generate().sign("police", 1, mine)
    signature = bytes(64) if signed_by == "nobody" else card.signature
    with writing(world.office.cases) as connection:
        connection.execute(
            update(tables.key_cards)
            .where(tables.key_cards.c.holder == "police")
            .values(public=mine.public(), signature=signature)
        )
    with pytest.raises(KeyCardError):
        world.office.store.public_keys(["police"], world.office.settings.verifier)
    case_id = world.cases["youth team"]
    world.act(
        "youth worker",
        f"/cases/{case_id}/handover",
        422,
        to="police",
        goes="whole",
        language="nb",
        ground="danger_to_life",
        reason="x",
    )
    assert world.office.stored(case_id).sealed.readers == ("youth_team",)
    assert "police" not in {
        holder
        for folder in FolderStore(world.office.staff).of_case(case_id)
        for holder in folder.holders
    }


def test_the_card_of_one_holder_serves_no_other(world: World) -> None:
    with writing(world.office.cases) as connection:
        child = connection.execute(
            select(tables.key_cards).where(tables.key_cards.c.holder == "child_welfare")
        ).one()
        connection.execute(
            update(tables.key_cards)
            .where(tables.key_cards.c.holder == "police")
            .values(public=child.public, signature=child.signature, serial=child.serial)
        )
    with pytest.raises(KeyCardError):
        world.office.store.public_keys(["police"], world.office.settings.verifier)


def test_whoever_makes_themselves_a_leader_in_the_database_signs_nothing(world: World) -> None:
    """A role opens pages. The signing key is wrapped for those who were made leaders."""
    with writing(world.office.staff) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.id == world.accounts["auditor"].id)
            .values(role="leader")
        )
    browser = world.browser("auditor")
    newcomer = world.accounts["newcomer"].id
    browser.get("/profile")
    browser.get("/queue")
    assert WORDS["tip"] not in browser.text
    with reading(world.office.staff) as connection:
        before = connection.execute(
            select(accounts.c.card_signature).where(accounts.c.id == newcomer)
        ).scalar_one()
    code = world.office.code(world.accounts["auditor"])
    token = browser.page.find("input", {"name": "csrf_token"})
    assert token is not None
    browser.client.post(
        f"/staff/let-in?account={newcomer}",
        data={"csrf_token": token["value"], "words": "x", "code": code},
    )
    with reading(world.office.staff) as connection:
        after = connection.execute(
            select(accounts.c.card_signature).where(accounts.c.id == newcomer)
        ).scalar_one()
    assert (before, after) == (None, None)


# --- two persons ---------------------------------------------------------------------------


def test_the_same_person_is_not_the_second(world: World) -> None:
    case_id, handover = world.cases["proposed"], world.handovers["proposed"]
    here = f"/cases/{case_id}/handover/{handover}"
    browser = world.browser("youth worker")
    for _ in range(2):
        browser.get(here)
        folder = FolderStore(world.office.staff).find(handover)
        assert folder is not None
        fields = {"head": folder.head[:8].hex(), "reason": "ja"}
        world_seen = str(len(world.office.stored(case_id).sealed.messages))
        code = world.office.code(world.accounts["youth worker"])
        browser.post(f"{here}/approve", 403, seen=world_seen, code=code, **fields)
    with reading(world.office.staff) as connection:
        state = connection.execute(
            select(handovers.c.state).where(handovers.c.folder_id == handover)
        ).scalar_one()
    assert state == handover_rules.State.PROPOSED
    assert world.office.stored(case_id).sealed.readers == ("youth_team",)


def test_a_row_that_says_approved_lets_nobody_in(world: World) -> None:
    """What counts is sealed in the folder."""
    case_id, handover = world.cases["proposed"], world.handovers["proposed"]
    with writing(world.office.staff) as connection:
        connection.execute(
            update(handovers)
            .where(handovers.c.folder_id == handover)
            .values(state="made", decided_by=world.office.leader.id, decided=1)
        )
    world.browser("police").get(f"/cases/{case_id}", 404)
    assert world.browser("police").client.get(f"/handovers/{handover}").status_code in (404, 409)
    browser = world.browser("youth worker")
    browser.get(f"/cases/{case_id}/handover/{handover}")
    folder = FolderStore(world.office.staff).find(handover)
    assert folder is not None
    seen = str(len(world.office.stored(case_id).sealed.messages))
    code = world.office.code(world.accounts["youth worker"])
    browser.post(
        f"/cases/{case_id}/handover/{handover}/make",
        409,
        seen=seen,
        head=folder.head[:8].hex(),
        code=code,
    )
    assert world.office.stored(case_id).sealed.readers == ("youth_team",)


# --- forms ---------------------------------------------------------------------------


def test_no_form_is_taken_without_the_token_of_its_session(world: World) -> None:
    """Every POST there is, by the leader: without a token, with none of ours, with another's."""
    browser = world.browser("leader")
    other = world.browser("youth worker")
    other.get("/profile")
    token = other.page.find("input", {"name": "csrf_token"})
    assert token is not None
    before = bytes_of(world)
    posts = [path for method, _, path in every_route(world) if method == "POST"]
    assert len(posts) > 30
    for path in posts:
        for given in ({}, {"csrf_token": "x"}, {"csrf_token": str(token["value"])}):
            limiter.reset()
            answer = browser.client.post(path, data={"seen": "1", "text": "x", **given})
            assert answer.status_code == 400, (path, answer.status)
    assert bytes_of(world) == before
    browser.get("/queue")


def bytes_of(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Every row of both databases but the sessions', which note when they were last seen."""
    found = {}
    for engine in (world.office.cases, world.office.staff):
        with reading(engine) as connection:
            names = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'sessions'"
            ).scalars()
            for name in list(names):
                rows = connection.exec_driver_sql(f"SELECT * FROM {name}").all()  # noqa: S608
                found[name] = sorted((tuple(row) for row in rows), key=repr)
    return found


@pytest.mark.parametrize("case_id", ["0" * 32, "a" * 31, "../queue", "A" * 32, "%00", "1' OR '1"])
def test_an_id_that_is_none_is_nowhere(world: World, case_id: str) -> None:
    browser = world.browser("leader")
    for path in ("", "/export", "/handover", "/interpreter"):
        answer = browser.client.get(f"/cases/{case_id}{path}", follow_redirects=True)
        assert answer.status_code in (200, 404)
        if answer.status_code == 200:
            assert case_id == "../queue"


def test_no_page_title_and_no_address_holds_a_word_of_anybody(world: World) -> None:
    browser = world.browser("leader")
    words = re.compile("|".join(WORDS.values()))
    for method, _, path in every_route(world):
        if method != "GET":
            continue
        page = browser.client.get(path).get_data(as_text=True)
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
        assert title is None or not words.search(title[1]), path
        for address in re.findall(r'(?:href|action)="([^"]*)"', page):
            assert not words.search(address), path


def test_a_session_ends_with_the_account_that_it_is_of(world: World) -> None:
    """Whoever has left does not go on in a browser that stands open."""
    browser = world.browser("youth worker")
    browser.get("/queue")
    with writing(world.office.staff) as connection:
        connection.execute(
            update(accounts)
            .where(accounts.c.id == world.accounts["youth worker"].id)
            .values(gone=1)
        )
    answer = browser.client.get(f"/cases/{world.cases['youth team']}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")

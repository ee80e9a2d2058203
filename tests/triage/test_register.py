"""The register in use: it holds what the unit can open and no more, and mends itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, text, update

from sifra.database import Conflict, reading, writing
from sifra.sealing import Kind, PrivateKey
from tests.triage.example_office import HOUR, NOW, Browser, Installation
from triage.cases.case_files import open_case
from triage.cases.case_sheet import sheet
from triage.cases.notebook import notebook
from triage.finding import register
from triage.finding.register_book import Register
from triage.finding.register_pages import Entry, Page, Wanted
from triage.finding.register_store import Reach, RegisterStore, StoredPage
from triage.keys import NewAccount, Unlocked
from triage.members import Member
from triage.people import held_keys
from triage.staff_tables import register_arrivals, register_pages, register_states, unit_keys

DAY = 24 * HOUR


def as_member(account: NewAccount, role: str = "reader") -> Member:
    unlocked = Unlocked(account.id, account.private)
    return Member(account.id, "Ungdomskontakt", role, "nb", unlocked)


@pytest.fixture
def within(app: Flask) -> Iterator[None]:
    with app.test_request_context():
        yield


@pytest.fixture
def member(office: Installation, within: None) -> Member:
    return as_member(office.member("ung", "youth_team"))


def found(book: Register, **wanted: object) -> list[str]:
    return [entry.case_id for entry in book.find(Wanted(**wanted))]  # type: ignore[arg-type]


def label(member: Member, case_id: str, word: str) -> None:
    case = open_case(member, case_id)
    notebook(member, case).add(member, "label", label=word)
    register.put(member, case, sheet(notebook(member, case).entries))


def rows(office: Installation) -> list[StoredPage]:
    query = select(register_pages.c.number, register_pages.c.version, register_pages.c.sealed)
    with reading(office.staff) as connection:
        return [StoredPage(*row) for row in connection.execute(query)]


def forget_pages(office: Installation) -> None:
    with writing(office.staff) as connection:
        connection.execute(delete(register_pages))
        connection.execute(delete(register_states))


def test_what_came_is_entered_once_the_newest_first(office: Installation, member: Member) -> None:
    sent = [office.tip(received=NOW - n * 30 * HOUR, topic="debt")[0] for n in range(12)]
    assert found(register.up_to_date(member)) == sent
    before = rows(office)
    assert found(register.up_to_date(member), topic="debt") == sent
    assert rows(office) == before
    late = office.tip(received=NOW)[0]
    # In the hour that was looked at before: its id decides its place there.
    assert sorted(found(register.up_to_date(member))[:2]) == sorted([late, sent[0]])


def test_what_is_sealed_stands_nowhere_in_clear(office: Installation, member: Member) -> None:
    case = office.tip(topic="weapons", place="askim_stasjon", language="fa-AF")[0]
    register.up_to_date(member)
    label(member, case, "knivstikking")
    held = b"".join(
        path.read_bytes() for path in office.settings.home.office.glob("*") if path.is_file()
    )
    for word in ("weapons", "askim_stasjon", "fa-AF", "knivstikking"):
        assert word.encode() not in held
    assert found(register.of(member), label="knivstikking") == [case]


def test_each_unit_finds_its_own_cases_alone(office: Installation, member: Member) -> None:
    ours, theirs = office.tip()[0], office.tip(readers=("police",))[0]
    both = office.tip(readers=("police", "youth_team"))[0]
    police = as_member(office.member("politi", "police"))
    double = as_member(office.member("begge", "police", "youth_team"))
    assert set(found(register.up_to_date(double))) == {ours, theirs, both}
    assert len(found(register.up_to_date(double))) == 3
    assert set(found(register.up_to_date(member))) == {ours, both}
    assert set(found(register.up_to_date(police))) == {theirs, both}
    nobody = as_member(office.member("revisor", "youth_team", role="auditor"), "auditor")
    assert found(register.up_to_date(nobody)) == []


def test_a_label_that_a_unit_may_not_read_comes_not_into_its_register(
    office: Installation, member: Member
) -> None:
    """The notes from before a unit was let in stay with those who could read them."""
    case = office.tip()[0]
    label(member, case, "fra-hjemmet")
    double = as_member(office.member("begge", "police", "youth_team"))
    police = as_member(office.member("politi", "police"))
    view = office.reader(case)
    publics = office.store.public_keys(["police"], office.settings.verifier)
    addition = view.admit(publics, Kind.HANDED_OVER, {"hour": NOW, "by": "youth_team"})
    office.store.add(addition, office.stored(case).clear.state)
    label(double, case, "etterpaa")
    assert found(register.up_to_date(member), label="fra-hjemmet") == [case]
    assert found(register.up_to_date(police), label="etterpaa") == [case]
    assert found(register.up_to_date(police), label="fra-hjemmet") == []
    assert register.labels(police) == ["etterpaa"]
    forget_pages(office)
    assert found(register.up_to_date(police), label="etterpaa") == [case]
    assert found(register.of(police), label="fra-hjemmet") == []


def test_a_case_that_came_later_is_entered(office: Installation, member: Member) -> None:
    newer = office.tip(received=NOW)[0]
    register.up_to_date(member)
    older = office.tip(received=NOW - 40 * DAY)[0]
    assert found(register.up_to_date(member)) == [newer]
    with writing(office.staff) as connection:
        connection.execute(insert(register_arrivals).values(unit="youth_team", case_id=older))
    assert found(register.up_to_date(member)) == [newer, older]
    with reading(office.staff) as connection:
        assert connection.execute(select(register_arrivals)).all() == []


def test_few_are_entered_at_once_and_it_is_told(
    office: Installation, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "_AT_ONCE", 4)
    monkeypatch.setattr(register, "_A_LOOK", 3)
    sent = [office.tip(received=NOW - n % 3 * 5 * DAY)[0] for n in range(11)]
    counts = []
    for _ in range(4):
        book = register.up_to_date(member)
        counts.append((len(found(book)), book.remaining))
    assert counts == [(4, True), (8, True), (11, False), (11, False)]
    assert set(found(register.of(member))) == set(sent)


def test_a_summary_that_does_not_open_is_entered_and_not_tried_again(
    office: Installation, member: Member
) -> None:
    whole, broken = office.tip(topic="debt")[0], office.tip(topic="debt")[0]
    query = text("UPDATE cases SET summary = x'00' WHERE id = :id")
    with writing(office.cases) as connection:
        connection.execute(query, {"id": broken})
    book = register.up_to_date(member)
    assert found(book, topic="debt") == [whole]
    assert set(found(book)) == {whole, broken}
    before = rows(office)
    register.up_to_date(member)
    assert rows(office) == before


def test_labels_come_back_from_the_notes(office: Installation, member: Member) -> None:
    case = office.tip()[0]
    label(member, case, "kniv")
    forget_pages(office)
    assert found(register.up_to_date(member), label="kniv") == [case]


def test_an_altered_page_is_told_of_and_written_anew(office: Installation, member: Member) -> None:
    old, new = office.tip(received=NOW - 30 * DAY)[0], office.tip()[0]
    register.up_to_date(member)
    label(member, old, "kniv")
    with writing(office.staff) as connection:
        oldest = min(row.number for row in rows(office))
        here = register_pages.c.number == oldest
        connection.execute(update(register_pages).where(here).values(sealed=b"\0" * 2000))
    book = register.up_to_date(member)
    assert found(book) == [new]
    assert book.broken
    again = register.up_to_date(member)
    assert found(again) == [new, old]
    assert not again.broken
    assert found(again, label="kniv") == [old]


def test_an_altered_page_stops_no_change(office: Installation, member: Member) -> None:
    one, other = office.tip()[0], office.tip()[0]
    register.up_to_date(member)
    with writing(office.staff) as connection:
        connection.execute(update(register_pages).values(sealed=b""))
    label(member, one, "kniv")
    assert set(found(register.up_to_date(member))) == {one, other}
    assert found(register.of(member), label="kniv") == [one]


def test_a_renewed_key_takes_the_register_over(office: Installation, member: Member) -> None:
    case = office.tip(topic="debt")[0]
    register.up_to_date(member)
    label(member, case, "kniv")
    renewed = PrivateKey.generate()
    public = member.unlocked.private.public()
    held_keys.give_unit_key(office.staff, member.id, public, "youth_team", 2, renewed)
    assert found(register.up_to_date(member), label="kniv") == [case]
    with writing(office.staff) as connection:
        connection.execute(delete(unit_keys).where(unit_keys.c.serial == 1))
    # The key from before is gone, and the register opens.
    book = register.of(member)
    assert found(book, label="kniv") == [case]
    assert not book.broken


def test_what_was_deleted_is_taken_out_the_next_day(office: Installation, member: Member) -> None:
    stays, goes = office.tip()[0], office.tip()[0]
    register.up_to_date(member)
    assert office.store.destroy_unread(goes, NOW)
    register.tidy(member)
    assert set(found(register.of(member))) == {stays, goes}
    with writing(office.staff) as connection:
        connection.execute(update(register_states).values(swept=NOW - DAY))
    register.tidy(member)
    assert found(register.of(member)) == [stays]


def test_the_queue_takes_out_what_was_deleted(browser: Browser, office: Installation) -> None:
    goes = office.tip()[0]
    browser.get("/search")
    (before,) = rows(office)
    assert office.store.destroy_unread(goes, NOW)
    with writing(office.staff) as connection:
        connection.execute(update(register_states).values(swept=NOW - DAY))
    browser.get("/queue")
    (after,) = rows(office)
    assert after.version == before.version + 1


def test_labels_most_used_first(office: Installation, member: Member) -> None:
    for words in (("b", "a"), ("b", "c"), ("c",), ("c",)):
        case = office.tip()[0]
        for word in words:
            label(member, case, word)
    assert register.labels(member) == ["c", "b", "a"]


def test_two_members_at_once_lose_nothing(app: Flask, office: Installation) -> None:
    members = [as_member(office.member(f"m{n}", "youth_team")) for n in range(3)]
    cases = [office.tip()[0] for _ in range(12)]
    faults: list[Exception] = []
    start = threading.Barrier(len(members))

    def work(place: int) -> None:
        try:
            with app.test_request_context():
                start.wait(10)
                for case in cases[place :: len(members)]:
                    register.up_to_date(members[place])
                    label(members[place], case, f"fra-{place}")
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(len(members))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with app.test_request_context():
        for place in range(len(members)):
            book = register.of(members[0])
            assert set(found(book, label=f"fra-{place}")) == set(cases[place :: len(members)])
        assert set(found(register.up_to_date(members[0]))) == set(cases)


def test_a_page_is_written_in_the_place_of_the_version_before_it_alone(
    office: Installation,
) -> None:
    store = RegisterStore(office.staff)
    store.write("u", StoredPage(1, 1, b"a"))
    for stale in (StoredPage(1, 1, b"b"), StoredPage(1, 3, b"b")):
        with pytest.raises(Conflict):
            store.write("u", stale)
    store.write("u", StoredPage(1, 2, b"b"))
    assert store.pages("u", [1]) == [StoredPage(1, 2, b"b")]


def test_how_far_it_reaches_is_set_by_one(office: Installation) -> None:
    store = RegisterStore(office.staff)
    store.set_reach("u", None, Reach(1, 1))
    for stale in (None, Reach(0, 1), Reach(1, 0)):
        with pytest.raises(Conflict):
            store.set_reach("u", stale, Reach(9, 9))
    store.set_reach("u", Reach(1, 1), Reach(2, 1))
    assert store.reach(["u", "v"]) == {"u": Reach(2, 1)}


def test_catching_up_takes_nothing_from_what_a_colleague_entered() -> None:
    page = Page().having([Entry("a", NOW, labels=("kniv",))])
    assert register._adding([Entry("a", NOW)], page) == page
    assert [one.case_id for one in register._adding([Entry("b", NOW)], page).entries()] == [
        "b",
        "a",
    ]

"""How a sender wants to be reached, as the case page says it; and the number, until it is used."""

from __future__ import annotations

from typing import Any

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import delete, select, text, update

from sifra.case_store import State
from sifra.database import reading, writing
from sifra.sealing import Kind
from sifra.tables import cases, contacts
from tests.triage.example_adults import ADULT, BOTH, unlocked
from tests.triage.example_handovers import Desk
from tests.triage.example_office import NOW, Browser, Installation
from triage.cases.contact import spaced, wanted
from triage.people import passing_on
from triage.staff_tables import audit_entries

NUMBER = "91234567"


def block(browser: Browser, case: str) -> Tag:
    browser.get(f"/cases/{case}")
    found = browser.page.select_one("section.reach")
    assert found is not None
    return found


def said(found: Tag, term: str) -> str:
    """What stands beside a term of the block; nothing when the term is not there."""
    named = found.find("dt", string=term)
    return " ".join(named.find_next_sibling("dd").get_text().split()) if named else ""  # type: ignore[union-attr]


def talk(office: Installation, **facts: str | tuple[str, ...]) -> tuple[str, bytes]:
    given: dict[str, Any] = {"lane": "talk", "contact": "call", "number": NUMBER, **facts}
    return office.tip(**{"text": "vil snakke", "adult": "youth_contact", **given})


def actions(office: Installation, case: str) -> list[str]:
    query = select(audit_entries.c.action).where(audit_entries.c.case_id == case)
    with reading(office.staff) as connection:
        return list(connection.scalars(query.order_by(audit_entries.c.sequence)))


# --- how, when, with whom ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "warned"),
    [
        ({"lane": "talk", "contact": "meet"}, True),
        ({"lane": "talk", "contact": "meet", "home": "yes"}, False),
        ({"lane": "talk", "contact": "meet", "home": "no"}, True),
        ({"lane": "talk"}, True),
        ({"lane": "parent", "contact": "call"}, False),
        # Whoever can write to the database cannot make a parent of a child who says more.
        ({"lane": "tip", "contact": "meet"}, True),
    ],
    ids=["unsaid", "yes", "no", "nothing said", "parent", "lane hidden"],
)
def test_nobody_is_contacted_at_home_unless_they_said_so(
    browser: Browser, office: Installation, facts: dict[str, Any], warned: bool
) -> None:
    case, _ = office.tip("hei", **facts)
    assert ("Ikke kontakt hjemme" in block(browser, case).get_text()) is warned
    home = facts.get("home") == "yes"
    assert ("Kan kontaktes hjemme" in browser.text) is home


def test_a_lane_that_is_sealed_counts_before_the_one_in_clear() -> None:
    assert wanted({"lane": "talk", "contact": "call"}, "parent").never_at_home
    assert not wanted({"lane": "parent", "contact": "call"}, "talk").never_at_home


def test_what_was_asked_for_stands_above_the_conversation(
    browser: Browser, office: Installation
) -> None:
    case, _ = talk(office, when="etter <b>skolen</b>", readers=("police", "youth_team"))
    found = block(browser, case)
    assert said(found, "Med hvem") == "Ungdomskontakten"
    assert said(found, "Hvordan") == "Bli ringt"
    assert said(found, "Når det passer") == "etter <b>skolen</b>"
    # A leader works in both, and reads as the first.
    assert said(found, "Leses også av") == "Ungdomsteamet"
    talked = browser.page.find(id="talk")
    assert talked is not None
    assert found in talked.find_all_previous("section")


def test_the_adult_reads_it_as_themselves_and_sees_who_else_does(
    app: Flask, office: Installation
) -> None:
    account = office.member("voksen")
    with writing(office.staff) as connection:
        passing_on.await_keys(connection, account.id, [ADULT])
    leader = unlocked(office, office.leader)
    passing_on.open_anew(office.staff, office.store, leader, account.id, ADULT, NOW)
    case, key = talk(office, readers=BOTH)
    theirs = Browser(app.test_client(), office)
    theirs.sign_in(account)
    found = block(theirs, case)
    assert said(found, "Med hvem") == "Ungdomskontakten (deg)"
    assert said(found, "Leses også av") == "Ungdomsteamet"
    assert said(found, "Nummer") == "912 34 567"
    theirs.act(case, "answer", text="Kom når du vil.", language="nb")
    assert office.sender(case, key).messages()[-1].body["by"] == ADULT


def test_whoever_is_let_in_whole_may_call_too(police: Desk, office: Installation) -> None:
    case, _ = talk(office)
    theirs = police.browser
    theirs.get(f"/cases/{case}", 404)
    publics = office.store.public_keys(["police"], office.settings.verifier)
    told: dict[str, Any] = {"to": "police", "whole": 1, "hour": NOW}
    addition = office.reader(case).admit(publics, Kind.HANDED_OVER, told)
    office.store.add(addition, State.READ)
    assert said(block(theirs, case), "Nummer") == "912 34 567"
    theirs.act(case, "called")
    assert office.store.contact(case) is None


def test_a_parent_gets_the_language_and_an_interpreter(
    browser: Browser, office: Installation
) -> None:
    facts: dict[str, Any] = {"lane": "parent", "contact": "call", "spoken": "ti"}
    case, _ = office.tip("", **facts, interpreter="yes", number="+4791234567")
    found = block(browser, case)
    assert "Bestill tolk: tigrinja" in said(found, "Tolk")
    link = found.select_one("dd a[href$='/interpreter']")
    assert link is not None
    assert browser.get(str(link["href"])).select_one("h1") is not None
    other, _ = office.tip("hei", **facts, number="+4791234567")
    found = block(browser, other)
    assert (said(found, "Tolk"), said(found, "Snakker")) == ("", "tigrinja")


def test_an_empty_text_is_said_to_be_none(browser: Browser, office: Installation) -> None:
    case, _ = office.tip("", lane="talk", contact="here")
    browser.get(f"/cases/{case}")
    assert browser.text.count("Skrev ingen tekst.") == 1


@pytest.mark.parametrize("facts", [{}, {"adult": "school_nurse"}], ids=["tip", "complaint"])
def test_a_tip_has_no_such_block(
    browser: Browser, office: Installation, facts: dict[str, Any]
) -> None:
    case, _ = office.tip(**facts)
    browser.get(f"/cases/{case}")
    assert browser.page.select_one("section.reach") is None
    assert ("Gjelder: Helsesykepleieren." in browser.text) is bool(facts)
    assert ("holdt utenfor" in browser.text) is bool(facts)


def test_an_adult_who_reads_a_complaint_about_them_is_pointed_out(
    browser: Browser, office: Installation
) -> None:
    """The rules keep them out. That a case says otherwise is not to be passed over in silence."""
    case, _ = office.tip(adult="police", readers=("police", "youth_team"))
    browser.get(f"/cases/{case}")
    assert "Den voksne kan lese saken" in browser.text
    assert "holdt utenfor" not in browser.text


@pytest.mark.parametrize("job", ["yes", "no", ""])
def test_whoever_writes_in_their_job_has_a_duty_of_their_own(
    browser: Browser, office: Installation, job: str
) -> None:
    case, _ = office.tip(job=job)
    browser.get(f"/cases/{case}")
    assert ("har selv meldeplikt (barnevernsloven § 13-2)" in browser.text) is (job == "yes")


# --- the number --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("digits", "read"),
    [
        ("91234567", "912 34 567"),
        ("+4791234567", "+47 912 34 567"),
        ("+48123456789", "+48123456789"),
        ("tel:1;x", ""),
        ("", ""),
        ("+", ""),
        ("٩١٢٣٤٥٦٧", ""),
    ],
    ids=["here", "here in full", "abroad", "words", "nothing", "plus", "other digits"],
)
def test_a_number_is_read_in_groups_and_is_nothing_else(digits: str, read: str) -> None:
    assert spaced(digits) == read


def test_the_number_is_a_link_left_to_right_and_stands_on_no_other_page(
    browser: Browser, office: Installation
) -> None:
    case, _ = talk(office)
    link = block(browser, case).select_one("a.tel")
    assert link is not None
    assert (link["href"], link["dir"]) == ("tel:91234567", "ltr")
    for path in ("/queue", f"/cases/{case}/export", f"/cases/{case}/handover"):
        assert "912" not in browser.get(path).get_text()


def test_used_it_is_gone_for_good_and_the_conversation_as_it_was(
    browser: Browser, office: Installation
) -> None:
    case, _ = talk(office)
    assert "Jeg har ringt, slett nummeret" in block(browser, case).get_text()
    browser.act(case, "called")
    assert "Nummeret er slettet." in browser.text
    assert office.store.contact(case) is None
    assert len(office.stored(case).sealed.messages) == 1
    assert actions(office, case)[:2] == ["look", "number-deleted"]
    found = block(browser, case)
    assert said(found, "Nummer") == "slettet"
    assert found.find("button") is None
    browser.act(case, "called")
    assert "Nummeret var alt slettet." in browser.text
    assert actions(office, case).count("number-deleted") == 1


def test_nothing_is_deleted_that_cannot_be_entered(browser: Browser, office: Installation) -> None:
    case, _ = talk(office)
    browser.get(f"/cases/{case}")
    with writing(office.staff) as connection:
        connection.execute(text("ALTER TABLE audit_entries RENAME TO away"))
    browser.act(case, "called", 503)
    assert office.store.contact(case) is not None


def test_what_was_begun_is_kept_when_the_number_is_deleted(
    browser: Browser, office: Installation
) -> None:
    case, _ = talk(office)
    browser.get(f"/cases/{case}")
    begun: dict[str, Any] = {"date-1": "2031-01-01", "where": "hos meg"}
    browser.act(case, "called", text="Hei igjen", **begun)
    assert browser.page.select_one("#text").get_text().strip() == "Hei igjen"  # type: ignore[union-attr]
    for name, value in (("date-1", "2031-01-01"), ("where", "hos meg")):
        assert browser.page.select_one(f"[name='{name}']")["value"] == value  # type: ignore[index]


@pytest.mark.parametrize("what", ["sealed", "slot of another", "sealed of another"])
def test_a_number_that_was_altered_is_said_to_be_and_may_be_deleted(
    browser: Browser, office: Installation, what: str
) -> None:
    case, _ = talk(office)
    other, _ = talk(office, number="40000000")
    theirs = office.store.contact(other)
    assert theirs is not None
    given: dict[str, Any] = {
        "sealed": ("sealed", bytes(600)),
        "slot of another": ("slot", theirs[0].slot),
        "sealed of another": ("sealed", theirs[0].sealed),
    }
    column, value = given[what]
    with writing(office.cases) as connection:
        connection.execute(
            update(contacts).where(contacts.c.case_id == case).values({column: value})
        )
    found = block(browser, case)
    assert "lar seg ikke åpne" in said(found, "Nummer")
    assert "912" not in found.get_text()
    assert "400" not in found.get_text()
    browser.act(case, "called")
    assert "Nummeret er slettet." in browser.text


def test_a_number_without_its_key_is_as_good_as_deleted(
    browser: Browser, office: Installation
) -> None:
    case, _ = talk(office)
    kept = office.store.contact(case)
    assert kept is not None
    office.store._erasure.destroy(kept[0].slot)
    assert said(block(browser, case), "Nummer") == "slettet"


def test_closing_forgets_the_number(browser: Browser, office: Installation) -> None:
    case, _ = talk(office)
    browser.get(f"/cases/{case}")
    browser.act(case, "close")
    assert office.store.contact(case) is None
    browser.act(case, "reopen")
    assert said(block(browser, case), "Nummer") == "slettet"


def test_closing_many_forgets_each_number(browser: Browser, office: Installation) -> None:
    ids = [talk(office)[0] for _ in range(2)]
    browser.get("/queue")
    handles = [str(box["value"]) for box in browser.page.select("[name=case]")]
    browser.post("/queue/close", case=handles, reason="prank", sure="1")
    assert [office.stored(case).clear.state for case in ids] == [State.CLOSED] * 2
    assert [office.store.contact(case) for case in ids] == [None, None]


def test_an_answer_forgets_nothing(browser: Browser, office: Installation) -> None:
    case, _ = talk(office)
    browser.get(f"/cases/{case}")
    browser.act(case, "answer", text="Jeg ringer i morgen.", language="nb")
    assert office.store.contact(case) is not None


def test_a_close_that_came_too_late_forgets_nothing(browser: Browser, office: Installation) -> None:
    case, key = talk(office)
    browser.get(f"/cases/{case}")
    office.writes_more(case, key, "ring heller i morgen")
    browser.act(case, "close", 409)
    assert office.store.contact(case) is not None


# --- in the queue ------------------------------------------------------------------------------


def test_the_queue_tells_a_talk_from_a_tip(browser: Browser, office: Installation) -> None:
    office.tip("et tips", topic="drugs")
    talk(office, topic="leaving")
    office.tip("", lane="parent", contact="call", spoken="ti", interpreter="yes")
    browser.get("/queue")
    # The rows come without their last tags.
    html = browser.client.get("/queue").get_data(as_text=True)
    page = BeautifulSoup(
        html5lib.serialize(html5lib.parse(html), omit_optional_tags=False), "html.parser"
    )
    rows = [" ".join(row.get_text(" ").split()) for row in page.select(".queue li")]
    of_talk = next(row for row in rows if row.startswith("Samtale: Ungdomskontakten · "))
    of_parent = next(row for row in rows if row.startswith("Foresatt"))
    of_tip = next(row for row in rows if "et tips" in row)
    assert "· Ring" in of_talk
    assert "· norsk · Snakker tigrinja ትግርኛ" in of_parent
    assert "trenger tolk" in of_parent
    assert "Ring" not in of_tip
    assert "Samtale" not in of_tip


def test_a_page_of_talks_is_small(browser: Browser, office: Installation) -> None:
    """As test_queue has it; of three who want to talk, one says about what."""
    for n in range(27):
        text, language = ("skyldær " * 10, "nb") if n % 5 else ("سكين" * 20, "ar")
        topic = "" if n % 3 else "exposed"
        talk(office, danger="unsure", topic=topic, text=text, language=language)
    assert len(browser.client.get("/queue").data) <= 20_000


def test_a_case_that_is_gone_takes_its_number_with_it(office: Installation) -> None:
    case, _ = talk(office)
    with writing(office.cases) as connection:
        connection.execute(delete(cases).where(cases.c.id == case))
    with reading(office.cases) as connection:
        assert connection.execute(select(contacts)).first() is None

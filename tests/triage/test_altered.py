"""What the case page says when somebody has written to the database behind our back."""

from __future__ import annotations

import pytest
from sqlalchemy import text, update

from sifra.database import writing
from sifra.tables import cases
from tests.triage.example_office import Browser, Installation


def test_a_state_that_the_conversation_denies_is_pointed_out(
    browser: Browser, office: Installation
) -> None:
    """Somebody who can write to the database hides an unread case among the closed ones."""
    case, _ = office.tip()
    with writing(office.cases) as connection:
        connection.execute(update(cases).where(cases.c.id == case).values(state="closed"))
    browser.get(f"/cases/{case}")
    assert "Databasen sier noe annet" in browser.text
    assert browser.page.find("i").get_text() == "Ny"  # type: ignore[union-attr]


def test_a_code_that_was_taken_out_is_pointed_out(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    with writing(office.cases) as connection:
        connection.execute(text("DELETE FROM wraps WHERE holder = 'sender'"))
    browser.get(f"/cases/{case}")
    assert "Databasen sier noe annet" in browser.text


@pytest.mark.parametrize("lane", ["parent", "talking", b"\x00"], ids=["other", "none", "bytes"])
def test_a_lane_that_the_sender_denies_is_pointed_out_and_hides_no_other_case(
    browser: Browser, office: Installation, lane: str | bytes
) -> None:
    case, _ = office.tip(lane="talk")
    other, _ = office.tip()
    with writing(office.cases) as connection:
        connection.execute(
            text("UPDATE cases SET lane = :lane WHERE id = :id"), {"lane": lane, "id": case}
        )
    for path in ("/queue", "/search", f"/cases/{other}"):
        browser.get(path)
    assert "Databasen sier noe annet" not in browser.text
    browser.get(f"/cases/{case}")
    assert "Databasen sier noe annet" in browser.text


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM messages WHERE sequence = 1",
        "UPDATE messages SET sequence = 9 - sequence",
        "UPDATE cases SET head = zeroblob(32)",
        "DELETE FROM messages",
        "UPDATE wraps SET holder = 'slt' WHERE holder = 'police'",
        "DELETE FROM wraps WHERE purpose = 'answer-key' AND holder != 'sender'",
    ],
)
def test_whatever_was_altered_the_page_says_so_and_keeps_what_one_wrote(
    browser: Browser, office: Installation, attack: str
) -> None:
    case, _ = office.tip("hemmelig tekst", readers=("police", "youth_team"))
    browser.get(f"/cases/{case}")
    browser.act(case, "acknowledge")
    with writing(office.cases) as connection:
        connection.execute(text(attack))
    page = browser.page
    browser.get(f"/cases/{case}", 409)
    assert f"Sak {case[:6]} lar seg ikke åpne" in browser.text
    assert "hemmelig tekst" not in browser.text
    browser.page = page
    browser.act(case, "answer", 409, text="et svar", language="nb")
    assert browser.page.find("textarea").get_text().strip() == "et svar"  # type: ignore[union-attr]

"""What is begun in the fields of a case page, and what the buttons of its one form make of it."""

from __future__ import annotations

import datetime as dt

import pytest

from sifra.sealing import Kind
from tests.triage.example_handovers import answers
from tests.triage.example_office import Browser, Installation

DAY = str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9))
WRITTEN = {
    "text": "Hei. Vi har lest det du",
    "note": "Ringte helsesykepleier, som",
    "said": "De spurte om",
    "label": "gje",
    "title": "Slåsskamp på",
}
"""What somebody has begun in each field of the page that words are written in."""


@pytest.mark.parametrize(
    ("action", "given", "used"),
    [
        pytest.param("acknowledge", {}, (), id="acknowledge"),
        pytest.param("answer", {"language": "en"}, ("text",), id="answer"),
        pytest.param("close", {}, (), id="close"),
        pytest.param("notes", {}, ("note",), id="note"),
        pytest.param("told", {"whom": "ambulance"}, ("said",), id="told"),
        pytest.param("labels", {}, ("label",), id="label"),
        pytest.param("level", {"level": "selective"}, (), id="level"),
        pytest.param("level", {"level": ""}, (), id="the same level"),
        pytest.param("follow-up", {"on": DAY}, (), id="follow-up"),
        pytest.param("incident", {"into": "new"}, ("title",), id="incident"),
        pytest.param("incident", {"out": "1"}, ("title",), id="out of an incident"),
        pytest.param("assign", {"take": "me"}, (), id="take"),
    ],
)
def test_what_was_begun_in_the_other_fields_is_kept(
    browser: Browser,
    office: Installation,
    action: str,
    given: dict[str, str],
    used: tuple[str, ...],
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    if "take" in given:
        given = {"take": str(browser.page.select_one('[name="take"]')["value"])}  # type: ignore[index]
    browser.act(case, action, 200, **WRITTEN, **given)
    assert browser.page.select_one('[role="alert"]') is None
    for name, words in WRITTEN.items():
        field = browser.page.select_one(f'main [name="{name}"]')
        if action == "close" and name == "text":
            field = browser.page.select_one("main #text")
        assert field is not None
        said = field.get("value") if field.name == "input" else field.get_text()
        assert str(said).strip() == ("" if name in used else words), name


def test_a_page_that_answered_a_form_may_be_loaded_again(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    noted = browser.page.select_one('[name="noted"]')
    assert noted is not None
    sent = {**WRITTEN, "noted": str(noted["value"])}
    for _time in range(2):
        browser.act(case, "notes", 200, **sent)
        assert "Notatet er lagret." in browser.text
    assert browser.text.count(WRITTEN["note"]) == 1
    browser.act(case, "notes", note=WRITTEN["note"], noted="1")
    assert browser.text.count(WRITTEN["note"]) == 2


def test_what_came_meanwhile_is_marked_beside_an_answer_that_is_kept(
    browser: Browser, office: Installation
) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    office.writes_more(case, key, "han er her nå")
    browser.act(case, "notes", text="Hei.", note="Ringer tilbake.")
    assert browser.page.select_one("li#new") is not None
    assert browser.page.select_one("#text").get_text().strip() == "Hei."  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("label", "gjeld", "Etiketten er satt på."),
        ("title", "Slåsskamp", "Saken er lagt i hendelsen."),
        ("on", DAY, "Datoen er lagret."),
        ("on", "", ""),
    ],
    ids=["label", "title", "day", "nothing"],
)
def test_enter_in_a_field_does_what_stands_beside_it_and_nothing_else(
    browser: Browser, office: Installation, field: str, written: str, said: str
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    given = {"label": "", "title": "", "on": "", "into": "new", "text": "Hei.", field: written}
    browser.act(case, "enter", 200, **given)
    assert said in browser.text
    assert len(office.stored(case).sealed.messages) == 1


def test_what_was_pressed_comes_back_with_the_words_when_the_session_is_over(
    browser: Browser, office: Installation
) -> None:
    """A case that somebody takes is not given to the colleague whose name stands in the list."""
    case, _ = office.tip()
    office.member("kollega", "youth_team")
    browser.get(f"/cases/{case}")
    pressed = {"take": office.leader.id, "was": "", "noted": "0", "label": "gjeld", "into": "new"}
    browser.client.delete_cookie("sifra")
    browser.act(case, "assign", 401, text="Hei.", **pressed)
    for name, value in pressed.items():
        found = browser.page.find("input", {"name": name})
        assert found is not None, name
        assert found["value"] == value


def test_the_first_button_of_the_form_is_the_harmless_one(
    browser: Browser, office: Installation
) -> None:
    """Enter in a field presses the first button of its form, wherever that button stands."""
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    form = browser.page.select_one("form#work")
    assert form is not None
    assert str(form["action"]).endswith("/enter")
    first = browser.page.select_one("form#work button, button[form=work]")
    assert first is not None
    assert first.get("formaction") is None


def test_a_yes_that_nobody_has_read_is_not_shown_as_read(
    browser: Browser, office: Installation
) -> None:
    case, key = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "acknowledge")
    answers(office, case, key, "0" * 32, Kind.CONSENTED)
    read = browser.get(f"/cases/{case}").find("dt", string="Lest")
    assert read is not None
    assert read.find_next_sibling("dd").get_text().strip() == "ikke ennå"  # type: ignore[union-attr]

"""The whole way of a translation: an interpreter let in, at work, and what the sender gets."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from sifra.sealing import Kind
from tests.triage.example_interpreter import (
    ANSWER,
    HER_WORDS,
    UKRAINIAN,
    at_work,
    begins,
    chooses,
    folder_of,
    interpreter,
    let_in,
    texts,
    token,
    translates,
)
from tests.triage.example_office import Browser, Installation
from triage.folder_store import FolderStore


def today(office: Installation) -> dt.date:
    """Where the municipality lies, as the form has it: the machine may be in another day."""
    return dt.datetime.now(office.settings.municipality.zone).date()


def test_the_whole_way_of_a_translation(app: Flask, browser: Browser, office: Installation) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    browser.get(f"/cases/{case}")
    assert "Ingen i enheten leser ukrainsk" in browser.text
    tolk = interpreter(office)
    folder = let_in(browser, case, tolk)
    assert "Tolken er sluppet inn i saken." in browser.text
    assert "1 melding venter på tolken." in browser.text

    desk = at_work(app, office, tolk)
    assert "1 melding venter" in desk.text
    desk.get(f"/interpreting/{folder}")
    assert texts(desk) == [UKRAINIAN]
    field = desk.page.find("textarea")
    assert field is not None
    assert (field["lang"], field["dir"], field["translate"]) == ("nb", "ltr", "no")
    translates(desk, folder, 0, {0: "De slår meg."})
    assert "Oversettelsen er lagret." in desk.text

    browser.get(f"/cases/{case}")
    assert texts(browser) == [UKRAINIAN, "De slår meg."]
    assert browser.page.find(class_="sides") is not None
    assert "Alt er oversatt." in browser.text
    assert browser.page.find("input", {"name": "translation"}) is None
    browser.act(case, "answer", text=ANSWER, language="nb")

    desk.get(f"/interpreting/{folder}")
    field = desk.page.find("textarea")
    assert field is not None
    assert field["lang"] == "uk"
    translates(desk, folder, 1, {1: HER_WORDS})

    browser.get(f"/cases/{case}")
    browser.act(case, "interpreter/send", of="1", translation=token(browser))
    assert "Oversettelsen er sendt." in browser.text
    assert "sendt til avsenderen" in browser.text
    assert browser.page.find("input", {"name": "translation"}) is None
    last = office.sender(case, key).messages()[-1]
    assert last.kind is Kind.TRANSLATION
    said = {"of": 1, "text": HER_WORDS, "language": "uk"}
    assert {name: last.body[name] for name in said} == said


def test_the_interpreter_sees_no_notes_readers_or_marks(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk", topic="weapons", place="masan", danger="yes")
    browser.get(f"/cases/{case}")
    browser.act(case, "acknowledge")
    browser.act(case, "notes", note="hemmelig notat")
    tolk = interpreter(office)
    desk = at_work(app, office, tolk)
    folder = let_in(browser, case, tolk)
    desk.get(f"/interpreting/{folder}")
    for hidden in ("hemmelig notat", "Ungdomsteamet", "Måsan", "våpen", "Fare", "Lest"):
        assert hidden not in desk.text
    for path in ("/queue", f"/cases/{case}", f"/cases/{case}/interpreter", "/audit"):
        desk.get(path, 403)


def test_saving_one_keeps_what_is_being_written_in_the_others(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    office.writes_more(case, key, "друге", language="uk")
    folder, desk = begins(app, browser, case)
    translates(desk, folder, 0, {0: "Det første.", 1: "Halvveis"})
    assert "Melding 1 er lagret" in desk.text
    assert desk.page.find(id="text-1").get_text().strip() == "Halvveis"  # type: ignore[union-attr]
    assert desk.page.find(id="text-0") is None
    browser.get(f"/cases/{case}")
    assert "Det første." in browser.text
    assert "Halvveis" not in browser.text


@pytest.mark.parametrize("written", ["", "  \n", "\u200b", "a" * 24_001])
def test_a_translation_that_cannot_be_saved_is_kept_beside_its_error(
    app: Flask, browser: Browser, office: Installation, written: str
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    folder, desk = begins(app, browser, case)
    translates(desk, folder, 0, {0: written}, 422)
    field = desk.page.find(id="text-0")
    assert field is not None
    assert field["aria-describedby"] == "text-0-error"
    assert field.get_text().strip() == written.strip()


@pytest.mark.parametrize(
    "form", [{}, {"save": "7"}, {"save": "x"}, {"save": "-1"}, {"mend": "7"}, {"save": "٣"}]
)
def test_a_message_that_there_is_not(
    app: Flask, browser: Browser, office: Installation, form: dict[str, str | list[str]]
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    folder, desk = begins(app, browser, case)
    desk.post(f"/interpreting/{folder}", 400, **form)


@pytest.mark.parametrize(
    ("days", "who", "field"),
    [
        (-1, "good", "until"),
        (61, "good", "until"),
        (None, "good", "until"),
        (5, "", "who"),
        (5, "0" * 32 + ".uk", "who"),
        (5, "pl", "who"),
    ],
)
def test_what_is_wrong_with_letting_in_is_said_beside_its_field(
    browser: Browser, office: Installation, days: int | None, who: str, field: str
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    browser.get(f"/cases/{case}/interpreter")
    day = "i morgen"
    if days is not None:
        day = str(today(office) + dt.timedelta(days=days))
    chosen = {"good": f"{tolk.id}.uk", "pl": f"{tolk.id}.pl"}.get(who, who)
    browser.post(f"/cases/{case}/interpreter", 422, who=chosen, until=day, code="")
    assert browser.page.find(id=f"{field}-error") is not None
    assert browser.page.find(id="until")["value"] == day  # type: ignore[index]
    assert FolderStore(office.staff).of_case(case) == []


@pytest.mark.parametrize("code", ["", "000000"])
def test_letting_in_takes_the_second_factor_again(
    browser: Browser, office: Installation, code: str
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    chooses(browser, case, tolk, 422, code=code)
    assert browser.page.find(id="code-error") is not None
    assert FolderStore(office.staff).of_case(case) == []


def test_one_interpreter_at_a_time(browser: Browser, office: Installation) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    one, two = interpreter(office), interpreter(office, "tolk2")
    let_in(browser, case, one)
    page = browser.page
    until = str(today(office))
    browser.page = page
    browser.post(f"/cases/{case}/interpreter", 409, who=f"{two.id}.uk", until=until)
    assert "En tolk er inne allerede" in browser.text
    assert len(FolderStore(office.staff).of_case(case)) == 1


def test_the_next_interpreter_goes_on_where_the_last_one_stopped(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    one, two = interpreter(office), interpreter(office, "tolk2")
    first = let_in(browser, case, one)
    desk = at_work(app, office, one)
    desk.get(f"/interpreting/{first}")
    translates(desk, first, 0, {0: "De slår meg."})
    browser.post(f"/cases/{case}/interpreter/end", folder=first)
    assert "Tolken er ute av saken." in browser.text
    assert "Ingen i enheten leser" not in browser.text
    office.writes_more(case, key, "ще раз", language="uk")
    browser.get(f"/cases/{case}")
    assert "Ingen i enheten leser ukrainsk" in browser.text
    second = let_in(browser, case, two)
    assert second != first
    other = at_work(app, office, two)
    other.get(f"/interpreting/{second}")
    assert texts(other) == [UKRAINIAN, "De slår meg.", "ще раз"]
    assert [field["id"] for field in other.page.find_all("textarea")] == ["text-1"]


def test_a_tip_whose_language_the_pages_do_not_have_goes_to_the_one_that_reads_it(
    app: Flask, browser: Browser, office: Installation
) -> None:
    """They wrote Ukrainian on the Norwegian pages: staff see it, the tip does not say it."""
    case, _ = office.tip(UKRAINIAN, language="nb")
    tolk = interpreter(office)
    browser.get(f"/cases/{case}")
    assert "Ingen i enheten leser" not in browser.text
    folder = let_in(browser, case, tolk)
    desk = at_work(app, office, tolk)
    assert "1 melding venter" in desk.text
    desk.get(f"/interpreting/{folder}")
    said = desk.page.find(class_="text")
    assert said is not None
    assert said["lang"] == "uk"


def test_many_messages_open_some_fields_at_a_time(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    for number in range(11):
        office.writes_more(case, key, f"{number}", language="uk")
    _, desk = begins(app, browser, case)
    assert len(desk.page.find_all("textarea")) == 8
    assert "Feltet kommer når du har oversatt noen av dem over." in desk.text


def test_nothing_written_is_lost_when_the_session_ends(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    office.writes_more(case, key, "друге", language="uk")
    folder, desk = begins(app, browser, case)
    page = desk.page
    desk.post("/sign-out")
    desk.page = page
    translates(desk, folder, 0, {0: "Det første.", 1: "Halv"}, 401)
    kept = {field["name"]: field.get_text().strip() for field in desk.page.find_all("textarea")}
    assert kept == {"text-0": "Det første.", "text-1": "Halv"}
    assert desk.page.find("input", {"name": "save"})["value"] == "0"  # type: ignore[index]


def test_each_look_and_translation_is_entered(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    folder, desk = begins(app, browser, case, tolk)
    translates(desk, folder, 0, {0: "De slår meg."})
    browser.post(f"/cases/{case}/interpreter/end", folder=folder)
    browser.get("/audit")
    for said in (
        "Slapp inn en tolk",
        "Så på saken som tolk",
        "Oversatte",
        "Avsluttet tolkens tilgang",
    ):
        assert said in browser.text
    assert folder_of(office, case) == folder

"""What is passed on while an interpreter is at work, and what is sent to the sender."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from sifra.sealing import Kind
from tests.triage.example_interpreter import (
    HER_WORDS,
    UKRAINIAN,
    answered_and_translated,
    at_work,
    begins,
    interpreter,
    let_in,
    texts,
    token,
    translates,
)
from tests.triage.example_office import Browser, Installation
from triage.folder_store import FolderStore
from triage.folders import SealedFolder


def test_what_the_sender_writes_next_reaches_the_interpreter_when_staff_look(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    folder = let_in(browser, case, tolk)
    office.writes_more(case, key, "ще раз сьогодні", language="uk")
    desk = at_work(app, office, tolk)
    desk.get(f"/interpreting/{folder}")
    assert texts(desk) == [UKRAINIAN]
    browser.get(f"/cases/{case}")
    desk.get(f"/interpreting/{folder}")
    assert texts(desk) == [UKRAINIAN, "ще раз сьогодні"]


def test_a_translation_is_mended_and_sent_again(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    folder, desk = answered_and_translated(app, browser, case, "помилка")
    browser.get(f"/cases/{case}")
    offered = token(browser)
    desk.post(f"/interpreting/{folder}", mend="1")
    assert desk.page.find(id="text-1").get_text().strip() == "помилка"  # type: ignore[union-attr]
    translates(desk, folder, 1, {1: HER_WORDS})
    # What was shown is what is sent: the mended one must be seen first.
    browser.act(case, "interpreter/send", 409, of="1", translation=offered)
    assert "Oversettelsen er endret" in browser.text
    offered = token(browser)
    browser.act(case, "interpreter/send", of="1", translation=offered)
    assert office.sender(case, key).messages()[-1].body["text"] == HER_WORDS


def test_a_unit_that_is_let_in_later_reads_the_translations(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    folder, desk = begins(app, browser, case)
    translates(desk, folder, 0, {0: "De slår meg."})
    publics = office.store.public_keys(["police"], office.settings.verifier)
    told: dict[str, str | int] = {"to": "police", "whole": 1, "ground": "consent", "hour": 0}
    addition = office.reader(case).admit(publics, Kind.HANDED_OVER, told)
    office.store.add(addition, office.stored(case).clear.state)
    browser.get(f"/cases/{case}")
    police = Browser(app.test_client(), office)
    police.sign_in(office.member("politi", "police"))
    police.get(f"/cases/{case}")
    assert texts(police)[:2] == [UKRAINIAN, "De slår meg."]


def test_a_translation_and_what_is_passed_on_in_the_same_moment_both_stay(
    app: Flask, browser: Browser, office: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    folder, desk = begins(app, browser, case)
    office.writes_more(case, key, "ще раз", language="uk")
    replace = FolderStore.replace

    def beaten(self: FolderStore, before: SealedFolder, after: SealedFolder) -> None:
        monkeypatch.setattr(FolderStore, "replace", replace)
        # In a thread, as another request would be: this one is not over.
        with ThreadPoolExecutor() as colleague:
            colleague.submit(browser.get, f"/cases/{case}").result()
        replace(self, before, after)

    monkeypatch.setattr(FolderStore, "replace", beaten)
    translates(desk, folder, 0, {0: "De slår meg."})
    assert texts(desk) == [UKRAINIAN, "De slår meg.", "ще раз"]


def test_what_came_meanwhile_is_seen_before_a_translation_is_sent(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, key = office.tip(UKRAINIAN, language="uk")
    answered_and_translated(app, browser, case)
    browser.get(f"/cases/{case}")
    offered = token(browser)
    office.writes_more(case, key, "ні, вже не треба", language="uk")
    browser.act(case, "interpreter/send", 409, of="1", translation=offered)
    assert "Noe kom til" in browser.text
    browser.act(case, "interpreter/send", of="1", translation=offered)
    assert office.sender(case, key).messages()[-1].kind is Kind.TRANSLATION


@pytest.mark.parametrize(
    ("of", "status"),
    [("0", 409), ("9", 409), ("999999", 409), ("-1", 400), ("", 400), ("x", 400)],
)
def test_only_an_answer_is_sent_in_translation(
    app: Flask, browser: Browser, office: Installation, of: str, status: int
) -> None:
    """What the sender wrote never comes back to whoever finds the code, in no language."""
    case, key = office.tip(UKRAINIAN, language="uk")
    folder, desk = begins(app, browser, case)
    translates(desk, folder, 0, {0: "De slår meg."})
    browser.get(f"/cases/{case}")
    browser.act(case, "interpreter/send", status, of=of, translation=f"{folder}.2")
    assert office.sender(case, key).messages() == []


def test_whoever_decides_on_a_hand_over_reads_the_translation_too(
    app: Flask, browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(UKRAINIAN, language="uk")
    tolk = interpreter(office)
    folder = let_in(browser, case, tolk)
    desk = at_work(app, office, tolk)
    translates(desk, folder, 0, {0: "De slår meg etter skolen."})
    browser.get(f"/cases/{case}/handover")
    assert texts(browser) == [UKRAINIAN, "De slår meg etter skolen."]
    given = {"to": "police", "text": "Vold etter skoletid.", "reason": "Det skjer hver dag."}
    browser.post(f"/cases/{case}/handover", seen="1", ground="avert_crime", **given)
    assert texts(browser)[-2:] == [UKRAINIAN, "De slår meg etter skolen."]

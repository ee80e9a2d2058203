"""Changing one's mind on the way loses nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from reporter.forms import LONGEST_TEXT
from tests.journeys.conftest import Sites
from tests.journeys.pages import Sender, back, everything, forward, reload
from tests.journeys.tabs import Tabs

TEXT = "Første linje <b>\"'&amp;\n\n  innrykk\tog tabulator 🙃\nهذا نص 1, 2, 3 Askim"
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


@SCRIPT
def test_edit_loses_nothing(sites: Sites, tabs: Tabs, script: bool) -> None:
    sender = Sender(tabs.open(script=script), sites.reporter.url, "nb")
    written = fill_all(sender)
    for change in ("", " og mer", " og enda mer"):
        sender.text.fill(TEXT + change)
        sender.review()
        assert normal(sender.page.locator("blockquote").inner_text()) == normal(TEXT + change)
        sender.tap(sender.step("edit"))
        expect(sender.step("review")).to_be_visible()
        assert fields(sender) == {**written, "text": TEXT + change}
        expect(sender.page.locator('[name="no_code"]')).to_be_visible()


@SCRIPT
def test_the_browsers_back_loses_nothing(sites: Sites, tabs: Tabs, script: bool) -> None:
    sender = Sender(tabs.open(script=script), sites.reporter.url, "nb")
    written = fill_all(sender)
    for change in ("", " og mer", " og enda mer"):
        sender.text.fill(TEXT + change)
        sender.review()
        back(sender.page)
        assert fields(sender) == {**written, "text": TEXT + change}


@SCRIPT
def test_what_was_changed_after_edit_is_found_with_forward(
    sites: Sites, tabs: Tabs, script: bool
) -> None:
    """The page that Edit gives was posted, and browsers keep no such page."""
    sender = Sender(tabs.open(script=script), sites.reporter.url, "nb")
    fill_all(sender)
    sender.review()
    sender.tap(sender.step("edit"))
    sender.text.fill("noe helt annet")
    sender.review()
    back(sender.page)
    forward(sender.page)
    reload(sender.page)
    expect(sender.page.locator("blockquote")).to_have_text("noe helt annet")


@SCRIPT
def test_an_error_loses_nothing(sites: Sites, tabs: Tabs, script: bool) -> None:
    sender = Sender(tabs.open(script=script), sites.reporter.url, "nb")
    written = fill_all(sender)
    long = "æ" * (LONGEST_TEXT + 1)
    sender.text.fill(long)
    sender.tap(sender.step("review"))
    expect(sender.text).to_have_attribute("aria-invalid", "true")
    assert fields(sender) == {**written, "text": long}
    sender.text.fill(TEXT)
    sender.review()
    assert TEXT.split()[-1] in everything(sender.page)


def fill_all(sender: Sender) -> dict[str, str]:
    """Write and tick everything; gives it as the form will send it."""
    page = sender.page
    sender.go("tip")
    page.locator('[name="danger"][value="no"]').check()
    sender.text.fill(TEXT)
    page.locator("main form summary").tap()
    # Whom a complaint is about is asked of a complaint alone.
    chosen = {"adult": ""}
    for name in ("topic", "place"):
        value = page.locator(f'[name="{name}"] option').last.get_attribute("value")
        assert value
        page.locator(f'[name="{name}"]').select_option(value)
        chosen[name] = value
    page.locator('[name="urgency"][value="soon"]').check()
    page.locator('[name="no_code"]').check()
    return {**chosen, "danger": "no", "text": TEXT, "urgency": "soon", "no_code": "y"}


def fields(sender: Sender) -> dict[str, str]:
    """What the form of the page would send, without the token."""
    sent = sender.page.locator("main form").evaluate("f => Object.fromEntries(new FormData(f))")
    return {name: value.replace("\r\n", "\n") for name, value in sent.items() if name != "token"}


def normal(text: str) -> str:
    return " ".join(text.split())

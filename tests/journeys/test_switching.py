"""Another language in the middle of a form, on a phone: what was written comes along."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from sifra.languages import LANGUAGES
from tests.journeys.answering import heard, sent
from tests.journeys.conftest import Sites
from tests.journeys.pages import Sender, back
from tests.journeys.servers import NEUTRAL
from tests.journeys.spoken import said
from tests.journeys.tabs import Tabs
from tests.journeys.test_exit import what_comes_back

TEXT = said("nb").told


def switch(sender: Sender, tag: str) -> None:
    """By the link at the top, which leads to the list."""
    page = sender.page
    sender.tap(page.locator(".to-langs"))
    expect(page.locator("#languages")).to_be_in_viewport()
    sender.tap(page.locator(f'#languages [lang="{tag}"]'))
    sender.lang = tag
    expect(page.locator("html")).to_have_attribute("lang", tag)
    expect(page.locator("html")).to_have_attribute("dir", LANGUAGES[tag].direction)


def to_form(sender: Sender) -> None:
    sender.go("tip")
    sender.write(TEXT)
    sender.page.locator('[name="danger"][value="no"]').check()
    switch(sender, "ti")


def to_review(sender: Sender) -> None:
    to_form(sender)
    sender.review()
    switch(sender, "ar")


def test_what_was_written_comes_along(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, "nb")
    page = sender.page
    to_form(sender)
    expect(sender.text).to_have_value(TEXT)
    expect(page.locator('[name="danger"][value="no"]')).to_be_checked()
    # A form that is only in another language is not wrong.
    expect(page.get_by_role("alert")).to_have_count(0)
    sender.review()
    assert page.locator("main blockquote").inner_text() == TEXT
    switch(sender, "ar")
    assert page.locator("main blockquote").inner_text() == TEXT
    code = sender.send()
    case = sent(sites.place, code.digits)
    assert heard(sites.place, case)["text"] == TEXT
    assert code.shown == code.digits
    expect(page.locator("html")).to_have_attribute("lang", "ar")


def test_back_leads_to_the_form_as_it_was(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(script=False), sites.reporter.url, "nb")
    to_form(sender)
    back(sender.page)
    expect(sender.page.locator("html")).to_have_attribute("lang", "nb")
    expect(sender.text).to_have_value(TEXT)


@pytest.mark.parametrize(
    ("script", "keeps_pages"), [(False, True), (True, False)], ids=["no-script", "no-bfcache"]
)
@pytest.mark.parametrize("way", [to_form, to_review], ids=["form", "review"])
def test_after_exit_nothing_comes_back(
    sites: Sites, tabs: Tabs, way: Callable[[Sender], None], script: bool, keeps_pages: bool
) -> None:
    sender = Sender(tabs.open(script=script, keeps_pages=keeps_pages), sites.reporter.url, "nb")
    way(sender)
    sender.exit(NEUTRAL)
    assert what_comes_back(sender.page, [TEXT]) == set()


def test_what_is_begun_in_a_mailbox_goes_with_another_button_and_never_with_exit(
    sites: Sites, tabs: Tabs
) -> None:
    sender = Sender(tabs.open(script=True), sites.reporter.url, "nb")
    page, asked = sender.page, list[str]()
    sender.go("mailbox")
    sender.open_mailbox(sites.place.tip(TEXT))
    begun = f"{TEXT}\n\nOg én ting til."
    page.locator("#text").fill(begun)
    sender.tap(page.locator("main details summary"))
    page.locator("#code").fill("1111 2222 3333 4444 5555")
    sender.tap(sender.step("withdraw"))
    expect(page.locator("#code-error")).to_be_visible()
    expect(page.locator("#text")).to_have_value(begun)
    page.on("request", lambda request: asked.append(request.post_data or ""))
    sender.exit(NEUTRAL)
    assert any("ticket" in one for one in asked)
    assert not [one for one in asked if "text" in one]

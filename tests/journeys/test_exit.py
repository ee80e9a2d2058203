"""After exit nothing comes back: not the text, not the code, not the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from reporter.forms import LONGEST_TEXT
from tests.journeys.conftest import Sites
from tests.journeys.pages import Sender, back, everything, forward, reload
from tests.journeys.servers import NEUTRAL
from tests.journeys.tabs import Tabs

TEXT = "Noe om karusellen bak biblioteket"
ANSWER = "Vi ordner det med karusellen"
MISTYPED = "karusell paraply gulrot"

Way = Callable[[Sender, Sites], list[str]]
"""Leads to a page; gives what must not come back."""


def to_start(sender: Sender, _: Sites) -> list[str]:
    sender.start()
    return []


def to_written_tip(sender: Sender, _: Sites) -> list[str]:
    sender.start()
    sender.say_something()
    sender.write(TEXT)
    return [TEXT]


def to_tip_with_error(sender: Sender, _: Sites) -> list[str]:
    sender.go("tip")
    sender.text.fill(TEXT + "!" * LONGEST_TEXT)
    sender.tap(sender.step("review"))
    expect(sender.page.locator("#text-error")).to_be_visible()
    return [TEXT]


def to_review(sender: Sender, sites: Sites) -> list[str]:
    secrets = to_written_tip(sender, sites)
    sender.review()
    return secrets


def to_sent(sender: Sender, sites: Sites) -> list[str]:
    secrets = to_review(sender, sites)
    code = sender.send()
    return [*secrets, code.shown, code.digits]


def to_mailbox(sender: Sender, sites: Sites) -> list[str]:
    code = sites.place.tip("Noe annet", ANSWER)
    sender.come_back()
    sender.open_mailbox(code)
    sender.text.fill(TEXT)
    return [TEXT, ANSWER, code]


def to_typed_code(sender: Sender, _: Sites) -> list[str]:
    sender.come_back()
    sender.code_field.fill(MISTYPED)
    return [MISTYPED]


WAYS: list[Way] = [
    to_start,
    to_written_tip,
    to_tip_with_error,
    to_review,
    to_sent,
    to_typed_code,
    to_mailbox,
]
SCRIPT = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
KEEPS = pytest.mark.parametrize("keeps_pages", [True, False], ids=["bfcache", "no-bfcache"])


@KEEPS
@SCRIPT
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_after_exit_nothing_comes_back(
    sites: Sites, tabs: Tabs, way: Way, script: bool, keeps_pages: bool
) -> None:
    sender = Sender(tabs.open(script=script, keeps_pages=keeps_pages), sites.reporter.url, "nb")
    secrets = way(sender, sites)
    sender.exit(NEUTRAL)
    assert what_comes_back(sender.page, secrets) == set()


@KEEPS
@SCRIPT
def test_after_the_code_was_kept_nothing_comes_back(
    sites: Sites, tabs: Tabs, script: bool, keeps_pages: bool
) -> None:
    sender = Sender(tabs.open(script=script, keeps_pages=keeps_pages), sites.reporter.url, "nb")
    secrets = to_sent(sender, sites)
    sender.keep(secrets[1])
    assert what_comes_back(sender.page, secrets) == set()


@KEEPS
def test_without_exit_these_very_moves_bring_it_back(
    sites: Sites, tabs: Tabs, keeps_pages: bool
) -> None:
    """What the tests above would find if exit did nothing."""
    sender = Sender(tabs.open(keeps_pages=keeps_pages), sites.reporter.url, "nb")
    secrets = to_sent(sender, sites)
    sender.page.goto(sites.reporter.url + NEUTRAL)
    assert what_comes_back(sender.page, secrets) == set(secrets)


def test_the_page_is_blank_before_the_network_answers(sites: Sites, tabs: Tabs) -> None:
    page = tabs.open()
    sender = Sender(page, sites.reporter.url, "nb")
    to_sent(sender, sites)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    for address in ("/exit", NEUTRAL):
        page.route(f"**{address}", hold)
    sender.exit_button.tap()
    expect(page.locator("body > *")).to_have_count(0)
    assert page.title().strip("\u200b") == ""
    assert held
    page.unroute_all()
    page.wait_for_url(f"**{NEUTRAL}")


def test_exit_leaves_also_when_our_server_does_not_answer(sites: Sites, tabs: Tabs) -> None:
    page = tabs.open()
    sender = Sender(page, sites.reporter.url, "nb")
    to_sent(sender, sites)
    page.route("**/exit", lambda _: None)
    sender.exit_button.tap()
    page.wait_for_url(f"**{NEUTRAL}")


def what_comes_back(page: Page, secrets: list[str]) -> set[str]:
    """The secrets that stand anywhere along the history, with Reload on each page, there, and
    back again without."""
    found = set[str]()

    def look() -> None:
        whole = everything(page)
        found.update(secret for secret in secrets if secret in whole)

    look()
    pages = page.evaluate("history.length")
    for step in [back, reload] * pages + [forward] * pages:
        step(page)
        look()
    return found

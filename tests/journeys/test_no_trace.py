"""The whole way leaves nothing on the phone, and asks for nothing but the pages themselves."""

from __future__ import annotations

import tomllib

import pytest
from playwright.sync_api import Page, Request

from sifra import municipality
from sifra.web.headers import policy
from sifra.web.page import Look
from tests.journeys.conftest import Sites
from tests.journeys.pages import Sender
from tests.journeys.relay import relay
from tests.journeys.tabs import Tabs

STORES = """async () => ({
    cookies: document.cookie,
    local: localStorage.length,
    session: sessionStorage.length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
EMPTY = {"cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_nothing_is_stored_and_each_page_is_one_request(
    sites: Sites, tabs: Tabs, script: bool
) -> None:
    code = sites.place.tip("Noe", "Et svar")
    with relay(sites.reporter.port) as line:
        tabs.hosts.add(line.url.removeprefix("http://"))
        page = tabs.open(script=script)
        pages: list[str] = []

        def note(request: Request) -> None:
            if request.is_navigation_request():
                path = request.url.removeprefix(line.url)
                pages.append(f"{request.method} {path}")

        page.on("request", note)
        sender = Sender(page, line.url, "nb")
        for path in ("", "talk", "parents", "about", "accessibility", "mailbox", "nowhere"):
            sender.go(path)
        sender.start()
        sender.say_something()
        sender.write("Ingenting skal ligge igjen")
        sender.review()
        shown = sender.send()
        sender.keep(shown.shown)
        sender.come_back()
        sender.open_mailbox(code)
        sender.write_more("Mer")
        assert_nothing_stored(page)
        page.context.close()

        assert line.requests() == sorted(pages)
        assert len(pages) == 16
        assert not [got for got in line.got if b"set-cookie" in got.lower()]


def test_exit_stores_nothing_either(sites: Sites, tabs: Tabs) -> None:
    sender = Sender(tabs.open(), sites.reporter.url, "nb")
    sender.send_tip("Ingenting")
    sender.exit("/healthz")
    assert_nothing_stored(sender.page)


def test_the_shipped_files_exit_may_be_left_for() -> None:
    """Chromium holds the redirect after a form to the policy of the page that sent it."""
    shipped = tomllib.loads(municipality.shipped_path().read_text("utf-8"))
    look = Look("", "", "", lambda: "nb", shipped["exit_url"])
    assert shipped["exit_url"].startswith("https://")
    (actions,) = [part for part in policy(look).split("; ") if part.startswith("form-action ")]
    assert actions.split() == ["form-action", "'self'", shipped["exit_url"].rstrip("/")]


def assert_nothing_stored(page: Page) -> None:
    assert page.context.cookies() == []
    assert page.context.storage_state(indexed_db=True) == {"cookies": [], "origins": []}
    assert page.evaluate(STORES) == EMPTY

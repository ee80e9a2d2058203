"""A father on Christmas Eve, and somebody who writes when nobody is there to read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from sifra.case_store import HOUR
from tests.journeys.conftest import Sites
from tests.journeys.looking import Looking
from tests.journeys.pages import Sender
from tests.journeys.servers import Server
from tests.journeys.tabs import Tabs

CALM = "Noen selger vape bak gymsalen."
EMERGENCIES = ("112", "113", "116111")
SHUT = ("80033321", "08588")


@pytest.fixture
def page(tabs: Tabs, christmas_eve: Server) -> Page:
    tabs.hosts.add(christmas_eve.url.removeprefix("http://"))
    return tabs.open()


def _dialled(page: Page) -> list[str]:
    """The numbers that a thumb may tap on this page, from the top down."""
    links = page.locator('main a[href^="tel:"]').all()
    seen = [(link, link.get_attribute("href") or "") for link in links if link.is_visible()]
    assert all((box := link.bounding_box()) and box["height"] >= 44 for link, _ in seen)
    return [href.removeprefix("tel:") for _, href in seen]


@pytest.mark.parametrize("lang", ["nb", "en", "ar"])
def test_a_father_calls_the_right_number_with_one_tap(
    page: Page, christmas_eve: Server, lang: str
) -> None:
    sender = Sender(page, christmas_eve.url, lang)
    sender.start()
    shown = _dialled(page)
    assert shown[:3] == list(EMERGENCIES)
    assert "02800" in shown
    assert not set(SHUT) & set(shown)
    # From there, one tap more shows all that answer, the doctor too, with those that are shut last.
    sender.tap(page.locator(f'main a[href="/{lang}/parents"]'))
    expect(page.locator("main h2").first).to_be_visible()
    every = _dialled(page)
    assert sender.taps == 1
    assert {"112", "113", "02800", "116117"} <= set(every[:5])
    assert every[-1] == "08588"


def test_who_writes_when_nobody_is_there_is_told_so_before_sending(
    page: Page, christmas_eve: Server
) -> None:
    sender = Sender(page, christmas_eve.url, "nb")
    sender.go("tip")
    sender.write(CALM)
    sender.review()
    expect(page.locator("section.numbers h2")).to_have_text("Ingen leser dette nå.")
    # Seen without scrolling, on the smallest screen.
    expect(page.locator('section.numbers a[href="tel:116111"]')).to_be_in_viewport()
    promised = page.locator("section.numbers").get_by_text("mandag 28. desember")
    expect(promised).to_be_visible()
    code = sender.send()
    sender.come_back()
    sender.open_mailbox(code.digits)
    expect(page.locator(".state")).to_contain_text("mandag 28. desember")


def _pages(sender: Sender, sites: Sites) -> Iterator[str]:
    for path in ("", "talk", "parents", "tip"):
        sender.go(path)
        yield path or "start"
    sender.write(CALM)
    sender.review()
    yield "review"
    sender.send()
    yield "sent"
    late = sites.place.tip(CALM, promised=1_766_484_000 // HOUR * HOUR)
    sender.go("mailbox")
    sender.open_mailbox(late)
    yield "mailbox, not kept"


@pytest.mark.parametrize("lang", ["nb", "ar"])
def test_pages_when_nobody_is_there(
    sites: Sites, page: Page, christmas_eve: Server, lang: str
) -> None:
    looking = Looking(page, thumbs=True)
    for name in _pages(Sender(page, christmas_eve.url, lang), sites):
        looking.look(f"christmas {name}")
    assert not looking.found, "\n".join(looking.found)

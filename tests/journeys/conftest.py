"""Both sites and the browsers, once in each worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.journeys.looking import Screens
from tests.journeys.servers import Place, Server, install, serve
from tests.journeys.tabs import DESK, PHONE, Tabs, chromium, launch
from tests.reporter.moments import CHRISTMAS_EVE

# The machines that run this are shared.
expect.set_options(timeout=15_000)


@dataclass(frozen=True)
class Sites:
    """Both sites, running."""

    place: Place
    reporter: Server
    triage: Server


@contextmanager
def served(site: str, place: Place, moment: dt.datetime | None = None) -> Iterator[Server]:
    """The site, healthy, at ``moment`` if one is given; stopped at the end."""
    server = serve(site, place, **({"SIFRA_AT": moment.isoformat()} if moment else {}))
    try:
        server.wait_until_healthy()
        yield server
    finally:
        server.stop()


@contextmanager
def running(place: Place) -> Iterator[Sites]:
    """Both sites of an installation, started side by side."""
    with ExitStack() as started:
        both = []
        for site in ("reporter", "triage"):
            both.append(serve(site, place))
            started.callback(both[-1].stop)
        for server in both:
            server.wait_until_healthy()
        yield Sites(place, *both)


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with running(install(tmp_path_factory.mktemp("sites"))) as both:
        yield both


@pytest.fixture(scope="module")
def christmas_eve(sites: Sites) -> Iterator[Server]:
    """The same public site at ten past eleven on Christmas Eve, its worker too."""
    sites.place.live_worker(CHRISTMAS_EVE)
    try:
        with served("reporter", sites.place, CHRISTMAS_EVE) as server:
            yield server
    finally:
        sites.place.live_worker()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    chromium()
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Callable[[bool], Browser]]:
    """A browser with the back/forward cache, like those that people have, or without it."""
    with ExitStack() as launched:
        yield cache(lambda keeps: launched.enter_context(launch(playwright, keeps_pages=keeps)))


@pytest.fixture
def tabs(sites: Sites, browser: Callable[[bool], Browser]) -> Iterator[Tabs]:
    """Opens tabs; after the test, no tab may have asked another host or broken the policy."""
    both = (sites.reporter, sites.triage)
    opened = Tabs(browser, {server.url.removeprefix("http://") for server in both})
    yield opened
    opened.close()
    assert opened.faults == []


@pytest.fixture(scope="module")
def screens(browser: Callable[[bool], Browser]) -> Iterator[Screens]:
    both = [browser(False).new_page(viewport=size) for size in (PHONE, DESK)]
    yield Screens(*both)
    for page in both:
        page.close()

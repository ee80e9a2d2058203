"""The tip page on a poor line: one answer that fits into the first round trips."""

from __future__ import annotations

import gzip
import http.client
import io
import re
import socket
import statistics

import pytest
from playwright.sync_api import expect

from sifra.languages import LANGUAGES
from tests.journeys.conftest import Sites
from tests.journeys.pages import Sender
from tests.journeys.tabs import Tabs

MOST_BYTES = 14_600
"""Ten segments of 1 460 bytes: what a server may send before it is answered."""
SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
MOST_SECONDS = 2.0
SHOWN = """() => new Promise(done => {
    const [page] = performance.getEntriesByType("navigation");
    new PerformanceObserver(painted => {
        const first = painted.getEntriesByName("first-contentful-paint")[0];
        if (first) done(Math.max(first.startTime, page.domContentLoadedEventEnd));
    }).observe({ type: "paint", buffered: true });
})"""
"""Milliseconds from the tap until the page is seen and takes letters, by the browser's clock."""


@pytest.mark.parametrize("offered", ["br, gzip", "gzip"])
def test_the_tip_page_is_small(sites: Sites, offered: str) -> None:
    sizes = {}
    for tag in LANGUAGES:
        answer = ask(sites.reporter.port, f"/{tag}/tip", offered)
        sizes[tag] = len(answer)
        page = read(answer)
        # The form itself, and everything that it needs stands in it.
        assert f'<html lang="{tag}"' in page
        assert 'name="text"' in page
        assert re.findall(r"<(?:link|img|script|iframe)[^>]*(?:src|href)=\"(?!data:,)", page) == []
        assert "url(" not in page
        assert "@import" not in page
    print(f"bytes on the wire for {offered}: {sizes}")
    assert max(sizes.values()) <= MOST_BYTES


@pytest.mark.parametrize("lang", ["nb", "en", "ti"])
def test_the_tip_page_is_soon_usable(sites: Sites, tabs: Tabs, lang: str) -> None:
    """On slow 3G and a processor that is four times slower."""
    took = []
    for _ in range(3):
        page = tabs.open()
        phone = page.context.new_cdp_session(page)
        phone.send("Network.enable")
        phone.send("Network.emulateNetworkConditions", SLOW)
        phone.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        sender = Sender(page, sites.reporter.url, lang)
        sender.go("tip")
        sender.text.focus()
        page.keyboard.insert_text("a")
        expect(sender.text).to_have_value("a")
        took.append(page.evaluate(SHOWN) / 1000)
        page.context.close()
    print(f"/{lang}/tip usable after {statistics.median(took):.2f} s")
    assert statistics.median(took) <= MOST_SECONDS


def ask(port: int, path: str, encoding: str) -> bytes:
    """Every byte that comes back."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: {encoding}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        answer = bytearray()
        while some := line.recv(65_536):
            answer += some
    return bytes(answer)


def read(answer: bytes) -> str:
    """The page that a compressed answer holds."""

    class Line:
        def makefile(self, _: str) -> io.BytesIO:
            return io.BytesIO(answer)

    response = http.client.HTTPResponse(Line())  # type: ignore[arg-type]
    response.begin()
    body = response.read()
    encoding = response.getheader("Content-Encoding")
    response.close()
    unpack = {"gzip": gzip.decompress}
    return unpack[str(encoding)](body).decode()

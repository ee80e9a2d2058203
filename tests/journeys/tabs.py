"""Real Chromium, and what is watched in every tab: nobody is told, nothing is refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    ViewportSize,
)

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}


def chromium() -> str:
    """Where Chromium is. Skips when there is none, or fails when everything is required."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    missing = "needs Chromium, in PATH as one of these: " + ", ".join(NAMES)
    cure = f"{missing} (apt-get install chromium)"
    if os.environ.get("SIFRA_REQUIRE_ALL") == "1":
        pytest.fail(cure)
    pytest.skip(cure)


def launch(playwright: Playwright, *, keeps_pages: bool) -> Browser:
    """``keeps_pages`` turns on the back/forward cache, which Playwright turns off."""
    return playwright.chromium.launch(
        executable_path=chromium(),
        args=list(FLAGS),
        ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else [],
    )


@dataclass
class Tabs:
    """Opens tabs, each as a new visitor, and keeps what happens in them.

    ``browser`` gives the one with the back/forward cache (True) or without it.
    """

    browser: Callable[[bool], Browser]
    hosts: set[str]
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def open(
        self,
        *,
        script: bool = True,
        keeps_pages: bool = True,
        phone: bool = True,
    ) -> Page:
        context = self.browser(keeps_pages).new_context(
            java_script_enabled=script,
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            locale="nb-NO",
            service_workers="allow",
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", self._failed)
        page.on("request", lambda request: self._asked(request.url))
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.faults.append(message.text)

    def _failed(self, fault: Error) -> None:
        self.faults.append(f"a script failed: {fault}")

    def _asked(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "data" and parts.netloc not in self.hosts:
            self.faults.append(f"asked another host: {url}")

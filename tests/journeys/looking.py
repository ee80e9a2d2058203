"""Looks at a page as people with many needs would: axe, no sideways scrolling, room for a thumb."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

from tests.journeys.tabs import PHONE

_AXE = Path(AXE_FILE_PATH).read_text("utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_WIDE = 1280
_RUN_AXE = """async options => {
    const { violations } = await axe.run(document, options);
    return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`));
}"""
_SIDEWAYS = """() => {
    const root = document.scrollingElement, room = root.clientWidth;
    if (root.scrollWidth <= room) return [];
    return [...document.body.querySelectorAll("*")].filter(one => {
        const box = one.getBoundingClientRect();
        return !one.closest(".skip") && box.width && (box.right > room + 1 || box.left < -1);
    }).map(one => one.outerHTML.slice(0, 100));
}"""
_SMALL = """() => {
    const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
    const isInText = one => one.matches("a") && getComputedStyle(one).display === "inline" &&
        one.parentElement.textContent.trim() !== one.textContent.trim();
    return [...document.querySelectorAll(controls)].filter(one => {
        const target = one.matches("[type=radio], [type=checkbox]") ? one.closest("label") : one;
        return one.checkVisibility() && !one.matches(".skip") && !isInText(one) &&
            target.getBoundingClientRect().height < 43.5;
    }).map(one => `${one.getBoundingClientRect().height} px: ${one.outerHTML.slice(0, 100)}`);
}"""
_TEXT_SIZE = """factor => {
    const root = document.documentElement;
    root.style.fontSize = "";
    const size = parseFloat(getComputedStyle(root).fontSize);
    root.style.fontSize = factor === 1 ? "" : `${size * factor}px`;
}"""

Scheme = Literal["light", "dark"]


@dataclass
class Looking:
    """Looks at page after page, and keeps what it finds. ``thumbs`` also measures targets."""

    page: Page
    thumbs: bool
    found: list[str] = field(default_factory=list)

    def look(self, name: str) -> None:
        """The page at hand, as ``name``: narrow, wide, dark, light and with large letters."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(_AXE)
        for width in (_WIDE, PHONE["width"]):
            self._resize(width)
            # The whole page in sight: axe takes what lies under the sticky exit for unreachable.
            height = self.page.evaluate("document.documentElement.scrollHeight")
            self.page.set_viewport_size({"width": width, "height": height + 100})
            for scheme in ("dark", "light"):
                self._axe(f"{name}, {width} px, {scheme}", scheme, everything=scheme == "light")
            self._resize(width)
            self._keep_picture(f"{name}-{width}")
            self._sideways(f"{name}, {width} px")
        if self.thumbs:
            self._note(f"{name}, low target", self.page.evaluate(_SMALL))
        self.page.evaluate(_TEXT_SIZE, 2)
        self._sideways(f"{name}, {PHONE['width']} px, letters of double size")
        self.page.evaluate(_TEXT_SIZE, 1)
        self._resize(320)
        self._sideways(f"{name}, 320 px")
        self._resize(PHONE["width"])

    def _resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": PHONE["height"]})

    def _axe(self, name: str, scheme: Scheme, *, everything: bool) -> None:
        """The colours are all that a dark page may have other than a light one."""
        self.page.emulate_media(color_scheme=scheme)
        chosen: dict[str, Any] = (
            {"runOnly": {"type": "tag", "values": _RULES}}
            if everything
            else {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
        )
        self._note(name, self.page.evaluate(_RUN_AXE, {**chosen, "resultTypes": ["violations"]}))

    def _sideways(self, name: str) -> None:
        self._note(f"{name}, wider than the screen", self.page.evaluate(_SIDEWAYS))

    def _note(self, name: str, findings: list[str]) -> None:
        self.found += [f"{name}: {finding}" for finding in findings]

    def _keep_picture(self, name: str) -> None:
        """`make pages` says where; the name becomes the file's."""
        if folder := os.environ.get("SIFRA_PAGES"):
            lang = self.page.locator("html").get_attribute("lang")
            path = Path(folder) / str(lang) / f"{name.replace(' ', '-')}.png"
            self.page.screenshot(path=path, full_page=True)

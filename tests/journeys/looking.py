"""Looks at a page as people with many needs would: axe, no sideways scrolling, room for a thumb,
and no word that is cut, leaves its box, breaks in two or sticks to the next."""

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
_CUT = """() => {
    const found = [], range = document.createRange();
    const isBox = style => style.borderInlineStartWidth !== "0px" ||
        style.backgroundColor !== "rgba(0, 0, 0, 0)";
    const clips = style => /hidden|clip/.test(style.overflowX + style.overflowY);
    for (const one of document.body.querySelectorAll("*")) {
        const style = getComputedStyle(one);
        if (clips(style) && one.checkVisibility() && one.textContent.trim() &&
            (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
            found.push(`hidden: ${one.outerHTML.slice(0, 100)}`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());) {
        const around = text.parentElement;
        if (!text.data.trim() || !around.checkVisibility() ||
            around.closest(".skip, textarea, select, script, style")) continue;
        range.selectNodeContents(text);
        const lines = [...range.getClientRects()].filter(line => line.width > 1);
        if (!lines.length) continue;
        const left = Math.min(...lines.map(line => line.left));
        const right = Math.max(...lines.map(line => line.right));
        const top = Math.min(...lines.map(line => line.top));
        const bottom = Math.max(...lines.map(line => line.bottom));
        for (let box = around; box !== document.body; box = box.parentElement) {
            const style = getComputedStyle(box);
            if (style.display === "inline" || style.display === "contents") continue;
            const edge = box.getBoundingClientRect();
            if (left < edge.left - 1 || right > edge.right + 1 ||
                isBox(style) && (top < edge.top - 3 || bottom > edge.bottom + 3))
                found.push(`out of its box: ${text.data.trim().slice(0, 60)}`);
        }
        if (around.closest("[translate=no]")) continue;
        for (const word of text.data.matchAll(/[\\p{L}\\p{M}]{2,}/gu)) {
            range.setStart(text, word.index);
            range.setEnd(text, word.index + word[0].length);
            const tops = [...range.getClientRects()].filter(line => line.width > 1);
            if (tops.some(line => line.top >= tops[0].bottom - 1))
                found.push(`broken word: ${word[0]}`);
        }
    }
    const pen = document.createElement("canvas").getContext("2d");
    for (const one of document.querySelectorAll("select, button, .tel, .button")) {
        const style = getComputedStyle(one);
        if (!one.checkVisibility()) continue;
        if (one.matches("select")) {
            // Whoever opens the list reads it whole; three dots say that there is more.
            if (style.textOverflow === "ellipsis") continue;
            pen.font = style.font;
            const room = one.clientWidth - parseFloat(style.paddingLeft) * 2 - 20;
            const width = pen.measureText(one.selectedOptions[0]?.text ?? "").width;
            if (width > room) found.push(`chosen text is cut: ${one.selectedOptions[0].text}`);
        } else if (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 2)
            found.push(`too long: ${one.textContent.trim().slice(0, 60)}`);
    }
    return [...new Set(found)];
}"""
_GLUED = """() => {
    const found = [], range = document.createRange();
    const isRun = one => ["inline", "contents"].includes(getComputedStyle(one).display);
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text, before = null; (text = texts.nextNode()); before = text) {
        if (!before || !/[\\p{L}\\p{M}\\p{N}]$/u.test(before.data)) continue;
        if (!/^[\\p{L}\\p{N}]/u.test(text.data)) continue;
        range.setStart(before, before.length);
        range.setEnd(text, 0);
        const both = range.commonAncestorContainer, between = [];
        for (const end of [before, text])
            for (let one = end.parentElement; one !== both; one = one.parentElement)
                between.push(one);
        if (/flex|grid/.test(getComputedStyle(both).display) || !between.every(isRun)) continue;
        if (!text.parentElement.checkVisibility() || both.closest("script, style")) continue;
        if (range.cloneContents().querySelector("br, input, button, svg, wbr")) continue;
        found.push(`${before.data.slice(-30)}|${text.data.slice(0, 30)}`);
    }
    return found;
}"""
"""Words with nothing but a margin between them: a screen reader makes one of them, and so do the
letters of Arabic."""
_NARROW = """() => [...document.querySelectorAll("a[href], button, summary")].filter(one =>
    one.checkVisibility() && !one.matches(".skip") && getComputedStyle(one).display !== "inline" &&
    one.getBoundingClientRect().width < 43.5
).map(one => `${one.getBoundingClientRect().width} px wide: ${one.outerHTML.slice(0, 100)}`)"""
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
            if width != _WIDE:
                self._axe(f"{name}, dark", "dark", everything=False)
            self._axe(f"{name}, {width} px", "light", everything=True)
            self._resize(width)
            self._keep_picture(f"{name}-{width}")
            self._sideways(f"{name}, {width} px")
        self._note(f"{name}, glued words", self.page.evaluate(_GLUED))
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


# What lies under the sticky exit is out of reach for axe.
_LAID_DOWN = "<style>.exit{position:static!important}</style></head>"
_LAY_OUT = f"""async ({{ wide, options }}) => {{
    for (const one of document.querySelectorAll("details")) one.open = true;
    for (const chosen of ['[name="danger"][value="yes"]', '[name="contact"][value="call"]',
            '[name="topic"] [value="adult_conduct"]']) {{
        const one = document.querySelector(`main ${{chosen}}`);
        if (one) one.matches("option") ? one.selected = true : one.checked = true;
    }}
    const marked = kind => one => `${{kind}}: ${{one}}`;
    const found = [
        ...({_SIDEWAYS})().map(marked("wider than the screen")),
        ...({_CUT})(),
        ...({_GLUED})().map(marked("glued words")),
        ...({_SMALL})().map(marked("low target")),
        ...({_NARROW})().map(marked("narrow target")),
    ];
    if (wide) return found;
    found.push(...await ({_RUN_AXE})(options));
    ({_TEXT_SIZE})(2);
    found.push(...({_SIDEWAYS})().map(marked("letters of double size, wider than the screen")));
    ({_TEXT_SIZE})(1);
    return found;
}}"""


@dataclass(frozen=True)
class Screens:
    """A narrow and a wide one, for pages that were recorded: everything in them is folded out."""

    narrow: Page
    wide: Page

    def look(self, html: str, picture: Path | None) -> list[str]:
        """What is wrong with a page; its pictures at both widths are kept as ``picture``."""
        found = []
        for page, is_wide in ((self.narrow, False), (self.wide, True)):
            page.set_content(html.replace("</head>", _LAID_DOWN, 1), wait_until="commit")
            if not is_wide and page.evaluate("typeof axe") == "undefined":
                page.evaluate(_AXE)
            options = {
                "runOnly": {"type": "tag", "values": _RULES},
                "resultTypes": ["violations"],
            }
            width = _WIDE if is_wide else PHONE["width"]
            for finding in page.evaluate(_LAY_OUT, {"wide": is_wide, "options": options}):
                found.append(f"{width} px, {finding}")
            if picture:
                page.screenshot(
                    path=picture.with_name(f"{picture.name}-{width}.jpg"),
                    type="jpeg",
                    quality=55,
                    full_page=True,
                )
        return found

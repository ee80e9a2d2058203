"""What every page of the public site must be, and how a test reads one."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote, quote_plus

import html5lib
import pytest
from bs4 import BeautifulSoup, Tag
from werkzeug.test import TestResponse

SITE_NAME = "Ung i Indre"
EXIT_URL = "https://www.yr.no/"
LANGUAGES = pytest.mark.parametrize("tag", ["nb", "en", "ar"])

PLAIN_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
DIRECTIVES = {
    "default-src": "'none'",
    "img-src": "data:",
    "connect-src": "'self'",
    "form-action": "'self' https://www.yr.no",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
LINKS = ("href", "src", "action", "formaction", "srcset", "poster", "data", "data-to", "cite")
FIELDS = ("input", "select", "textarea")


def tags(within: Tag, *names: str) -> list[Tag]:
    """The elements of these names; all of them when none is named."""
    return list(within.find_all(list(names) or True))


def said(tag: Tag) -> str:
    """What an element says, on one line: a full stop stands close to its word, as it is seen."""
    return re.sub(r" (?=[.?])", "", " ".join(tag.get_text(" ").split()))


@dataclass(frozen=True)
class Page:
    """One answer, read the way a visitor reads it."""

    response: TestResponse

    @cached_property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "html.parser")

    @property
    def main(self) -> Tag:
        return self.one("main")

    @property
    def said(self) -> str:
        return said(self.main)

    @property
    def language(self) -> str:
        return str(self.one("html")["lang"])

    @property
    def code(self) -> str:
        """The return code, in digits, of the page that shows one."""
        return str(self.one("#return-code")["data-digits"])

    @property
    def numbers(self) -> list[str]:
        """The numbers to dial in the page's box for them, in their order."""
        found = self.soup.select("section:is(.danger, .numbers) a[href^='tel:']")
        return [str(a["href"]).removeprefix("tel:") for a in found]

    def one(self, selector: str) -> Tag:
        found = self.soup.select(selector)
        assert len(found) == 1, f"{selector}: {len(found)}"
        return found[0]

    def has(self, selector: str) -> bool:
        return bool(self.soup.select(selector))

    def steps(self) -> list[str]:
        return [str(button["value"]) for button in self.main.select("button[name=step]")]

    def error_beside(self, field: str) -> str:
        """The error that stands beside a field, tied to it for a screen reader."""
        error = self.one(f"#{field}-error")
        described = [
            tag
            for tag in self.soup.select("[aria-describedby]")
            if f"{field}-error" in str(tag["aria-describedby"]).split()
        ]
        holds = [t for t in described if t.get("name") == field or t.select(f"[name={field}]")]
        assert holds or not self.soup.select(f"[name={field}]")
        return error.get_text(" ", strip=True)

    def errors(self) -> list[str]:
        """The fields that have an error beside them."""
        marked = self.soup.select("[id$=-error]")
        return [str(tag["id"]).removesuffix("-error") for tag in marked]

    def form(self, step: str) -> Tag:
        """The form whose button sends ``step``."""
        button = self.one(f"main button[name=step][value={step}]")
        form = button.find_parent("form")
        assert form is not None
        return form

    def filled(self, step: str) -> list[tuple[str, str]]:
        """What a browser sends when that button is pressed and nothing was changed."""
        return [*fields(self.form(step)), ("step", step)]


def fields(form: Tag) -> list[tuple[str, str]]:
    given: list[tuple[str, str]] = []
    for tag in tags(form, *FIELDS):
        name = str(tag.get("name", ""))
        if tag.name == "textarea":
            # The parser of HTML drops the first line feed of a textarea.
            given.append((name, tag.get_text().removeprefix("\n")))
        elif tag.name == "select":
            chosen = tag.select("option[selected]") or tag.select("option")
            given.append((name, str(chosen[0]["value"])))
        elif tag.get("type") not in ("radio", "checkbox") or tag.has_attr("checked"):
            given.append((name, str(tag.get("value", ""))))
    return given


def check_page(page: Page, words: Collection[str] = ()) -> None:
    """Everything that holds of every page. ``words`` are what the visitor has typed so far."""
    check_headers(page.response, words)
    if page.response.mimetype != "text/html" or page.response.status_code in (302, 303, 308):
        return
    _check_html(page.html)
    every = tags(page.soup)
    assert sorted(tag.name for tag in every if tag.name in ("h1", "main")) == ["h1", "main"]
    ids = [str(tag["id"]) for tag in every if "id" in tag.attrs]
    assert len(ids) == len(set(ids)), sorted(ids)
    _check_title(every, words)
    _check_fields(every, ids)
    _check_scripts(page, every)
    _check_links(every, words)
    # A way out within reach on every page.
    (way_out,) = (tag for tag in every if tag.name == "form" and tag.get("class") == ["exit"])
    assert (way_out["action"], way_out["method"]) == ("/exit", "post")


_VALID: set[str] = set()


def _check_html(html: str) -> None:
    """Valid, by a parser that forgives nothing. It is slow: a page that differs from one seen
    before by its tokens only is not read again."""
    plain = re.sub(r'value="[\w-]{60,}"', "", html)
    if plain not in _VALID:
        html5lib.HTMLParser(strict=True).parse(html)
        _VALID.add(plain)


def check_headers(response: TestResponse, words: Collection[str] = ()) -> None:
    headers = response.headers
    assert "Set-Cookie" not in headers
    for name, value in PLAIN_HEADERS.items():
        assert headers.get_all(name) == [value], name
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert len(headers.get_all("Content-Security-Policy")) == 1
    policy = directives(response)
    assert {k: v for k, v in policy.items() if k not in ("style-src", "script-src")} == DIRECTIVES
    for kind in ("style-src", "script-src"):
        # One hash and nothing else: no host, no 'unsafe-inline', no nonce to steal.
        assert policy[kind].startswith("'sha256-")
        assert " " not in policy[kind]
    everything = "\n".join(f"{name}: {value}" for name, value in headers)
    for word in words:
        for spelt in (word, quote(word), quote_plus(word)):
            assert spelt not in everything


def directives(response: TestResponse) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split("; ")
    found = dict(part.split(" ", 1) for part in parts)
    assert len(found) == len(parts)
    return found


def _check_title(every: Sequence[Tag], words: Collection[str]) -> None:
    (title,) = (tag.get_text() for tag in every if tag.name == "title")
    assert title.endswith(SITE_NAME)
    assert not any(word in title for word in words)


def _check_fields(every: Sequence[Tag], ids: Collection[str]) -> None:
    labelled = {str(tag["for"]) for tag in every if tag.name == "label" and "for" in tag.attrs}
    for tag in every:
        for described in ("aria-describedby", "aria-labelledby"):
            assert {*str(tag.get(described, "")).split()} <= {*ids}, tag
        if tag.name not in FIELDS or tag.get("type") == "hidden":
            continue
        assert tag.find_parent("label") or tag.get("id") in labelled, tag
        if tag.get("type") == "radio":
            group = tag.find_parent("fieldset")
            assert group is not None
            assert group.find("legend", recursive=False)
        if tag.get("name") in ("text", "code"):
            assert tag["autocomplete"] == "off", tag
            assert tag["spellcheck"] == "false", tag


def _check_scripts(page: Page, every: Sequence[Tag]) -> None:
    policy = directives(page.response)
    for tag in every:
        if tag.name in ("script", "style"):
            digest = hashlib.sha256(tag.get_text().encode()).digest()
            allowed = policy[f"{tag.name}-src"]
            assert allowed == f"'sha256-{base64.b64encode(digest).decode()}'"
            assert not tag.attrs
        assert "style" not in tag.attrs, tag
        assert not [name for name in tag.attrs if name.startswith("on")], tag


def _check_links(every: Sequence[Tag], words: Collection[str]) -> None:
    """Nothing leads, posts or loads elsewhere, but the way out; and no address tells a word."""
    for tag in every:
        assert tag.name not in ("img", "iframe", "object", "embed", "base", "audio", "video")
        assert tag.get("http-equiv") is None
        for name in LINKS:
            if name not in tag.attrs:
                continue
            url = str(tag[name])
            if name == "data-to":
                assert url == EXIT_URL
                continue
            inside = url.startswith("/") and not url.startswith("//")
            assert inside or url.startswith(("#", "tel:")) or url == "data:,", url
            # A digit lets the browser's Back work; nothing of what was written travels so.
            assert url.partition("?")[2] in ("", "1", "2")
            assert not any(word in url or quote(word) in url for word in words)

"""A parent who asks to be called: from the page to the review, and what was sealed."""

from __future__ import annotations

from collections.abc import Mapping

from tests.reporter.installation import Installation, Visitor
from tests.reporter.pages import Page, said

TEXT = "Sønnen min kommer ikke hjem om kvelden."
NUMBER = "412 34 567"


def ask(visitor: Visitor, language: str = "nb", status: int = 200, /, **filled: str) -> Page:
    """From the page for parents to the review."""
    visitor.get(f"/{language}/parents")
    visitor.words.add(filled.get("number", "").strip() or NUMBER)
    return visitor.press("review", status, **{"number": NUMBER, **filled})


def number_of(installed: Installation) -> str:
    """The number to call, as a reader opens it; empty where there is none."""
    case = installed.only_case()
    found = installed.store.contact(case.clear.id)
    return installed.read(case).contact(*found) if found else ""


def opening(installed: Installation) -> Mapping[str, str | int]:
    """What was ticked and written, as a reader opens it."""
    return installed.read().messages()[0].body


def rows(page: Page) -> dict[str, str]:
    """The review's list of what was chosen."""
    terms = page.main.select("dl.facts dt")
    return {term.get_text(): said(dd) for term in terms if (dd := term.find_next_sibling("dd"))}

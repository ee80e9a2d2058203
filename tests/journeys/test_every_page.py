"""Every page of the public site in every language, narrow and wide, as it was recorded on a walk.

`make pages` also keeps pictures, and makes sheets of them to leaf through.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from sifra.languages import LANGUAGES
from tests.journeys.looking import Screens
from tests.language.conftest import OpenSite, open_site
from tests.language.walk import walk
from tests.reporter.choosing import SHIPPED
from tests.reporter.conftest import template_home
from tests.reporter.installation import Installation
from tests.reporter.moments import CHRISTMAS_EVE, TUESDAY_MORNING, set_clock
from tests.reporter.pages import Page

__all__ = ["open_site", "template_home"]

pytestmark = pytest.mark.pages


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_page_has_room(screens: Screens, open_site: OpenSite, language: str) -> None:
    kept = os.environ.get("SIFRA_PAGES")
    folder = Path(kept) / language if kept else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    pages = {
        **walk(open_site(SHIPPED, language), language),
        **_only_urgent(open_site, language),
    }
    seen = []
    for name, page in pages.items():
        file = name.replace(", ", ",").replace(" ", "-").replace("/", "_")
        found = screens.look(page.html, folder / file if folder else None)
        seen.append({"name": name, "file": file, "found": found, "text": _said(page)})
    if folder:
        (folder / "pages.json").write_text(json.dumps(seen, ensure_ascii=False), "utf-8")
    wrong = [f"{one['name']}: {finding}" for one in seen for finding in one["found"]]
    assert not wrong, "\n".join(wrong)


def _said(page: Page) -> str:
    labels = [str(tag["aria-label"]) for tag in page.soup.select("[aria-label]")]
    whole = page.soup.get_text()
    return " ".join(" ".join([whole, *labels]).split())


def _only_urgent(open_site: OpenSite, language: str) -> Mapping[str, Page]:
    """What a site offers in a language that no native speaker has read."""
    if SHIPPED.is_reviewed(language):
        return {}
    installed = open_site(SHIPPED, f"urgent-{language}")
    cautious = replace(installed.settings, show_unreviewed=False)
    site = Installation(cautious, installed.engine, installed.erasure)
    pages = {}
    for name, moment in (("urgent", TUESDAY_MORNING), ("urgent, late", CHRISTMAS_EVE)):
        set_clock(site, moment)
        pages[name] = site.visitor().get(f"/{language}/")
    return pages

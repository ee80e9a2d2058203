"""Where the codes on posters lead: to pages that are there, in every language, without a detour."""

from __future__ import annotations

import pytest

from sifra.catalogues import PAGE_LANGUAGES
from sifra.poster_words import AUDIENCES
from tests.reporter.installation import Visitor

PAGES = {"school": "", "club": "talk", "parents": "parents"}


@pytest.mark.parametrize("tag", PAGE_LANGUAGES)
@pytest.mark.parametrize("audience", PAGES)
def test_a_code_leads_to_a_page_of_the_public_site(
    visitor: Visitor, audience: str, tag: str
) -> None:
    assert {name: one.path for name, one in AUDIENCES.items()} == PAGES
    visitor.get(f"/{tag}/{AUDIENCES[audience].path}")

"""Pages of the public site in each language: every one in four of them, a few in the rest.

The templates are the same for all, and what a catalogue has is looked at without a page. Whole
are the source, the one that most have as a second, one from right to left, and one in a script
of its own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from sifra import municipality
from sifra.database import open_engine
from sifra.erasure import ErasureKeys
from sifra.settings import Home, ReporterSettings
from tests.language.walk import GUIDES, walk
from tests.reporter.choosing import SHIPPED
from tests.reporter.conftest import template_home
from tests.reporter.installation import SIGNING_KEY, Installation
from tests.reporter.moments import TUESDAY_MORNING, set_clock
from tests.reporter.pages import Page

__all__ = ["open_site", "pages_in", "template_home"]

WHOLE = ("nb", "en", "ar", "ti")
FEW = ("", "tip", "talk", "parents", "mailbox", "about", "accessibility", *GUIDES)

PagesIn = Callable[[str], Mapping[str, Page]]
OpenSite = Callable[[municipality.Municipality, str], Installation]


@pytest.fixture(scope="session")
def open_site(
    template_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> OpenSite:
    """The public site of a municipality, in a home of its own that is called ``name``."""

    def installed(whose: municipality.Municipality, name: str) -> Installation:
        home = Home(tmp_path_factory.mktemp(name) / "home")
        shutil.copytree(template_home, home.path)
        settings = ReporterSettings(
            show_unreviewed=True,
            home=home,
            database_url=home.default_database_url,
            municipality=whose,
            verifier=SIGNING_KEY.verifier(),
            pepper=os.urandom(32),
        )
        engine = open_engine(settings.database_url)
        return Installation(settings, engine, ErasureKeys(home.erasure_keys))

    return installed


@pytest.fixture(scope="session")
def pages_in(open_site: OpenSite) -> PagesIn:
    """The pages of the shipped municipality in a language, by name. Tests take the language as
    a parameter of the session, so that each is walked in one process and once."""

    @cache
    def pages(language: str) -> Mapping[str, Page]:
        site = open_site(SHIPPED, language)
        return walk(site, language) if language in WHOLE else _few(site, language)

    return pages


def _few(site: Installation, language: str) -> Mapping[str, Page]:
    set_clock(site, TUESDAY_MORNING)
    client = site.app.test_client()
    return {path or "start": Page(client.get(f"/{language}/{path}")) for path in FEW}

"""Every page of the public site, walked once for each language."""

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
from tests.language.walk import walk
from tests.reporter.conftest import template_home
from tests.reporter.installation import SIGNING_KEY, Installation
from tests.reporter.pages import Page

__all__ = ["open_site", "pages_in", "template_home"]

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
    """The pages of the shipped municipality in a language, by name."""

    @cache
    def pages(language: str) -> Mapping[str, Page]:
        shipped = municipality.load(municipality.shipped_path())
        return walk(open_site(shipped, language), language)

    return pages

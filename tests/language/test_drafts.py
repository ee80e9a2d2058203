"""Drafts of languages that are not offered yet: whatever they hold compiles and says no less."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from translations import check

DRAFTS = sorted((check.ROOT / "translations" / "drafts").glob("*.po"))


@pytest.mark.parametrize("path", DRAFTS, ids=lambda path: path.stem)
def test_a_draft_keeps_every_placeholder(path: Path) -> None:
    tag, site = path.stem.rsplit(".", 1)
    with path.open("rb") as file:
        catalogue = read_po(file, locale=tag.replace("-", "_"), abort_invalid=True)
    write_mo(io.BytesIO(), catalogue)
    assert site in check.LANGUAGES
    assert tag not in check.LANGUAGES[site], "offered: it belongs with the catalogues"
    found = [fault for one in catalogue if one.id for fault in check.faults_of(one, catalogue)]
    assert [fault for fault in found if not fault.endswith("is not translated")] == []


def test_there_is_a_glossary_beside_each() -> None:
    glossaries = {path.stem for path in (check.ROOT / "translations" / "glossary").glob("*.md")}
    assert glossaries == {path.stem.rsplit(".", 1)[0] for path in DRAFTS}

"""With styles off, and in a browser that shows text alone, what belongs together stands together
and the rest on lines of its own."""

from __future__ import annotations

import pytest
from bs4 import Tag

from tests.language.conftest import PagesIn

_BLOCKS = ("div", "dd", "fieldset", "form", "li", "main", "nav", "p", "section", "td")
"""Those that every browser begins a new line for."""


def _block(tag: Tag) -> Tag:
    found = tag.find_parent(_BLOCKS)
    assert isinstance(found, Tag)
    return found


def _shared(tags: list[Tag]) -> list[str]:
    """Those that another one shares a block with."""
    blocks = [_block(tag) for tag in tags]
    return [
        tag.get_text()
        for tag, block in zip(tags, blocks, strict=True)
        if sum(other is block for other in blocks) > 1
    ]


def test_each_door_stands_on_a_line_of_its_own(pages_in: PagesIn) -> None:
    doors = 0
    for name, page in pages_in("nb").items():
        found = page.soup.select("a.door")
        doors += len(found)
        assert _shared(found) == [], name
    assert doors > 30


@pytest.mark.parametrize("name", ["parents", "call, wrong"])
def test_each_question_to_parents_stands_by_its_field(pages_in: PagesIn, name: str) -> None:
    labels = pages_in("nb")[name].main.select("label[for], label.check")
    assert len(labels) == 7
    assert _shared(labels) == []
    for label in labels:
        fields = _block(label).select("select, textarea, input")
        assert len(fields) == 1
        assert label.get("for") == fields[0].get("id")

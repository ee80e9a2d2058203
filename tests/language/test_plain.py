"""With styles off, and in a browser that shows text alone, what belongs together stands together
and the rest on lines of its own."""

from __future__ import annotations

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


def test_each_question_stands_by_its_field(pages_in: PagesIn) -> None:
    asked = 0
    for name, page in pages_in("nb").items():
        labels = page.main.select("label[for], label.check, .readers label")
        asked += len(labels)
        assert _shared(labels) == [], name
        for label in labels:
            (field,) = _block(label).select("select, textarea, input:not([type=hidden])")[:1]
            assert label.get("for") in (None, field.get("id")), name
    assert asked > 100

"""The part of ``municipality.toml`` that says its texts in further languages.

A text stands where it is used in the source language, and in as many others as one likes. The
rest may stand together, a table for each language, where a translator has them in one place:

    [translations.pl]
    "Ungdomsteamet" = "Zespół ds. młodzieży"
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from sifra.catalogues import PAGE_LANGUAGES, SOURCE_LANGUAGE

_TABLE = "translations"
_NO_TEXTS = frozenset({"reviewed_by", "danger_words"})
"""By language too, but no texts."""


def spread(raw: Mapping[str, Any]) -> tuple[dict[str, Any], list[str], list[str]]:
    """The file with each translation put where its text is used; what is wrong with them; and
    those that belong to no text any more, a line for each: a text may have been changed, or the
    part that it stood in taken out, and that must not stop a site."""
    whole = {name: part for name, part in raw.items() if name != _TABLE}
    tables = raw.get(_TABLE, {})
    if not isinstance(tables, Mapping):
        return whole, [f"{_TABLE}: must be a table for each language"], []
    texts = {name: part for name, part in whole.items() if name not in _NO_TEXTS}
    known: dict[str, set[str]] = {}
    for words in texts_within(texts):
        # A language that stands with each place of a text needs no translation here.
        said = known.setdefault(words[SOURCE_LANGUAGE], set(words))
        said &= set(words)
    faults = [
        f"{_TABLE}.{tag}{fault}"
        for tag, table in tables.items()
        for fault in _faults(tag, table, known)
    ]
    if faults:
        return whole, faults, []
    strays: dict[str, list[str]] = {}
    for tag, table in tables.items():
        for text in table:
            if text not in known:
                strays.setdefault(text, []).append(tag)
    return (
        {**whole, **_put(texts, tables)},
        [],
        [_stray(text, tags, known) for text, tags in strays.items()],
    )


def _faults(tag: str, table: object, known: Mapping[str, set[str]]) -> Iterator[str]:
    if tag not in PAGE_LANGUAGES or tag == SOURCE_LANGUAGE:
        others = ", ".join(PAGE_LANGUAGES[1:])
        yield f": the pages know no language {tag!r} to translate into, only {others}"
        return
    if not isinstance(table, Mapping):
        yield ": must be a table of texts"
        return
    for text, said in table.items():
        if not isinstance(said, str) or not said.strip():
            yield f": must have a text for {text!r}; leave it out if there is none"
        elif tag in known.get(text, ()):
            yield f": {text!r} has a text in this language where it is used"


def _stray(text: str, tags: Iterable[str], known: Iterable[str]) -> str:
    near = get_close_matches(text, known, n=1)
    guess = f"; did you mean {near[0]!r}?" if near else ""
    return f"{_TABLE} ({', '.join(tags)}): no text of the file reads {text!r}{guess}"


def texts_within(part: object) -> Iterator[Mapping[str, str]]:
    """Each text in a part of the file, by language."""
    if _is_text(part):
        yield part  # type: ignore[misc]
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from texts_within(one)
    elif isinstance(part, list):
        for one in part:
            yield from texts_within(one)


def _put(part: Any, tables: Mapping[str, Mapping[str, str]]) -> Any:  # noqa: ANN401
    if _is_text(part):
        source = part[SOURCE_LANGUAGE]
        further = {tag: table[source] for tag, table in tables.items() if source in table}
        return {**further, **part}
    if isinstance(part, Mapping):
        return {name: _put(one, tables) for name, one in part.items()}
    if isinstance(part, list):
        return [_put(one, tables) for one in part]
    return part


def _is_text(part: object) -> bool:
    return isinstance(part, Mapping) and isinstance(part.get(SOURCE_LANGUAGE), str)

"""What the parts of ``municipality.toml`` are made of: texts by language, numbers, times, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import Field, dataclass, field, fields
from typing import Annotated, Any, TypeVar, dataclass_transform

from babel import localedata

from sifra import references
from sifra.catalogues import PAGE_LANGUAGES, SOURCE_LANGUAGE

TOPICS = (
    "threats",
    "violence",
    "planned_fight",
    "weapons",
    "robbery",
    "drugs",
    "vape",
    "debt",
    "exposed",
    "gangs",
    "bullying",
    "racism",
    "home",
    "sexual",
    "self_harm",
    "leaving",
    "friend",
    "adult_conduct",
    "place",
    "other",
)
_NEIGHBOURS = ("da", "sv")
"""Read by whoever reads the source; to guess from, when a language is misspelt."""


_T = TypeVar("_T")
_NAMED = "named"


def named(name: str, **others: Any) -> Any:  # noqa: ANN401 (as dataclasses.field)
    """A field that the file calls otherwise than the program: ``from`` is no name in Python."""
    return field(metadata={_NAMED: name}, **others)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field, named))
@dataclass(frozen=True, kw_only=True)
class Part:
    """A table of the file: what derives from it is a frozen dataclass, its fields the table's
    names. A name that is not known is a fault. Fields whose name begins with ``_`` are no part of
    the file. ``__post_init__`` raises ValueError for values that do not go together."""

    def __init_subclass__(cls) -> None:
        dataclass(frozen=True, kw_only=True)(cls)


def fields_of(part: type[Part]) -> Iterator[tuple[str, Field[Any]]]:
    """What the file may say in a part: by the name that it has there, the field."""
    for one in fields(part):
        if not one.name.startswith("_"):
            yield one.metadata.get(_NAMED, one.name), one


def like(pattern: str, said: str) -> Callable[[str], str]:
    """What the whole of a text must look like, and what is said of one that does not."""

    def checked(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(said)
        return text

    return checked


def between(lowest: int, highest: int) -> Callable[[int], int]:
    """Both included."""

    def checked(number: int) -> int:
        if not lowest <= number <= highest:
            raise ValueError(f"must be from {lowest} to {highest}")
        return number

    return checked


def at_most(count: int) -> Callable[[Collection[_T]], Collection[_T]]:
    def checked(values: Collection[_T]) -> Collection[_T]:
        if len(values) > count:
            raise ValueError(f"must hold no more than {count}")
        return values

    return checked


def not_empty(values: Collection[_T]) -> Collection[_T]:
    if not values:
        raise ValueError("must hold at least one")
    return values


def _has_source(words: dict[str, str]) -> dict[str, str]:
    if not words.get(SOURCE_LANGUAGE, "").strip():
        raise ValueError(f"must have a text for {SOURCE_LANGUAGE}")
    blank = [language for language, text in words.items() if not text.strip()]
    if blank:
        raise ValueError(f"has an empty text for {', '.join(blank)}; leave it out")
    for language in words:
        page_language(language)
    return words


def page_language(tag: str) -> str:
    if tag not in PAGE_LANGUAGES:
        raise ValueError(f"the pages know no language {tag!r}, only {', '.join(PAGE_LANGUAGES)}")
    return tag


def _topic(name: str) -> str:
    if fault := references.unknown(name, TOPICS):
        raise ValueError(fault)
    return name


def _topic_or_none(name: str) -> str:
    return name and _topic(name)


def _language(tag: str) -> str:
    """BCP 47. The list that Babel brings tells a language from a slip of the pen."""
    if "_" in tag or not localedata.exists(tag.replace("-", "_")):
        raise ValueError(references.unknown(tag, (*PAGE_LANGUAGES, *_NEIGHBOURS)))
    return tag


Words = Annotated[dict[str, str], _has_source]
"""A text by language; ``nb`` must be there, and stands in where another is missing."""

PageLanguage = Annotated[str, page_language]
TopicId = Annotated[str, _topic]
TopicOrNone = Annotated[str, _topic_or_none]
"""``""`` is a case whose sender chose no topic."""
Language = Annotated[str, _language]
"""One that people write or read in, whether the pages have it or not."""
Number = Annotated[
    str, like(r"\+?[0-9][0-9 ]{1,14}", 'is no telephone number; write for instance "22 33 44 55"')
]
Name = Annotated[str, like(r"(?s).*\S.*", "must not be empty")]
Id = Annotated[
    str, like("[a-z0-9_]{1,40}", "must be small letters a to z, digits and _, 40 at most")
]

"""What the parts of ``municipality.toml`` are made of: texts by language, numbers, times, names."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from babel import localedata
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
)

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
NO_TIME = 'is no local time; write for instance "08:00"'
_NEIGHBOURS = ("da", "sv")
"""Read by whoever reads the source; to guess from, when a language is misspelt."""


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


def _time(value: object) -> object:
    """``24:00`` is the end of a day; TOML and datetime know it only as 00:00."""
    if value == "24:00":
        return dt.time.max
    if not isinstance(value, dt.time) and not re.fullmatch("[0-9]{2}:[0-9]{2}", str(value)):
        raise ValueError(NO_TIME)
    return value


def _written(time: dt.time) -> str:
    """As :func:`_time` reads it."""
    return "24:00" if time == dt.time.max else f"{time:%H:%M}"


Words = Annotated[dict[str, str], AfterValidator(_has_source)]
"""A text by language; ``nb`` must be there, and stands in where another is missing."""

PageLanguage = Annotated[str, AfterValidator(page_language)]
TopicId = Annotated[str, AfterValidator(_topic)]
TopicOrNone = Annotated[str, AfterValidator(_topic_or_none)]
"""``""`` is a case whose sender chose no topic."""
Language = Annotated[str, AfterValidator(_language)]
"""One that people write or read in, whether the pages have it or not."""
Number = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ]{1,14}$")]
Time = Annotated[
    dt.time, BeforeValidator(_time), PlainSerializer(_written, return_type=str, when_used="json")
]
Name = Annotated[str, Field(min_length=1, pattern=r"\S")]
Id = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]


class Part(BaseModel):
    """A table of the file. A name that is not known is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

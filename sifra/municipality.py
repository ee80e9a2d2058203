"""What the operator says of the municipality: ``municipality.toml``, validated whole.

Every fault is found in one pass and named by its path; the sites do not start on a bad file.
The shipped file is Indre Østfold's; ``SIFRA_MUNICIPALITY`` points at another.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from sifra import references

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
UNITS = ("youth_team", "police", "child_welfare", "slt")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SOURCE_LANGUAGE = "nb"
PAGE_LANGUAGES = ("nb", "en", "ar")


class BadConfiguration(Exception):
    """The configuration cannot be used. ``faults`` names each fault by its path."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def _has_source(words: dict[str, str]) -> dict[str, str]:
    if not words.get(SOURCE_LANGUAGE, "").strip():
        raise ValueError(f"must have a text for {SOURCE_LANGUAGE}")
    blank = [language for language, text in words.items() if not text.strip()]
    if blank:
        raise ValueError(f"has an empty text for {', '.join(blank)}; leave it out")
    for language in words:
        _page_language(language)
    return words


def _page_language(tag: str) -> str:
    if tag not in PAGE_LANGUAGES:
        raise ValueError(f"the pages know no language {tag!r}, only {', '.join(PAGE_LANGUAGES)}")
    return tag


def _topic(name: str) -> str:
    if fault := references.unknown(name, TOPICS):
        raise ValueError(fault)
    return name


def _time(value: object) -> object:
    """``24:00`` is the end of a day; TOML and datetime know it only as 00:00."""
    if value == "24:00":
        return dt.time.max
    if not isinstance(value, dt.time) and not re.fullmatch("[0-9]{2}:[0-9]{2}", str(value)):
        raise ValueError('is no local time; write for instance "08:00"')
    return value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("is no time zone; write for instance Europe/Oslo") from None
    return name


Words = Annotated[dict[str, str], AfterValidator(_has_source)]
"""A text by language; ``nb`` must be there, and stands in where another is missing."""

Number = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ]{1,14}$")]
Time = Annotated[dt.time, BeforeValidator(_time)]
Name = Annotated[str, Field(min_length=1, pattern=r"\S")]
Id = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Hours(_Part):
    """Weekly hours, local to the municipality. ``until`` 24:00 is the end of the day."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(min_length=1)
    opens: Time
    closes: Time

    @model_validator(mode="after")
    def _in_order(self) -> Hours:
        if self.closes <= self.opens:
            raise ValueError("closes before it opens")
        return self


class Unit(_Part):
    """A group that can hold keys."""

    name: Words
    short: Words
    hours: tuple[Hours, ...] = ()
    number: Number | None = None
    confirmed: bool = False


class HelpLine(_Part):
    """A number to dial. One that is not confirmed is never shown to the public."""

    id: Id
    number: Number
    name: Words
    about: Words | None = None
    emergency: bool = False
    for_young: bool = False
    for_parents: bool = False
    hours: tuple[Hours, ...] = ()
    always: bool = False
    confirmed: bool = False
    verified_on: dt.date | None = None

    @model_validator(mode="after")
    def _verified(self) -> HelpLine:
        if self.confirmed and self.verified_on is None:
            raise ValueError("a confirmed number needs its date, verified_on")
        return self


class Adult(_Part):
    """Somebody to turn to, by role."""

    id: Id
    role: Words
    where: Words


class Topic(_Part):
    id: Annotated[str, AfterValidator(_topic)]
    name: Words


class PlaceName(_Part):
    id: Id
    name: Words


class DangerWords(_Part):
    """Words that make the review show ``lines`` above the send button."""

    lines: tuple[str, ...] = Field(min_length=1)
    words: dict[Annotated[str, AfterValidator(_page_language)], tuple[Name, ...]]

    @cached_property
    def every(self) -> tuple[str, ...]:
        """The words of all languages."""
        return tuple(word for words in self.words.values() for word in words)


class Retention(_Part):
    """Days. ``withdrawn_held`` is how long a withdrawn case that was read or urgent is kept."""

    days: Annotated[int, Field(ge=1, le=3650)]
    withdrawn_held: Annotated[int, Field(ge=1, le=365)]
    backups: Annotated[int, Field(ge=0, le=365)]
    reason: Name


class Municipality(_Part):
    """The whole file."""

    name: Name
    public_name: Name
    time_zone: Annotated[str, AfterValidator(_zone)]
    languages: tuple[Annotated[str, AfterValidator(_page_language)], ...] = Field(min_length=1)
    exit_url: Annotated[
        str, Field(pattern=r"^(https://[a-z0-9.-]+)?/([A-Za-z0-9._-][A-Za-z0-9/._-]*)?$")
    ]
    default_readers: tuple[str, ...] = Field(min_length=1)
    retention: Retention
    units: dict[str, Unit]
    help_lines: tuple[HelpLine, ...]
    adults: tuple[Adult, ...] = ()
    topics: tuple[Topic, ...]
    places: tuple[PlaceName, ...] = ()
    danger_words: dict[str, DangerWords] = {}

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def topic_ids(self) -> frozenset[str]:
        return frozenset(topic.id for topic in self.topics)

    @property
    def place_ids(self) -> frozenset[str]:
        return frozenset(place.id for place in self.places)

    def lines(self, ids: Iterable[str]) -> list[HelpLine]:
        """The confirmed help lines of these ids, in the order of ``ids``."""
        known = {line.id: line for line in self.help_lines if line.confirmed}
        return [known[line] for line in ids if line in known]


def shipped_path() -> Path:
    """The file that comes with Sifra."""
    return Path(str(files("sifra") / "municipality.toml"))


def load(path: Path) -> Municipality:
    """Read and validate. Raises BadConfiguration with every fault."""
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise BadConfiguration([f"{path.name}: cannot be read: {fault}"]) from None
    return parse(raw, path.name)


def parse(raw: Mapping[str, object], source: str = "municipality.toml") -> Municipality:
    """Validate a file that has been read. Raises BadConfiguration with every fault."""
    faults = []
    municipality = None
    try:
        municipality = Municipality.model_validate(raw)
    except ValidationError as fault:
        faults = [f"{_path(e['loc'])}: {_said(e)}" for e in fault.errors()]
    faults += references.faults(raw, UNITS, SOURCE_LANGUAGE)
    if faults or municipality is None:
        raise BadConfiguration([f"{source}: {fault}" for fault in faults])
    return municipality


def _path(location: Iterable[int | str]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path or "(the whole file)"


def _said(error: Mapping[str, object]) -> str:
    kind, said = error["type"], str(error["msg"]).removeprefix("Value error, ")
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a name that is known here"
    found = error["input"]
    return said if isinstance(found, (dict, list, tuple)) else f"{said} (there is {found!r})"

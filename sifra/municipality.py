"""What the operator says of the municipality: ``municipality.toml``, validated whole.

Every fault is found in one pass and named by its path; the sites do not start on a bad file.
The shipped file is Indre Østfold's; ``SIFRA_MUNICIPALITY`` points at another.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

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


class BadConfiguration(Exception):
    """The configuration cannot be used. ``faults`` names each fault by its path."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def _has_source(words: dict[str, str]) -> dict[str, str]:
    if not words.get(SOURCE_LANGUAGE, "").strip():
        raise ValueError(f"must have a text for {SOURCE_LANGUAGE}")
    return words


def _time(value: object) -> object:
    """``24:00`` is the end of a day; TOML and datetime know it only as 00:00."""
    return dt.time.max if value == "24:00" else value


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


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Hours(_Part):
    """Weekly hours, local to the municipality. ``until`` 24:00 is the end of the day."""

    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(min_length=1)
    opens: Time
    closes: Time


class Unit(_Part):
    """A group that can hold keys."""

    name: Words
    short: Words
    hours: tuple[Hours, ...] = ()
    number: Number | None = None
    confirmed: bool = False


class HelpLine(_Part):
    """A number to dial. One that is not confirmed is never shown to the public."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
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


class Adult(_Part):
    """Somebody to turn to, by role."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    role: Words
    where: Words


class Topic(_Part):
    id: str
    name: Words


class PlaceName(_Part):
    id: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    name: Words


class DangerWords(_Part):
    """Words that make the review show ``lines`` above the send button."""

    lines: tuple[str, ...] = Field(min_length=1)
    words: dict[str, tuple[str, ...]]


class Retention(_Part):
    """Days. ``withdrawn_held`` is how long a withdrawn case that was read or urgent is kept."""

    days: Annotated[int, Field(ge=1, le=3650)]
    withdrawn_held: Annotated[int, Field(ge=1, le=365)]
    backups: Annotated[int, Field(ge=0, le=365)]
    reason: str


class Municipality(_Part):
    """The whole file."""

    name: str
    public_name: str
    time_zone: Annotated[str, AfterValidator(_zone)]
    languages: tuple[str, ...] = Field(min_length=1)
    exit_url: Annotated[str, Field(pattern=r"^(https://[a-z0-9.-]+)?/[A-Za-z0-9/._-]*$")]
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
    try:
        municipality = Municipality.model_validate(raw)
    except ValidationError as fault:
        raise BadConfiguration(
            [f"{source}: {_path(e['loc'])}: {_said(e)}" for e in fault.errors()]
        ) from None
    faults = [f"{source}: {fault}" for fault in _cross_faults(municipality)]
    if faults:
        raise BadConfiguration(faults)
    return municipality


def _path(location: Iterable[int | str]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path or "(the whole file)"


def _said(error: Mapping[str, object]) -> str:
    kind = error["type"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a name that is known here"
    return f"{error['msg']} (there is {error['input']!r})"


def _cross_faults(municipality: Municipality) -> list[str]:
    """What no single value can tell: references that lead nowhere, things said twice."""
    faults = []
    lines = {line.id for line in municipality.help_lines}
    if SOURCE_LANGUAGE not in municipality.languages:
        faults.append(f"languages: must hold {SOURCE_LANGUAGE}, the source language")
    for unit in municipality.units:
        faults += _unknown(f"units.{unit}", unit, UNITS)
    for place, reader in enumerate(municipality.default_readers):
        faults += _unknown(f"default_readers[{place}]", reader, municipality.units)
    for place, topic in enumerate(municipality.topics):
        faults += _unknown(f"topics[{place}].id", topic.id, TOPICS)
    for group, danger in municipality.danger_words.items():
        for place, line in enumerate(danger.lines):
            faults += _unknown(f"danger_words.{group}.lines[{place}]", line, lines)
    faults += _twice("help_lines", [line.id for line in municipality.help_lines])
    faults += _twice("places", [place.id for place in municipality.places])
    faults += _twice("topics", [topic.id for topic in municipality.topics])
    faults += _twice("adults", [adult.id for adult in municipality.adults])
    for place, help_line in enumerate(municipality.help_lines):
        if help_line.confirmed and help_line.verified_on is None:
            faults.append(f"help_lines[{place}].verified_on: a confirmed number needs its date")
    for path, hours in _all_hours(municipality):
        if hours.closes <= hours.opens:
            faults.append(f"{path}: closes at {hours.closes:%H:%M}, before it opens")
    return faults


def _all_hours(municipality: Municipality) -> Iterable[tuple[str, Hours]]:
    for unit_id, unit in municipality.units.items():
        for place, hours in enumerate(unit.hours):
            yield f"units.{unit_id}.hours[{place}]", hours
    for index, line in enumerate(municipality.help_lines):
        for place, hours in enumerate(line.hours):
            yield f"help_lines[{index}].hours[{place}]", hours


def _unknown(path: str, value: str, names: Iterable[str]) -> list[str]:
    known = list(names)
    if value in known:
        return []
    near = get_close_matches(value, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(known))}"
    return [f"{path}: {value!r} is unknown; {hint}"]


def _twice(path: str, ids: Sequence[str]) -> list[str]:
    doubles = sorted({one for one in ids if ids.count(one) > 1})
    return [f"{path}: {one!r} stands there twice" for one in doubles]

"""What the operator says of the municipality: ``municipality.toml``, validated whole.

Every fault is found in one pass and named by its path; the sites do not start on a bad file.
The shipped file is Indre Østfold's; ``SIFRA_MUNICIPALITY`` points at another.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sifra import fault_words, file_translations, hours_faults, references, rule_faults
from sifra.adults import Adult, Profile
from sifra.catalogues import SOURCE_LANGUAGE
from sifra.contact_rules import WrittenRule
from sifra.duty import NO_DUTY, Duty
from sifra.file_parts import (
    TOPICS,
    Id,
    Language,
    Name,
    Number,
    PageLanguage,
    Part,
    TopicId,
    Words,
    between,
    like,
    not_empty,
)
from sifra.file_reading import BadPart, read
from sifra.routing import Line, Reader, RuleBook
from sifra.written_hours import Answering, WrittenCalendar

UNITS = ("youth_team", "police", "child_welfare", "slt")


class BadConfiguration(Exception):
    """The configuration cannot be used. ``faults`` names each fault by its path."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("is no time zone; write for instance Europe/Oslo") from None
    return name


class Unit(Answering):
    """A group that can hold keys. ``languages`` are those that it reads without an interpreter."""

    name: Words
    short: Words
    read_target: dt.time = dt.time(12)
    languages: tuple[Language, ...] = ("nb", "nn", "da", "sv", "en")
    number: Number | None = None
    confirmed: bool = False
    secrecy: Words | None = None
    """What it can and cannot keep to itself: said where the sender may let it read."""


class HelpLine(Answering):
    """A number to dial. One that is not confirmed is never shown to the public. One that is
    ``local`` keeps the municipality's half days and special days."""

    id: Id
    number: Number
    name: Words
    about: Words | None = None
    emergency: bool = False
    for_young: bool = False
    for_parents: bool = False
    local: bool = False
    confirmed: bool = False
    verified_on: dt.date | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.confirmed and self.verified_on is None:
            raise ValueError("a confirmed number needs its date, verified_on")
        if self.confirmed and not (self.always or self.hours):
            raise ValueError("a confirmed number needs its hours, or always = true")


class Topic(Part):
    id: TopicId
    name: Words


class PlaceName(Part):
    id: Id
    name: Words


class School(Part):
    """A school or a club. ``place`` is the one of the file that it lies in."""

    id: Id
    name: Words
    place: str = ""


class Network(Part):
    """A course, or other parents to meet. A number that is not confirmed is never shown."""

    id: Id
    name: Words
    about: Words
    where: Words | None = None
    number: Number | None = None
    confirmed: bool = False


class DangerWords(Part):
    """Words that make the review show ``lines`` above the send button."""

    lines: Annotated[tuple[str, ...], not_empty]
    words: dict[PageLanguage, tuple[Name, ...]]

    @cached_property
    def every(self) -> tuple[str, ...]:
        """The words of all languages."""
        return tuple(word for words in self.words.values() for word in words)


class Retention(Part):
    """Days. ``withdrawn_held`` is how long a withdrawn case that was read or urgent is kept.
    ``days`` run from when it is closed: fewer than 14 could take away what was written lately."""

    days: Annotated[int, between(14, 3650)]
    withdrawn_held: Annotated[int, between(1, 365)]
    backups: Annotated[int, between(0, 365)]
    reason: Name


def _no_consent(name: str) -> str:
    if name == "consent":
        raise ValueError("is what the log calls the sender's yes; give the ground another name")
    return name


class LegalGround(Part):
    """What lets a unit in without the sender's consent (hand-over). With ``at_once``, one person
    hands over and a second looks at it afterwards."""

    id: Annotated[Id, _no_consent]
    name: Words
    told: Words | None = None
    """The reason as the sender is told it, after "because"; else ``name``."""
    law: Name
    at_once: bool = False


class Phrase(Part):
    """A text that staff put into an answer, and may change before they send it."""

    id: Id
    name: Words
    text: Words


class Municipality(Part):
    """The whole file."""

    name: Name
    public_name: Name
    time_zone: Annotated[str, _zone]
    languages: Annotated[tuple[PageLanguage, ...], not_empty]
    exit_url: Annotated[
        str,
        like(
            "(https://[a-z0-9.-]+)?/([A-Za-z0-9._-][A-Za-z0-9/._-]*)?",
            'must begin with https:// or /, and ask nothing; for instance "https://www.yr.no/"',
        ),
    ]
    default_readers: Annotated[tuple[str, ...], not_empty]
    reader_choices: tuple[tuple[str, ...], ...] = ()
    """Whom the sender may let read, the default readers first."""
    retention: Retention
    units: dict[str, Unit]
    help_lines: tuple[HelpLine, ...]
    adults: tuple[Adult, ...] = ()
    topics: tuple[Topic, ...]
    places: tuple[PlaceName, ...] = ()
    danger_words: dict[str, DangerWords] = field(default_factory=dict)
    calendar: WrittenCalendar = WrittenCalendar()
    interpreter_days: Annotated[int, between(0, 30)] = 1
    rules: Annotated[tuple[WrittenRule, ...], not_empty]
    legal_grounds: tuple[LegalGround, ...] = ()
    schools: tuple[School, ...] = ()
    clubs: tuple[School, ...] = ()
    networks: tuple[Network, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    telephoned: tuple[str, ...] = ()
    """Help lines and units that staff ring, in the order shown; empty for the usual ones."""
    reviewed_by: dict[PageLanguage, Name] = field(default_factory=dict)
    """By language, the native speaker who has read the pages: a role, no name."""
    offered_unreviewed: tuple[PageLanguage, ...] = ()
    """Languages whose pages are all offered, with a mark, though no native speaker has read
    them."""
    _strays: tuple[str, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def choices_of_readers(self) -> tuple[tuple[str, ...], ...]:
        return self.reader_choices or (self.default_readers,)

    @property
    def strays(self) -> tuple[str, ...]:
        """The translations of the file that belong to no text of it, a warning each."""
        return self._strays

    def is_reviewed(self, tag: str) -> bool:
        """The source is what was written; of any other, somebody must have read the pages."""
        return tag == SOURCE_LANGUAGE or tag in self.reviewed_by

    @property
    def complained_of(self) -> tuple[str, ...]:
        """Whom a complaint may be about: the adults, and the units that a sender may let read:
        not everybody who works in one stands among the adults."""
        units = dict.fromkeys(unit for choice in self.choices_of_readers for unit in choice)
        return (*(adult.id for adult in self.adults), *units)

    @property
    def topic_ids(self) -> frozenset[str]:
        return frozenset(topic.id for topic in self.topics)

    @property
    def place_ids(self) -> frozenset[str]:
        return frozenset(place.id for place in self.places)

    def rule_book(self, duty: Duty = NO_DUTY) -> RuleBook:
        """What the rules decide by, with the rota as it stands."""
        calendar = self.calendar.calendar(self.zone)
        national = self.calendar.national(self.zone)
        units: Iterable[tuple[str, Unit | Adult]] = (
            *self.units.items(),
            *((adult.id, adult) for adult in self.adults),
        )
        return RuleBook(
            calendar=calendar,
            readers={
                name: Reader(
                    id=name,
                    schedule=one.schedule(duty.shifts.get(name, ()), duty.days_off.get(name, ())),
                    read_target=one.read_target,
                    languages=frozenset(one.languages),
                    unit=one.unit if isinstance(one, Adult) else "",
                    deputies=self.deputies(name) if isinstance(one, Adult) else (),
                    silent=name in duty.silent,
                )
                for name, one in units
            },
            default_readers=self.default_readers,
            rules=[rule.rule() for rule in self.rules],
            lines={
                one.id: Line(
                    one.id,
                    one.number,
                    one.schedule(),
                    calendar if one.local else national,
                    one.confirmed,
                )
                for one in self.help_lines
            },
            find_interpreter=self.interpreter_days,
        )

    def called(self, holder: str) -> Mapping[str, str]:
        """What a unit, or an adult, is called, by language; the id itself for any other."""
        if holder in self.units:
            return self.units[holder].name
        adult = self.adult(holder)
        return adult.role if adult else {SOURCE_LANGUAGE: holder}

    def adult(self, adult_id: str) -> Adult | None:
        return next((adult for adult in self.adults if adult.id == adult_id), None)

    def deputies(self, adult_id: str) -> tuple[str, ...]:
        """Who reads what is sent to an adult, beside the adult."""
        adult = self.adult(adult_id)
        return (adult.deputy,) if adult and adult.deputy else self.default_readers

    def with_profiles(self, profiles: Mapping[str, Profile]) -> Municipality:
        """As it is once the adults' approved profiles count, by adult."""
        adults = tuple(
            adult.with_profile(profiles[adult.id]) if adult.id in profiles else adult
            for adult in self.adults
        )
        return replace(self, adults=adults)

    def lines(self, ids: Iterable[str]) -> list[HelpLine]:
        """The confirmed help lines of these ids, in the order of ``ids``."""
        known = {line.id: line for line in self.help_lines if line.confirmed}
        return [known[line] for line in ids if line in known]


def shipped_path() -> Path:
    """The file that comes with Sifra."""
    return Path(str(files("sifra") / "municipality.toml"))


def load(path: Path) -> Municipality:
    """Read and validate. Raises BadConfiguration with every fault."""
    written = ""
    try:
        written = path.read_text("utf-8")
        raw = tomllib.loads(written)
    except OSError as fault:
        why = str(fault)
    except UnicodeDecodeError:
        why = "it is no UTF-8; save it as UTF-8"
    except tomllib.TOMLDecodeError as fault:
        why = f"{fault}{fault_words.line_of(str(fault), written)}"
    except RecursionError:
        why = "its lists or tables lie too deep in each other"
    except ValueError as fault:
        why = str(fault)  # a number of thousands of digits
    else:
        return parse(raw, path.name)
    raise BadConfiguration([f"{path.name}: cannot be read: {why}"])


def parse(raw: Mapping[str, object], source: str = "municipality.toml") -> Municipality:
    """Validate a file that has been read. Raises BadConfiguration with every fault."""
    raw, faults, strays = file_translations.spread(raw)
    municipality = None
    try:
        municipality = read(Municipality, raw)
    except BadPart as bad:
        faults += bad.faults
    faults += references.faults(raw, UNITS, TOPICS, SOURCE_LANGUAGE)
    faults += rule_faults.faults(raw)
    faults += hours_faults.faults(raw)
    if faults or municipality is None:
        raise BadConfiguration(
            [f"{source}: {fault}{fault_words.row_of(fault, raw)}" for fault in faults]
        )
    return replace(municipality, _strays=tuple(strays))

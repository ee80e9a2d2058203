"""Where things are and how the sites run, from the environment. Frozen; one class a site."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from sifra import municipality
from sifra.database import file_url
from sifra.key_cards import VERIFIER_BYTES, KeyCardError
from sifra.key_pins import KeyPins
from sifra.municipality import BadConfiguration, Municipality
from sifra.references import unknown

DEFAULT_HOME = "var"
PEPPER_BYTES = 32

_NAME = re.compile("[a-z0-9_]{1,40}")
_ADDRESS = re.compile("[A-Za-z0-9]+://.")
_SITE = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


@dataclass(frozen=True, slots=True)
class Home:
    """``SIFRA_HOME``: ``public/`` for the public site, ``office/`` for the back office (0700).

    The verifier lies beside them: the public site reads it and cannot write it.
    """

    path: Path

    @property
    def public(self) -> Path:
        return self.path / "public"

    @property
    def office(self) -> Path:
        return self.path / "office"

    @property
    def pepper(self) -> Path:
        return self.public / "pepper"

    @property
    def erasure_keys(self) -> Path:
        return self.public / "erasure-keys.sqlite"

    @property
    def verifier(self) -> Path:
        return self.path / "verifier"

    @property
    def key_pins(self) -> Path:
        """Beside the verifier, and like it: not there before the first key was renewed."""
        return self.path / "key-pins"

    @property
    def default_database_url(self) -> str:
        return file_url(self.public / "cases.sqlite")

    @property
    def default_staff_database_url(self) -> str:
        return file_url(self.office / "staff.sqlite")


@dataclass(frozen=True, slots=True)
class Settings:
    """What both sites need. ``moment`` shifts the clock (the demo's ``AT``); None is now."""

    home: Home
    database_url: str = field(repr=False)
    municipality: Municipality
    verifier: bytes
    trusted_proxies: int = 0
    moment: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ReporterSettings(Settings):
    """The public site's. The pepper never leaves the public home. ``show_unreviewed`` offers all
    pages in every language, read by a native speaker or not: the demo does."""

    pepper: bytes = field(default=b"", repr=False)
    limiter_storage: str = field(default="memory://", repr=False)
    limits: bool = True
    show_unreviewed: bool = False

    def offers_all_pages(self, tag: str) -> bool:
        """Or no more than what to know when it is urgent, in a language that nobody has read."""
        place = self.municipality
        return self.show_unreviewed or place.is_reviewed(tag) or tag in place.offered_unreviewed


@dataclass(frozen=True, slots=True)
class TriageSettings(Settings):
    """The back office's. ``plain_http`` is for the demo on loopback: cookies without Secure."""

    staff_database_url: str = field(default="", repr=False)
    plain_http: bool = False


@dataclass(frozen=True, slots=True)
class InstallationSettings:
    """What the operator's commands need before there is any secret."""

    home: Home
    database_url: str = field(repr=False)
    staff_database_url: str = field(repr=False)
    municipality: Municipality


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The worker's. It needs no secret but the addresses: what it reads stands in clear."""

    home: Home
    database_url: str = field(repr=False)
    staff_database_url: str = field(repr=False)
    municipality: Municipality
    notify: Mapping[str, tuple[str, ...]] = field(repr=False)
    """Apprise addresses by unit or trusted adult; ``audit`` is sent where the log ends."""
    office_url: str = field(default="", repr=False)
    moment: dt.datetime | None = None


@dataclass(slots=True)
class _Reader:
    """Reads the environment and gathers faults, each named by its path."""

    environ: Mapping[str, str] = field(repr=False)
    faults: list[str] = field(default_factory=list)

    def home(self) -> Home:
        return Home(Path(self.environ.get("SIFRA_HOME") or DEFAULT_HOME))

    def municipality(self) -> Municipality:
        """Never used when it has faults: :meth:`done` raises then."""
        chosen = self.environ.get("SIFRA_MUNICIPALITY")
        try:
            return municipality.load(Path(chosen) if chosen else municipality.shipped_path())
        except BadConfiguration as bad:
            self.faults += bad.faults
            return object.__new__(Municipality)

    def url(self, name: str, default: str) -> str:
        value = self.environ.get(name) or default
        try:
            make_url(value)
        except (ArgumentError, ValueError):
            self.faults.append(f"{name}: is no database address; write for instance {default}")
        return value

    def whole(self, name: str, default: int) -> int:
        value = self.environ.get(name, "")
        if value and not (value.isascii() and value.isdecimal() and len(value) < 5):
            self.faults.append(f"{name}: {value!r} is no whole number below 10000")
            return default
        return int(value) if value else default

    def flag(self, name: str, default: bool) -> bool:
        value = self.environ.get(name, "")
        if value not in ("", "0", "1"):
            self.faults.append(f"{name}: {value!r} is neither 0 nor 1")
        return default if not value else value == "1"

    def moment(self, name: str) -> dt.datetime | None:
        value = self.environ.get(name)
        if not value:
            return None
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            self.faults.append(f"{name}: {value!r} is no moment; write 2026-12-24T22:15:00+01:00")
            return None
        if moment.tzinfo is None:
            self.faults.append(f"{name}: {value!r} needs an offset, like +01:00")
        return moment

    def addresses(self, name: str, known: Collection[str]) -> dict[str, tuple[str, ...]]:
        """``unit=address`` once or more, with space or new lines between. An address holds
        passwords, so no fault quotes more than what is surely a unit's name."""
        found: dict[str, tuple[str, ...]] = {}
        for place, entry in enumerate(self.environ.get(name, "").split(), 1):
            unit, _, address = entry.partition("=")
            if not _NAME.fullmatch(unit) or not _ADDRESS.match(address):
                self.faults.append(
                    f"{name}: entry {place} must be written like youth_team=mailtos://…"
                )
            elif known and (fault := unknown(unit, known)):
                self.faults.append(f"{name}: entry {place}: {fault}")
            else:
                found[unit] = (*found.get(unit, ()), address)
        return found

    def site(self, name: str) -> str:
        """The address of a site, without the last slash; empty when there is none."""
        value = self.environ.get(name, "")
        if value and not _SITE.fullmatch(value):
            self.faults.append(f"{name}: {value!r} is no address like https://kontor.example.no")
        return value.rstrip("/")

    def secret(self, path: Path, size: int) -> bytes:
        try:
            value = bytes.fromhex(path.read_text("ascii").strip())
        except (OSError, ValueError) as fault:
            self.faults.append(f"{path}: {_why(fault)}; run `sifra init` first")
            return b""
        if len(value) != size:
            self.faults.append(f"{path}: must hold {size} bytes in hexadecimal")
        return value

    def pins(self, path: Path, verifier: bytes) -> None:
        """The file may be missing; one that is not ours stops everything, or a thief's former key
        cards would stand."""
        if len(verifier) != VERIFIER_BYTES:
            return
        try:
            KeyPins(path).lowest(verifier)
        except KeyCardError as fault:
            self.faults.append(f"{path}: {fault}; put back the one that was there")

    def done(self) -> None:
        if self.faults:
            raise BadConfiguration(self.faults)


def _why(fault: Exception) -> str:
    return "is missing" if isinstance(fault, FileNotFoundError) else "cannot be read"


def reporter_settings(environ: Mapping[str, str]) -> ReporterSettings:
    """Raises BadConfiguration with every fault."""
    read = _Reader(environ)
    common = _common(read)
    pepper = read.secret(common.home.pepper, PEPPER_BYTES)
    limits = read.flag("SIFRA_LIMITS", True)
    show_unreviewed = read.flag("SIFRA_SHOW_UNREVIEWED", False)
    read.done()
    return ReporterSettings(
        **_fields(common),
        pepper=pepper,
        limiter_storage=environ.get("SIFRA_LIMITER_STORAGE") or "memory://",
        limits=limits,
        show_unreviewed=show_unreviewed,
    )


def triage_settings(environ: Mapping[str, str]) -> TriageSettings:
    """Raises BadConfiguration with every fault."""
    read = _Reader(environ)
    common = _common(read)
    staff = read.url("SIFRA_STAFF_DATABASE_URL", common.home.default_staff_database_url)
    plain_http = read.flag("SIFRA_PLAIN_HTTP", False)
    read.done()
    return TriageSettings(**_fields(common), staff_database_url=staff, plain_http=plain_http)


def installation_settings(environ: Mapping[str, str]) -> InstallationSettings:
    """Raises BadConfiguration with every fault."""
    read = _Reader(environ)
    home = read.home()
    settings = InstallationSettings(
        home=home,
        database_url=read.url("SIFRA_DATABASE_URL", home.default_database_url),
        staff_database_url=read.url("SIFRA_STAFF_DATABASE_URL", home.default_staff_database_url),
        municipality=read.municipality(),
    )
    read.done()
    return settings


def worker_settings(environ: Mapping[str, str]) -> WorkerSettings:
    """Raises BadConfiguration with every fault."""
    read = _Reader(environ)
    home = read.home()
    settled = read.municipality()
    known: tuple[str, ...] = ()
    if not read.faults:
        known = (*settled.units, *(adult.id for adult in settled.adults), "audit")
    settings = WorkerSettings(
        home=home,
        database_url=read.url("SIFRA_DATABASE_URL", home.default_database_url),
        staff_database_url=read.url("SIFRA_STAFF_DATABASE_URL", home.default_staff_database_url),
        municipality=settled,
        notify=read.addresses("SIFRA_NOTIFY", known),
        office_url=read.site("SIFRA_OFFICE_URL"),
        moment=read.moment("SIFRA_AT"),
    )
    read.done()
    return settings


def _common(read: _Reader) -> Settings:
    home = read.home()
    verifier = read.secret(home.verifier, VERIFIER_BYTES)
    read.pins(home.key_pins, verifier)
    return Settings(
        home=home,
        database_url=read.url("SIFRA_DATABASE_URL", home.default_database_url),
        municipality=read.municipality(),
        verifier=verifier,
        trusted_proxies=read.whole("SIFRA_TRUSTED_PROXIES", 0),
        moment=read.moment("SIFRA_AT"),
    )


def _fields(settings: Settings) -> dict[str, Any]:
    return {one.name: getattr(settings, one.name) for one in fields(settings)}

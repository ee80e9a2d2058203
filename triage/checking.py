"""`sifra check`: what is wrong with an installation, each thing by its path."""

from __future__ import annotations

import datetime as dt
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sifra import complaints, coverage
from sifra.adults import Adult
from sifra.case_store import CaseStore
from sifra.database import StoreUnavailable, open_engine
from sifra.erasure import ErasureKeys
from sifra.key_cards import KeyCardError
from sifra.key_pins import KeyPins
from sifra.migrate import Tree, newest, revision_of
from sifra.municipality import BadConfiguration, Municipality, Unit
from sifra.page_facts import FACTS, stale
from sifra.settings import (
    Home,
    TriageSettings,
    installation_settings,
    reporter_settings,
    triage_settings,
)
from sifra.written_hours import Hours
from triage.adults import adult_checks
from triage.people import people_checks
from triage.worker import checks

_STALE = dt.timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Report:
    """``faults`` keep a site from working; ``warnings`` are for the operator to see to."""

    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check(environ: Mapping[str, str], today: dt.date) -> Report:
    """Look at everything. Raises nothing."""
    faults: list[str] = []
    try:
        reporter_settings(environ)
    except BadConfiguration as bad:
        faults += bad.faults
    try:
        settings = triage_settings(environ)
    except BadConfiguration as bad:
        return _without_a_home(environ, [*faults, *bad.faults], today)
    faults += _modes(settings.home)
    faults += _databases(settings)
    faults += _dark(settings.municipality, today)
    faults += _unheard(settings.municipality)
    worker_faults, worker_warnings = checks.look(environ)
    people = (*people_checks.warnings(settings), *adult_checks.warnings(settings))
    advice = _advice(today)
    told = (*_warnings(settings.municipality, today), *_without_a_key(settings))
    warnings = (*told, *advice, *worker_warnings, *people)
    return Report(tuple(dict.fromkeys([*faults, *worker_faults])), warnings)


def _without_a_home(environ: Mapping[str, str], faults: list[str], today: dt.date) -> Report:
    """What can be said of the municipality's file alone, for whoever writes it elsewhere."""
    warnings: tuple[str, ...] = ()
    try:
        municipality = installation_settings(environ).municipality
    except BadConfiguration as bad:
        faults += bad.faults
    else:
        faults += _dark(municipality, today)
        faults += _unheard(municipality)
        warnings = tuple(_warnings(municipality, today))
    return Report(tuple(dict.fromkeys(faults)), warnings)


def _advice(today: dt.date) -> Iterator[str]:
    """What the pages say of the law, and nobody has looked up lately."""
    for fact in stale(FACTS, today):
        yield (
            f"sifra/page_facts.py: {fact.law} was last looked up on {fact.verified_on}; "
            f"see {', '.join(fact.pages)} against {fact.source}"
        )


def _modes(home: Home) -> Iterator[str]:
    for path, forbidden in (
        (home.public, 0o077),
        (home.office, 0o077),
        (home.pepper, 0o077),
        (home.erasure_keys, 0o077),
        (home.verifier, 0o222),
    ):
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:
            yield f"{path}: is missing; run `sifra init` first"
            continue
        if mode & forbidden:
            yield f"{path}: is open to more than it should be ({mode:04o}); {_cure(path, mode)}"


def _cure(path: Path, mode: int) -> str:
    if path.name == "verifier":
        return "nobody may write to it: chmod 0444"
    return f"only its owner may read it: chmod {mode & 0o700:04o}"


def _databases(settings: TriageSettings) -> Iterator[str]:
    at_newest = True
    for name, url, tree in (
        ("SIFRA_DATABASE_URL", settings.database_url, Tree.CASES),
        ("SIFRA_STAFF_DATABASE_URL", settings.staff_database_url, Tree.STAFF),
    ):
        try:
            here = revision_of(url, tree)
        except StoreUnavailable as fault:
            yield f"{name}: cannot be used ({fault})"
            at_newest = False
            continue
        if here != newest(tree):
            wanted = newest(tree)
            yield f"{name}: is at {here or 'nothing'}, the code wants {wanted}; run `sifra migrate`"
            at_newest = False
    if at_newest:
        yield from _keys(settings)
        yield from people_checks.faults(settings)


def _keys(settings: TriageSettings) -> Iterator[str]:
    engine = open_engine(settings.database_url)
    store = CaseStore(
        engine, ErasureKeys(settings.home.erasure_keys), KeyPins(settings.home.key_pins)
    )
    try:
        for reader in settings.municipality.default_readers:
            try:
                store.public_keys([reader], settings.verifier)
            except KeyCardError as fault:
                yield f"default_readers: {fault}; nothing can be sent"
        store.check_erasure_keys()
    except StoreUnavailable as fault:
        yield f"{settings.home.erasure_keys}: cannot be used ({fault})"
    finally:
        engine.dispose()


def _dark(place: Municipality, today: dt.date) -> Iterator[str]:
    """Rules that leave an urgent case with neither reader nor number in the year to come, as the
    file has it: nobody has planned the evenings of a year. The longest time of each."""
    year = today, today + _STALE
    found = coverage.dark(place.rule_book(), coverage.asked(place), *year)
    worst = {one.way.rule.id: one for one in sorted(found, key=lambda one: one.total)}
    for number, rule in enumerate(place.rules):
        if one := worst.get(rule.id):
            begins, ends = (
                f"{at.astimezone(place.zone):%F %H:%M}" for at in (one.begins, one.ends)
            )
            yield (
                f"rules[{number}].numbers: {rule.id} is urgent, and from {begins} to {ends} it has "
                f"neither a reader on duty ({', '.join(one.way.readers) or 'nobody reads'}) nor a "
                "number that answers; add a number that is always open, or hours"
            )


def _unheard(place: Municipality) -> Iterator[str]:
    """Adults about whom nobody could be told: those who could read are kept out with them."""
    book, senders = place.rule_book(), coverage.asked(place)
    for one in complaints.unheard(book, senders, place.choices_of_readers):
        yield (
            f"reader_choices: nobody could read a complaint about {one.adult} (rule {one.rule}); "
            f"add a choice with {' or '.join(one.others) or 'a unit that the adult is not of'}"
        )


def _without_a_key(settings: TriageSettings) -> Iterator[str]:
    """Adults about whom nobody can be told yet: those whom the file lets read have no key."""
    place, engine = settings.municipality, open_engine(settings.database_url)
    store = CaseStore(
        engine, ErasureKeys(settings.home.erasure_keys), KeyPins(settings.home.key_pins)
    )
    try:
        cards = store.card_holders(place.units)
    except StoreUnavailable:
        return  # A fault of its own.
    finally:
        engine.dispose()
    book, senders, choices = place.rule_book(), coverage.asked(place), place.choices_of_readers
    known = {one.adult for one in complaints.unheard(book, senders, choices)}
    for one in complaints.unheard(book, senders, choices, cards):
        if one.adult not in known:
            yield (
                f"adults.{one.adult}: a complaint about them cannot be sent yet: none of "
                f"{', '.join(one.others)} has a key; let a member of one of them in"
            )


def _warnings(municipality: Municipality, today: dt.date) -> Iterator[str]:
    yield from municipality.strays
    unread = [tag for tag in municipality.languages if not municipality.is_reviewed(tag)]
    whole = [tag for tag in unread if tag in municipality.offered_unreviewed]
    for tags, offered in (
        (whole, "they are all offered, with a mark"),
        ([tag for tag in unread if tag not in whole], "only the page for emergencies is offered"),
    ):
        if tags:
            pages = f"the pages in {', '.join(tags)}"
            yield f"reviewed_by: no native speaker has read {pages}; {offered}"
    for unit_id, unit in municipality.units.items():
        path = f"units.{unit_id}"
        if not unit.confirmed:
            yield f"{path}.confirmed: its hours are not confirmed, and promises are made from them"
            if unit.number:
                yield f"{path}.confirmed: {unit.number} is not confirmed and never shown"
        if not unit.hours and not unit.always:
            yield f"{path}.hours: has none; nothing is promised but by the rota"
        yield from _read_target(path, unit)
    for place, adult in enumerate(municipality.adults):
        yield from _read_target(f"adults[{place}]", adult)
    for place, network in enumerate(municipality.networks):
        if network.number and not network.confirmed:
            yield f"networks[{place}].confirmed: {network.number} is not confirmed and never shown"
    for place, rule in enumerate(municipality.rules):
        wanted = {*rule.suggests}
        if wanted and not any(wanted <= {*one} for one in municipality.choices_of_readers):
            named = " and ".join(rule.suggests)
            yield f"rules[{place}].suggests: no line of reader_choices has {named}; add one"
    for place, line in enumerate(municipality.help_lines):
        path = f"help_lines[{place}]"
        if not line.confirmed:
            yield f"{path}.confirmed: {line.id} ({line.number}) is not confirmed and never shown"
        elif line.verified_on and line.verified_on > today:
            yield f"{path}.verified_on: {line.id} is said to be verified on a day to come"
        elif line.verified_on and today - line.verified_on > _STALE:
            yield (
                f"{path}.verified_on: {line.id} ({line.number}) was last verified on "
                f"{line.verified_on}, more than a year ago"
            )


def _read_target(path: str, reader: Unit | Adult) -> Iterator[str]:
    """One outside all hours is never the time that is told: it is moved into them."""
    if reader.hours and not any(_is_in(reader.read_target, hours) for hours in reader.hours):
        yield (
            f"{path}.read_target: {reader.read_target:%H:%M} lies in none of its hours; it is told "
            "an hour after opening, or when it closes"
        )


def _is_in(time: dt.time, hours: Hours) -> bool:
    if hours.opens < hours.closes:
        return hours.opens < time <= hours.closes
    return time > hours.opens or time <= hours.closes

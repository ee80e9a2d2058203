"""A year of the contact rules: the longest silences and the dark moments, in words and as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from sifra import complaints, coverage
from sifra.catalogues import catalogue
from sifra.complaints import Unheard
from sifra.coverage import Dark, Silence, Way
from sifra.duty import NO_DUTY, Duty
from sifra.municipality import Municipality
from triage.rules.explaining import holder_name, iso, when

SHOWN = 12
"""Lines of the list; whoever wants them all asks for JSON."""


@dataclass(frozen=True)
class Found:
    year: int
    silences: tuple[Silence, ...]
    dark: tuple[Dark, ...]
    unheard: tuple[Unheard, ...]


@dataclass(frozen=True)
class Alike:
    """Ways with the same longest silence: by these rules, to any of these lots of readers."""

    silence: Silence
    rules: tuple[str, ...]
    lots: tuple[tuple[str, ...], ...]


def reckon(municipality: Municipality, year: int, duty: Duty = NO_DUTY) -> Found:
    """A whole year, from its first local date to its last."""
    book, senders = municipality.rule_book(duty), coverage.asked(municipality)
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return Found(
        year,
        tuple(coverage.silences(book, senders, *days)),
        tuple(coverage.dark(book, senders, *days)),
        tuple(complaints.unheard(book, senders, municipality.choices_of_readers)),
    )


def gathered(silences: Iterable[Silence]) -> list[Alike]:
    """A line for each silence, the longest first: many rules and readers wait equally long, and
    nobody wants to read that of each."""
    lots: dict[tuple[Hashable, ...], list[tuple[str, ...]]] = {}
    examples: dict[tuple[Hashable, ...], Silence] = {}
    for one in silences:
        way = one.way
        if way.readers:
            key = (way.rule.id, one.begins, one.read_by, way.needs_interpreter)
            lots.setdefault(key, []).append(way.readers)
            examples.setdefault(key, one)
    lines: dict[tuple[Hashable, ...], Alike] = {}
    for shared, readers in lots.items():
        rule, *rest = shared
        every = tuple(dict.fromkeys(readers))
        # A talk may also be with an adult of one's own choice: alike, if the units are.
        units = tuple(sorted(lot for lot in every if len(lot) == 1)) or every
        known = lines.get((*rest, units))
        rules = (*(known.rules if known else ()), str(rule))
        lines[(*rest, units)] = Alike(examples[shared], rules, units)
    return list(lines.values())


def unread(silences: Iterable[Silence]) -> list[str]:
    """Rules that may keep every reader out: only the unit of a named adult was chosen."""
    return list(dict.fromkeys(one.way.rule.id for one in silences if not one.way.readers))


def readers(alike: Alike, municipality: Municipality, tag: str) -> str:
    """Who they are, in words."""
    _ = _saying(tag)
    alone = {lot[0] for lot in alike.lots if len(lot) == 1}
    if alone >= set(municipality.units):
        said = _("uansett hvem som er valgt")
    else:
        said = _(" eller ").join(_together(lot, municipality, tag) for lot in alike.lots)
    return said + (_(", med tolk") if alike.silence.way.needs_interpreter else "")


def length(silence: Silence, tag: str) -> str:
    """How long, in days and hours."""
    _ = _saying(tag)
    if silence.length is None:
        return _("loves ikke")
    days, hours = divmod(-(-silence.length // dt.timedelta(hours=1)), 24)
    return " ".join(
        part
        for part in (
            _("%d døgn") % days if days else "",
            _("%d t") % hours if hours or not days else "",
        )
        if part
    )


def span(silence: Silence, municipality: Municipality, tag: str) -> str:
    """From when to when."""
    _ = _saying(tag)
    begins = when(silence.begins, municipality, tag)
    if silence.read_by is None:
        return _("sendt %s") % begins
    read_by = when(silence.read_by, municipality, tag)
    return _("sendt %(begins)s, lest innen %(read_by)s") % {"begins": begins, "read_by": read_by}


def dark_line(dark: Dark, municipality: Municipality, tag: str) -> str:
    """The rule, its readers and the moment when nobody answers."""
    _ = _saying(tag)
    return _("%(rule)s (%(readers)s): ingen svarer fra %(begins)s til %(ends)s") % {
        "rule": dark.way.rule.id,
        "readers": _together(dark.way.readers, municipality, tag) or _("ingen leser"),
        "begins": when(dark.begins, municipality, tag),
        "ends": when(dark.ends, municipality, tag),
    }


def unheard_line(one: Unheard, municipality: Municipality, tag: str) -> str:
    """Whom the complaint would be about, and which units to let senders choose."""
    _ = _saying(tag)
    said = _("En klage på %s kan ikke leses av noen.") % holder_name(municipality, one.adult, tag)
    names = _(" eller ").join(holder_name(municipality, other, tag) for other in one.others)
    return f"{said} {_('La den som skriver, kunne velge %s.') % names}" if names else said


def as_text(found: Found, municipality: Municipality, tag: str) -> str:
    """For somebody at a terminal."""
    _ = _saying(tag)
    lots = gathered(found.silences)
    lines = [_("De lengste ventetidene i %d") % found.year, ""]
    for one in lots[:SHOWN]:
        lines.append(f"  {length(one.silence, tag):<13} {span(one.silence, municipality, tag)}")
        lines.append(f"  {'':<13} {readers(one, municipality, tag)}: {', '.join(one.rules)}")
    if len(lots) > SHOWN:
        lines.append("  " + _("… og %d til; --json viser alle.") % (len(lots) - SHOWN))
    if rules := unread(found.silences):
        lines += ["", _("Kan bli lest av ingen, når enheten til en voksen holdes utenfor:")]
        lines.append("  " + ", ".join(rules))
    lines += ["", _("Når det haster og ingen svarer")]
    lines += [f"  {dark_line(one, municipality, tag)}" for one in found.dark]
    if not found.dark:
        lines.append("  " + _("Aldri: det er alltid en leser eller et nummer."))
    if found.unheard:
        lines += ["", *(unheard_line(one, municipality, tag) for one in found.unheard)]
    return "\n".join(lines)


def as_object(found: Found, municipality: Municipality) -> dict[str, object]:
    """For programs. Lengths in hours; null where nothing is promised."""
    zone = municipality.zone
    return {
        "year": found.year,
        "silences": [
            {
                **_way(one.way),
                "hours": one.length / dt.timedelta(hours=1) if one.length is not None else None,
                "begins": iso(one.begins, zone),
                "read_by": iso(one.read_by, zone),
            }
            for one in found.silences
        ],
        "dark": [
            {
                **_way(one.way),
                "begins": iso(one.begins, zone),
                "ends": iso(one.ends, zone),
                "hours_in_all": one.total / dt.timedelta(hours=1),
            }
            for one in found.dark
        ],
        "unheard": [
            {"adult": one.adult, "rule": one.rule, "others": list(one.others)}
            for one in found.unheard
        ],
    }


def _way(way: Way) -> dict[str, object]:
    return {
        "rule": way.rule.id,
        "readers": list(way.readers),
        "needs_interpreter": way.needs_interpreter,
    }


def _together(readers: Iterable[str], municipality: Municipality, tag: str) -> str:
    return " + ".join(holder_name(municipality, reader, tag) for reader in readers)


def _saying(tag: str) -> Callable[[str], str]:
    return catalogue("triage", tag).gettext

"""A year of the contact rules: the longest silences and the dark moments, in words and as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sifra import coverage
from sifra.coverage import Dark, Silence, Way
from sifra.duty import NO_DUTY, Duty
from sifra.languages import catalogue
from sifra.municipality import Municipality
from triage.explaining import holder_name, iso, when

SHOWN = 12
"""Lines of the list; whoever wants them all asks for JSON."""


@dataclass(frozen=True)
class Found:
    year: int
    silences: tuple[Silence, ...]
    dark: tuple[Dark, ...]


@dataclass(frozen=True)
class Alike:
    """Ways by the same rule that wait equally long: ``lots`` are their readers, each a way's."""

    silence: Silence
    lots: tuple[tuple[str, ...], ...]


def reckon(municipality: Municipality, year: int, duty: Duty = NO_DUTY) -> Found:
    """A whole year, from its first local date to its last."""
    book, senders = municipality.rule_book(duty), coverage.asked(municipality)
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return Found(
        year,
        tuple(coverage.silences(book, senders, *days)),
        tuple(coverage.dark(book, senders, *days)),
    )


def gathered(silences: Iterable[Silence]) -> list[Alike]:
    """A line for each rule and silence, the longest first: readers with the same hours wait
    equally long, and nobody wants to read that of each."""
    lines: dict[tuple[object, ...], Alike] = {}
    for one in silences:
        way = one.way
        if way.readers:
            key = (way.rule.id, way.needs_interpreter, one.begins, one.read_by)
            lots = lines[key].lots if key in lines else ()
            lines[key] = Alike(one, tuple(dict.fromkeys((*lots, way.readers))))
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


def dark_line(dark: Dark, municipality: Municipality, tag: str) -> str:
    """The rule, its readers and the moment when nobody answers."""
    _ = _saying(tag)
    return _("%(rule)s (%(readers)s): ingen svarer fra %(begins)s til %(ends)s") % {
        "rule": dark.way.rule.id,
        "readers": _together(dark.way.readers, municipality, tag) or _("ingen leser"),
        "begins": when(dark.begins, municipality, tag),
        "ends": when(dark.ends, municipality, tag),
    }


def as_text(found: Found, municipality: Municipality, tag: str) -> str:
    """For somebody at a terminal."""
    _ = _saying(tag)
    lots = gathered(found.silences)
    lines = [_("De lengste ventetidene i %d") % found.year, ""]
    for one in lots[:SHOWN]:
        silence = one.silence
        lines.append(
            f"  {length(silence, tag):<13} {silence.way.rule.id}: {readers(one, municipality, tag)}"
        )
        begins = when(silence.begins, municipality, tag)
        if silence.read_by:
            read_by = when(silence.read_by, municipality, tag)
            span = _("sendt %(begins)s, lest innen %(read_by)s")
            lines.append(f"  {'':<13} {span % {'begins': begins, 'read_by': read_by}}")
        else:
            lines.append(f"  {'':<13} {_('sendt %s') % begins}")
    if len(lots) > SHOWN:
        lines.append("  " + _("… og %d til; --json viser alle.") % (len(lots) - SHOWN))
    if rules := unread(found.silences):
        lines += ["", _("Kan bli lest av ingen, når enheten til en voksen holdes utenfor:")]
        lines.append("  " + ", ".join(rules))
    lines += ["", _("Når det haster og ingen svarer")]
    lines += [f"  {dark_line(one, municipality, tag)}" for one in found.dark]
    if not found.dark:
        lines.append("  " + _("Aldri: det er alltid en leser eller et nummer."))
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

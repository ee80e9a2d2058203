"""Advice for parents and answers for the young: pages of text, with the numbers that answer now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template

from reporter.site import site
from reporter.who_answers import answering, now_and_later
from sifra.municipality import HelpLine, Municipality, Unit

pages = Blueprint("guidance", __name__)

_FIRST = ("police_emergency", "ambulance")
_YOUNG_FIRST = (*_FIRST, "child_alarm")


@dataclass(frozen=True, slots=True)
class Guide:
    """Which numbers and units a page gives: ids of the municipality's file, the most fitting
    first. What that file does not have, or has not confirmed, is left out. ``place`` is the
    page's number in its title, which somebody else may see: it must not tell the topic."""

    place: int
    lines: tuple[str, ...]
    units: tuple[str, ...] = ("youth_team",)
    first: tuple[str, ...] = _FIRST
    urgent: bool = False
    """The answer sends the young to the telephone: its numbers stand above the doors."""
    talk: bool = False
    """A talk with an adult fits better than a tip: its door stands first."""


PARENTS: Mapping[str, Guide] = {
    "drugs": Guide(
        1,
        ("doctor", "rusinfo", "parent_support", "mental_health"),
        ("youth_team", "child_welfare"),
        ("ambulance", "police_emergency"),
    ),
    "vape": Guide(2, ("doctor", "rusinfo", "parent_support", "police"), first=("ambulance",)),
    "threats": Guide(
        3, ("police", "child_alarm", "parent_support", "doctor"), ("youth_team", "police")
    ),
    "fights": Guide(4, ("police", "parent_support"), ("youth_team", "police", "slt")),
    "debt": Guide(5, ("police", "child_alarm", "parent_support"), ("youth_team", "police")),
    "missing": Guide(
        6, ("police", "child_alarm", "parent_support"), ("youth_team", "child_welfare")
    ),
    "gangs": Guide(7, ("police", "child_alarm", "parent_support"), ("youth_team", "police", "slt")),
    "images": Guide(8, ("police", "child_alarm", "parent_support"), ("youth_team", "police")),
    "wrongdoing": Guide(
        9, ("police", "child_alarm", "parent_support"), ("youth_team", "police", "child_welfare")
    ),
    "worn-out": Guide(
        10,
        ("parent_support", "mental_health", "church_sos", "child_alarm", "sexual_abuse", "doctor"),
        ("youth_team", "child_welfare"),
        ("ambulance", "police_emergency"),
    ),
}

YOUNG: Mapping[str, Guide] = {
    "snitching": Guide(1, ("kors_pa_halsen",), first=_YOUNG_FIRST),
    "police": Guide(2, ("police",), first=_YOUNG_FIRST),
    "after": Guide(3, ("kors_pa_halsen",), first=_YOUNG_FIRST),
    "filming": Guide(4, ("police",), first=_YOUNG_FIRST, urgent=True),
    "vape-debt": Guide(5, ("kors_pa_halsen", "police"), first=_YOUNG_FIRST, talk=True),
    "leaving": Guide(6, ("kors_pa_halsen", "police"), first=_YOUNG_FIRST, urgent=True, talk=True),
    "friend": Guide(
        7, ("kors_pa_halsen", "mental_health"), first=_YOUNG_FIRST, urgent=True, talk=True
    ),
    "images": Guide(8, ("kors_pa_halsen", "police", "mental_health"), first=_YOUNG_FIRST),
}

WORK = Guide(0, ("police", "doctor"), ("youth_team", "child_welfare", "police", "slt"))
"""For those who work with the young."""
_AT_SCHOOL = ("school_nurse", "youth_contact")
"""The adults whom the page for those who work with the young names."""

_TOLD = ("police", "youth_team")
"""The units that the page on the police compares."""


def _any(topics: Mapping[str, Guide]) -> str:
    return ", ".join(f'"{topic}"' for topic in topics)


@pages.get(f"/parents/<any({_any(PARENTS)}):topic>")
def parents(topic: str) -> str:
    here, guide = site(), PARENTS[topic]
    now, later = now_and_later(_wanted(guide, here.municipality), here.lines, here.moment())
    return render_template(
        _template("guidance", topic),
        topic=topic,
        place=guide.place,
        emergency=here.municipality.lines(guide.first),
        now=now,
        later=later,
        units=_units(guide.units, here.municipality),
    )


@pages.get("/young")
def young() -> str:
    return render_template("young.html")


@pages.get(f"/young/<any({_any(YOUNG)}):topic>")
def answer(topic: str) -> str:
    here, guide = site(), YOUNG[topic]
    first = here.municipality.lines(guide.first)
    lines = answering(here.municipality.lines(guide.lines), here.lines, here.moment())
    return render_template(
        _template("young", topic),
        topic=topic,
        place=guide.place,
        urgent=guide.urgent,
        talk=guide.talk,
        emergency=first,
        lines=[line for line in lines if line not in first],
        told=[unit for unit in _units(_TOLD, here.municipality) if unit.secrecy],
    )


@pages.get("/work")
def work() -> str:
    """When a pupil tells somebody at work something: steps, duties and whom to call."""
    here = site()
    municipality = here.municipality
    now, later = now_and_later(municipality.lines(WORK.lines), here.lines, here.moment())
    adults = map(municipality.adult, _AT_SCHOOL)
    return render_template(
        "work.html",
        emergency=municipality.lines(WORK.first),
        now=now,
        later=later,
        units=_units(WORK.units, municipality),
        adults=[adult for adult in adults if adult],
    )


def _wanted(guide: Guide, municipality: Municipality) -> list[HelpLine]:
    """The page's own lines, and what is near on every page."""
    near = [line.id for line in municipality.help_lines if line.local and line.for_parents]
    return municipality.lines(dict.fromkeys((*near, *guide.lines)))


def _units(ids: Iterable[str], municipality: Municipality) -> list[Unit]:
    return [municipality.units[unit] for unit in ids if unit in municipality.units]


def _template(kind: str, topic: str) -> str:
    return f"{kind}_{topic.replace('-', '_')}.html"

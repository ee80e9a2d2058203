"""Facts as a person writes them, and a routing as a person reads it."""

from __future__ import annotations

import datetime as dt

from sifra.municipality import Municipality, load, shipped_path
from sifra.routing import Facts, Routing
from tests.sifra.written_hours import OSLO

SHIPPED: Municipality = load(shipped_path())
SHORT = {
    "youth_team": "UT",
    "police": "PK",
    "child_welfare": "BV",
    "slt": "SLT",
    "school_nurse": "HS",
}
_LONG = {short: unit for unit, short in SHORT.items()}


def facts(text: str) -> Facts:
    """``lane danger topic urgency`` and then, in any order, ``readers=UT+PK``, ``in=pl``,
    ``adult=HS``, ``place=masan``. A fact that is not ticked is ``-``."""
    ticked = ["" if word == "-" else word for word in text.split() if "=" not in word]
    more = dict(word.split("=") for word in text.split() if "=" in word)
    lane, danger, topic, urgency = ticked
    return Facts(
        lane=lane,
        danger=danger,
        topic=topic,
        urgency=urgency,
        readers=tuple(_LONG.get(one, one) for one in more.get("readers", "").split("+") if one),
        place=more.get("place", ""),
        adult=_LONG.get(more.get("adult", ""), more.get("adult", "")),
        language=more.get("in", "nb"),
    )


def local(moment: dt.datetime | None) -> str:
    return f"{moment.astimezone(OSLO):%a %d.%m %H:%M}" if moment else "never"


def readers(routing: Routing) -> str:
    return "+".join(SHORT.get(one, one) for one in routing.readers) or "nobody"


def numbers(routing: Routing) -> str:
    return ", ".join(line.number for line in routing.numbers)


def steps(routing: Routing) -> str:
    """A day that was said is not said again."""
    said, day = [], ""
    for step in routing.steps:
        date, hour = local(step.at).rsplit(" ", 1)
        when = hour if date == day else f"{date} {hour}"
        if step.at == routing.at:
            when, date = "now", ""
        said.append(f"{SHORT.get(step.unit, step.unit)} {when}")
        day = date
    return ", ".join(said)

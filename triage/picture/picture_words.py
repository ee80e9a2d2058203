"""What the picture calls what it counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from babel.dates import format_date, get_day_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sifra.languages import text
from sifra.picture_events import BAND
from sifra.web.page import language
from triage.office import office
from triage.picture.picture_counts import UNSAID
from triage.picture.picture_shown import Shown
from triage.picture.suppression import Block
from triage.wording import LANES, language_name

DIMENSIONS = {
    "topic": _l("Tema"),
    "place": _l("Sted"),
    "weekday": _l("Ukedag"),
    "hour": _l("Tid på døgnet"),
    "week": _l("Uke"),
    "language": _l("Språk"),
    "lane": _l("Type sak"),
}
IN_ORDER = ("weekday", "hour", "week")
"""Those that go on one after the other: a run of them is called by its ends."""


def period_name(period: Shown) -> str:
    if period.is_year:
        return _("Skoleåret %(years)s", years=period.name.replace("-", "–"))
    return quarter_name(period.name)


def quarter_name(quarter: str) -> str:
    return _("%(number)s. kvartal %(year)s", number=quarter[-1], year=quarter[:4])


def is_all(block: Block, blocks: Sequence[Block]) -> bool:
    """Is everything of a dimension in one number?"""
    return len(blocks) == 1 and len(block.leaves) > 1


def block_name(dimension: str, block: Block) -> str:
    """The leaves of a block in words, in the language of the page where the file has it."""
    first, last = block.leaves[0], block.leaves[-1]
    match dimension:
        case "hour":
            return f"{int(first):02}–{(int(last) + BAND - 1) % 24 + 1:02}"
        case "weekday":
            days = get_day_names("wide", locale=language().tag)
            ends = list(dict.fromkeys((days[int(first)], days[int(last)])))
            return "–".join(ends)
        case "week":
            ends = list(dict.fromkeys((str(int(first[-2:])), str(int(last[-2:])))))
            return _("uke %(weeks)s", weeks="–".join(ends))
    leaves = block.leaves
    if dimension == "language" and UNSAID in leaves:
        # Whatever has no line of its own: fifteen names would tell no more.
        leaves = (UNSAID,)
    names = [_leaf_name(dimension, leaf) for leaf in leaves]
    said = " + ".join(names)
    return said[:1].upper() + said[1:]


def short_name(dimension: str, block: Block) -> str:
    """For the axis of a chart."""
    first, last = block.leaves[0], block.leaves[-1]
    if dimension == "hour":
        return first
    if dimension == "week":
        return str(int(first[-2:]))
    days = get_day_names("abbreviated", locale=language().tag)
    return "–".join(dict.fromkeys(days[int(one)].strip(".") for one in (first, last)))


def day(date: dt.date) -> str:
    return str(format_date(date, "medium", locale=language().tag))


def _leaf_name(dimension: str, leaf: str) -> str:
    place, tag = office().municipality, language().tag
    if dimension == "language":
        return language_name(leaf) if leaf != UNSAID else _("andre språk")
    if leaf == UNSAID:
        return _("ikke oppgitt")
    if dimension == "lane":
        return str(LANES.get(leaf, leaf))
    listed = place.topics if dimension == "topic" else place.places
    named = next((one.name for one in listed if one.id == leaf), None)
    # Taken out of the file since: what it was called is not kept.
    return text(named, tag)[0] if named else leaf

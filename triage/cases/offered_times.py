"""Times to meet: what staff may offer, and what stands after all that was offered and picked. Pure.

An offer holds its times as the sender's page reads them, ``2026-11-24T11:00``, local to the
municipality and to the minute, one a line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from sifra.conversation import Message
from sifra.plain_text import is_blank, tidy
from sifra.sealing import Kind

ROWS = 3
FIELDS = (
    "where",
    *(f"{part}-{row}" for row in range(1, ROWS + 1) for part in ("date", "time")),
)
"""Of the form."""
LONGEST_WHERE = 200
"""Characters."""
DAYS_AHEAD = 185

_FORM = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True, slots=True)
class Offer:
    """``sequence`` is its place in the conversation."""

    sequence: int
    times: tuple[dt.datetime, ...]
    where: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Meeting:
    """The newest offer, the only one that stands, and what the sender said to it: None for nothing
    yet. ``suits`` is False when none of the times does."""

    offer: Offer | None = None
    picked: dt.datetime | None = None
    suits: bool = True

    @property
    def is_answered(self) -> bool:
        return self.picked is not None or not self.suits


@dataclass(frozen=True, slots=True)
class Written:
    """The form: the times of it and the place, and the faults by field. ``times`` are in their
    order, whichever row they stood in."""

    times: tuple[dt.datetime, ...]
    where: str = field(repr=False)
    faults: Mapping[str, str]


def read_form(form: Mapping[str, str], now: float, zone: ZoneInfo) -> Written:
    """``date-1``, ``time-1`` and so on, and ``where``. ``now`` in Unix seconds."""
    faults: dict[str, str] = {}
    times: list[dt.datetime] = []
    for row in range(1, ROWS + 1):
        day, hour = (form.get(f"{part}-{row}", "").strip() for part in ("date", "time"))
        if not day and not hour:
            continue
        moment = _moment(day, hour)
        if moment is None:
            faults[f"date-{row}"] = _("Skriv både dag og klokkeslett.")
        elif fault := _fault(moment, times, now, zone):
            faults[f"date-{row}"] = fault
        else:
            times.append(moment)
    if not times and not faults:
        faults["date-1"] = _("Skriv minst én tid.")
    where = " ".join(tidy(form.get("where")).split())
    if is_blank(where):
        faults["where"] = _("Skriv hvor, eller at du ringer.")
    elif len(where) > LONGEST_WHERE:
        faults["where"] = _(
            "Det er for langt. Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
            most=LONGEST_WHERE,
            have=len(where),
        )
    return Written(tuple(sorted(times)), where, faults)


def body(written: Written, language: str) -> dict[str, str | int]:
    """As it is sealed."""
    times = "\n".join(f"{one:{_FORM}}" for one in written.times)
    return {"times": times, "where": written.where, "language": language}


def offer_of(message: Message) -> Offer:
    """Without the times that are none: whoever holds the answer key can seal anything."""
    lines = str(message.body.get("times", "")).split("\n")
    times = [one for line in lines[:ROWS] if (one := time_of(line)) is not None]
    return Offer(message.sequence, tuple(times), str(message.body.get("where", "")))


def meeting_of(messages: Sequence[Message]) -> Meeting:
    """What stands. The sender may pick again; what they said to an earlier offer counts for
    nothing, nor does a time that was not offered."""
    standing = Meeting()
    for message in messages:
        if message.kind is Kind.OFFERED:
            standing = Meeting(offer_of(message))
        elif message.kind is Kind.PICKED and _is_of(standing.offer, message):
            time = time_of(message.body.get("time"))
            standing = Meeting(standing.offer, time, suits=time is not None)
    return standing


def picked_of(message: Message, messages: Iterable[Message]) -> tuple[bool, dt.datetime | None]:
    """Whether a pick answers an offer that was made before it, and the time; None for none."""
    offers = (one for one in messages if one.kind is Kind.OFFERED)
    offered = message.body.get("offered")
    found = next((offer_of(one) for one in offers if one.sequence == offered), None)
    if found is None or not _is_of(found, message):
        return False, None
    return True, time_of(message.body.get("time"))


def time_of(said: object) -> dt.datetime | None:
    """A time as it is sealed; None for what is none."""
    try:
        return dt.datetime.strptime(str(said), _FORM)  # noqa: DTZ007 (local)
    except ValueError:
        return None


def _is_of(offer: Offer | None, message: Message) -> bool:
    """A pick answers the offer: a time of it, or that none suits."""
    if offer is None or message.body.get("offered") != offer.sequence:
        return False
    said = message.body.get("time")
    return said == "" or time_of(said) in offer.times


def _moment(day: str, hour: str) -> dt.datetime | None:
    # A browser may send seconds too.
    return time_of(f"{day}T{hour[:5]}") if len(day) == 10 else None


def _fault(moment: dt.datetime, before: Sequence[dt.datetime], now: float, zone: ZoneInfo) -> str:
    ahead = moment.replace(tzinfo=zone).timestamp() - now
    if ahead <= 0:
        return _("Den tiden er over. Velg en tid som kommer.")
    if ahead > DAYS_AHEAD * 86_400:
        return _("Det er for langt fram. Velg en tid i det neste halve året.")
    if moment in before:
        return _("Den tiden står her fra før.")
    return ""

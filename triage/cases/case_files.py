"""Cases as their readers open them: which key opens which case, and what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import abort

from sifra.case_rows import days_to_keep
from sifra.case_store import WAITING, Position, State, StoredCase, hour_of
from sifra.conversation import SENDER, Message, ReaderView, open_summary
from sifra.sealing import TIP_KINDS, Kind, PrivateKey, SealError
from triage.members import Member
from triage.office import office
from triage.people import unit_renewal
from triage.wording import needs_interpreter

UnitKeys = Mapping[str, Sequence[PrivateKey]]
"""The private keys of each unit that a member reads as, the newest first."""

_AFTER = {
    Kind.TIP: State.NEW,
    Kind.READ: State.READ,
    Kind.ANSWER: State.ANSWERED,
    Kind.ASKED: State.ANSWERED,
    Kind.MORE: State.MORE,
    Kind.CONSENTED: State.MORE,
    Kind.REFUSED: State.MORE,
    Kind.OFFERED: State.ANSWERED,
    Kind.PICKED: State.MORE,
    Kind.CLOSED: State.CLOSED,
    Kind.REOPENED: State.READ,
    Kind.WITHDRAWN: State.WITHDRAWN,
}
"""Where a case stands after each. A hand-over and a translation leave it where it was, but that
whoever hands over has read what waited."""

ALLOWED = {
    Kind.READ: WAITING,
    Kind.ANSWER: frozenset({State.NEW, State.READ, State.ANSWERED, State.MORE}),
    Kind.CLOSED: frozenset({State.NEW, State.READ, State.ANSWERED, State.MORE}),
    Kind.REOPENED: frozenset({State.CLOSED}),
    Kind.ASKED: frozenset({State.NEW, State.READ, State.ANSWERED, State.MORE}),
    Kind.OFFERED: frozenset({State.NEW, State.READ, State.ANSWERED, State.MORE}),
    Kind.HANDED_OVER: frozenset(
        {State.NEW, State.READ, State.ANSWERED, State.MORE, State.WITHDRAWN}
    ),
    Kind.TRANSLATION: frozenset({State.NEW, State.READ, State.ANSWERED, State.MORE}),
}
"""In which states staff may add what. To a case that was withdrawn only that it was handed over:
whoever forces a child to withdraw does not thereby keep a knife from the police."""


ACKNOWLEDGES = frozenset(
    {Kind.READ, Kind.ANSWER, Kind.CLOSED, Kind.ASKED, Kind.OFFERED, Kind.HANDED_OVER}
)
"""Whoever adds one of these has read what waited. Opening the page is no such thing."""


@dataclass(frozen=True, slots=True)
class Line:
    """A case in the queue. ``unit`` is whom the member reads it as, and ``summary`` is None when
    it does not open."""

    case: StoredCase
    position: Position
    unit: str
    summary: Mapping[str, str | int] | None = field(repr=False)
    sent_before: bool = False
    """It does not open because the unit's key was lost, and another reader has not yet let the next
    one in."""

    @property
    def handle(self) -> str:
        return _handle(self.case)

    @property
    def waits(self) -> bool:
        return self.case.clear.waits

    @property
    def at_once(self) -> bool:
        return self.waits and self.case.clear.at_once

    @property
    def needs_interpreter(self) -> bool:
        """Nobody of the unit reads the sender's language, or they asked for an interpreter."""
        is_over = self.case.clear.state in (State.CLOSED, State.WITHDRAWN)
        told = self.summary or {}
        asked = told.get("interpreter") == "yes"
        return not is_over and (asked or needs_interpreter(told.get("language"), self.unit))

    @property
    def late(self) -> bool:
        return self.waits and _is_late(self.case)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case opened for a member. ``unit`` is whom they read and answer as."""

    case: StoredCase
    unit: str
    view: ReaderView
    messages: list[Message] = field(repr=False)
    summary: Mapping[str, str | int] = field(repr=False)

    @property
    def handle(self) -> str:
        return _handle(self.case)

    @property
    def waits(self) -> bool:
        """Nobody has read what the sender wrote last."""
        return self.state in WAITING

    @property
    def at_once(self) -> bool:
        """Somebody may be in danger, and it has not been read."""
        return self.waits and self.case.clear.at_once

    @property
    def late(self) -> bool:
        """Nobody has read it, and the time that the sender was told has passed."""
        return self.waits and _is_late(self.case)

    @property
    def acknowledged(self) -> Message | None:
        """What told that somebody had read what the sender wrote last."""
        after: list[Message] = []
        for message in self.messages:
            waits = _AFTER.get(message.kind) in WAITING
            after = [] if waits else [*after, message]
        return next((message for message in after if message.kind in ACKNOWLEDGES), None)

    @property
    def kept(self) -> bool:
        """It was read before the time that the sender was told."""
        told, read = self.case.clear.promised, self.acknowledged
        hour = read.body.get("hour") if read else None
        # The hour it was read in begins before a whole hour if and only if it ends by it.
        return told is not None and isinstance(hour, int) and hour < told

    @property
    def state(self) -> State:
        """Where the conversation stands, told by its sealed end and not by the clear column."""
        return state_after(message.kind for message in self.messages)

    @property
    def was_altered(self) -> bool:
        """What stands in clear says something else than what is sealed: the state, the lane, or
        whether the sender has a code."""
        lost_code = (
            self.summary.get("code") == "yes"
            and not self.can_come_back
            and self.state is not State.WITHDRAWN
        )
        clear = self.case.clear
        other_lane = self.messages[0].body.get("lane", clear.lane) != clear.lane
        both_wait = clear.state in WAITING and self.state in WAITING
        return lost_code or other_lane or (clear.state is not self.state and not both_wait)

    @property
    def can_come_back(self) -> bool:
        """The sender has a way to read an answer."""
        return ("answer-key", SENDER) in self.case.sealed.wraps

    @property
    def is_of_a_place(self) -> bool:
        """It tells of an unsafe place and of nobody: what is wrong there can be mended."""
        return self.messages[0].body.get("topic") == "place"

    def allows(self, kind: Kind) -> bool:
        if (
            kind in (Kind.ANSWER, Kind.ASKED, Kind.OFFERED, Kind.TRANSLATION)
            and not self.can_come_back
        ):
            return False
        return self.state in ALLOWED[kind]

    def add(
        self,
        kind: Kind,
        body: Mapping[str, str | int],
        *,
        unopened: bool = False,
        admit: Mapping[str, bytes] | None = None,
    ) -> None:
        """Seal and store what a member says or does now; ``unopened`` by its first words only.
        ``admit`` maps those who read the whole case from now on to their checked public keys.

        Conflict: somebody else added something first. May raise StoreUnavailable.
        """
        now = office().clock.now()
        hour = hour_of(now)
        said: dict[str, str | int] = {**body, "hour": hour, "by": self.unit}
        addition = self.view.admit(admit, kind, said) if admit else self.view.add(kind, said)
        office().store.add(
            addition,
            state_after((*(message.kind for message in self.messages), kind)),
            read_by_unit=self.unit if kind in ACKNOWLEDGES else "",
            unopened=unopened,
            now=now,
            retention_days=self._kept_for(kind, now),
        )

    def _kept_for(self, kind: Kind, now: float) -> int | None:
        """A case is kept its days from when it is closed; the sender was told so."""
        if kind is not Kind.CLOSED:
            return None
        return days_to_keep(self.case.clear.received, now, office().municipality.retention.days)


def state_after(kinds: Iterable[Kind]) -> State:
    """Where a conversation stands after these messages."""
    state = State.NEW
    for kind in kinds:
        if kind in TIP_KINDS or kind.side == "sender":
            # Who writes more before anybody has read waits for the first reading still.
            state = state if state is State.NEW and kind in TIP_KINDS else _AFTER[kind]
        elif kind is Kind.HANDED_OVER:
            state = State.READ if state in WAITING else state
        elif kind is not Kind.TRANSLATION:
            state = _AFTER[kind]
    return state


def lines(unit_keys: UnitKeys, *, closed: bool, after: Position | None, limit: int) -> list[Line]:
    """A page of the queue. Only the sealed summaries are opened."""
    found = office().store.queue(unit_keys, closed=closed, after=after, limit=limit)
    return _explained([_line(case, position, unit_keys) for case, position in found])


def lines_of(unit_keys: UnitKeys, case_ids: Sequence[str]) -> list[Line]:
    """The same of some cases, in the order of ``case_ids``. Those that no unit of the member's
    reads are left out."""
    found = {case.clear.id: case for case in office().store.summaries(case_ids, unit_keys)}
    return _explained(
        [
            _line(case, Position(0, case.clear.received, case_id), unit_keys)
            for case_id in case_ids
            if (case := found.get(case_id)) is not None
        ]
    )


def open_case(member: Member, case_id: str) -> OpenCase:
    """Open the whole conversation. NotFound also when no unit of the member's reads it.

    Raises SealError when anything in it was altered.
    """
    case = office().store.find(case_id)
    unit_keys = member.unit_keys()
    unit = _reader(case, unit_keys) if case else None
    if case is None or unit is None:
        abort(404)
    view = ReaderView.open(case.sealed, unit, *unit_keys[unit])
    messages = view.messages()
    # A chain begins with what the sender wrote; anything else was never ours.
    if not messages or messages[0].kind is not Kind.TIP:
        raise SealError
    return OpenCase(case, unit, view, messages, open_summary(case.sealed, unit, *view.privates))


def was_sent_before(member: Member, case_id: str) -> bool:
    """A case of the member's that did not open: because their unit's key was lost, and another
    reader has not yet let the next one in. Raises SealError and StoreUnavailable."""
    case = office().store.find(case_id)
    unit = _reader(case, member.unit_keys()) if case else None
    lost = unit_renewal.lost(office().staff)
    return case is not None and unit is not None and _is_before(case, unit, lost)


def _explained(lines: list[Line]) -> list[Line]:
    """Those that do not open: was it the key?"""
    if all(line.summary is not None for line in lines):
        return lines
    lost = unit_renewal.lost(office().staff)
    return [
        replace(one, sent_before=one.summary is None and _is_before(one.case, one.unit, lost))
        for one in lines
    ]


def _is_before(case: StoredCase, unit: str, lost: Mapping[str, int]) -> bool:
    return case.clear.received <= lost.get(unit, 0)


def _handle(case: StoredCase) -> str:
    """The case as it stands now: its head changes with everything that is added."""
    return f"{case.clear.id}.{case.sealed.head[:4].hex()}"


def _is_late(case: StoredCase) -> bool:
    return case.clear.promised is not None and case.clear.promised < office().clock.now()


def _reader(case: StoredCase, unit_keys: UnitKeys) -> str | None:
    """Whom the member reads it as. An adult whom the sender wrote to answers as that adult, also
    where their unit reads too."""
    mine = [one for one in case.sealed.readers if one in unit_keys]
    units = office().municipality.units
    return next((one for one in mine if one not in units), mine[0] if mine else None)


def _line(case: StoredCase, position: Position, unit_keys: UnitKeys) -> Line:
    unit = _reader(case, unit_keys) or ""
    try:
        summary = open_summary(case.sealed, unit, *unit_keys.get(unit, ()))
    except SealError:
        summary = None
    return Line(case, position, unit, summary)

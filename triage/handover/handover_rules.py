"""Who may let another unit in, and how far a hand-over has come. Pure.

How far it has come is told by what is sealed: the entries of its folder and the conversation's own
chain. The row in the staff database finds it; whoever alters the row lets nobody in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sifra.conversation import Message
from sifra.sealing import Kind, SealError
from triage.folders import Body
from triage.handover.for_sender import ForSender

_NOTHING = ForSender()

CONSENT = "consent"
"""Stands in the place of a legal ground: the sender said yes."""

LATELY = 30 * 24 * 3600
"""Seconds. Whoever lets an account in could for a while be both of two persons."""


class State(StrEnum):
    """As the row says it."""

    ASKED = "asked"
    """The sender is asked; their answer stands in the conversation."""
    PROPOSED = "proposed"
    """On a legal ground: a second person has not yet said yes, or it is not yet made."""
    REFUSED = "refused"
    MADE = "made"
    UNCONFIRMED = "unconfirmed"
    """Made in danger to life; the second person has not looked."""
    CONFIRMED = "confirmed"
    OBJECTED = "objected"


LET_IN = frozenset({State.MADE, State.UNCONFIRMED, State.CONFIRMED, State.OBJECTED})
"""The other unit reads what went over."""


class What(StrEnum):
    """What an entry of the folder is."""

    PROPOSAL = "proposal"
    APPROVAL = "approval"
    REFUSAL = "refusal"
    CONFIRMATION = "confirmation"
    OBJECTION = "objection"
    READ = "read"
    REPLY = "reply"


_DECISIONS = frozenset({What.APPROVAL, What.REFUSAL, What.CONFIRMATION, What.OBJECTION})
_SECOND = frozenset({What.APPROVAL, What.CONFIRMATION, What.OBJECTION})
"""What only a second person may say. To take back what nobody has seen, anybody may."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The first entry of a folder: what is to go over, to whom and why.

    ``ground`` is :data:`CONSENT` or a legal ground's id, ``at_once`` whether one person alone may
    act on it. ``summary`` is empty when the whole conversation goes over. ``account`` proposed it
    for the unit ``by``, ``at`` Unix seconds (UTC). The translation is the sender's: it stands in
    no entry that the other unit could open (triage.handover.for_sender).
    """

    to: str
    whole: bool
    ground: str
    at_once: bool
    by: str
    account: str
    at: int
    reason: str = field(repr=False)
    summary: str = field(repr=False, default="")
    language: str = ""
    translation: str = field(repr=False, default="")
    translation_language: str = ""

    @classmethod
    def read(cls, entries: Sequence[Body], for_sender: ForSender = _NOTHING) -> Proposal:
        """Raises SealError when the folder does not begin with one."""
        body = entries[0] if entries else {}
        to, by, account, at = (body.get(name) for name in ("to", "by", "account", "at"))
        if body.get("what") != What.PROPOSAL or not isinstance(at, int):
            raise SealError
        return cls(
            str(to),
            bool(body.get("whole")),
            str(body.get("ground", "")),
            bool(body.get("at_once")),
            str(by),
            str(account),
            at,
            str(body.get("reason", "")),
            str(body.get("summary", "")),
            str(body.get("language", "")),
            for_sender.text,
            for_sender.language,
        )

    @property
    def entry(self) -> Body:
        """As it is sealed for both units."""
        return {
            "what": What.PROPOSAL.value,
            "to": self.to,
            "whole": int(self.whole),
            "ground": self.ground,
            "at_once": int(self.at_once),
            "reason": self.reason,
            "summary": self.summary,
            "language": self.language,
            "by": self.by,
            "account": self.account,
            "at": self.at,
        }

    def question(self, folder_id: str) -> dict[str, str | int]:
        """What the sender is asked: exactly what would go over."""
        asked: dict[str, str | int] = {
            "handover": folder_id,
            "to": self.to,
            "whole": int(self.whole),
        }
        if not self.whole:
            asked |= {"text": self.summary, "language": self.language}
        if self.translation:
            asked |= {
                "translation": self.translation,
                "translation_language": self.translation_language,
            }
        return asked

    def notice(self, folder_id: str) -> dict[str, str | int]:
        """What the sender is told once it is made."""
        return {
            "handover": folder_id,
            "to": self.to,
            "whole": int(self.whole),
            "ground": self.ground,
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a hand-over has come. ``told`` says that the conversation has the message of it,
    and ``admitted`` that the other unit holds the folder: made is both."""

    proposal: Proposal
    decision: Body | None = field(repr=False)
    asked: bool
    consent: bool | None
    """What the sender answered last; None when they have not."""
    withdrawn: bool
    told: bool
    admitted: bool

    @property
    def state(self) -> State:
        decided = self.decision.get("what") if self.decision else None
        if not (self.told and self.admitted):
            if decided == What.REFUSAL or (self.consent is False and not self.told):
                return State.REFUSED
            return State.ASKED if self.proposal.ground == CONSENT else State.PROPOSED
        if not self.proposal.at_once:
            return State.MADE
        if decided == What.CONFIRMATION:
            return State.CONFIRMED
        return State.OBJECTED if decided == What.OBJECTION else State.UNCONFIRMED

    @property
    def unfinished(self) -> bool:
        """The sender has been told, and the unit has not got it: it stopped halfway."""
        return self.told and not self.admitted

    @property
    def may_be_made(self) -> bool:
        """All that is needed has been said. Who withdraws takes a yes back with it."""
        if self.unfinished:
            return True
        if self.state is State.ASKED:
            return self.consent is True and not self.withdrawn
        return self.state is State.PROPOSED and (self.proposal.at_once or self.decision is not None)

    def allows(self, what: What) -> bool:
        """May this be decided now, by somebody?"""
        if self.decision is not None or self.unfinished:
            return False
        if what in (What.CONFIRMATION, What.OBJECTION):
            return self.state is State.UNCONFIRMED
        if what is What.APPROVAL:
            return self.state is State.PROPOSED and not self.proposal.at_once
        return what is What.REFUSAL and (self.state is State.PROPOSED or self.may_be_asked)

    @property
    def may_be_asked(self) -> bool:
        """The question is written and did not reach the conversation."""
        return self.state is State.ASKED and not self.asked and not self.withdrawn


def standing(
    folder_id: str,
    entries: Sequence[Body],
    holders: Iterable[str],
    chain: Iterable[Message],
    for_sender: ForSender = _NOTHING,
) -> Standing:
    """``entries`` and ``holders`` are the folder's, ``chain`` is the conversation. Raises
    SealError when the folder is none of a hand-over, or when whoever proposed it approved it."""
    proposal = Proposal.read(entries, for_sender)
    question = proposal.question(folder_id)
    decision = next((body for body in entries if body.get("what") in _DECISIONS), None)
    alone = decision is not None and decision.get("account") == proposal.account
    if alone and decision and decision.get("what") in _SECOND:
        # No page writes such an entry: somebody with the key and the database did.
        raise SealError
    asked, consent, withdrawn, told = False, None, False, False
    for message in chain:
        withdrawn = withdrawn or message.kind is Kind.WITHDRAWN
        if message.body.get("handover") != folder_id:
            continue
        if message.kind is Kind.ASKED:
            # A yes to other words, or to an older question, is no yes to this.
            asked, consent = _said(message) == question, None
        told = told or message.kind is Kind.HANDED_OVER
        if asked and message.kind in (Kind.CONSENTED, Kind.REFUSED):
            consent = message.kind is Kind.CONSENTED
    return Standing(
        proposal, decision, asked, consent, withdrawn, told, proposal.to in set(holders)
    )


def _said(message: Message) -> dict[str, str | int]:
    """Without when, and by whom."""
    return {name: value for name, value in message.body.items() if name not in ("hour", "by")}


# --- the second person ---------------------------------------------------------------------------


class Unfit(StrEnum):
    """Why somebody may not be the second person."""

    PROPOSER = "proposer"
    LET_IN = "let-in"
    """The account is not let in, or was lately and whoever proposed let it in or invited it."""
    NOT_LOOKED = "not-looked"
    RECEIVES = "receives"
    """They read the case only for the unit that is let in."""


@dataclass(frozen=True, slots=True)
class Second:
    """An account that may be the second person. ``let_in`` is Unix seconds (UTC), None for one
    that nobody has let in; ``units`` are those that it reads as. ``made_by`` gave the words by
    which it was made, and so could have used them."""

    account: str
    let_in_by: str | None
    let_in: int | None
    units: frozenset[str]
    made_by: str | None = None


def unfit(proposer: str, readers: Iterable[str], second: Second, now: float) -> Unfit | None:
    """None for somebody who may decide once they have looked at the case. ``proposer`` is an
    account, ``readers`` are the units that read the case but for the one that is let in, and
    ``now`` is Unix seconds (UTC)."""
    if second.account == proposer:
        return Unfit.PROPOSER
    lately = second.let_in is None or now - second.let_in < LATELY
    theirs = proposer in (second.let_in_by, second.made_by)
    if second.let_in is None or (theirs and lately):
        return Unfit.LET_IN
    return None if second.units & set(readers) else Unfit.RECEIVES

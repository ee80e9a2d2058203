"""What the mailbox shows: what staff said and did, and what they ask. Pure.

A question is whether another unit may be told. It is answered once for each time that it is
asked; a yes may be taken back until it has been acted on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sifra.conversation import Message
from sifra.sealing import Kind

_SHOWN = frozenset(
    {
        Kind.ANSWER,
        Kind.READ,
        Kind.CLOSED,
        Kind.REOPENED,
        Kind.ASKED,
        Kind.HANDED_OVER,
        Kind.OFFERED,
    }
)
_NEVER = 2**32
_ANSWERS = (Kind.CONSENTED, Kind.REFUSED)


class Standing(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    YES = "yes"
    """It may still be taken back."""
    ACTED_ON = "acted-on"
    """The sender said yes, and it has been done or was asked anew."""
    NO = "no"
    OVER = "over"
    """Nobody waits for an answer any more."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and the language that whoever wrote it says it is in."""

    text: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that staff did. ``original`` is there where ``said`` is a translation of it."""

    message: Message
    said: Said | None
    original: Said | None = None
    standing: Standing | None = None

    @property
    def kind(self) -> Kind:
        return self.message.kind

    @property
    def by(self) -> str:
        """The unit or adult who did it."""
        return str(self.message.body.get("by", ""))

    @property
    def hour(self) -> int | None:
        """Unix seconds; None where the message does not tell."""
        hour = self.message.body.get("hour")
        return hour if isinstance(hour, int) and 0 <= hour < _NEVER else None

    @property
    def is_fixed(self) -> bool:
        """It was closed because what was wrong is mended."""
        return self.message.body.get("outcome") == "fixed"

    @property
    def is_whole(self) -> bool:
        """The other unit gets the whole conversation, and not a summary."""
        return str(self.message.body.get("whole", "0")) != "0"

    @property
    def to(self) -> str:
        """The unit that is, or was, told."""
        return str(self.message.body.get("to", ""))

    @property
    def handover(self) -> str:
        return _handover(self.message)

    def takes(self, answer: Kind) -> bool:
        """May the sender give this answer now?"""
        return self.standing is Standing.OPEN or (
            self.standing is Standing.YES and answer is Kind.REFUSED
        )


def entries(messages: Sequence[Message], tag: str) -> list[Entry]:
    """The thread on a page in the language ``tag``, oldest first."""
    return [_entry(message, messages, tag) for message in messages if message.kind in _SHOWN]


def question(
    messages: Sequence[Message], handover: str, answer: Kind, shown: int
) -> Message | None:
    """The question of ``handover`` that ``answer`` may be given to. None when there is none any
    more, or when it was asked in other words after a page that had ``shown`` messages."""
    for entry in entries(messages, ""):
        if entry.handover == handover and entry.takes(answer) and entry.message.sequence < shown:
            return entry.message
    return None


def _entry(message: Message, messages: Sequence[Message], tag: str) -> Entry:
    body = message.body
    if message.kind is Kind.ASKED:
        translated = _text(body, "translation", "translation_language")
        said, original = _spoken(_text(body), [translated] if translated.text else [], tag)
        return Entry(message, said, original, _standing(message, messages))
    if message.kind is Kind.ANSWER:
        translations = [
            _text(other.body)
            for other in messages
            if other.kind is Kind.TRANSLATION and str(other.body.get("of")) == str(message.sequence)
        ]
        return Entry(message, *_spoken(_text(body), translations, tag))
    return Entry(message, None)


def _spoken(own: Said, translations: Sequence[Said], tag: str) -> tuple[Said, Said | None]:
    """What is shown, and what it is a translation of. The latest translation counts: into the
    page's language, or into any where the text itself is in another."""
    into = [one for one in translations if one.language == tag]
    if not into and own.language != tag:
        into = [*translations]
    return (into[-1], own) if into else (own, None)


def _standing(asked: Message, messages: Iterable[Message]) -> Standing:
    """By what came after it, until the same was asked again."""
    answer, is_over = None, False
    for message in messages:
        if message.sequence <= asked.sequence or _handover(message) != _handover(asked):
            continue
        if message.kind in _ANSWERS and not is_over:
            answer = message.kind
        elif message.kind in (Kind.ASKED, Kind.HANDED_OVER):
            is_over = True
    if answer is Kind.REFUSED:
        return Standing.NO
    if answer is Kind.CONSENTED:
        return Standing.ACTED_ON if is_over else Standing.YES
    return Standing.OVER if is_over else Standing.OPEN


def _handover(message: Message) -> str:
    return str(message.body.get("handover", ""))


def _text(body: Mapping[str, str | int], text: str = "text", language: str = "language") -> Said:
    return Said(str(body.get(text, "")), str(body.get(language, "")))

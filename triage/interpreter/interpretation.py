"""What stands in an interpreter's folder: who was let in until when, what there is to translate,
and what has been translated. Pure.

The interpreter holds the folder's key, and so could write anything into it who can also write to
the database. Hence the grant carries a mark that only the case's own readers can make: by it, and
not by a row or by what else stands in the folder, it is decided whether the folder is written to.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sifra import sealing
from sifra.conversation import Message
from sifra.key_cards import account_holder
from sifra.sealing import Kind
from triage.folders import Body

HERE = "nb"
"""The language that the back office reads: what senders write is translated into it."""

_LIKE_HERE = frozenset({"nb", "nn", "no"})
_SHOWN = (Kind.TIP, Kind.MORE, Kind.ANSWER)
_SENDER, _STAFF = "sender", "staff"


@dataclass(frozen=True, slots=True)
class Grant:
    """``language`` is the sender's, ``until`` the end (Unix seconds, UTC; itself not included)."""

    account: str
    until: int
    language: str
    mark: str

    @property
    def holder(self) -> str:
        return account_holder(self.account)


@dataclass(frozen=True, slots=True)
class Original:
    """A message of the case, ``of`` its place there; ``side`` is ``sender`` or ``staff``."""

    of: int
    side: str
    text: str = field(repr=False)
    language: str
    hour: int


@dataclass(frozen=True, slots=True)
class Translation:
    """``entry`` is its place in the folder."""

    of: int
    text: str = field(repr=False)
    language: str
    entry: int


@dataclass(frozen=True, slots=True)
class Work:
    """All that a folder says. ``grant`` is None when it does not begin with one."""

    grant: Grant | None
    originals: tuple[Original, ...]
    translations: Mapping[int, Translation]
    """The latest of each message."""

    def target(self, original: Original) -> str:
        """The language that it is translated into."""
        return HERE if original.side == _SENDER or self.grant is None else self.grant.language

    def waits(self, original: Original) -> bool:
        return original.of not in self.translations and not _alike(
            original.language, self.target(original)
        )

    @property
    def waiting(self) -> list[Original]:
        return [original for original in self.originals if self.waits(original)]


def grant(
    answer_key: bytes, folder: str, account: str, until: int, language: str, now: int
) -> Body:
    """The first entry of a folder."""
    return {
        "what": "let-in",
        "account": account,
        "until": until,
        "language": language,
        "at": now,
        "mark": _mark(answer_key, folder, account, until),
    }


def is_granted(answer_key: bytes, folder: str, given: Grant) -> bool:
    """Somebody who reads the case has said so. ``answer_key`` is the case's."""
    try:
        expected = _mark(answer_key, folder, given.account, given.until)
    except ValueError:
        return False
    return hmac.compare_digest(expected.encode(), given.mark.encode("utf-8", "surrogatepass"))


def originals(messages: Sequence[Message], language: str) -> list[Original]:
    """What an interpreter is shown of a conversation: what was written in words by either side,
    no more. ``language`` is what the sender really writes: the tip names what it seemed to be,
    and a message whose language did not show that of the page."""
    declared = {messages[0].body.get(name) for name in ("language", "page")}
    found = []
    for message in messages:
        text, said = message.body.get("text"), message.body.get("language")
        if message.kind not in _SHOWN or not isinstance(text, str):
            continue
        side = _STAFF if message.kind is Kind.ANSWER else _SENDER
        written_in = language if side == _SENDER and said in declared else str(said or "")
        hour = message.body.get("hour")
        found.append(
            Original(message.sequence, side, text, written_in, hour if isinstance(hour, int) else 0)
        )
    return found


def copied(original: Original) -> Body:
    return {
        "what": "message",
        "of": original.of,
        "side": original.side,
        "text": original.text,
        "language": original.language,
        "hour": original.hour,
    }


def translated(of: int, text: str, language: str, now: int) -> Body:
    return {"what": "translation", "of": of, "text": text, "language": language, "at": now}


def read(entries: Iterable[Body]) -> Work:
    """In their order; what is none of ours changes nothing."""
    given: Grant | None = None
    found: dict[int, Original] = {}
    said: dict[int, Translation] = {}
    for place, body in enumerate(entries):
        match body:
            case {
                "what": "let-in",
                "account": str(account),
                "until": int(until),
                "language": str(language),
                "mark": str(mark),
            } if place == 0:
                given = Grant(account, until, language, mark)
            case {
                "what": "message",
                "of": int(of),
                "side": str(side),
                "text": str(text),
                "language": str(language),
                "hour": int(hour),
            }:
                found.setdefault(of, Original(of, side, text, language, hour))
            case {
                "what": "translation",
                "of": int(of),
                "text": str(text),
                "language": str(language),
            }:
                said[of] = Translation(of, text, language, place)
    return Work(given, tuple(found[of] for of in sorted(found)), said)


def _mark(answer_key: bytes, folder: str, account: str, until: int) -> str:
    return sealing.derive(answer_key, "interpreter", folder, account, until).hex()


def _alike(one: str, other: str) -> bool:
    return one == other or {one, other} <= _LIKE_HERE

"""Example cases, made by the code that makes real ones, with every key that was in play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sifra.conversation import Addition, ReaderView, Sealed, SenderView, begin
from sifra.sealing import Kind, PrivateKey

Body = Mapping[str, str | int]

TIP: Body = {"text": "Det blir slåsskamp bak Askim stasjon på fredag.", "hour": 1_790_000_000}
SUMMARY: Body = {"topic": "planned_fight", "language": "nb", "danger": "no"}
SENDER_KEY = bytes(range(32))


def joined(sealed: Sealed, addition: Addition) -> Sealed:
    """The case after ``addition``, as the store would give it back."""
    assert addition.case == sealed.id
    assert addition.sequence == len(sealed.messages)
    return replace(
        sealed,
        head=addition.head,
        wraps={**sealed.wraps, **addition.wraps},
        messages=(*sealed.messages, addition.message),
    )


@dataclass(frozen=True)
class Example:
    """A case and all who can open it."""

    sealed: Sealed
    holders: Mapping[str, PrivateKey]
    sender_key: bytes = SENDER_KEY

    @property
    def public_keys(self) -> dict[str, bytes]:
        return {holder: private.public() for holder, private in self.holders.items()}

    def reader(self, holder: str = "youth_team") -> ReaderView:
        return ReaderView.open(self.sealed, holder, self.holders[holder])

    def sender(self) -> SenderView:
        return SenderView.open(self.sealed, self.sender_key)

    def after(self, addition: Addition) -> Example:
        return replace(self, sealed=joined(self.sealed, addition))


def tip_to(holders: Mapping[str, PrivateKey], body: Body = TIP) -> Example:
    """A case with one message."""
    public_keys = {holder: private.public() for holder, private in holders.items()}
    return Example(begin(body, SUMMARY, public_keys, SENDER_KEY), holders)


def whole_conversation(holders: Mapping[str, PrivateKey]) -> Example:
    """Tip, read, answer, more, answer, more, closed, reopened, withdrawn."""
    case = tip_to(holders)
    for kind, text in (
        (Kind.READ, ""),
        (Kind.ANSWER, "Takk. Er du trygg nå?"),
        (Kind.MORE, "Ja, men Ali er redd."),
        (Kind.ANSWER, "Vi snakker med ham."),
        (Kind.MORE, "شكرا 🙏"),
        (Kind.CLOSED, ""),
        (Kind.REOPENED, ""),
        (Kind.WITHDRAWN, ""),
    ):
        body: Body = {"text": text, "hour": 1_790_003_600}
        if kind is Kind.MORE:
            case = case.after(case.sender().more(body, case.public_keys))
        elif kind is Kind.WITHDRAWN:
            case = case.after(case.sender().withdrawn(body))
        else:
            case = case.after(case.reader().add(kind, body))
    return case

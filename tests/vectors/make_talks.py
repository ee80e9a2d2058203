"""How ``v1-talks.json`` was made: the kinds of messages that came with talks, and a case with a
number to call, which has an erasure key of its own. Frozen like ``v1.json``, and never run again
for version 1.

    python -m tests.vectors.make_talks 1 > tests/vectors/v1-talks.json
"""

from __future__ import annotations

from typing import Any

from sifra import sealing
from sifra.conversation import ReaderView, SenderView, Slot, begin
from sifra.sealing import Kind, PrivateKey
from tests.vectors.make import Body, holders_of, joined, message_of, stored, write

HOLDERS = ("school_nurse", "youth_team")
KINDS = (Kind.OFFERED, Kind.PICKED)
NUMBER = "+4791234567"
TOLD: Body = {"danger": "no", "adult": "school_nurse", "contact": "call", "language": "nb"}
CONVERSATION: tuple[tuple[Kind, Body], ...] = (
    (Kind.READ, {"hour": 1_790_003_600, "by": "school_nurse"}),
    (
        Kind.OFFERED,
        {
            "times": "2026-11-24T11:00\n2026-11-25T12:30",
            "where": "på kontoret mitt, ved biblioteket æøå",
            "language": "nb",
            "hour": 1_790_003_600,
            "by": "school_nurse",
        },
    ),
    (Kind.PICKED, {"offered": 2, "time": "2026-11-25T12:30", "hour": 1_790_007_200}),
    (Kind.PICKED, {"offered": 2, "time": "", "hour": 1_790_010_800}),
    (Kind.CLOSED, {"outcome": "fixed", "hour": 1_790_014_400, "by": "youth_team"}),
)


def made() -> dict[str, Any]:
    privates = {holder: PrivateKey.generate() for holder in HOLDERS}
    return {
        **holders_of(privates),
        "messages": [message_of(kind) for kind in KINDS],
        "case": _case(privates),
    }


def _case(privates: dict[str, PrivateKey]) -> dict[str, Any]:
    sender_key, slot = sealing.new_key(), Slot.draw()
    publics = {holder: private.public() for holder, private in privates.items()}
    tip: Body = {**TOLD, "text": "", "when": "etter skolen", "hour": 1_790_000_000}
    sealed = begin(tip, TOLD, publics, sender_key, contact=(NUMBER, slot))
    contact = sealed.contact
    if contact is None:
        raise ValueError("the number was not sealed")
    for kind, body in CONVERSATION:
        if kind.side == "sender":
            addition = SenderView.open(sealed, sender_key).says(kind, body)
        else:
            reader = ReaderView.open(sealed, "school_nurse", privates["school_nurse"])
            addition = reader.add(kind, body)
        sealed = joined(sealed, addition)
    return {
        **stored(sealed, sender_key),
        "contact": {
            "slot": contact.slot,
            "erasure_key": slot.erasure_key.hex(),
            "sealed": contact.sealed.hex(),
        },
        "opened": {
            "summary": TOLD,
            "messages": [[kind, body] for kind, body in ((Kind.TIP, tip), *CONVERSATION)],
            "contact": NUMBER,
        },
    }


if __name__ == "__main__":
    write(made)

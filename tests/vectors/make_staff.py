"""How ``v1-staff.json`` was made: the kinds of messages that came with hand-overs and
interpreters, a case that was handed over, and the folders of the staff database. Frozen like
``v1.json``, and never run again for version 1.

    python -m tests.vectors.make_staff 1 > tests/vectors/v1-staff.json
"""

from __future__ import annotations

from typing import Any

from sifra import sealing
from sifra.conversation import Addition, ReaderView, Sealed, SenderView, begin
from sifra.key_cards import SigningKey, account_holder
from sifra.sealing import Kind, PrivateKey
from tests.vectors.make import SUMMARY, Body, holders_of, joined, message_of, stored, write
from triage import folders
from triage.folders import FolderKind, OpenFolder

ACCOUNT = account_holder("0123456789abcdef" * 2)
HOLDERS = ("child_welfare", "youth_team", ACCOUNT)
KINDS = (Kind.ASKED, Kind.CONSENTED, Kind.REFUSED, Kind.HANDED_OVER, Kind.TRANSLATION)
HANDOVER = "fedcba9876543210" * 2
CONVERSATION: tuple[tuple[Kind, Body], ...] = (
    (Kind.READ, {"hour": 1_790_003_600, "by": "youth_team"}),
    (Kind.MORE, {"text": "نعم، شكرا 🙏", "hour": 1_790_007_200}),
    (Kind.ANSWER, {"text": "Takk. Er du trygg nå?", "hour": 1_790_007_200}),
    (Kind.TRANSLATION, {"of": 3, "text": "شكرا. هل أنت بأمان الآن؟", "language": "ar"}),
    (Kind.ASKED, {"handover": HANDOVER, "to": "child_welfare", "whole": 1}),
    (Kind.REFUSED, {"handover": HANDOVER, "hour": 1_790_010_800}),
    (Kind.CONSENTED, {"handover": HANDOVER, "hour": 1_790_014_400}),
    (Kind.HANDED_OVER, {"handover": HANDOVER, "to": "child_welfare", "ground": "consent"}),
    (Kind.MORE, {"text": "x" * 3000, "hour": 1_790_018_000}),
)
ENTRIES: tuple[Body, ...] = (
    {"what": "note", "text": "Snakket med skolen. æøå 🙏", "at": 1_790_003_601},
    {"what": "label", "label": "slåsskamp", "at": 1_790_003_602},
    {"what": "note", "text": "y" * 5000, "at": 1_790_003_603},
)


def made() -> dict[str, Any]:
    privates = {holder: PrivateKey.generate() for holder in HOLDERS}
    signing = SigningKey.generate()
    card = signing.sign(ACCOUNT, 2, privates[ACCOUNT])
    case, sealed = _case(privates)
    return {
        **holders_of(privates),
        "messages": [message_of(kind) for kind in KINDS],
        "case": case,
        "folders": _folders(privates, sealed),
        "account_card": {
            "verifier": signing.verifier().hex(),
            "holder": card.holder,
            "serial": card.serial,
            "signature": card.signature.hex(),
        },
    }


def _case(privates: dict[str, PrivateKey]) -> tuple[dict[str, Any], Sealed]:
    sender_key = sealing.new_key()
    readers = {"youth_team": privates["youth_team"].public()}
    tip: Body = {"text": "Det blir slåsskamp på fredag.", "hour": 1_790_000_000}
    sealed = begin(tip, SUMMARY, readers, sender_key)
    for kind, body in CONVERSATION:
        sealed = joined(sealed, _next(sealed, privates, sender_key, kind, body))
    told = {
        **stored(sealed, sender_key),
        "opened": {
            "summary": SUMMARY,
            "messages": [[kind, body] for kind, body in ((Kind.TIP, tip), *CONVERSATION)],
        },
    }
    return told, sealed


def _next(
    sealed: Sealed, privates: dict[str, PrivateKey], sender_key: bytes, kind: Kind, body: Body
) -> Addition:
    reader = ReaderView.open(sealed, "youth_team", privates["youth_team"])
    sender = SenderView.open(sealed, sender_key)
    if kind is Kind.MORE:
        return sender.more(body, {one: privates[one].public() for one in sealed.readers})
    if kind is Kind.HANDED_OVER:
        return reader.admit({"child_welfare": privates["child_welfare"].public()}, kind, body)
    return sender.says(kind, body) if kind.side == "sender" else reader.add(kind, body)


def _folders(privates: dict[str, PrivateKey], case: Sealed) -> list[dict[str, Any]]:
    publics = {holder: private.public() for holder, private in privates.items()}
    notes = folders.begin(case.id, FolderKind.NOTES, case.erasure_key, publics)
    for body in ENTRIES:
        notes = notes.add(body)
    ended = notes.without(ACCOUNT).add({"what": "note", "text": "etterpå", "at": 1_790_003_604})
    empty = folders.begin(case.id, FolderKind.HANDOVER, case.erasure_key, publics)
    return [_folder(one) for one in (notes, ended, empty)]


def _folder(made: OpenFolder) -> dict[str, Any]:
    sealed = made.sealed
    return {
        "id": sealed.id,
        "case": sealed.case_id,
        "erasure_key": made.erasure_key.hex(),
        "kind": sealed.kind,
        "head": sealed.head.hex(),
        "wraps": [[holder, blob.hex()] for holder, blob in sorted(sealed.wraps.items())],
        "entries": [blob.hex() for blob in sealed.entries],
        "opened": [dict(body) for body in made.entries],
    }


if __name__ == "__main__":
    write(made)

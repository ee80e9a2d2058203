"""How ``v1.json`` was made. It is frozen: this is never run again for version 1.

    python -m tests.vectors.make 1 > tests/vectors/v1.json

What it seals must open with every later Sifra. A new version of the format gets a file of its
own beside it. Bytes are in hexadecimal.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sifra import return_code, sealing
from sifra.conversation import Addition, ReaderView, Sealed, SenderView, begin
from sifra.key_cards import SigningKey
from sifra.sealing import Kind, Place, PrivateKey

Body = Mapping[str, str | int]
HOLDERS = ("police", "youth_team")
PEPPER = bytes(range(200, 232))
SEEDS = (bytes(16), bytes(range(16)), b"\xff" * 16)
SECRETS = (0, 1, 2**65, 2**66 - 1, 0x1_2345_6789_ABCD_EF01)
SUMMARY: Body = {"topic": "planned_fight", "danger": "no", "language": "nb"}
CONVERSATION: tuple[tuple[Kind, Body], ...] = (
    (Kind.READ, {"hour": 1_790_003_600}),
    (Kind.ANSWER, {"text": "Takk. Er du trygg nå?", "hour": 1_790_003_600}),
    (Kind.MORE, {"text": "نعم، شكرا 🙏", "hour": 1_790_007_200}),
    (Kind.CLOSED, {"hour": 1_790_010_800}),
    (Kind.REOPENED, {"hour": 1_790_014_400}),
    (Kind.MORE, {"text": "x" * 3000, "hour": 1_790_018_000}),
    (Kind.WITHDRAWN, {"hour": 1_790_021_600}),
)


def made() -> dict[str, Any]:
    privates = {holder: PrivateKey.generate() for holder in HOLDERS}
    keys = [_code(secret) for secret in SECRETS]
    sender_key = bytes.fromhex(keys[-1]["sender_key"])
    return {
        **holders_of(privates),
        "padding": [[size, sealing.padded_size(size)] for size in (0, 1024, 1025, 9000, 10**6)],
        "wraps": [_wrap(holder, private) for holder, private in privates.items()],
        "messages": [message_of(kind) for kind in Kind],
        "codes": {
            "pepper": PEPPER.hex(),
            "drawn": {seed.hex(): str(return_code.drawn_from(seed)) for seed in SEEDS},
            "secrets": keys,
            "lists": {one: list_digest(one) for one in return_code.WORD_LISTS},
        },
        "key_cards": _cards(privates),
        "case": _case(privates, sender_key),
    }


def list_digest(language: str) -> str:
    """A list must never change: each word stands for eleven bits on somebody's paper."""
    return hashlib.sha256("\n".join(return_code.word_list(language)).encode()).hexdigest()


def _code(secret: int) -> dict[str, str]:
    keys = return_code.keys(secret, PEPPER)
    return {
        "secret": str(secret),
        "digits": return_code.as_digits(secret),
        **{one: return_code.as_words(secret, one) for one in return_code.WORD_LISTS},
        "lookup_id": keys.lookup_id.hex(),
        "sender_key": keys.sender_key.hex(),
    }


def _wrap(holder: str, private: PrivateKey) -> dict[str, Any]:
    secret, binding = sealing.new_key(), ["tip-key", "0" * 32, holder]
    wrapped = sealing.wrap(secret, private.public(), *binding)
    return {
        "holder": holder,
        "binding": binding,
        "secret": secret.hex(),
        "wrapped": wrapped.hex(),
    }


def holders_of(privates: Mapping[str, PrivateKey]) -> dict[str, Any]:
    """How every file of vectors begins: the format, and whose keys open what follows."""
    return {
        "format": sealing.FORMAT,
        "holders": {
            holder: {"private": private.raw.hex(), "public": private.public().hex()}
            for holder, private in privates.items()
        },
    }


def message_of(kind: Kind) -> dict[str, Any]:
    key, place = sealing.new_key(), Place("0" * 32, 7, bytes(range(32)))
    text = f"{kind}: æøå"
    return {
        "key": key.hex(),
        "case": place.case,
        "sequence": place.sequence,
        "previous": place.previous.hex(),
        "kind": kind,
        "text": text,
        "sealed": sealing.seal_message(key, text.encode(), place, kind).hex(),
        "next": sealing.next_link(place.previous, b"sealed").hex(),
    }


def _cards(privates: Mapping[str, PrivateKey]) -> dict[str, Any]:
    signing = SigningKey.generate()
    cards = [signing.sign(holder, 3, private) for holder, private in privates.items()]
    return {
        "signing_key": signing.raw.hex(),
        "verifier": signing.verifier().hex(),
        "cards": [
            {"holder": one.holder, "serial": one.serial, "signature": one.signature.hex()}
            for one in cards
        ],
    }


def _case(privates: Mapping[str, PrivateKey], sender_key: bytes) -> dict[str, Any]:
    publics = {holder: private.public() for holder, private in privates.items()}
    tip: Body = {"text": "Det blir slåsskamp på fredag.", "hour": 1_790_000_000}
    sealed = begin(tip, SUMMARY, publics, sender_key)
    for kind, body in CONVERSATION:
        sender = SenderView.open(sealed, sender_key)
        if kind is Kind.MORE:
            addition = sender.more(body, publics)
        elif kind is Kind.WITHDRAWN:
            addition = sender.withdrawn(body)
        else:
            addition = ReaderView.open(sealed, "police", privates["police"]).add(kind, body)
        sealed = joined(sealed, addition)
    return {
        **stored(sealed, sender_key),
        "opened": {
            "summary": SUMMARY,
            "messages": [[kind, body] for kind, body in ((Kind.TIP, tip), *CONVERSATION)],
        },
    }


def stored(sealed: Sealed, sender_key: bytes) -> dict[str, Any]:
    """A case as a file of vectors holds it, without what it says."""
    return {
        "id": sealed.id,
        "erasure_key": sealed.erasure_key.hex(),
        "sender_key": sender_key.hex(),
        "head": sealed.head.hex(),
        "summary": sealed.summary.hex(),
        "wraps": [[*place, blob.hex()] for place, blob in sorted(sealed.wraps.items())],
        "messages": [blob.hex() for blob in sealed.messages],
    }


def joined(sealed: Sealed, addition: Addition) -> Sealed:
    return replace(
        sealed,
        head=addition.head,
        wraps={**sealed.wraps, **addition.wraps},
        messages=(*sealed.messages, addition.message),
    )


def write(made: Callable[[], dict[str, Any]]) -> None:
    """A file of vectors to standard output, for whoever names the version that is written."""
    if sys.argv[1:] != [sealing.FORMAT.removeprefix("sifra/")]:
        sys.exit(f"this Sifra writes {sealing.FORMAT}; name its version")
    sys.stdout.write(json.dumps(made(), ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    write(made)

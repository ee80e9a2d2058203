"""An attacker who holds some keys and every sealed byte, and tries everything on everything.

Proving that a key opens nothing by trying it in the one place where it must fail proves little.
This search tries every key at hand, with every context that the format knows, on every blob, and
goes on with the keys that this gives, until nothing new comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from sifra import sealing
from sifra.conversation import Sealed
from sifra.sealing import Kind, PrivateKey, SealError


@dataclass(frozen=True)
class Found:
    """What could be opened: the sequences of messages, whether the summary, and the keys."""

    messages: frozenset[int]
    summary: bool
    keys: frozenset[bytes]


def search(sealed: Sealed, keys: Iterable[bytes], privates: Iterable[PrivateKey] = ()) -> Found:
    privates = list(privates)
    known = {derived for key in keys for derived in _with_derived(sealed, key)}
    blobs = {*sealed.wraps.values(), *sealed.messages, sealed.summary, sealed.head}
    tried = set[tuple[bytes, bytes]]()
    while untried := set(product(known, blobs)) - tried:
        tried |= untried
        opened = {plain for key, blob in untried for plain in _unsealed(sealed, key, blob)}
        opened |= {plain for blob in opened for plain in _unwrapped(sealed, blob, privates)}
        blobs |= opened
        for secret in opened:
            if len(secret) == sealing.KEY_BYTES:
                known |= _with_derived(sealed, secret)
    return Found(
        messages=frozenset(one for key in known for one in _messages(sealed, key)),
        summary=any(_summary(sealed, key) for key in known),
        keys=frozenset(known),
    )


def _with_derived(sealed: Sealed, key: bytes) -> set[bytes]:
    purposes = ("commitment", "head-key", "summary-key")
    return {key, *(sealing.derive(key, purpose, sealed.id) for purpose in purposes)}


def _unsealed(sealed: Sealed, key: bytes, blob: bytes) -> Iterator[bytes]:
    for purpose, holder in sealed.wraps:
        for binding in (("locked", purpose, sealed.id, holder), (purpose, sealed.id, holder)):
            try:
                yield sealing.unseal(key, blob, *binding)
            except SealError:
                continue


def _unwrapped(sealed: Sealed, blob: bytes, privates: list[PrivateKey]) -> Iterator[bytes]:
    for private in privates:
        for purpose, holder in sealed.wraps:
            try:
                yield sealing.unwrap(blob, private, purpose, sealed.id, holder)
            except SealError:
                continue


def _messages(sealed: Sealed, key: bytes) -> Iterator[int]:
    """Each message is tried in its own place, with its own commitment put in its stead too."""
    commitment = sealing.commitment(key, sealed.id)
    for place, blob in sealed.links():
        for tried in (blob, blob[:1] + commitment + blob[33:]):
            try:
                sealing.open_message(key, tried, place, Kind)
            except SealError:
                continue
            yield place.sequence


def _summary(sealed: Sealed, key: bytes) -> bool:
    try:
        sealing.open_summary(key, sealed.summary, sealed.id)
    except SealError:
        return False
    return True

"""The sealed format, version 1: bytes in, bytes out.

Nothing is invented here. Keys are wrapped by HPKE (RFC 9180) with the hybrid KEM of
ML-KEM-768 and X25519; texts are sealed with ChaCha20-Poly1305 (RFC 8439); derivations are
HKDF-SHA256 (RFC 5869); padding is Padmé (Nikitin et al., PETS 2019). ``docs/sealed-format.md``
is the written form of this module and ``tests/vectors`` must open with it forever.

Every function that opens something raises :class:`SealError` and nothing else, and gives no
reason: whoever altered the bytes learns nothing from how it failed.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = "sifra/1"
KEY_BYTES = 32
WRAP_BYTES = 1168
SMALLEST_PADDED = 1024
SUMMARY_BYTES = 512

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_MLKEM_SEED, _MLKEM_PUBLIC, _X25519 = 64, 1184, 32
_VERSION = b"\x01"
_NONCE = 12
_LENGTH = 4


class SealError(Exception):
    """A sealed thing did not open: wrong key, wrong place, or altered."""


class Kind(StrEnum):
    """What a message is. The kind fixes which side wrote it and under which key."""

    TIP = "tip"
    MORE = "more"
    ANSWER = "answer"
    READ = "read"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    ASKED = "asked"
    """Staff ask the sender's consent to a hand-over."""
    CONSENTED = "consented"
    REFUSED = "refused"
    HANDED_OVER = "handed-over"
    """Staff tell the sender who else has been told what."""
    TRANSLATION = "translation"
    """An interpreter's words for an answer."""
    OFFERED = "offered"
    """Staff offer times to meet."""
    PICKED = "picked"
    """The sender picks one of them, or none."""
    NOTE = "note"

    @property
    def side(self) -> str:
        return "sender" if self in SENDER_KINDS else "staff"


SENDER_KINDS = frozenset(
    {Kind.TIP, Kind.MORE, Kind.WITHDRAWN, Kind.CONSENTED, Kind.REFUSED, Kind.PICKED}
)
TIP_KINDS = (Kind.TIP, Kind.MORE)
ANSWER_KINDS = (
    Kind.ANSWER,
    Kind.READ,
    Kind.CLOSED,
    Kind.REOPENED,
    Kind.WITHDRAWN,
    Kind.HANDED_OVER,
    Kind.TRANSLATION,
    Kind.ASKED,
    Kind.CONSENTED,
    Kind.REFUSED,
    Kind.OFFERED,
    Kind.PICKED,
)
NOTE_KINDS = (Kind.NOTE,)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: authenticated with it, so that no row can be moved.

    ``case`` is the case's id, ``sequence`` counts from 0, ``previous`` is the 32-byte
    link of the message before (:func:`first_link` for the first).
    """

    case: str
    sequence: int
    previous: bytes


def context(*parts: str | int) -> bytes:
    """Join parts to ``sifra/1|a|b|…``. No part may hold ``|``, so the join is unambiguous."""
    words = [str(part) for part in parts]
    if any("|" in word for word in words):
        raise ValueError("a part of a sealing context may not hold '|'")
    return "|".join([FORMAT, *words]).encode()


# --- holders' keys -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A holder's hybrid private key: the 64-byte ML-KEM seed, then the 32-byte X25519 key."""

    raw: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> PrivateKey:
        return cls(os.urandom(_MLKEM_SEED) + os.urandom(_X25519))

    def public(self) -> bytes:
        """The public key: 1 184 bytes of ML-KEM-768, then 32 bytes of X25519."""
        ml, x = self._parts()
        return ml.public_key().public_bytes_raw() + x.public_key().public_bytes_raw()

    def _parts(self) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
        if len(self.raw) != _MLKEM_SEED + _X25519:
            raise SealError
        return (
            mlkem.MLKEM768PrivateKey.from_seed_bytes(self.raw[:_MLKEM_SEED]),
            x25519.X25519PrivateKey.from_private_bytes(self.raw[_MLKEM_SEED:]),
        )

    def _hybrid(self) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(*self._parts())


def _hybrid_public(raw: bytes) -> MLKEM768X25519PublicKey:
    if len(raw) != _MLKEM_PUBLIC + _X25519:
        raise SealError
    try:
        return MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC]),
            x25519.X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC:]),
        )
    except ValueError:
        raise SealError from None


def wrap(secret: bytes, public: bytes, *binding: str | int) -> bytes:
    """Wrap ``secret`` for the holder of ``public``; ``binding`` goes into HPKE's ``info``.

    The single-shot call takes no associated data, so the info is all that ties a wrap to its
    case, holder and purpose. Raises SealError when ``public`` is no key.
    """
    try:
        return _SUITE.encrypt(secret, _hybrid_public(public), info=context(*binding))
    except ValueError:
        raise SealError from None


def unwrap(wrapped: bytes, private: PrivateKey, *binding: str | int) -> bytes:
    """Open what :func:`wrap` made. Raises SealError."""
    return _opened(lambda: _SUITE.decrypt(wrapped, private._hybrid(), info=context(*binding)))


# --- symmetric sealing -------------------------------------------------------------------


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def derive(secret: bytes, *purpose: str | int, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA256 of a secret that is already uniformly random (no salt is needed then)."""
    return HKDF(SHA256(), length=length, salt=None, info=context(*purpose)).derive(secret)


def seal(key: bytes, plain: bytes, *binding: str | int) -> bytes:
    """ChaCha20-Poly1305 with a random nonce, which stands before the ciphertext.

    A key seals at most some thousands of things (a case's messages, an hour's tickets), far
    from the 2^32 where random 96-bit nonces become unsafe.
    """
    nonce = os.urandom(_NONCE)
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, plain, context(*binding))


def unseal(key: bytes, sealed: bytes, *binding: str | int) -> bytes:
    """Open what :func:`seal` made. Raises SealError."""
    return _opened(
        lambda: ChaCha20Poly1305(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context(*binding))
    )


_T = TypeVar("_T")


def _opened(attempt: Callable[[], _T]) -> _T:
    try:
        return attempt()
    except (InvalidTag, ValueError):
        raise SealError from None


# --- padding -----------------------------------------------------------------------------


def padded_size(size: int, smallest: int = SMALLEST_PADDED) -> int:
    """Padmé: the size rounded up so that at most O(log log n) bits of it leak."""
    size = max(size, smallest)
    exponent = size.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (size + mask) & ~mask


def pad(plain: bytes, size: int | None = None) -> bytes:
    """Length, text, zeros: to ``size`` bytes, or to the Padmé size. ValueError when too long."""
    framed = len(plain).to_bytes(_LENGTH, "big") + plain
    target = padded_size(len(framed)) if size is None else size
    if len(framed) > target:
        raise ValueError("too long for its padding")
    return framed.ljust(target, b"\0")


def unpad(padded: bytes) -> bytes:
    """Take the padding off. Raises SealError when it is not ours to the last byte."""
    length = int.from_bytes(padded[:_LENGTH], "big")
    end = _LENGTH + length
    if len(padded) < end or padded[end:].strip(b"\0"):
        raise SealError
    return padded[_LENGTH:end]


# --- messages and their chain ------------------------------------------------------------


def commitment(key: bytes, case: str) -> bytes:
    """32 bytes that fix the key: the AEAD alone would open under more than one."""
    return derive(key, "commitment", case)


def seal_message(key: bytes, plain: bytes, place: Place, kind: Kind) -> bytes:
    """One message: version, key commitment, nonce, padded ciphertext."""
    committed = commitment(key, place.case)
    return _VERSION + committed + seal(key, pad(plain), *_binding(place, kind, committed))


def open_message(
    key: bytes, sealed: bytes, place: Place, kinds: Iterable[Kind]
) -> tuple[Kind, bytes]:
    """Open a message that must be one of ``kinds``; gives its kind and its text.

    The kind is not stored in clear: it is found by which binding opens. Raises SealError.
    """
    committed = _opened(lambda: commitment(key, place.case))
    if not committed_to(sealed, committed):
        raise SealError
    for kind in kinds:
        try:
            plain = unseal(key, sealed[1 + KEY_BYTES :], *_binding(place, kind, committed))
        except SealError:
            continue
        return kind, unpad(plain)
    raise SealError


def committed_to(sealed: bytes, committed: bytes) -> bool:
    """Is the message sealed under the key that ``committed`` belongs to?"""
    return sealed[:1] == _VERSION and hmac.compare_digest(sealed[1 : 1 + KEY_BYTES], committed)


def _binding(place: Place, kind: Kind, committed: bytes) -> tuple[str | int, ...]:
    return (
        "message",
        place.case,
        place.sequence,
        place.previous.hex(),
        kind.side,
        kind,
        committed.hex(),
    )


def first_link(case: str) -> bytes:
    """What stands before the first message of a case."""
    return hashlib.sha256(context("start", case)).digest()


def next_link(previous: bytes, sealed: bytes) -> bytes:
    """The link after ``sealed``: SHA-256 over the link before and the sealed bytes."""
    return hashlib.sha256(context("link") + previous + sealed).digest()


def head(answer_key: bytes, case: str, count: int, link: bytes, readers: Iterable[str]) -> bytes:
    """What ties a case's end and its readers: an HMAC that both sides can make and check.

    Without it, a thief who can write could drop the last rows, or add a unit whose card is in
    order and have the sender's next message sealed to it.
    """
    signed = context("head", case, count, link.hex(), *sorted(readers))
    return hmac.digest(derive(answer_key, "head-key", case), signed, "sha256")


def check_head(
    stored: bytes, answer_key: bytes, case: str, count: int, link: bytes, readers: Iterable[str]
) -> None:
    """Raises SealError unless ``stored`` is the head of exactly this chain and these readers."""
    # A name that no context may hold was written by somebody else.
    expected = _opened(lambda: head(answer_key, case, count, link, readers))
    if not hmac.compare_digest(stored, expected):
        raise SealError


# --- summaries and the erasure key ---------------------------------------------------------


def seal_summary(tip_key: bytes, plain: bytes, case: str) -> bytes:
    """The short text that the queue shows; always the same size on disk."""
    return seal(derive(tip_key, "summary-key", case), pad(plain, SUMMARY_BYTES), "summary", case)


def open_summary(tip_key: bytes, sealed: bytes, case: str) -> bytes:
    """Raises SealError."""
    return unpad(unseal(derive(tip_key, "summary-key", case), sealed, "summary", case))


def seal_contact(tip_key: bytes, erasure_key: bytes, plain: bytes, case: str) -> bytes:
    """A number to call, under the first tip key and an erasure key of its own: it can be destroyed
    while the case is kept. Always the same size on disk."""
    key = derive(tip_key, "contact-key", case)
    inner = seal(key, pad(plain, SUMMARY_BYTES), "contact", case)
    return seal(erasure_key, inner, "locked-contact", case)


def open_contact(tip_key: bytes, erasure_key: bytes, sealed: bytes, case: str) -> bytes:
    """Raises SealError."""
    inner = unseal(erasure_key, sealed, "locked-contact", case)
    return unpad(unseal(derive(tip_key, "contact-key", case), inner, "contact", case))


def lock(
    erasure_key: bytes, wrapped: Mapping[tuple[str, str], bytes], case: str
) -> dict[tuple[str, str], bytes]:
    """Put the case's erasure key around its wraps, by (purpose, holder).

    Destroying the erasure key is what deletes: without it no wrap in any copy of the database
    opens again, whoever holds the other keys.
    """
    return {
        (purpose, holder): seal(erasure_key, blob, "locked", purpose, case, holder)
        for (purpose, holder), blob in wrapped.items()
    }


def unlock(erasure_key: bytes, locked: bytes, purpose: str, case: str, holder: str) -> bytes:
    """Raises SealError."""
    return unseal(erasure_key, locked, "locked", purpose, case, holder)

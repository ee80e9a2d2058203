"""Key cards: which public key belongs to which holder, signed by the installation.

A card is signed with Ed25519 (RFC 8032). The verifier is pinned in a file that the public site
reads and cannot write, so that whoever can write to the database still cannot give a unit
another key: the signature fails and intake stops.

A card that was signed once stays signed, so a holder's former card could be put back. Pins, signed
too and kept where that writer does not reach, say which serial is the lowest that still stands.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sifra.return_code import BITS
from sifra.sealing import PrivateKey, SealError, context

PICTURE = "picture"
"""The holder whose key opens the counts of the picture. It is no unit and reads no case."""

SIGNING_KEY_BYTES = VERIFIER_BYTES = 32


def account_holder(account_id: str) -> str:
    """What a member's own key card is called. No unit and no adult can have such an id."""
    return f"account:{account_id}"


def profile_holder(adult: str) -> str:
    """What the pins call an adult's profile. No unit and no adult can have such an id."""
    return f"profile:{adult}"


def fingerprint(holder: str, public: bytes) -> int:
    """A number of 66 bits, spelt like a return code, that two people compare by voice. To find
    another key with the same one costs 2^66 keys."""
    digest = hashlib.sha256(context("key-fingerprint", holder, public.hex())).digest()
    return int.from_bytes(digest, "big") >> len(digest) * 8 - BITS


class KeyCardError(SealError):
    """A key card is missing, is not signed by the pinned verifier, or is a former one."""


class NoKeyCard(KeyCardError):
    """There is no such key card. Nobody has put another in its place."""


@dataclass(frozen=True, slots=True)
class KeyCard:
    """``holder`` is a unit's or an adult's id, or :func:`account_holder`; ``serial`` counts its
    keys from 1."""

    holder: str
    serial: int
    public: bytes
    signature: bytes

    def _signed(self) -> bytes:
        return context("key-card", self.holder, self.serial, self.public.hex())

    def check(self, verifier: bytes, holder: str, lowest: int = 0) -> bytes:
        """The public key, when the card is ``holder``'s, signed, and of serial ``lowest`` or later.
        Raises KeyCardError."""
        if self.holder != holder:
            raise KeyCardError(f"key card of {self.holder} stands in the place of {holder}")
        try:
            Ed25519PublicKey.from_public_bytes(verifier).verify(self.signature, self._signed())
        except (InvalidSignature, ValueError, TypeError, AttributeError):
            # The last two: SQLite keeps a value of any type in any column.
            raise KeyCardError(f"key card of {holder} is not signed by the verifier") from None
        if self.serial < lowest:
            raise KeyCardError(f"key card of {holder} is a former one")
        return self.public


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The installation's signing key. Only leaders can unwrap it."""

    raw: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    def verifier(self) -> bytes:
        return self._key().public_key().public_bytes_raw()

    def sign(self, holder: str, serial: int, private: PrivateKey) -> KeyCard:
        return self.sign_public(holder, serial, private.public())

    def sign_public(self, holder: str, serial: int, public: bytes) -> KeyCard:
        """For a key that only its holder has."""
        card = KeyCard(holder, serial, public, b"")
        return KeyCard(holder, serial, public, self._key().sign(card._signed()))

    def sign_profile(self, adult: str, serial: int, text: str) -> bytes:
        """For what an adult says of themselves (sifra.adults.Profile)."""
        return self._key().sign(_profile(adult, serial, text))

    def sign_pins(self, serials: Mapping[str, int]) -> str:
        """The lowest serial of each holder that still stands, as the file of pins holds it."""
        signature = self._key().sign(_pinned(serials)).hex()
        return json.dumps({"serials": dict(serials), "signature": signature}, sort_keys=True)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.raw)


def read_pins(text: str, verifier: bytes) -> dict[str, int]:
    """What :meth:`SigningKey.sign_pins` wrote. KeyCardError when it is anything else."""
    try:
        found = json.loads(text)
        serials, signature = found["serials"], bytes.fromhex(found["signature"])
        Ed25519PublicKey.from_public_bytes(verifier).verify(signature, _pinned(serials))
    except (InvalidSignature, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise KeyCardError("the pins of the key cards are not signed by the verifier") from None
    return dict(serials)


def check_profile(adult: str, serial: int, text: str, signature: bytes, verifier: bytes) -> None:
    """Raises KeyCardError unless the holder of ``verifier`` signed it for this adult."""
    try:
        key = Ed25519PublicKey.from_public_bytes(verifier)
        key.verify(signature, _profile(adult, serial, text))
    except (InvalidSignature, ValueError):
        raise KeyCardError(f"the profile of {adult} is not signed by the verifier") from None


def _profile(adult: str, serial: int, text: str) -> bytes:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return context("adult-profile", adult, serial, digest)


def _pinned(serials: Mapping[str, int]) -> bytes:
    return context("key-pins", json.dumps(dict(serials), sort_keys=True))

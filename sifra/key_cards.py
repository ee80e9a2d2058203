"""Key cards: which public key belongs to which holder, signed by the installation.

A card is signed with Ed25519 (RFC 8032). The verifier is pinned in a file that the public site
reads and cannot write, so that whoever can write to the database still cannot give a unit
another key: the signature fails and intake stops.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sifra.sealing import PrivateKey, SealError, context

PICTURE = "picture"
"""The holder whose key opens the counts of the picture. It is no unit and reads no case."""

SIGNING_KEY_BYTES = VERIFIER_BYTES = 32


def account_holder(account_id: str) -> str:
    """What a member's own key card is called. No unit and no adult can have such an id."""
    return f"account:{account_id}"


class KeyCardError(SealError):
    """A key card is missing, or is not signed by the pinned verifier."""


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

    def check(self, verifier: bytes, holder: str) -> bytes:
        """The public key, when the card is ``holder``'s and signed. Raises KeyCardError."""
        if self.holder != holder:
            raise KeyCardError(f"key card of {self.holder} stands in the place of {holder}")
        try:
            Ed25519PublicKey.from_public_bytes(verifier).verify(self.signature, self._signed())
        except (InvalidSignature, ValueError, TypeError, AttributeError):
            # The last two: SQLite keeps a value of any type in any column.
            raise KeyCardError(f"key card of {holder} is not signed by the verifier") from None
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

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.raw)

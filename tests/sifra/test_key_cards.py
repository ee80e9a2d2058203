"""A card that is not the holder's, or not signed by the pinned verifier, gives no key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra.key_cards import KeyCard, KeyCardError, SigningKey
from sifra.sealing import PrivateKey, SealError

SIGNING = SigningKey.generate()
VERIFIER = SIGNING.verifier()
PRIVATE, OTHER = PrivateKey.generate(), PrivateKey.generate()
CARD = SIGNING.sign("youth_team", 1, PRIVATE)


def refused(card: KeyCard, verifier: bytes = VERIFIER, holder: str = "youth_team") -> str:
    with pytest.raises(KeyCardError) as fault:
        card.check(verifier, holder)
    return str(fault.value)


def test_a_card_in_order_gives_its_key() -> None:
    assert CARD.check(VERIFIER, "youth_team") == PRIVATE.public()


def test_a_fault_is_a_seal_error_and_names_the_holder_for_the_operator() -> None:
    assert issubclass(KeyCardError, SealError)
    assert "youth_team" in refused(replace(CARD, signature=b""))
    assert "police" in refused(CARD, holder="police")


def test_the_key_of_another_is_refused() -> None:
    refused(replace(CARD, public=OTHER.public()))
    refused(replace(SIGNING.sign("youth_team", 1, OTHER), public=PRIVATE.public()))


def test_a_card_without_a_signature_is_refused() -> None:
    for signature in (b"", bytes(64), CARD.signature[:-1], CARD.signature + b"\0"):
        refused(replace(CARD, signature=signature))


def test_the_card_of_another_holder_is_refused() -> None:
    police = SIGNING.sign("police", 1, OTHER)
    refused(police)
    refused(replace(police, holder="youth_team"))


def test_a_card_of_another_installation_is_refused() -> None:
    refused(SigningKey.generate().sign("youth_team", 1, PRIVATE))
    for verifier in (b"", bytes(31), bytes(32), b"\xff" * 32, SigningKey.generate().verifier()):
        refused(CARD, verifier)


def test_another_serial_is_refused() -> None:
    refused(replace(CARD, serial=2))
    refused(replace(CARD, serial=-1))


def test_a_holder_that_no_context_may_hold_is_refused() -> None:
    for holder in ("a|b", "\ud800"):
        refused(replace(CARD, holder=holder), holder=holder)


@given(st.data())
def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    both = bytearray(CARD.public + CARD.signature)
    bit = data.draw(st.integers(0, len(both) * 8 - 1))
    both[bit // 8] ^= 1 << bit % 8
    refused(replace(CARD, public=bytes(both[:-64]), signature=bytes(both[-64:])))


def test_the_same_signing_key_always_has_the_same_verifier() -> None:
    assert SigningKey(SIGNING.raw).verifier() == VERIFIER
    assert len(SIGNING.raw) == len(VERIFIER) == 32

"""What was sealed once opens forever: with Sifra, and with an opener that shares no code."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from sifra import return_code, sealing
from sifra.conversation import ReaderView, Sealed, SenderView, open_summary
from sifra.key_cards import KeyCard, SigningKey
from sifra.sealing import Kind, Place, PrivateKey
from tests.vectors import stranger
from tests.vectors.make import list_digest

Vectors = dict[str, Any]
LATER = {Kind.ASKED, Kind.CONSENTED, Kind.REFUSED, Kind.HANDED_OVER, Kind.TRANSLATION}
TALKS = {Kind.OFFERED, Kind.PICKED}
FROZEN = "9b8d79bb0ffd13cca127a1c448a4f41a1c46cb7fe7bf3aac2faa3ab8bab0f42a"


def sealed_case(case: Vectors) -> Sealed:
    return Sealed(
        id=case["id"],
        erasure_key=bytes.fromhex(case["erasure_key"]),
        head=bytes.fromhex(case["head"]),
        summary=bytes.fromhex(case["summary"]),
        wraps={(purpose, holder): bytes.fromhex(blob) for purpose, holder, blob in case["wraps"]},
        messages=[bytes.fromhex(blob) for blob in case["messages"]],
    )


def test_the_vectors_are_the_ones_that_were_frozen() -> None:
    """Whoever makes them anew has broken the format: every sealed case out there is lost."""
    content = Path(__file__).with_name("v1.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == FROZEN


def test_public_keys_and_wraps(vectors: Vectors) -> None:
    for one in vectors["holders"].values():
        private = PrivateKey(bytes.fromhex(one["private"]))
        assert private.public().hex() == one["public"]
    for one in vectors["wraps"]:
        raw = bytes.fromhex(vectors["holders"][one["holder"]]["private"])
        wrapped = bytes.fromhex(one["wrapped"])
        assert sealing.unwrap(wrapped, PrivateKey(raw), *one["binding"]).hex() == one["secret"]
        assert stranger.unwrap(wrapped, raw, *one["binding"]).hex() == one["secret"]


def test_padding(vectors: Vectors) -> None:
    for size, padded in vectors["padding"]:
        assert sealing.padded_size(size) == padded == stranger.padded_size(size)


def test_messages_of_every_kind(vectors: Vectors) -> None:
    assert {one["kind"] for one in vectors["messages"]} == set(Kind) - LATER - TALKS
    for one in vectors["messages"]:
        key, sealed = bytes.fromhex(one["key"]), bytes.fromhex(one["sealed"])
        previous = bytes.fromhex(one["previous"])
        place = Place(one["case"], one["sequence"], previous)
        opened = (one["kind"], one["text"].encode())
        assert sealing.open_message(key, sealed, place, Kind) == opened
        at = (one["case"], one["sequence"], previous)
        assert stranger.open_message(key, sealed, *at, list(Kind)) == opened
        assert sealing.next_link(previous, b"sealed").hex() == one["next"]
        assert stranger.next_link(previous, b"sealed").hex() == one["next"]


@pytest.mark.parametrize("holder", ["police", "youth_team"])
def test_a_whole_case_for_its_readers(vectors: Vectors, holder: str) -> None:
    case, raw = vectors["case"], bytes.fromhex(vectors["holders"][holder]["private"])
    sealed = sealed_case(case)
    view = ReaderView.open(sealed, holder, PrivateKey(raw))
    messages = [[one.kind, one.body] for one in view.messages()]
    assert messages == case["opened"]["messages"]
    assert open_summary(sealed, holder, PrivateKey(raw)) == case["opened"]["summary"]
    assert stranger.open_case(case, holder, raw) == (case["opened"]["summary"], messages)


def test_a_whole_case_for_its_sender(vectors: Vectors) -> None:
    case = vectors["case"]
    sender_key = bytes.fromhex(case["sender_key"])
    view = SenderView.open(sealed_case(case), sender_key)
    for_sender = [one for one in case["opened"]["messages"] if one[0] not in (Kind.TIP, Kind.MORE)]
    assert [[one.kind, one.body] for one in view.messages()] == for_sender
    assert stranger.senders_answer_key(case, sender_key) == view.answer_key


def test_codes(vectors: Vectors) -> None:
    codes = vectors["codes"]
    pepper = bytes.fromhex(codes["pepper"])
    for seed, secret in codes["drawn"].items():
        assert str(return_code.drawn_from(bytes.fromhex(seed))) == secret
        assert str(stranger.drawn_from(bytes.fromhex(seed))) == secret
    for one in codes["secrets"]:
        secret = int(one["secret"])
        for spelling in ("digits", *return_code.WORD_LISTS):
            assert return_code.parse(one[spelling]) == secret
        keys = return_code.keys(secret, pepper)
        assert keys.lookup_id.hex() == one["lookup_id"]
        assert keys.sender_key.hex() == one["sender_key"]
        assert stranger.code_keys(secret, pepper) == (keys.lookup_id, keys.sender_key)


def test_the_word_lists(vectors: Vectors) -> None:
    for language, digest in vectors["codes"]["lists"].items():
        assert list_digest(language) == digest


def test_key_cards(vectors: Vectors) -> None:
    cards = vectors["key_cards"]
    verifier = bytes.fromhex(cards["verifier"])
    assert SigningKey(bytes.fromhex(cards["signing_key"])).verifier() == verifier
    for one in cards["cards"]:
        public = bytes.fromhex(vectors["holders"][one["holder"]]["public"])
        card = KeyCard(one["holder"], one["serial"], public, bytes.fromhex(one["signature"]))
        assert card.check(verifier, one["holder"]) == public
        stranger.check_card(card.holder, card.serial, public, card.signature, verifier)

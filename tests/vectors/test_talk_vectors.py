"""Times that were offered and picked, and a number to call: what was sealed once opens forever,
with Sifra and with an opener that shares no code."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from sifra.conversation import ReaderView, SealedContact
from sifra.sealing import PrivateKey, SealError
from tests.vectors import stranger
from tests.vectors.opening import (
    messages_open,
    opens_for_its_reader,
    opens_for_its_sender,
    private_of,
)
from tests.vectors.test_vectors import TALKS, Vectors, sealed_case

FROZEN = "1e27f8060ad4e35c0537f9640ae3c2232506e33aa7ff9424594ef2e44a8769cc"
READERS = ("school_nurse", "youth_team")


def test_the_vectors_are_the_ones_that_were_frozen() -> None:
    """Whoever makes them anew has broken the format: every talk out there is lost."""
    content = Path(__file__).with_name("v1-talks.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == FROZEN


def test_messages_of_the_kinds_of_talks(talk_vectors: Vectors) -> None:
    messages_open(talk_vectors, TALKS)


@pytest.mark.parametrize("holder", READERS)
def test_a_talk_for_its_readers(talk_vectors: Vectors, holder: str) -> None:
    opens_for_its_reader(talk_vectors, holder)


def test_the_same_talk_for_its_sender(talk_vectors: Vectors) -> None:
    opens_for_its_sender(talk_vectors)


@pytest.mark.parametrize("holder", READERS)
def test_the_number_to_call(talk_vectors: Vectors, holder: str) -> None:
    case, raw = talk_vectors["case"], private_of(talk_vectors, holder)
    stored = case["contact"]
    view = ReaderView.open(sealed_case(case), holder, PrivateKey(raw))
    contact = SealedContact(stored["slot"], bytes.fromhex(stored["sealed"]))
    erasure_key = bytes.fromhex(stored["erasure_key"])
    assert len(contact.sealed) == 568
    assert view.contact(contact, erasure_key) == case["opened"]["contact"]
    assert stranger.open_contact(case, holder, raw) == case["opened"]["contact"]
    # With the key of the case in the place of its own, it is as good as deleted.
    with pytest.raises(SealError):
        view.contact(contact, bytes.fromhex(case["erasure_key"]))

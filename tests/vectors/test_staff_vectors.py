"""Kinds that came later, a case that was handed over, and folders: what was sealed once opens
forever, with Sifra and with an opener that shares no code."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from sifra.key_cards import KeyCard
from sifra.sealing import PrivateKey, SealError
from tests.vectors import stranger
from tests.vectors.opening import (
    messages_open,
    opens_for_its_reader,
    opens_for_its_sender,
    private_of,
)
from tests.vectors.test_vectors import LATER, Vectors
from triage.folders import FolderKind, SealedFolder, open_folder

FROZEN = "80d059baa82405e6ffa1f776a08401ab2fab21b2bdf8aa8b9263d65b53a77996"
READERS = ("child_welfare", "youth_team")


def sealed_folder(folder: Vectors) -> SealedFolder:
    return SealedFolder(
        id=folder["id"],
        case_id=folder["case"],
        kind=FolderKind(folder["kind"]),
        head=bytes.fromhex(folder["head"]),
        wraps={holder: bytes.fromhex(blob) for holder, blob in folder["wraps"]},
        entries=tuple(bytes.fromhex(blob) for blob in folder["entries"]),
    )


def test_the_vectors_are_the_ones_that_were_frozen() -> None:
    """Whoever makes them anew has broken the format: what staff have sealed out there is lost."""
    content = Path(__file__).with_name("v1-staff.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == FROZEN


def test_messages_of_the_later_kinds(staff_vectors: Vectors) -> None:
    messages_open(staff_vectors, LATER)


@pytest.mark.parametrize("holder", READERS)
def test_a_case_that_was_handed_over(staff_vectors: Vectors, holder: str) -> None:
    opens_for_its_reader(staff_vectors, holder)


def test_the_same_case_for_its_sender(staff_vectors: Vectors) -> None:
    opens_for_its_sender(staff_vectors)


def test_folders_open_for_their_holders_and_no_other(staff_vectors: Vectors) -> None:
    assert {len(folder["wraps"]) for folder in staff_vectors["folders"]} == {2, 3}
    for folder in staff_vectors["folders"]:
        sealed, erasure_key = sealed_folder(folder), bytes.fromhex(folder["erasure_key"])
        for holder in staff_vectors["holders"]:
            raw = private_of(staff_vectors, holder)
            if holder in sealed.holders:
                opened = open_folder(sealed, erasure_key, holder, (PrivateKey(raw),))
                assert list(opened.entries) == folder["opened"]
                assert stranger.open_folder(folder, holder, raw) == folder["opened"]
                continue
            with pytest.raises(SealError):
                open_folder(sealed, erasure_key, holder, (PrivateKey(raw),))


def test_an_accounts_key_card(staff_vectors: Vectors) -> None:
    one = staff_vectors["account_card"]
    verifier, signature = bytes.fromhex(one["verifier"]), bytes.fromhex(one["signature"])
    public = bytes.fromhex(staff_vectors["holders"][one["holder"]]["public"])
    card = KeyCard(one["holder"], one["serial"], public, signature)
    assert card.check(verifier, one["holder"]) == public
    stranger.check_card(one["holder"], one["serial"], public, signature, verifier)

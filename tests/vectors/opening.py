"""Vectors that came later than the first: their messages, and a case for its readers and sender,
opened with Sifra and with an opener that shares no code."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from sifra import sealing
from sifra.conversation import ReaderView, SenderView, open_summary
from sifra.sealing import ANSWER_KINDS, TIP_KINDS, Kind, Place, PrivateKey, SealError
from tests.vectors import stranger
from tests.vectors.test_vectors import Vectors, sealed_case


def private_of(vectors: Vectors, holder: str) -> bytes:
    return bytes.fromhex(vectors["holders"][holder]["private"])


def messages_open(vectors: Vectors, kinds: Collection[Kind]) -> None:
    """There is one of each of ``kinds``, and none is taken for what the sender wrote."""
    assert {one["kind"] for one in vectors["messages"]} == kinds
    for one in vectors["messages"]:
        key, sealed = bytes.fromhex(one["key"]), bytes.fromhex(one["sealed"])
        previous = bytes.fromhex(one["previous"])
        opened = (one["kind"], one["text"].encode())
        place = Place(one["case"], one["sequence"], previous)
        assert sealing.open_message(key, sealed, place, ANSWER_KINDS) == opened
        at = (one["case"], one["sequence"], previous)
        assert stranger.open_message(key, sealed, *at, list(Kind)) == opened
        with pytest.raises(SealError):
            sealing.open_message(key, sealed, place, TIP_KINDS)


def opens_for_its_reader(vectors: Vectors, holder: str) -> None:
    case, raw = vectors["case"], private_of(vectors, holder)
    view = ReaderView.open(sealed_case(case), holder, PrivateKey(raw))
    messages = [[one.kind, one.body] for one in view.messages()]
    assert messages == case["opened"]["messages"]
    assert open_summary(view.sealed, holder, PrivateKey(raw)) == case["opened"]["summary"]
    assert stranger.open_case(case, holder, raw) == (case["opened"]["summary"], messages)


def opens_for_its_sender(vectors: Vectors) -> None:
    """What staff said and did, and nothing that the sender wrote."""
    case = vectors["case"]
    view = SenderView.open(sealed_case(case), bytes.fromhex(case["sender_key"]))
    for_sender = [one for one in case["opened"]["messages"] if one[0] not in TIP_KINDS]
    assert [[one.kind, one.body] for one in view.messages()] == for_sender

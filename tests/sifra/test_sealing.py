"""The primitives: contexts, wraps, padding, messages, summaries, the erasure layer."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sifra import sealing
from sifra.sealing import Kind, Place, PrivateKey, SealError

KEY = sealing.new_key()
PLACE = Place("c" * 32, 0, sealing.first_link("c" * 32))
SIZES = st.integers(1024, 2**34)


def test_contexts_that_differ_never_join_to_the_same_bytes() -> None:
    assert sealing.context("a", "b", 1) == b"sifra/1|a|b|1"
    assert sealing.context("ab", "c") != sealing.context("a", "bc")
    for part in ("|", "a|b"):
        with pytest.raises(ValueError, match="context"):
            sealing.context("head", part)


@given(st.binary(min_size=32, max_size=32))
def test_a_wrap_opens_for_its_holder_in_its_place_only(secret: bytes) -> None:
    private = PrivateKey.generate()
    wrapped = sealing.wrap(secret, private.public(), "tip-key", "case", "holder")
    assert len(wrapped) == sealing.WRAP_BYTES == 1168
    assert sealing.unwrap(wrapped, private, "tip-key", "case", "holder") == secret
    for binding in (
        ("answer-key", "case", "holder"),
        ("tip-key", "other", "holder"),
        ("tip-key", "case", "other"),
        ("tip-key", "case"),
        ("tip-key", "case|holder"),
    ):
        with pytest.raises(SealError):
            sealing.unwrap(wrapped, private, *binding)
    with pytest.raises(SealError):
        sealing.unwrap(wrapped, PrivateKey.generate(), "tip-key", "case", "holder")


def test_half_of_a_hybrid_key_opens_nothing(holders: dict[str, PrivateKey]) -> None:
    """Both the lattice's and the curve's key are needed."""
    right, other = holders["youth_team"].raw, holders["police"].raw
    wrapped = sealing.wrap(KEY, PrivateKey(right).public(), "a")
    for mixed in (right[:64] + other[64:], other[:64] + right[64:], right[:64], b""):
        with pytest.raises(SealError):
            sealing.unwrap(wrapped, PrivateKey(mixed), "a")


@pytest.mark.parametrize(
    "public", [b"", bytes(1215), bytes(1216), b"\xff" * 1216, os.urandom(1217)]
)
def test_nothing_is_wrapped_for_what_is_no_public_key(public: bytes) -> None:
    with pytest.raises(SealError):
        sealing.wrap(KEY, public, "a")


@given(SIZES)
def test_padded_sizes_are_padme(size: int) -> None:
    """Padmé by its definition: a float whose mantissa is no longer than its exponent is."""
    padded = sealing.padded_size(size)
    exponent = padded.bit_length() - 1
    mantissa_bits = exponent.bit_length()
    assert padded >= size
    assert padded % 2 ** (exponent - mantissa_bits) == 0
    assert padded - size <= size * 0.12
    assert sealing.padded_size(padded) == padded


@given(SIZES, SIZES)
def test_padding_keeps_the_order_of_sizes(one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert sealing.padded_size(small) <= sealing.padded_size(large)


@pytest.mark.parametrize(
    ("size", "padded"),
    [(0, 1024), (1, 1024), (1024, 1024), (1025, 1088), (2049, 2176), (65_537, 67_584)],
)
def test_padded_sizes_by_hand(size: int, padded: int) -> None:
    assert sealing.padded_size(size) == padded


@given(st.binary(max_size=5000))
def test_padding_comes_off(plain: bytes) -> None:
    assert sealing.unpad(sealing.pad(plain)) == plain


@given(st.binary(max_size=2000))
def test_only_our_own_padding_comes_off(padded: bytes) -> None:
    try:
        plain = sealing.unpad(padded)
    except SealError:
        return
    assert len(plain).to_bytes(4, "big") + plain == padded[: 4 + len(plain)]
    assert set(padded[4 + len(plain) :]) <= {0}


def test_padding_that_hides_bytes_is_refused() -> None:
    padded = sealing.pad(b"hei")
    for altered in (padded[:-1] + b"\x01", padded[:5], b"", b"\0\0", b"\xff" * 4 + padded):
        with pytest.raises(SealError):
            sealing.unpad(altered)


@given(st.binary(max_size=1020), st.binary(max_size=1020))
def test_texts_of_one_bucket_have_one_size(one: bytes, other: bytes) -> None:
    sizes = {len(sealing.seal_message(KEY, plain, PLACE, Kind.TIP)) for plain in (one, other)}
    assert sizes == {1 + 32 + 12 + 1024 + 16}


@given(st.binary(max_size=sealing.SUMMARY_BYTES - 4))
def test_every_summary_has_one_size(plain: bytes) -> None:
    sealed = sealing.seal_summary(KEY, plain, "case")
    assert len(sealed) == 12 + sealing.SUMMARY_BYTES + 16
    assert sealing.open_summary(KEY, sealed, "case") == plain


def test_a_summary_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        sealing.seal_summary(KEY, bytes(sealing.SUMMARY_BYTES - 3), "case")


@given(st.binary(max_size=3000), st.sampled_from(Kind))
def test_a_message_opens_as_its_kind_in_its_place(plain: bytes, kind: Kind) -> None:
    sealed = sealing.seal_message(KEY, plain, PLACE, kind)
    assert sealing.open_message(KEY, sealed, PLACE, Kind) == (kind, plain)
    with pytest.raises(SealError):
        sealing.open_message(KEY, sealed, PLACE, set(Kind) - {kind})
    for place in (
        Place("d" * 32, 0, PLACE.previous),
        Place(PLACE.case, 1, PLACE.previous),
        Place(PLACE.case, 0, bytes(32)),
        Place("a|b", 0, PLACE.previous),
    ):
        with pytest.raises(SealError):
            sealing.open_message(KEY, sealed, place, Kind)


def test_a_message_is_committed_to_its_key() -> None:
    """ChaCha20-Poly1305 alone lets one make a text that opens, differently, under two keys."""
    sealed = sealing.seal_message(KEY, b"hei", PLACE, Kind.TIP)
    other = sealing.new_key()
    recommitted = sealed[:1] + sealing.commitment(other, PLACE.case) + sealed[33:]
    for key in (KEY, other):
        with pytest.raises(SealError):
            sealing.open_message(key, recommitted, PLACE, Kind)


def test_another_version_is_refused() -> None:
    sealed = sealing.seal_message(KEY, b"hei", PLACE, Kind.TIP)
    with pytest.raises(SealError):
        sealing.open_message(KEY, b"\x02" + sealed[1:], PLACE, Kind)


def test_the_same_text_is_never_sealed_twice_to_the_same_bytes() -> None:
    assert len({sealing.seal_message(KEY, b"hei", PLACE, Kind.TIP) for _ in range(50)}) == 50


def test_the_erasure_layer_is_bound_to_its_place() -> None:
    locked = sealing.lock(KEY, {("tip-key", "police"): b"wrap"}, "case")["tip-key", "police"]
    assert sealing.unlock(KEY, locked, "tip-key", "case", "police") == b"wrap"
    for purpose, case, holder in (
        ("answer-key", "case", "police"),
        ("tip-key", "other", "police"),
        ("tip-key", "case", "slt"),
    ):
        with pytest.raises(SealError):
            sealing.unlock(KEY, locked, purpose, case, holder)
    for key in (bytes(32), bytes(31), b"", sealing.new_key()):
        with pytest.raises(SealError):
            sealing.unlock(key, locked, "tip-key", "case", "police")


def test_readers_cannot_be_joined_in_another_way() -> None:
    """Two readers are never one reader with a longer name."""
    link = sealing.first_link("case")
    stored = sealing.head(KEY, "case", 1, link, ["police", "slt"])
    sealing.check_head(stored, KEY, "case", 1, link, ["slt", "police"])
    for readers in (["police,slt"], ["police|slt"], ["police"], ["police", "slt", "slt"], []):
        with pytest.raises(SealError):
            sealing.check_head(stored, KEY, "case", 1, link, readers)

"""An opener written from ``docs/sealed-format.md`` alone: it uses nothing of ``sifra``.

It takes from `cryptography` no more than the primitives that any language has (ML-KEM-768,
X25519, ChaCha20-Poly1305, Ed25519, Argon2id), and makes HPKE, HKDF, padding, chains and codes by
hand. If the document is wrong or says too little, this does not open the vectors.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


def context(*parts: object) -> bytes:
    return "|".join(["sifra/1", *map(str, parts)]).encode()


def expand(key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand (RFC 5869)."""
    block, out = b"", b""
    while len(out) < length:
        block = hmac.digest(key, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:length]


def derive(secret: bytes, *purpose: object, length: int = 32) -> bytes:
    return expand(hmac.digest(bytes(32), secret, "sha256"), context(*purpose), length)


def unseal(key: bytes, sealed: bytes, *binding: object) -> bytes:
    return ChaCha20Poly1305(key).decrypt(sealed[:12], sealed[12:], context(*binding))


def unpad(padded: bytes) -> bytes:
    end = 4 + int.from_bytes(padded[:4], "big")
    assert end <= len(padded)
    assert not any(padded[end:])
    return padded[4:end]


def padded_size(size: int) -> int:
    size = max(size, 1024)
    exponent = size.bit_length() - 1
    step: int = 2 ** (exponent - exponent.bit_length())
    return -(-size // step) * step


# --- HPKE, base mode (RFC 9180, sections 4 and 5.1) --------------------------------------------

_SUITE_ID = b"HPKE" + bytes.fromhex("647a 0001 0003")


def _labeled_extract(salt: bytes, label: bytes, secret: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + _SUITE_ID + label + secret, "sha256")


def _labeled_expand(key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    return expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + _SUITE_ID + label + info, length)


def unwrap(wrapped: bytes, private: bytes, *binding: object) -> bytes:
    lattice, curve = wrapped[:1088], wrapped[1088:1120]
    mine = X25519PrivateKey.from_private_bytes(private[64:])
    shared = hashlib.sha3_256(
        MLKEM768PrivateKey.from_seed_bytes(private[:64]).decapsulate(lattice)
        + mine.exchange(X25519PublicKey.from_public_bytes(curve))
        + curve
        + mine.public_key().public_bytes_raw()
        + b"\\.//^\\"
    ).digest()
    schedule = (
        b"\0"
        + _labeled_extract(b"", b"psk_id_hash", b"")
        + _labeled_extract(b"", b"info_hash", context(*binding))
    )
    secret = _labeled_extract(shared, b"secret", b"")
    key = _labeled_expand(secret, b"key", schedule, 32)
    nonce = _labeled_expand(secret, b"base_nonce", schedule, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, wrapped[1120:], b"")


# --- a case ------------------------------------------------------------------------------------

_SENDERS = ("tip", "more", "withdrawn", "consented", "refused", "picked")
_UNDER_THE_ANSWER_KEY: Sequence[str] = (
    "answer",
    "read",
    "closed",
    "reopened",
    "withdrawn",
    "asked",
    "consented",
    "refused",
    "handed-over",
    "translation",
    "offered",
    "picked",
)


def open_message(
    key: bytes, sealed: bytes, case: str, sequence: int, previous: bytes, kinds: Sequence[str]
) -> tuple[str, bytes]:
    commitment = derive(key, "commitment", case)
    assert sealed[:33] == b"\x01" + commitment
    for kind in kinds:
        side = "sender" if kind in _SENDERS else "staff"
        binding = (case, sequence, previous.hex(), side, kind, commitment.hex())
        try:
            return kind, unpad(unseal(key, sealed[33:], "message", *binding))
        except Exception:  # noqa: S112 (the kind is the one that opens)
            continue
    raise AssertionError("no kind opens it")


def next_link(previous: bytes, sealed: bytes) -> bytes:
    return hashlib.sha256(b"sifra/1|link" + previous + sealed).digest()


def head_of(case: Mapping[str, Any], answer_key: bytes, readers: Sequence[str]) -> bytes:
    link = hashlib.sha256(context("start", case["id"])).digest()
    for blob in case["messages"]:
        link = next_link(link, bytes.fromhex(blob))
    end = context("head", case["id"], len(case["messages"]), link.hex(), *sorted(readers))
    return hmac.digest(derive(answer_key, "head-key", case["id"]), end, "sha256")


def key_of(case: Mapping[str, Any], purpose: str, holder: str, private: bytes) -> bytes:
    wraps = {(what, to): bytes.fromhex(blob) for what, to, blob in case["wraps"]}
    place = (purpose, case["id"], holder)
    wrapped = unseal(bytes.fromhex(case["erasure_key"]), wraps[purpose, holder], "locked", *place)
    return unwrap(wrapped, private, *place)


def open_case(case: Mapping[str, Any], holder: str, private: bytes) -> tuple[Any, list[Any]]:
    """The summary and the whole conversation, as a reader sees them."""
    case_id = case["id"]

    def key(purpose: str) -> bytes:
        return key_of(case, purpose, holder, private)

    answer_key = key("answer-key")
    readers = [to for purpose, to, _ in case["wraps"] if purpose == "tip-key"]
    assert bytes.fromhex(case["head"]) == head_of(case, answer_key, readers)
    summary = unseal(
        derive(key("tip-key"), "summary-key", case_id),
        bytes.fromhex(case["summary"]),
        "summary",
        case_id,
    )
    answers = derive(answer_key, "commitment", case_id)
    messages, link = [], hashlib.sha256(context("start", case_id)).digest()
    for sequence, blob in enumerate(map(bytes.fromhex, case["messages"])):
        if blob[1:33] == answers:
            opener = answer_key
            kinds = _UNDER_THE_ANSWER_KEY
        else:
            opener = key(f"tip-key.{sequence}" if sequence else "tip-key")
            kinds = ("tip", "more")
        kind, plain = open_message(opener, blob, case_id, sequence, link, kinds)
        messages.append([kind, json.loads(plain)])
        link = next_link(link, blob)
    return json.loads(unpad(summary)), messages


def open_contact(case: Mapping[str, Any], holder: str, private: bytes) -> str:
    """The number to call, as a reader sees it."""
    case_id, stored = case["id"], case["contact"]
    sealed, erasure_key = bytes.fromhex(stored["sealed"]), bytes.fromhex(stored["erasure_key"])
    key = derive(key_of(case, "tip-key", holder, private), "contact-key", case_id)
    inner = unseal(erasure_key, sealed, "locked-contact", case_id)
    return unpad(unseal(key, inner, "contact", case_id)).decode()


def senders_answer_key(case: Mapping[str, Any], sender_key: bytes) -> bytes:
    wraps = {(purpose, to): bytes.fromhex(blob) for purpose, to, blob in case["wraps"]}
    place = ("answer-key", case["id"], "sender")
    wrapped = unseal(
        bytes.fromhex(case["erasure_key"]), wraps["answer-key", "sender"], "locked", *place
    )
    return unseal(sender_key, wrapped, *place)


# --- a folder ----------------------------------------------------------------------------------


def open_folder(folder: Mapping[str, Any], holder: str, private: bytes) -> list[Any]:
    """What one of its holders reads in it."""
    own, case, purpose = folder["id"], folder["case"], f"folder-key.{folder['id']}"
    wraps = {to: bytes.fromhex(blob) for to, blob in folder["wraps"]}
    wrapped = unseal(
        bytes.fromhex(folder["erasure_key"]), wraps[holder], "locked", purpose, case, holder
    )
    key = unwrap(wrapped, private, purpose, case, holder)
    entries = list(map(bytes.fromhex, folder["entries"]))
    opened, link = [], hashlib.sha256(context("start", own)).digest()
    for sequence, blob in enumerate(entries):
        _, plain = open_message(key, blob, own, sequence, link, ["note"])
        opened.append(json.loads(plain))
        link = next_link(link, blob)
    end = context("head", own, len(entries), link.hex(), *sorted(wraps))
    head = hmac.digest(derive(key, "head-key", own), end, "sha256")
    assert bytes.fromhex(folder["head"]) == head
    return opened


# --- codes and cards ---------------------------------------------------------------------------


def code_keys(secret: int, pepper: bytes) -> tuple[bytes, bytes]:
    stretched = Argon2id(
        salt=b"sifra/1|return-code",
        length=32,
        iterations=1,
        lanes=1,
        memory_cost=8192,
        secret=pepper,
    ).derive(secret.to_bytes(9, "big"))
    return derive(stretched, "code-lookup", length=16), derive(stretched, "code-key")


def drawn_from(seed: bytes) -> int:
    return int.from_bytes(derive(seed, "code-secret", length=9), "big") >> 6


def check_card(holder: str, serial: int, public: bytes, signature: bytes, verifier: bytes) -> None:
    signed = context("key-card", holder, serial, public.hex())
    Ed25519PublicKey.from_public_bytes(verifier).verify(signature, signed)

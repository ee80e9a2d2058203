"""What a case and a folder have in common: sealed entries in a chain, the words in them, and keys
that were wrapped for one of several. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from sifra import sealing
from sifra.sealing import Place, PrivateKey, SealError

Body = Mapping[str, str | int]


def places(chain: str, blobs: Sequence[bytes]) -> Iterator[tuple[Place, bytes]]:
    """Each entry of the chain with its place."""
    link = sealing.first_link(chain)
    for sequence, blob in enumerate(blobs):
        yield Place(chain, sequence, link), blob
        link = sealing.next_link(link, blob)


def end(chain: str, blobs: Sequence[bytes]) -> Place:
    """The place of the next entry."""
    link = sealing.first_link(chain)
    for blob in blobs:
        link = sealing.next_link(link, blob)
    return Place(chain, len(blobs), link)


def dump(body: Body) -> bytes:
    """ValueError when a text in it is not Unicode."""
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        # Its own message would quote the text.
        raise ValueError("half a surrogate pair cannot be sealed") from None


def load(plain: bytes) -> Body:
    """Raises SealError when it is no body."""
    try:
        loaded = json.loads(plain)
    except (ValueError, RecursionError):
        raise SealError from None
    if not isinstance(loaded, dict):
        raise SealError
    return loaded


def unwrapped(wrapped: bytes, privates: Sequence[PrivateKey], *binding: str) -> bytes:
    """With whichever of the keys it was wrapped for. SealError when that is none of them."""
    for private in privates:
        try:
            return sealing.unwrap(wrapped, private, *binding)
        except SealError:
            continue
    raise SealError

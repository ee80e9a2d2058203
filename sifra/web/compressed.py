"""Pages in gzip (RFC 1952), the part that all share compressed once.

Every page has the same style near its top, which is half of it. It is compressed well, once, for
all languages; what comes after it is compressed fast, by a copy of a compressor that knows it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HEADER = bytes((0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255))
"""No time, no name, no system."""
_RAW = -zlib.MAX_WBITS
# Level 6 saves another tenth and costs three times as much; Brotli saves one byte in a hundred.
_FAST, _WELL = 1, 9
_LEAST_BYTES = 256
_OPENS, _CLOSES = b"<style>", b"</style>"
_MOST_KEPT = 32


@dataclass(frozen=True, slots=True)
class _Begun:
    """How pages with a style begin. Whoever unpacks ``packed`` has just read the style when the
    rest comes, so that the rest may point back into it."""

    packed: bytes
    rest: zlib._Compress

    @classmethod
    def with_style(cls, style: bytes) -> _Begun:
        return cls(_packed(style), zlib.compressobj(_FAST, wbits=_RAW, zdict=style))


class Compressed:
    """A WSGI application whose HTML goes out in gzip to whoever takes it."""

    def __init__(self, answer: WSGIApplication) -> None:
        self._answer = answer
        self._heads: dict[bytes, bytes] = {}
        self._styles: dict[bytes, _Begun] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun: list[tuple[str, list[tuple[str, str]], OptExcInfo | None]] = []

        def start(
            status: str,
            headers: list[tuple[str, str]],
            exc_info: OptExcInfo | None = None,
            /,
        ) -> Callable[[bytes], object]:
            begun.append((status, headers, exc_info))
            return _no_writing

        parts = self._answer(environ, start)
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers, exc_info = begun[-1]
        if len(body) >= _LEAST_BYTES and ("Content-Type", "text/html; charset=utf-8") in headers:
            headers = [*headers, ("Vary", "Accept-Encoding")]
            if _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
                body = self.compress(body)
                headers = [one for one in headers if one[0] != "Content-Length"]
                headers += [("Content-Length", str(len(body))), ("Content-Encoding", "gzip")]
        start_response(status, headers, exc_info)
        return [body]

    def compress(self, page: bytes) -> bytes:
        """One gzip member."""
        head, opens, after = page.partition(_OPENS)
        style, closes, rest = after.partition(_CLOSES)
        if not closes:
            head, style, rest = b"", b"", page
        else:
            style = opens + style + closes
        begun = self._styles.get(style)
        if begun is None:
            begun = _Begun.with_style(style)
            if len(self._styles) < _MOST_KEPT:
                self._styles[style] = begun
        first = self._heads.get(head)
        if first is None:
            first = _packed(head)
            if len(self._heads) < _MOST_KEPT:
                self._heads[head] = first
        compressor = begun.rest.copy()
        sum_and_size = struct.pack("<LL", zlib.crc32(page), len(page) & 0xFFFFFFFF)
        return b"".join(
            (
                *(_HEADER, first, begun.packed),
                *(compressor.compress(rest), compressor.flush(), sum_and_size),
            )
        )


def _packed(part: bytes) -> bytes:
    """Whole blocks (RFC 1951) that stand for themselves; more of them may follow."""
    compressor = zlib.compressobj(_WELL, wbits=_RAW)
    return compressor.compress(part) + compressor.flush(zlib.Z_SYNC_FLUSH) if part else b""


def _no_writing(_: bytes) -> None:
    raise NotImplementedError("pages are returned, not written")


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept).quality("gzip") > 0

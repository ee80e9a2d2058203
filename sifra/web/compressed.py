"""Pages in gzip (RFC 1952), the part that all share compressed once.

Every page begins with the same style, which is more than half of it. A compressor that has read
that far is kept for each language, and each page is finished by a copy of it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_GZIP = 16 + zlib.MAX_WBITS
# Level 6 saves another tenth and costs three times as much; Brotli saves one byte in a hundred.
_LEVEL = 1
_LEAST_BYTES = 256
_SHARED_END = b"</style>"
_MOST_KEPT = 32


class Compressed:
    """A WSGI application whose HTML goes out in gzip to whoever takes it."""

    def __init__(self, answer: WSGIApplication) -> None:
        self._answer = answer
        self._begun: dict[bytes, tuple[bytes, zlib._Compress]] = {}

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
        shared, end, rest = page.partition(_SHARED_END)
        begun = self._begun.get(shared + end)
        if begun is None:
            compressor = zlib.compressobj(_LEVEL, wbits=_GZIP)
            begun = compressor.compress(shared + end), compressor
            if end and len(self._begun) < _MOST_KEPT:
                self._begun[shared + end] = begun
        first, compressor = begun
        mine = compressor.copy()
        return first + mine.compress(rest) + mine.flush()


def _no_writing(_: bytes) -> None:
    raise NotImplementedError("pages are returned, not written")


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    return parse_accept_header(accepted, Accept).quality("gzip") > 0

"""Security headers, as one list, and compression."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from flask import Flask

from sifra.web.compressed import Compressed
from sifra.web.page import Look

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "X-Robots-Tag": "noindex",
}


def _hash(source: str) -> str:
    digest = hashlib.sha256(source.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy(look: Look) -> str:
    """The Content-Security-Policy: nothing but our own style and script, by their hashes."""
    styles = [one for one in (look.style, look.further_style) if one]
    away = f" {look.exit_origin}" if look.exit_origin else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src {' '.join(_hash(one) for one in styles)}",
            f"script-src {_hash(look.script)}" if look.script else "script-src 'none'",
            "img-src data:",
            "connect-src 'self'",
            # Chromium holds a form's redirects to form-action too: exit leads to another site.
            f"form-action 'self'{away}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def install(app: Flask, look: Look, *, compress: bool) -> None:
    """Put the headers on every answer. Compress only where no page carries a secret that
    an outsider could guess at by its size."""
    every = [*HEADERS.items(), ("Content-Security-Policy", policy(look))]
    answer = Compressed(app.wsgi_app) if compress else app.wsgi_app

    # Outside Flask's own handling, so that no answer can miss them.
    def with_headers(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(
            status: str, headers: list[tuple[str, str]], exc_info: OptExcInfo | None = None
        ) -> Callable[[bytes], object]:
            return start_response(status, headers + every, exc_info)

        return answer(environ, start)

    app.wsgi_app = with_headers  # type: ignore[method-assign]

"""Limits by address, without keeping an address.

The key is a keyed hash of the address under a secret that is made afresh every hour, in memory
that the workers share, and never stored: when the hour is over, nothing can tell which address a
count belonged to. A whole school shares one address, so what passes in quiet times is generous;
only when very much is sent at once does each address get a share.

When the limiter's store is away, each process counts for itself (docs/decisions/0003-limits.md).
"""

from __future__ import annotations

import hashlib
import ipaddress
import mmap
import multiprocessing
import os
import time
from collections.abc import Callable

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded

AN_ADDRESS = "240/hour"
AN_ADDRESS_WHEN_BUSY = "20/minute"
EVERYBODY = "300/minute"
_HOUR = 3600
_SECRET = 32


class HourlySecret:
    """32 random bytes, new every hour, in anonymous memory shared with forked workers."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 8 + _SECRET)
        self._lock = multiprocessing.Lock()

    def now(self) -> bytes:
        hour = (int(time.time()) // _HOUR).to_bytes(8, "big")
        current = self._shared[:]
        if current[:8] == hour:
            return current[8:]
        with self._lock:
            if self._shared[:8] != hour:
                self._shared[:] = hour + os.urandom(_SECRET)
            return self._shared[8:]


def hashed_address(address: str | None, secret: bytes) -> str:
    """The keyed hash of an address; an IPv6 subscriber is a /64."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        packed = b"unknown"
    else:
        if isinstance(parsed, ipaddress.IPv6Address):
            mapped = parsed.ipv4_mapped
            packed = mapped.packed if mapped else parsed.packed[:8]
        else:
            packed = parsed.packed
    return hashlib.blake2b(packed, key=secret, digest_size=16).hexdigest()


def _impatient(storage: str) -> str:
    """A store that hangs would hold up whoever sends: give up on it soon, and count here."""
    if not storage.startswith(("redis://", "rediss://", "valkey://", "valkeys://")):
        return storage
    more = "&" if "?" in storage else "?"
    return f"{storage}{more}socket_timeout=0.25&socket_connect_timeout=0.25"


class TooMany(Exception):
    """Wait ``seconds``, then try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many requests")
        self.seconds = seconds


class Limits:
    """What each address may do. ``PURPOSES`` are counted apart."""

    PURPOSES = ("send", "open", "write")

    def __init__(self, app: Flask, storage: str, *, enabled: bool) -> None:
        secret = HourlySecret()
        self._limiter = Limiter(
            lambda: hashed_address(request.remote_addr, secret.now()),
            app=app,
            storage_uri=_impatient(storage),
            strategy="moving-window",
            in_memory_fallback_enabled=True,
            enabled=enabled,
        )
        self._address = self._gates(AN_ADDRESS, "address")
        self._busy = self._gates(AN_ADDRESS_WHEN_BUSY, "share")
        self._everybody = self._gates(EVERYBODY, "everybody", key=lambda: "everybody")

    def admit(self, purpose: str) -> None:
        """Let one more of ``purpose`` in. Raises TooMany.

        Only what an address's own limit let through counts towards "busy": one address's flood
        can slow nobody but itself.
        """
        try:
            self._address[purpose]()
            try:
                self._everybody[purpose]()
            except RateLimitExceeded:
                self._busy[purpose]()
        except RateLimitExceeded:
            limit = self._limiter.current_limit
            raise TooMany(max(1, limit.reset_at - int(time.time())) if limit else _HOUR) from None

    def _gates(
        self, rate: str, scope: str, key: Callable[[], str] | None = None
    ) -> dict[str, Callable[[], None]]:
        return {purpose: self._gate(rate, f"{purpose}-{scope}", key) for purpose in self.PURPOSES}

    def _gate(self, rate: str, scope: str, key: Callable[[], str] | None) -> Callable[[], None]:
        def gate() -> None:
            """Does nothing: Flask-Limiter counts the calls."""

        # Flask-Limiter tells what it decorates apart by this name.
        gate.__qualname__ = f"gate:{scope}"
        return self._limiter.shared_limit(rate, scope=scope, key_func=key)(gate)

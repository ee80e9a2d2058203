"""The file of pins: which key cards are former ones. The back office writes it when a key is
renewed; the public site reads it, and notices a renewal without being started again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from sifra.key_cards import KeyCardError, read_pins

_NOTHING: Mapping[str, int] = {}


class KeyPins:
    """The lowest serial of each holder that still stands, as the file at ``path`` says now.

    Without a file every signed card stands, as before the first renewal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[object, bytes, Mapping[str, int]] = (None, b"", _NOTHING)

    def lowest(self, verifier: bytes) -> Mapping[str, int]:
        """KeyCardError when there is a file that cannot be read, or that is not signed."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return _NOTHING
        except OSError:
            raise KeyCardError("the pins of the key cards cannot be read") from None
        # It is only ever replaced by another file, so one of these changes.
        here = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        known, by, serials = self._read
        if known != here or by != verifier:
            serials = self._load(verifier)
            self._read = (here, verifier, serials)
        return serials

    def write(self, signed: str) -> None:
        """Put what SigningKey.sign_pins gave in the file's place. Raises OSError."""
        new = self._path.with_name(f"{self._path.name}.{os.urandom(4).hex()}")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                os.fchmod(file.fileno(), 0o444)
                file.write(signed + "\n")
                file.flush()
                os.fsync(file.fileno())
            new.replace(self._path)
        except OSError:
            new.unlink(missing_ok=True)
            raise

    def _load(self, verifier: bytes) -> Mapping[str, int]:
        try:
            text = self._path.read_text("ascii")
        except (OSError, ValueError):
            raise KeyCardError("the pins of the key cards cannot be read") from None
        return read_pins(text, verifier)

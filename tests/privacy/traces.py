"""Looking for a sender in bytes: each way in which a word or an address could be written."""

from __future__ import annotations

import base64
import hashlib
import html
import ipaddress
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

ALWAYS, OFTEN = 1, 3
"""Four bytes can stand in sealed text by chance, once in a thousand runs; not three times. What
is written of each request stands there more often than that."""


def spellings_of_word(word: str) -> dict[str, bytes]:
    plain = word.encode()
    return {
        "utf-8": plain,
        "latin-1": word.encode("latin-1", "replace"),
        "utf-16 le": word.encode("utf-16-le"),
        "utf-16 be": word.encode("utf-16-be"),
        "url": quote(word).encode(),
        "url in lower case": quote(word).lower().encode(),
        "json": json.dumps(word)[1:-1].encode(),
        "python": ascii(word)[1:-1].encode(),
        "bytes": repr(plain)[2:-1].encode(),
        "html": html.escape(word).encode("ascii", "xmlcharrefreplace"),
        "hex": plain.hex().encode(),
        **{f"base64 at {shift}": _base64(plain, shift) for shift in range(3)},
        **_hashes(plain),
    }


def spellings_of_address(address: str) -> dict[str, bytes]:
    parsed = ipaddress.ip_address(address)
    packed = parsed.packed
    return {
        "text": address.encode(),
        "utf-16": address.encode("utf-16-le"),
        "backwards": ".".join(reversed(address.split("."))).encode(),
        "mapped": f"::ffff:{packed[0]:x}{packed[1]:02x}:".encode(),
        "number": str(int(parsed)).encode(),
        "hex": packed.hex().encode(),
        "packed": packed,
        "packed backwards": packed[::-1],
        "base64": base64.b64encode(address.encode())[:-4],
        "base64 of packed": base64.b64encode(packed).rstrip(b"="),
        **_hashes(address.encode()),
        **{f"packed, {name}": digest for name, digest in _hashes(packed).items()},
    }


def _base64(plain: bytes, shift: int) -> bytes:
    """What stays the same of it when it begins ``shift`` bytes after a multiple of three."""
    coded = base64.b64encode(b"\0" * shift + plain)
    whole = (shift + len(plain)) // 3 * 4
    return coded[(4 if shift else 0) : whole]


def _hashes(plain: bytes) -> dict[str, bytes]:
    """Without a key an address is found again from its hash by trying them all."""
    found = {}
    for name in ("md5", "sha1", "sha256", "blake2b"):
        digest = hashlib.new(name, plain, usedforsecurity=False).digest()
        found[name] = digest
        found[f"{name} in hex"] = digest.hex().encode()
    return found


def traces(blobs: Iterable[tuple[str, bytes]], words: Iterable[str], address: str) -> list[str]:
    """Where something of the sender stands: the file, what it is and how it is written."""
    wanted = {
        (word, name): coded for word in words for name, coded in spellings_of_word(word).items()
    }
    wanted |= {(address, name): coded for name, coded in spellings_of_address(address).items()}
    seen: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], str] = {}
    for name, blob in blobs:
        for what, coded in wanted.items():
            count = blob.count(coded)
            if count:
                seen[what] += count
                places.setdefault(what, name)
    return [
        f"{what} in {how} stands in {places[what, how]}"
        for (what, how), count in seen.items()
        if count >= (OFTEN if len(wanted[what, how]) <= 6 else ALWAYS)
    ]


def files_below(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below the folders, and its name, as bytes."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            yield f"the name of {path}", str(path.relative_to(folder)).encode()
            if path.is_file() and not path.is_symlink():
                yield str(path), path.read_bytes()


def open_files(processes: Iterable[int]) -> Iterator[tuple[str, bytes]]:
    """Every file that the processes hold open, also those that have no name any more."""
    for process in processes:
        for handle in Path(f"/proc/{process}/fd").iterdir():
            try:
                target = str(handle.readlink())
                if target.startswith("/") and not target.startswith(("/dev/null", "/proc")):
                    yield f"{target} of {process}", handle.read_bytes()
            except OSError:
                continue


def changed_since(moment: float, *folders: Path, but: Path) -> Iterator[tuple[str, bytes]]:
    """Files right in shared folders, or one below, written after ``moment`` (Unix seconds).

    Others use these folders at the same time, so that a new file is no fault; only what stands
    in it is.
    """
    for folder in folders:
        for path in (*folder.glob("*"), *folder.glob("*/*")):
            try:
                ours = path.is_file() and path.stat().st_mtime >= moment and not path.is_symlink()
                if ours and but not in path.parents and path.stat().st_size < 20_000_000:
                    yield str(path), path.read_bytes()
            except OSError:
                continue

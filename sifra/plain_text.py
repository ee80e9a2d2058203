"""What people write, as both sites take it. Pure."""

from __future__ import annotations

import re
import unicodedata

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def tidy(text: str | None) -> str:
    """One newline style, no control characters but newline and tab; nothing else is touched.

    Joiners and direction marks stay: Kurdish, Persian and Arabic are misspelt without them.
    """
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", plain).strip()


def is_blank(text: str) -> bool:
    """True when nobody could see anything in it. A sign that Python does not know yet may well
    be an emoji."""
    return not any(unicodedata.category(c)[0] in "LNPS" or _is_new(c) for c in text)


def _is_new(character: str) -> bool:
    return character > "\U0001f000" and unicodedata.category(character) == "Cn"

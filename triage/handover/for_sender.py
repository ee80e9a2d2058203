"""The summary in the sender's own language. Pure.

The sender and those who read the case may see it. The unit that is let in holds the folder and must
not: which language it is, and that there is another at all, tells something of who wrote. Hence it
lies in the folder under a key of the case, and is always of one size.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import NamedTuple

from sifra import sealing
from sifra.sealing import SealError
from triage.folders import Body

FIELD = "for_sender"
_PURPOSE = "handover-for-sender"
_SIZE = 20_480
"""Bytes. 4 000 characters of any script, and the rest of the JSON."""


class ForSender(NamedTuple):
    """Both are empty when there is no translation."""

    text: str = ""
    language: str = ""


def closed(answer_key: bytes, folder_id: str, said: ForSender) -> Body:
    """What is added to the proposal. ValueError when the text is too long, or not Unicode."""
    try:
        plain = json.dumps(said, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        # Its own message would quote the text.
        raise ValueError("half a surrogate pair cannot be sealed") from None
    key = sealing.derive(answer_key, _PURPOSE, folder_id)
    sealed = sealing.seal(key, sealing.pad(plain, _SIZE), _PURPOSE, folder_id)
    return {FIELD: b64encode(sealed).decode("ascii")}


def opened(answer_key: bytes, folder_id: str, proposal: Body) -> ForSender:
    """Raises SealError when it was altered, or is not there."""
    key = sealing.derive(answer_key, _PURPOSE, folder_id)
    try:
        sealed = b64decode(str(proposal.get(FIELD, "")), validate=True)
        text, language = json.loads(sealing.unpad(sealing.unseal(key, sealed, _PURPOSE, folder_id)))
    except (ValueError, TypeError):
        raise SealError from None
    return ForSender(str(text), str(language))

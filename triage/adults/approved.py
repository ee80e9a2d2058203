"""The municipality as it is with what its adults say of themselves, once a leader has signed it."""

from __future__ import annotations

import time

from sifra.card_store import CardStore
from sifra.municipality import Municipality

FRESH_SECONDS = 5.0


class Approved:
    """The file's municipality with the signed profiles in it, read again after some seconds. As
    long as they are the same it is the same object: what is worked out from it is kept by that.
    """

    def __init__(self, cards: CardStore, place: Municipality, verifier: bytes) -> None:
        self._cards = cards
        self._file = self._place = place
        self._verifier = verifier
        self._read = float("-inf")

    def place(self) -> Municipality:
        """As it was some seconds ago at most. Raises StoreUnavailable."""
        if time.monotonic() - self._read > FRESH_SECONDS:
            self.read()
        return self._place

    def read(self) -> Municipality:
        """As it is now. Raises StoreUnavailable."""
        found, _unsigned = self._cards.profiles(self._verifier)
        now = self._file.with_profiles(found)
        if now != self._place:
            self._place = now
        self._read = time.monotonic()
        return self._place

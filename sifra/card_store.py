"""Key cards as rows of the cases database: what everything is sealed for. Beside them the adults'
profiles, which are signed by the same key."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine, bindparam, delete, insert, select

from sifra.adults import Profile, read_profile
from sifra.database import Prepared, driven, reading, writing
from sifra.key_cards import (
    PICTURE,
    KeyCard,
    KeyCardError,
    NoKeyCard,
    check_profile,
    profile_holder,
)
from sifra.key_pins import KeyPins
from sifra.tables import key_cards, picture_counts, picture_events, profiles

_CARD = Prepared(
    select(key_cards.c.holder, key_cards.c.serial, key_cards.c.public, key_cards.c.signature).where(
        key_cards.c.holder == bindparam("holder")
    )
)


class CardStore:
    """Every call may raise StoreUnavailable. ``pins`` tells former cards; None: every signed card
    stands."""

    def __init__(self, engine: Engine, pins: KeyPins | None = None) -> None:
        self._engine = engine
        self.pins = pins

    def put_card(self, card: KeyCard) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(key_cards).where(key_cards.c.holder == card.holder))
            connection.execute(
                insert(key_cards).values(
                    holder=card.holder,
                    serial=card.serial,
                    public=card.public,
                    signature=card.signature,
                )
            )

    def withdraw_card(self, holder: str) -> None:
        """Nothing more is sealed for a holder whose key nobody has. What was counted for the
        picture goes too: whoever makes its next key begins anew."""
        with writing(self._engine) as connection:
            connection.execute(delete(key_cards).where(key_cards.c.holder == holder))
            if holder == PICTURE:
                connection.execute(delete(picture_counts))
                connection.execute(delete(picture_events))

    def card(self, holder: str) -> KeyCard | None:
        """The holder's card as it stands, unchecked."""
        with driven(self._engine) as driver:
            return next((KeyCard(*row) for row in _CARD.run(driver, {"holder": holder})), None)

    def cards(self) -> list[KeyCard]:
        """Every card as it stands, unchecked."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(key_cards).order_by(key_cards.c.holder)).all()
        return [KeyCard(row.holder, row.serial, row.public, row.signature) for row in rows]

    def card_holders(self, wanted: Iterable[str]) -> frozenset[str]:
        """Those of ``wanted`` that a card is stored for, checked or not."""
        query = select(key_cards.c.holder).where(key_cards.c.holder.in_(list(wanted)))
        with reading(self._engine) as connection:
            return frozenset(connection.scalars(query))

    def public_keys(self, holders: Iterable[str], verifier: bytes) -> dict[str, bytes]:
        """The checked public key of each holder. Raises KeyCardError, and NoKeyCard when one has
        none."""
        wanted = list(holders)
        with driven(self._engine) as driver:
            rows = [row for holder in wanted for row in _CARD.run(driver, {"holder": holder})]
        cards = {row[0]: KeyCard(*row) for row in rows}
        for holder in wanted:
            if holder not in cards:
                raise NoKeyCard(f"{holder} has no key card")
        lowest = self.pins.lowest(verifier) if self.pins else {}
        return {
            holder: cards[holder].check(verifier, holder, lowest.get(holder, 0))
            for holder in wanted
        }

    # --- what the adults say of themselves --------------------------------------------------

    def put_profile(self, adult: str, serial: int, text: str, signature: bytes) -> None:
        """In the place of the one before."""
        with writing(self._engine) as connection:
            connection.execute(delete(profiles).where(profiles.c.adult == adult))
            connection.execute(
                insert(profiles).values(adult=adult, serial=serial, text=text, signature=signature)
            )

    def withdraw_profile(self, adult: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(delete(profiles).where(profiles.c.adult == adult))

    def profile_serial(self, adult: str, verifier: bytes) -> int:
        """Of the stored profile; 0 when there is none that was signed."""
        query = select(profiles).where(profiles.c.adult == adult)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        try:
            if row is not None:
                check_profile(row.adult, row.serial, row.text, row.signature, verifier)
                return int(row.serial)
        except (KeyCardError, TypeError, AttributeError):
            pass
        return 0

    def profiles(self, verifier: bytes) -> tuple[dict[str, Profile], list[str]]:
        """The profiles that a leader signed, by adult; and the adults whose profile is not one: it
        counts for nothing, and the file's word stands. So does a former one, by the pins: what
        somebody has taken back is not put there again by whoever kept a copy of the row."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(profiles).order_by(profiles.c.adult)).all()
        found: dict[str, Profile] = {}
        for row in rows:
            try:
                lowest = self.pins.lowest(verifier) if self.pins else {}
                check_profile(row.adult, row.serial, row.text, row.signature, verifier)
                if row.serial < lowest.get(profile_holder(row.adult), 0):
                    continue
            except (KeyCardError, TypeError, AttributeError):
                continue
            if (profile := read_profile(row.text)) is not None:
                found[row.adult] = profile
        return found, [str(row.adult) for row in rows if row.adult not in found]

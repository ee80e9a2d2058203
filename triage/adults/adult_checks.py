"""What `sifra check` says of trusted adults, their cards and their deputies."""

from __future__ import annotations

from collections.abc import Iterator

from sifra.card_store import CardStore
from sifra.database import StoreUnavailable, open_engine
from sifra.key_pins import KeyPins
from sifra.settings import TriageSettings


def warnings(settings: TriageSettings) -> Iterator[str]:
    """Says nothing of a database that cannot be read: that is a fault."""
    place, engine = settings.municipality, open_engine(settings.database_url)
    try:
        store = CardStore(engine, KeyPins(settings.home.key_pins))
        public, unsigned = store.profiles(settings.verifier)
        holders = {card.holder for card in store.cards()}
    except StoreUnavailable:
        return
    finally:
        engine.dispose()
    for adult_id in unsigned:
        yield (
            f"profiles: the card of {adult_id} is not signed by this installation, or is a former "
            "one, and is not shown; somebody has written to the database. A leader takes it down "
            "at /staff/cards"
        )
    for number, adult in enumerate(place.with_profiles(public).adults):
        if adult.id not in holders:
            continue
        alone = [one for one in place.deputies(adult.id) if one not in holders]
        if alone:
            yield (
                f"adults[{number}].deputy: {', '.join(alone)} holds no key, and does not read with "
                f"{adult.id}; let somebody in there"
            )
        if not adult.hours and not adult.always:
            yield (
                f"adults[{number}].hours: {adult.id} holds a key and has no hours; nothing is "
                "promised in their name. They write them on their card, at /profile/card"
            )

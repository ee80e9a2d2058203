"""What `sifra check` says of people and their keys."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from sifra.card_store import CardStore
from sifra.database import StoreUnavailable, open_engine, reading
from sifra.key_cards import PICTURE
from sifra.key_pins import KeyPins
from sifra.settings import TriageSettings
from triage.people import locking, opening, people, unit_renewal
from triage.staff_tables import unit_keys


def faults(settings: TriageSettings) -> Iterator[str]:
    """What is sealed now and could never be opened. Of databases that are at their newest."""
    staff, cases = open_engine(settings.staff_database_url), open_engine(settings.database_url)
    try:
        with reading(staff) as connection:
            held = set(connection.scalars(select(unit_keys.c.unit).distinct()))
        for card in CardStore(cases).cards():
            if card.holder not in held:
                yield f"key_cards: nobody holds the key of {card.holder}; what is sealed is lost"
    except StoreUnavailable as fault:
        yield f"key_cards: cannot be read ({fault})"
    finally:
        staff.dispose()
        cases.dispose()


def warnings(settings: TriageSettings) -> Iterator[str]:
    """What one forgotten passphrase would lose, and what somebody who left still knows. Says
    nothing of a database that cannot be read: that is a fault."""
    staff, cases = open_engine(settings.staff_database_url), open_engine(settings.database_url)
    try:
        found = people.everybody(staff)
        if sum(one.leads and one.let_in for one in found) == 1:
            yield "accounts: there is one leader; if they forget their passphrase, nobody is let in"
        held = opening.held(staff)
        for unit, members in people.holders(found).items():
            if len(members) == 1 and not locking.is_covered(settings.municipality, unit, held):
                yield f"accounts: one account alone opens the cases of {unit}; let in a second"
        if not people.picture_is_held(staff):
            yield "accounts: nobody holds the picture's key; a leader makes it at /staff"
        if before := sum(one.let_in and not one.has_card for one in found):
            yield (
                f"accounts: {before} from an earlier version without a key card; a leader "
                "compares their keys at /staff, or they are given no new key"
            )
        for renewal in unit_renewal.renewals(staff):
            if renewal.lost:
                yield (
                    f"accounts: the key of {renewal.unit} was lost, and there is a new one; who "
                    "reads the same cases lets it in to those from before at /staff"
                )
            else:
                yield (
                    f"accounts: the key of {renewal.unit} is known to somebody who left; "
                    "a member of it goes on with the renewal at /staff"
                )
        lowest = KeyPins(settings.home.key_pins).lowest(settings.verifier)
        for card in CardStore(cases).cards():
            if card.holder != PICTURE and card.serial > max(1, lowest.get(card.holder, 0)):
                yield (
                    f"{settings.home.key_pins}: does not pin the key card of {card.holder}; the "
                    "back office must be able to write there, and does at the next signing"
                )
    except StoreUnavailable:
        return
    finally:
        staff.dispose()
        cases.dispose()

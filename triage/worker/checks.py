"""What `sifra check` says of the worker."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sifra.card_store import CardStore
from sifra.database import StoreUnavailable, open_engine
from sifra.municipality import BadConfiguration, Municipality
from sifra.settings import WorkerSettings, worker_settings
from triage.worker.errands import AUDIT


def untold(place: Municipality, addresses: Collection[str], holders: Collection[str]) -> list[str]:
    """Whom no notice reaches: units, and adults among ``holders`` of key cards. An adult without
    an address is told at that of the unit, or of the deputy: that is not the adult."""
    adults = (
        adult.id
        for adult in place.adults
        if adult.id in holders and not {adult.id, adult.unit} & {*addresses}
    )
    return [*(unit for unit in place.units if unit not in addresses), *adults]


def look(environ: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Faults and warnings. Raises nothing."""
    try:
        settings = worker_settings(environ)
    except BadConfiguration as bad:
        return list(bad.faults), []
    warnings = []
    if silent := untold(settings.municipality, settings.notify, _holders(settings)):
        warnings.append(
            f"SIFRA_NOTIFY: has no address for {', '.join(silent)}: nobody there is told of a case"
        )
    if AUDIT not in settings.notify:
        warnings.append(
            f"SIFRA_NOTIFY: has no address for {AUDIT}: nobody is sent where the audit log "
            "ends, and one that was cut off is found only by a head that somebody noted"
        )
    if settings.notify and not settings.office_url:
        warnings.append("SIFRA_OFFICE_URL: is not set, so notices have no link to the queue")
    if not settings.notify:
        return [], warnings
    # Apprise takes a second to load.
    from triage.worker import channels

    return list(channels.faults(settings.notify)), warnings


def _holders(settings: WorkerSettings) -> frozenset[str]:
    """Adults with a key card. Of a database that cannot be read others say so."""
    engine = open_engine(settings.database_url)
    try:
        return CardStore(engine).card_holders(one.id for one in settings.municipality.adults)
    except StoreUnavailable:
        return frozenset()
    finally:
        engine.dispose()

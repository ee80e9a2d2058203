"""What `sifra check` says of the worker."""

from __future__ import annotations

from collections.abc import Mapping

from sifra.municipality import BadConfiguration
from sifra.settings import worker_settings
from triage.worker.errands import AUDIT


def look(environ: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Faults and warnings. Raises nothing."""
    try:
        settings = worker_settings(environ)
    except BadConfiguration as bad:
        return list(bad.faults), []
    warnings = []
    untold = [unit for unit in settings.municipality.units if unit not in settings.notify]
    if untold:
        warnings.append(
            f"SIFRA_NOTIFY: has no address for {', '.join(untold)}: nobody there is told of a case"
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

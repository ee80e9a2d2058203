"""Why the public site promises nothing now, for the banner on every page of the back office."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask
from flask_babel import gettext as _
from sqlalchemy import Engine, select

from sifra.database import StoreUnavailable, snapshot
from sifra.duty_store import CHANNEL, WORKER, is_alive
from sifra.languages import day_and_hour, text
from sifra.tables import pauses, signals
from triage.members import page_language
from triage.office import office


@dataclass(frozen=True, slots=True)
class Standing:
    """Times are Unix seconds (UTC)."""

    worker_lives: bool = True
    last_beat: int | None = None
    failing: dict[str, int] = field(default_factory=dict)
    """Units that notices do not reach, and since which hour."""
    paused: dict[str, int] = field(default_factory=dict)
    """Units that promise nothing, and until when."""


def standing(engine: Engine, now: int) -> Standing:
    """What stands between the rules and a promise at ``now``. Raises StoreUnavailable."""
    with snapshot(engine) as connection:
        signs = {
            row.name: row.at for row in connection.execute(select(signals.c.name, signals.c.at))
        }
        paused = connection.execute(
            select(pauses.c.unit, pauses.c.until)
            .where(pauses.c.until > now)
            .order_by(pauses.c.unit)
        )
        return Standing(
            worker_lives=is_alive(signs.get(WORKER), now),
            last_beat=signs.get(WORKER),
            failing={
                name.removeprefix(CHANNEL): at
                for name, at in sorted(signs.items())
                if name.startswith(CHANNEL)
            },
            paused={row.unit: row.until for row in paused},
        )


def why_no_promise() -> list[str]:
    """A sentence or two for each reason, in the language of the page; none when all is well or
    the database cannot say."""
    try:
        found = standing(office().cases, office().clock.now())
    except StoreUnavailable:
        return []
    if not found.worker_lives:
        # It stops everything: the other reasons can wait until it lives.
        still = (
            _("Varslingen har stått stille siden %(when)s.", when=_moment(found.last_beat))
            if found.last_beat
            else _("Varslingen er ikke startet.")
        )
        what = _(
            "Ingen får beskjed om nye saker, og den offentlige siden lover ingenting nå."
            " Si fra til den som drifter Sifra (sifra worker)."
        )
        return [f"{still} {what}"]
    said = []
    for unit, since in found.failing.items():
        said.append(
            _(
                "Varsler til %(unit)s har ikke kommet fram siden %(when)s."
                " Den offentlige siden lover ikke noe for %(unit)s nå. Se i køen selv,"
                " og si fra til den som drifter Sifra.",
                unit=_name(unit),
                when=_moment(since),
            )
        )
    for unit, until in found.paused.items():
        said.append(
            _(
                "%(unit)s har satt løftene på pause til %(when)s.",
                unit=_name(unit),
                when=_moment(until),
            )
        )
    return said


def install(app: Flask) -> None:
    app.jinja_env.globals["why_no_promise"] = why_no_promise


def _moment(seconds: int) -> str:
    return day_and_hour(seconds, office().municipality.zone, page_language())


def _name(unit: str) -> str:
    return text(office().municipality.called(unit), page_language())[0]

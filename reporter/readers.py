"""Who may read: what the sender may choose, and what a choice comes to. Pure.

A choice is a ceiling and never a way to be faster: of no choice is anything told sooner than of
the usual readers, or whoever is in a hurry would let more people read than they want to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from sifra import languages
from sifra.languages import text
from sifra.municipality import Municipality
from sifra.routing import Routing

Units = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One line to choose. ``units`` are as the file has them; ``routing`` is what is told."""

    units: Units
    routing: Routing

    @property
    def value(self) -> str:
        """What the form sends."""
        return ",".join(self.units)

    @property
    def readers(self) -> Units:
        """Those who get a key, as the file orders them."""
        return tuple(unit for unit in self.units if unit in self.routing.readers)


def named(given: Iterable[str]) -> frozenset[str]:
    """The units that a form names: repeated, or joined by commas, in any order."""
    return frozenset(unit.strip() for value in given for unit in value.split(",") if unit.strip())


def chosen(units: Collection[str], choices: Sequence[Units]) -> Units | None:
    """The choice that has just these units; the usual one when there are none."""
    if not units:
        return choices[0]
    return next((choice for choice in choices if {*choice} == {*units}), None)


def never_sooner(routing: Routing, usual: Routing) -> Routing:
    """What may be told of ``routing``, when ``usual`` is what the usual readers come to. Who is
    asked, and when, stays: to be asked sooner than was told harms nobody. Where a rule keeps all
    the usual readers out there is nothing to be sooner than, and each choice is told its own."""
    if not usual.readers:
        return routing
    is_later = usual.read_by is not None and (
        routing.read_by is None or routing.read_by > usual.read_by
    )
    if is_later:
        return routing
    return replace(usual, readers=routing.readers, steps=routing.steps)


def offered(
    choices: Sequence[Units], cards: Collection[str], routing_for: Callable[[Units], Routing]
) -> list[Choice]:
    """What the review offers: the usual readers first, then those choices whose every reader has
    one of ``cards``. One that a rule leaves nobody of is not offered, and none twice."""
    found: dict[frozenset[str], Choice] = {}
    for place, units in enumerate(choices):
        choice = Choice(units, routing_for(units))
        readers = frozenset(choice.readers)
        # Without its card the usual choice stops the intake; it is not quietly left out.
        if readers and (place == 0 or readers <= {*cards}):
            found.setdefault(readers, choice)
    return list(found.values())


def suggested(choices: Iterable[Choice]) -> Choice | None:
    """The narrowest of those offered that has the readers whom the rule suggests: the one that
    stands until the sender chooses. None where the rule suggests nobody, or nobody offered."""
    fitting = [
        choice
        for choice in choices
        if (wanted := {*choice.routing.rule.suggests}) and wanted <= {*choice.readers}
    ]
    return min(fitting, key=lambda choice: len(choice.readers), default=None)


def listed(
    units: Iterable[str], municipality: Municipality, tag: str, *, begins: bool = False
) -> Markup:
    """The names of units and adults in a sentence: "ungdomsteamet og politikontakten". One that
    they begin has the first as the file writes it. An adult is called as they chose."""
    names = []
    for place, unit in enumerate(units):
        adult = municipality.adult(unit)
        chosen_name = adult.called if adult else None
        said, spoken = text(chosen_name or municipality.called(unit), tag)
        name = said if chosen_name or (begins and place == 0) else _inside(said)
        span = "{1}" if spoken == tag else '<span lang="{0}">{1}</span>'
        names.append(Markup(span).format(spoken, name))  # noqa: S704 (ours)
    places = [f"{{{place}}}" for place in range(len(names))]
    return Markup(languages.listed(places, tag)).format(*names)  # noqa: S704 (ours)


def behind(readers: Iterable[str], municipality: Municipality) -> Units:
    """The units that readers are, or work in, each once: what holds of the police holds of an
    adult who is of the police. An adult who works in none stands for themselves."""
    adults = {adult.id: adult.unit for adult in municipality.adults}
    return tuple(dict.fromkeys(adults.get(one) or one for one in readers))


def _inside(name: str) -> str:
    """A name in a sentence: one word is no proper name, but "SLT" keeps its letters."""
    is_plain = name[1:].islower() and " " not in name
    return name[:1].lower() + name[1:] if is_plain or name.startswith("The ") else name

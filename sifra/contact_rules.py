"""Contact rules as ``municipality.toml`` writes them, made into what ``routing`` decides by."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from sifra import routing
from sifra.file_parts import Id, Language, Part, TopicOrNone, Words, between, fields_of

Lane = Literal["tip", "talk", "parent"]
Danger = Literal["yes", "no", "unsure"]
Urgency = Literal["now", "soon", "whenever", ""]


class When(Part):
    """The facts that a rule is for. A fact that is left out may be any."""

    lane: tuple[Lane, ...] | None = None
    danger: tuple[Danger, ...] | None = None
    topic: tuple[TopicOrNone, ...] | None = None
    urgency: tuple[Urgency, ...] | None = None
    place: tuple[str, ...] | None = None
    language: tuple[Language, ...] | None = None

    def __post_init__(self) -> None:
        for fact, values in self.facts().items():
            if not values:
                raise ValueError(f"{fact} has no value; leave it out if it may be any")

    def facts(self) -> dict[str, frozenset[str]]:
        """The values of each fact that is not any."""
        said = {fact: getattr(self, fact) for fact, _field in fields_of(When)}
        return {fact: frozenset(values) for fact, values in said.items() if values is not None}


class Then(Part):
    """Who is asked when nobody has acknowledged, so many hours after read-by."""

    unit: str
    after_hours: Annotated[int, between(0, 240)] = 0


class WrittenRule(Part):
    """One rule; the first that matches decides."""

    id: Id
    reason: Words
    when: When = When()
    within_hours: Annotated[int, between(1, 12)] | None = None
    same_day: Literal[True] | None = None
    working_days: Annotated[int, between(1, 30)] | None = None
    urgent: bool = False
    first: tuple[str, ...] = ()
    then: tuple[Then, ...] = ()
    numbers: tuple[str, ...] = ()
    to_adult: bool = False
    spares_adult: bool = False
    suggests: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        paces = (self.within_hours, self.same_day, self.working_days)
        if sum(pace is not None for pace in paces) != 1:
            raise ValueError("must say one of within_hours, same_day = true and working_days")
        if self.to_adult and self.spares_adult:
            raise ValueError("cannot both let the named adult read and keep them from it")

    def rule(self) -> routing.Rule:
        return routing.Rule(
            id=self.id,
            reason=self.reason,
            when=self.when.facts(),
            pace=routing.Pace(self.within_hours or 0, self.working_days or 0),
            urgent=self.urgent,
            first=self.first,
            then=tuple(
                routing.Next(one.unit, dt.timedelta(hours=one.after_hours)) for one in self.then
            ),
            numbers=self.numbers,
            to_adult=self.to_adult,
            spares_adult=self.spares_adult,
            suggests=self.suggests,
        )

"""Trusted adults: what the file says of them, and what they say of themselves in its place.

An adult is a unit of one with a deputy. What they say of themselves, their *profile*, counts once a
leader has approved and signed it: whoever can write to the database still cannot put an adult on
the public pages, or move one's hours.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import Field, ValidationError

from sifra.file_parts import Id, Language, Part, Time, Words
from sifra.written_hours import Answering, Hours

LONGEST_PROFILE = 16_000
"""Characters, as it is signed."""


class DropIn(Part):
    """Where and when one can just turn up."""

    where: Words
    hours: Annotated[tuple[Hours, ...], Field(min_length=1, max_length=20)]


class Profile(Part):
    """What an adult says of themselves. ``called`` is a first name or a title, as they choose;
    ``found_at`` are schools, clubs and places of the file; ``hours`` are when they are at work."""

    called: Words | None = None
    about: Words | None = None
    found_at: Annotated[tuple[Id, ...], Field(max_length=30)] = ()
    drop_in: Annotated[tuple[DropIn, ...], Field(max_length=10)] = ()
    languages: Annotated[tuple[Language, ...], Field(min_length=1, max_length=20)]
    hours: Annotated[tuple[Hours, ...], Field(max_length=20)] = ()

    def text(self) -> str:
        """As it is signed and stored."""
        return self.model_dump_json(by_alias=True, exclude_defaults=True)


class Adult(Answering):
    """Somebody to turn to, by role. ``unit`` is the one that this adult works in, ``deputy`` the
    unit or adult who reads with them; where none is named, the usual readers do."""

    id: Id
    role: Words
    where: Words
    unit: str = ""
    deputy: str = ""
    read_target: Time = dt.time(12)
    called: Words | None = None
    about: Words | None = None
    found_at: tuple[Id, ...] = ()
    drop_in: tuple[DropIn, ...] = ()
    languages: tuple[Language, ...] = ("nb", "nn", "da", "sv", "en")

    def with_profile(self, profile: Profile) -> Adult:
        """As the approved profile has it. An adult whom the file says is always there, is so no
        longer once the profile gives hours."""
        said = {name: getattr(profile, name) for name in type(profile).model_fields}
        if profile.hours:
            said["always"] = False
        else:
            del said["hours"]
        return self.model_copy(update=said)

    def profile(self) -> Profile:
        """What the file says of them, to begin from."""
        return Profile(**{name: getattr(self, name) for name in Profile.model_fields})


def read_profile(text: str) -> Profile | None:
    """What :meth:`Profile.text` gave; None for anything else. The program that wrote it may have
    known other languages."""
    if len(text) > LONGEST_PROFILE:
        return None
    try:
        return Profile.model_validate_json(text)
    except ValidationError:
        return None

"""Trusted adults: what the file says of them, and what they say of themselves in its place.

An adult is a unit of one with a deputy. What they say of themselves, their *profile*, counts once a
leader has approved and signed it: whoever can write to the database still cannot put an adult on
the public pages, or move one's hours.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields, replace
from typing import Annotated

from sifra.file_parts import Id, Language, Part, Words, at_most, not_empty
from sifra.file_reading import BadPart, read, written
from sifra.written_hours import Answering, Hours

LONGEST_PROFILE = 16_000
"""Characters, as it is signed."""


class DropIn(Part):
    """Where and when one can just turn up."""

    where: Words
    hours: Annotated[tuple[Hours, ...], not_empty, at_most(20)]


class Profile(Part):
    """What an adult says of themselves. ``called`` is a first name or a title, as they choose;
    ``found_at`` are schools, clubs and places of the file; ``hours`` are when they are at work."""

    called: Words | None = None
    about: Words | None = None
    found_at: Annotated[tuple[Id, ...], at_most(30)] = ()
    drop_in: Annotated[tuple[DropIn, ...], at_most(10)] = ()
    languages: Annotated[tuple[Language, ...], not_empty, at_most(20)]
    hours: Annotated[tuple[Hours, ...], at_most(20)] = ()

    def text(self) -> str:
        """As it is signed and stored: the same bytes whatever order the names came in."""
        return json.dumps(written(self), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class Adult(Answering):
    """Somebody to turn to, by role. ``unit`` is the one that this adult works in, ``deputy`` the
    unit or adult who reads with them; where none is named, the usual readers do."""

    id: Id
    role: Words
    where: Words
    unit: str = ""
    deputy: str = ""
    read_target: dt.time = dt.time(12)
    called: Words | None = None
    about: Words | None = None
    found_at: tuple[Id, ...] = ()
    drop_in: tuple[DropIn, ...] = ()
    languages: tuple[Language, ...] = ("nb", "nn", "da", "sv", "en")

    def with_profile(self, profile: Profile) -> Adult:
        """As the approved profile has it. An adult whom the file says is always there, is so no
        longer once the profile gives hours."""
        said = {one.name: getattr(profile, one.name) for one in fields(profile)}
        if profile.hours:
            said["always"] = False
        else:
            del said["hours"]
        return replace(self, **said)

    def profile(self) -> Profile:
        """What the file says of them, to begin from."""
        return Profile(**{one.name: getattr(self, one.name) for one in fields(Profile)})


def read_profile(text: str) -> Profile | None:
    """What :meth:`Profile.text` gave; None for anything else. The program that wrote it may have
    known other languages."""
    if len(text) > LONGEST_PROFILE:
        return None
    try:
        return read(Profile, json.loads(text))
    except (BadPart, ValueError, RecursionError):
        return None

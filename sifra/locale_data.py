"""What a running site keeps of Babel's locale data: how days and lists are said.

To say one weekday, Babel reads all that it knows of a language (most of a MiB: units, currencies,
every country's name) and keeps it. Another process may do so, and hand over the part that counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from babel import core, localedata

from sifra.languages import day_of_week

_PARTS = ("locale_id", "days", "months", "date_formats", "datetime_skeletons", "list_patterns")
_SOME_DAY = dt.date(2000, 1, 1)


class Kept(dict[str, Any]):
    """A part of a locale's data. The rest is read when it is asked for."""

    def __init__(self, name: str, parts: dict[str, Any]) -> None:
        super().__init__(parts)
        self._name = name

    def __missing__(self, part: str) -> Any:  # noqa: ANN401 (Babel's own)
        # Data is merged from its parents', so none of them may be a part alone.
        localedata._cache.clear()
        self.update(localedata.load(self._name))
        if part not in self:
            raise KeyError(part)
        return self[part]


def look_up(tags: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What Babel needs to say days and lists in languages (BCP 47), by its name for a locale, for
    :func:`remember`. For a process that ends: all else stays in its memory."""
    for tag in tags:
        day_of_week(_SOME_DAY, tag)
    return {
        name: {part: _alone(data[part]) for part in _PARTS if part in data}
        for name, data in localedata._cache.items()
    }


def _alone(part: Any) -> Any:  # noqa: ANN401 (Babel's own)
    """Once looked into, a part holds on to the whole."""
    if isinstance(part, localedata.LocaleDataDict):
        part = part._data
    return {key: _alone(one) for key, one in part.items()} if isinstance(part, dict) else part


def remember(found: dict[str, dict[str, Any]], tags: Iterable[str]) -> None:
    """Take what another process has looked up for the same languages. What is known of all
    languages is let go of: it was read to find each one's name and direction."""
    localedata._cache.update({name: Kept(name, parts) for name, parts in found.items()})
    for tag in tags:
        day_of_week(_SOME_DAY, tag)
    core._global_data = None

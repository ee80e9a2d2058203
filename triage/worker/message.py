"""What a notice says: no word, topic, place or language of any case. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from gettext import NullTranslations
from zoneinfo import ZoneInfo

from sifra.languages import day_and_hour
from triage.audit.audit_log import Verified

LANGUAGE = "nb"


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a unit's queue stands: cases that it has been asked to read and nobody has read."""

    cases: int
    urgent: bool
    """One of them is due at once."""
    deadline: int | None
    """The nearest that was promised: Unix seconds (UTC), a whole hour."""


@dataclass(frozen=True, slots=True)
class Message:
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Sender:
    """What is the same in every message."""

    words: NullTranslations
    site: str
    zone: ZoneInfo
    queue_url: str = ""

    def message(self, unit: str, waiting: Waiting, notice_id: str, now: int) -> Message:
        """``unit`` is its name. With nothing waiting it says that notices get through again."""
        gettext, ngettext = self.words.gettext, self.words.ngettext
        if waiting.cases:
            title = ngettext(
                "%(site)s: %(num)d sak venter", "%(site)s: %(num)d saker venter", waiting.cases
            ) % {"site": self.site, "num": waiting.cases}
        else:
            title = gettext("%(site)s: varslene kommer fram igjen") % {"site": self.site}
        lines = [gettext("Kø: %(unit)s") % {"unit": unit}]
        if not waiting.cases:
            lines.append(gettext("Varsler til dere kom ikke fram en stund. Ingen saker venter nå."))
        if waiting.urgent:
            lines.append(gettext("Det haster."))
        if waiting.deadline is not None:
            when = {"when": day_and_hour(waiting.deadline, self.zone, LANGUAGE)}
            if waiting.deadline > now:
                lines.append(gettext("Nærmeste frist: %(when)s") % when)
            else:
                lines.append(gettext("Fristen gikk ut: %(when)s") % when)
        if self.queue_url:
            lines.append(self.queue_url)
        lines.append(gettext("Melding %(id)s") % {"id": notice_id})
        return Message(title, "\n".join(lines))

    def log(self, found: Verified, notice_id: str) -> Message:
        """Where the audit log ends, for somebody who cannot write to it: the head and how many
        entries there are, and nothing of any."""
        gettext, ngettext = self.words.gettext, self.words.ngettext
        count = found.end.entries or 0
        if found.finding is None:
            title = gettext("%(site)s: hodet til loggen") % {"site": self.site}
            lines = [ngettext("Loggen har %(num)d linje.", "Loggen har %(num)d linjer.", count)]
            lines[0] %= {"num": count}
        else:
            title = gettext("%(site)s: noe er galt med loggen") % {"site": self.site}
            lines = [
                gettext(
                    "Loggen er endret utenfor Sifra. Så mange linjer er slik de ble skrevet:"
                    " %(num)d. Kjør «sifra audit verify»."
                )
                % {"num": count}
            ]
        lines += [
            str(found.end),
            gettext(
                "Ta vare på meldingen. Med «sifra audit verify --head» og hodet over ser dere"
                " senere om noe er fjernet eller skrevet om."
            ),
            gettext("Melding %(id)s") % {"id": notice_id},
        ]
        return Message(title, "\n".join(lines))

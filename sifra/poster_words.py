"""The words on a poster, in the languages of the public site.

They stand here, and not with the page that makes posters, because the public site's catalogue
has every language that is shipped and the back office's has not. Nothing is promised on paper
that the site does not keep: never that nobody can know who wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sifra.catalogues import catalogue


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a poster is for. ``path`` is where its code leads, below the language; ``lines`` are
    ids of the municipality's help lines."""

    path: str
    lines: tuple[str, ...]


_YOUNG = ("police_emergency", "ambulance", "child_alarm")

AUDIENCES: Mapping[str, Audience] = {
    "school": Audience("", _YOUNG),
    "club": Audience("talk", _YOUNG),
    "parents": Audience("parents", ("police_emergency", "ambulance", "police", "doctor")),
}


@dataclass(frozen=True, slots=True)
class PosterWords:
    """``about`` says what it is, the most telling line first; ``honest`` what it cannot do;
    ``ring`` stands above the numbers."""

    headline: str
    about: tuple[str, ...]
    honest: tuple[str, ...]
    scan: str
    ring: str


def poster_words(audience: str, tag: str) -> PosterWords:
    """What a poster for one of AUDIENCES says in the language ``tag`` (BCP 47)."""
    _ = catalogue("reporter", tag).gettext
    honest: tuple[str, ...] = (
        _("Ikke bruk skolens PC eller nett. Skolen kan se hvilke sider du er på."),
        _("Vi lagrer ikke hvem du er. Men det du skriver, kan røpe deg."),
    )
    ring = _("Er noen i fare nå? Ring.")
    if audience == "school":
        headline = _("Si fra, uten å si hvem du er")
        about: tuple[str, ...] = (
            _("Her kan du skrive til voksne som hjelper unge. Vi spør ikke hvem du er."),
            _("Du får en kode. Med den kan du lese svar og skrive mer."),
        )
    elif audience == "club":
        headline = _("Vil du snakke med en voksen?")
        about = (
            _("Her ser du hvem du kan snakke med, og hvor du finner dem."),
            _("Du kan be om en prat uten å si hva du heter."),
        )
    else:
        headline = _("Er du bekymret for barnet ditt?")
        about = (
            _("Her ser du hvem som svarer nå, også om natta."),
            _("Du får råd om hva du kan si og gjøre i kveld."),
            _("Du kan be om å bli ringt, og om tolk."),
        )
        honest = (_("Du kan lese alt uten å si hvem du er. Vil du bli ringt, må vi ha et nummer."),)
        ring = _("Disse svarer hele døgnet.")
    return PosterWords(headline, about, honest, _("Skann koden, eller skriv adressen:"), ring)

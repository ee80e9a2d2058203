"""What the pages of advice say as a matter of law, where it stands, and when that was looked up.

For the operator: a sentence here may stop being true without anybody touching the code. The
public never sees this; ``sifra`` holds it so that `sifra check` can warn without the public site.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_TRUSTED = dt.timedelta(days=365)
_LOOKED_UP = dt.date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Fact:
    """``said`` is the Norwegian text as the page has it; ``pages`` are paths below the language,
    where a page may end in ``*``. ``source`` is an address that was read on ``verified_on`` and
    bears it out."""

    said: str
    pages: tuple[str, ...]
    law: str
    source: str
    verified_on: dt.date = _LOOKED_UP


FACTS = (
    Fact(
        "Kommunen, politiet og legevakten skal skaffe tolk når du trenger det. Si hvilket språk "
        "du snakker. Barn skal aldri tolke.",
        ("parents", "parents/*"),
        "tolkeloven §§ 4 and 6",
        "https://www.imdi.no/regelverk/veileder-til-tolkeloven-og-tolkeforskriften/"
        "3-krav-til-offentlige-organer",
    ),
    Fact(
        "Jeg vil ha tolk. Det er gratis. Barn skal aldri tolke.",
        ("parents",),
        "tolkeloven §§ 4 and 6; the public body orders and pays",
        "https://www.oygarden.kommune.no/tjenester/bustad-og-sosiale-tenester/flyktningtenesta/"
        "tolketenester/",
    ),
    Fact(
        "Det er ikke lov å selge eller gi e-sigaretter eller snus til noen under 18 år.",
        ("parents/vape",),
        "tobakksskadeloven § 17",
        "https://www.arbeidstilsynet.no/regelverk/lover/tobakksskadeloven---tobskl/4/17/",
    ),
    Fact(
        "Det gjelder foreldre også. Elever skal ikke bruke det i skoletiden.",
        ("parents/vape",),
        "tobakksskadeloven",
        "https://www.ung.no/rusmidler/tobakk/"
        "4241_Aldersgrense_18_%C3%A5r_p%C3%A5_snus%2C_r%C3%B8yk_og_vape.html",
    ),
    Fact(
        "Er du under 18 år, er det den som selger, som bryter loven.",
        ("young/vape-debt",),
        "tobakksskadeloven § 17",
        "https://www.ung.no/rusmidler/tobakk/"
        "4241_Aldersgrense_18_%C3%A5r_p%C3%A5_snus%2C_r%C3%B8yk_og_vape.html",
    ),
    Fact(
        "Alvorlige trusler er mot loven, også på nett.",
        ("parents/threats",),
        "straffeloven §§ 263 and 264",
        "https://www.overgrep.no/aktuelt/2017/hva-er-straffen-for-trusler/",
    ),
    Fact(
        "Det kan være mot loven å dele film av noen som blir slått.",
        ("parents/fights", "young/filming"),
        "straffeloven § 267 a",
        "https://kommunikasjon.ntb.no/pressemelding/strengere-straff-for-a-dele-krenkende-bilder-"
        "film-og-lydopptak-av-andre?publisherId=89456&releaseId=17909768",
    ),
    Fact(
        "Det er mot loven å true noen for å få penger.",
        ("parents/debt", "young/vape-debt"),
        "straffeloven §§ 330 and 331",
        "https://www.overgrep.no/straffeloven-331/",
    ),
    Fact(
        "Det er ikke lov å ha eller sende seksuelle bilder av noen under 18 år.",
        ("parents/images", "young/images"),
        "straffeloven § 311",
        "https://www.overgrep.no/straffeloven-311/",
    ),
    Fact(
        "Et barn under 15 år kan ikke bli dømt. Men politiet kan ta en prat med dere, og "
        "barnevernet kan få saken.",
        ("parents/wrongdoing",),
        "straffeloven § 20",
        "https://www.ung.no/kriminalitet/848_Den_kriminelle_lavalder.html",
    ),
    Fact(
        "Da må du selv si fra til barnevernet når et barn kan ha det svært vondt hjemme. Det "
        "gjelder også når et barn ruser seg mye eller gjør grove lovbrudd.",
        ("tip", "work"),
        "barnevernsloven § 13-2",
        "https://www.bufdir.no/barnevern/melde-fra-offentlig-melder/",
    ),
    Fact(
        "Du må si hvem du er (barnevernsloven § 13-2).",
        ("tip", "work"),
        "barnevernsloven § 13-2: who has the duty cannot report anonymously",
        "https://www.melhus.kommune.no/er-du-bekymret-for-et-barn-bekymringsmelding.501523.no.html",
    ),
    Fact(
        "Da må du også si det til rektor når en elev kanskje ikke har det trygt og godt der "
        "(opplæringsloven § 12-4).",
        ("tip", "work"),
        "opplæringsloven § 12-4: suspicion is enough",
        "https://udir.no/regelverk-og-tilsyn/skole-og-opplaring/rundskriv-om-skolemiljo/"
        "6.-skolen-har-en-aktivitetsplikt",
    ),
    Fact(
        "Er det rektor det gjelder, si det til den som eier skolen.",
        ("work",),
        "opplæringsloven chapter 12, where somebody who works at the school does wrong",
        "https://udir.no/regelverk-og-tilsyn/skole-og-opplaring/rundskriv-om-skolemiljo/"
        "6.-skolen-har-en-aktivitetsplikt",
    ),
    Fact(
        "Ikke ring hjem, og ikke si noe til den det gjelder.",
        ("work",),
        "advice of Bufdir",
        "https://www.bufdir.no/fagstotte/produkter/"
        "vold_og_overgrep_mot_barn_og_unge_med_funksjonsnedsettelser/verktoy_og_ressurser/"
        "slik_forholder_du_deg_til_den_mistenkte/",
    ),
    Fact(
        "Er du i tvil, kan du spørre dem om råd uten å si hvem eleven er.",
        ("work",),
        "practice of child welfare services",
        "https://www.melhus.kommune.no/er-du-bekymret-for-et-barn-bekymringsmelding.501523.no.html",
    ),
    Fact(
        "Du kan ringe politiet uten å si hva du heter.",
        ("young/police",),
        "practice of the police",
        "https://www.regjeringen.no/no/sub/radikalisering/bekymret/"
        "Hva-innebaerer-det-aa-kontakte-politiet/id663824/",
    ),
)


def stale(facts: Iterable[Fact], today: dt.date) -> list[Fact]:
    """Those to look up again: verified more than a year ago, or on a day to come."""
    return [
        fact for fact in facts if not dt.timedelta() <= today - fact.verified_on <= LONGEST_TRUSTED
    ]

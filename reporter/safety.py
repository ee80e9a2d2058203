"""What to know when it is urgent, in a language that no native speaker has read yet.

The rest of the pages is not offered in it. Each sentence has the source and English beside it, so
that somebody else can read it aloud, and so that a slip in it is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sifra.catalogues import SOURCE_LANGUAGE, catalogue
from sifra.municipality import Municipality

_BESIDE = (SOURCE_LANGUAGE, "en")


@dataclass(frozen=True, slots=True)
class Group:
    """``heading`` and ``sentences`` each by language (BCP 47), the page's own first."""

    id: str
    heading: tuple[tuple[str, str], ...]
    sentences: tuple[tuple[tuple[str, str], ...], ...]


def groups(
    tag: str, municipality: Municipality, *, offers_police: bool, needs_interpreter: bool
) -> list[Group]:
    """The sentences of the page in the language ``tag``. ``offers_police``: a sender may let the
    police contact read. ``needs_interpreter``: the usual readers do not read that language."""
    tongues = dict.fromkeys((tag, *_BESIDE))
    spoken = [
        list(
            _said(
                catalogue("reporter", one).gettext, municipality, offers_police, needs_interpreter
            )
        )
        for one in tongues
    ]
    return [
        Group(
            id=same[0][0],
            heading=tuple(zip(tongues, (heading for _, heading, _ in same), strict=True)),
            sentences=tuple(
                tuple(zip(tongues, sentence, strict=True))
                for sentence in zip(*(sentences for _, _, sentences in same), strict=True)
            ),
        )
        for same in zip(*spoken, strict=True)
    ]


def _said(
    _: Callable[[str], str], municipality: Municipality, offers_police: bool, interpreter: bool
) -> Iterator[tuple[str, str, list[str]]]:
    yield (
        "calling",
        _("Når du ringer"),
        [
            _("De spør hva som skjer, og hvor. Svar kort. Du trenger ikke vite alt."),
            _(
                "Kommunen, politiet og legevakten skal skaffe tolk når du trenger det. Si hvilket "
                "språk du snakker. Barn skal aldri tolke."
            ),
            _("En voksen du stoler på, kan ringe for deg."),
            _(
                "Du kan ringe politiet uten å si hva du heter. Men nummeret ditt kan vises, og "
                "noen kan kjenne stemmen."
            ),
            _("Har vennen din tatt noe, og svarer ikke? Ring. Legg vennen på siden, og bli der."),
            _("Vil ikke vennen din leve? Ta det på alvor. Ring, eller hent en voksen nå."),
        ],
    )
    yield (
        "before",
        _("Lurt å vite før du skriver"),
        [
            _("Ikke bruk skolens PC eller nett. Skolen kan se hvilke sider du er på."),
            _("Deler du mobil? Bruk privat fane, eller slett loggen i nettleseren etterpå."),
            _("Knappen nederst tar deg bort herfra med en gang. Den sletter ikke loggen."),
            _("Vi lagrer ikke hvem du er. Men det du skriver, kan røpe deg."),
            _(
                "Skriv på det språket du vil. Ikke skriv navnet ditt. Ikke send nakenbilder av "
                "noen."
            ),
            _("Du kan si hvor og når, uten å si hvem. Det hjelper."),
            _("Er det bare du som vet det? Da kan noen gjette hvem som sa det."),
        ],
    )
    yield (
        "readers",
        _("Hvem kan lese dette?"),
        [
            _("En voksen leser det du skrev. Du ser hvem det er før du sender."),
            _("Må vi ha tolk, leser tolken det også."),
            *_police(_, municipality, offers_police),
            _("Er noen i alvorlig fare, må de som leser, si det til andre som kan hjelpe."),
            _("Det gjelder også når et barn ikke har det trygt hjemme."),
            _("Da skal du få vite det når du leser svar."),
            _(
                "Blir det en sak hos politiet eller i kommunen, kan andre få lese deler av det du "
                "skrev. Det kan være den det handler om, eller foreldre."
            ),
        ],
    )
    yield (
        "after",
        _("Hva skjer når jeg har sendt?"),
        [
            *([_("Vi må finne tolk, derfor tar det lengre tid.")] if interpreter else []),
            _("Vi kan ikke love at du får svar."),
            _("Du får en kode. Skriv den ned. Bare den tar deg tilbake."),
            _("De kan svare, eller spørre om mer. Det ser du når du bruker koden."),
            _("Har du mistet koden, kan ingen finne den igjen. Du kan skrive på nytt."),
            _(
                "Angrer du? Med koden kan du ta det tilbake. Er det lest, eller kan noen være i "
                "fare, blir det liggende noen dager først."
            ),
        ],
    )
    yield (
        "stored",
        _("Dette lagrer vi ikke"),
        [
            _(
                "IP-adressen til mobilen eller PC-en din. Vi bruker den bare til å sende deg "
                "siden, og til å bremse den som sender altfor mye."
            ),
            _("Hvilken mobil eller nettleser du har."),
            _("Cookies eller noe annet på mobilen din."),
        ],
    )
    yield (
        "knowing",
        _("Dette lagrer vi"),
        [
            _(
                "Det du skriver og svarer. Det er låst. Bare de som skal lese, har nøkkel. Du ser "
                "hvem det er før du sender."
            ),
            _(
                "Vi lagrer ikke hvem du er. Men det du skriver, kan røpe deg. Er noen i alvorlig "
                "fare, må vi si det til andre. Vi kan ikke love at ingen gjetter hvem du er."
            ),
        ],
    )
    yield (
        "parents",
        _("For foresatte"),
        [
            _("Er du bekymret for barnet ditt? Du kan ringe. Du trenger ikke være sikker."),
            _(
                "Du kan ringe politiet bare for råd. Er det alvorlig, kan de måtte gjøre noe med "
                "det."
            ),
            _("Ikke dra dit selv for å ordne opp."),
            _("Å be om hjelp er å være en god forelder."),
            _("Vi kan ikke love at noen tar kontakt, eller når."),
        ],
    )


def _police(_: Callable[[str], str], municipality: Municipality, offered: bool) -> list[str]:
    if "police" in municipality.default_readers:
        return []
    if offered:
        return [
            _("Politiet leser det bare hvis du velger det, eller hvis noen er i alvorlig fare.")
        ]
    return [_("Det er ikke politiet som leser.")]

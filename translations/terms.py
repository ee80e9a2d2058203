"""What a language always calls the same, and what it never says: `glossary/<language>.md`.

A row of a glossary's first table names a Norwegian term, what it is in the language, and by what
it is known (`kjennes på`): beginnings and middles of words, one of which stands in every
translation of a text with the term. Where a term has several names, one place promises an
interpreter and the next a translator, and a reader takes them for two.

The second table, `Sies aldri`, has what no page may say: promises that nobody can keep, words that
call the sender an informer, and what a title would tell whoever looks over a shoulder. A hyphen
marks where a word goes on, as in a dictionary: `anonym-` is how a word begins, `-politi-` may stand
within one, `tip` is the whole word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

GLOSSARIES = Path(__file__).resolve().parent / "glossary"

TERMS: Mapping[str, str] = {
    "snitch": r"snitch",
    "ungdomsteamet": r"ungdomsteam",
    "barnevernet": r"barnevern(?!sloven)",
    "politikontakt": r"politikontakt",
    "SLT-koordinator": r"SLT-koordinator",
    "tolk": r"\btolk",
    "trussel": r"\btru(ss|sl|er\b|et\b)",
    "kode": r"\bkode",
    "leses innen": r"\binnen %\(when\)s",
    "slettes": r"\bslett(et|es|er)\b(?! ikke loggen)",
    "sikkerhetskopi": r"sikkerhetskopi",
    "alvorlig fare": r"\bi (alvorlig )?fare\b",
    "voksen": r"\ben voksen\b",
    "foresatte": r"foresatt",
    "helsesykepleier": r"helsesykepleier",
    "legevakt": r"legevakt",
    "fastlege": r"fastlege",
    "rektor": r"\brektor",
    "kommune": r"\bkommune(?!\.no)",
    "slåsskamp": r"\bslåss",
    "gjeng": r"\bgjeng",
    "gjeld": r"\bgjeld\b",
    "mobbing": r"\bmobb",
    "nakenbilde": r"nakenbilde",
    "rus": r"\brus\b",
    "vape": r"\bvape\b",
    "snus": r"\bsnus\b",
}
"""By the name of the row: how the term stands in a Norwegian text (a pattern)."""

TOO_MUCH, COLD, IN_TITLES = "for sterke løfter", "kalde ord", "i titler"
NEVER = (TOO_MUCH, COLD, IN_TITLES)

_HEAD = "norsk", "merknad", "kjennes på"
_NEVER_HEAD = "hva", "ord"
_TERMS = {term: re.compile(pattern, re.IGNORECASE) for term, pattern in TERMS.items()}


@dataclass(frozen=True, slots=True)
class Glossary:
    """``known_by`` has the stems of each term, case-folded; ``never`` what may not be said."""

    known_by: Mapping[str, tuple[str, ...]]
    never: Mapping[str, re.Pattern[str]]

    def strays(self, pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """The term and the Norwegian text of each translation in which nothing is known by it.
        ``pairs`` are Norwegian texts and what they are in the language."""
        for source, said in pairs:
            folded = said.casefold()
            for term, stems in self.known_by.items():
                if _TERMS[term].search(source) and not any(stem in folded for stem in stems):
                    yield term, source


def glossary_path(tag: str, folder: Path = GLOSSARIES) -> Path:
    return folder / f"{tag}.md"


def read(path: Path) -> Glossary:
    """The glossary of a language. OSError where there is none."""
    rows = list(_rows(path.read_text("utf-8")))
    return Glossary(
        {term: stems for term in TERMS if (stems := _split(_known_by(rows, term), fold=True))},
        {kind: said_anywhere(_split(_words(rows, kind))) for kind in NEVER},
    )


def faults(tag: str, pairs: Iterable[tuple[str, str]], folder: Path = GLOSSARIES) -> list[str]:
    """Where a language leaves its glossary, or the glossary says too little; a sentence each.
    ``pairs`` as in :meth:`Glossary.strays`."""
    path = glossary_path(tag, folder)
    where = f"translations/glossary/{path.name}"
    if not path.exists():
        return [f"{where}: is missing"]
    glossary = read(path)
    rows = list(_rows(path.read_text("utf-8")))
    unknown = [term for term in TERMS if term not in glossary.known_by]
    silent = [kind for kind in NEVER if not _words(rows, kind)]
    lacking = [
        f"{where}: {what} of {', '.join(rows_without)} is empty"
        for what, rows_without in (("«kjennes på»", unknown), ("«ord»", silent))
        if rows_without
    ]
    strays = [
        f"{where}: {', '.join(glossary.known_by[term])}: none stands in what {source!r} is"
        for term, source in dict.fromkeys(glossary.strays(pairs))
    ]
    return [*lacking, *strays]


def blank(tag: str, language: str) -> str:
    """The glossary that a language begins with: every row, and nothing in them."""
    terms = [f"| {term} | | | |" for term in TERMS]
    never = [f"| {kind} | |" for kind in NEVER]
    return "\n".join(
        (
            f"# Ordliste: norsk → {language} ({tag})",
            "",
            "Tiltale: (hva leseren kalles, unge og foresatte)",
            "",
            f"| {_HEAD[0]} | {language} | {_HEAD[1]} | {_HEAD[2]} |",
            "|---|---|---|---|",
            *terms,
            "",
            "## Sies aldri",
            "",
            f"| {_NEVER_HEAD[0]} | {_NEVER_HEAD[1]} |",
            "|---|---|",
            *never,
            "",
        )
    )


def said_anywhere(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of the words; a hyphen at an end of one stands for more letters."""
    patterns = []
    for word in words:
        bare = r"\s".join(map(re.escape, word.strip("-").split()))
        before = "" if word.startswith("-") else r"(?<!\w)"
        patterns.append(before + bare + ("" if word.endswith("-") else r"(?!\w)"))
    # Nothing is found by a pattern of no words.
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)


def _rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def _known_by(rows: Iterable[list[str]], term: str) -> str:
    return next((row[3] for row in rows if len(row) == 4 and _name(row[0]) == term), "")


def _words(rows: Iterable[list[str]], kind: str) -> str:
    return next((row[1] for row in rows if len(row) == 2 and row[0] == kind), "")


def _name(cell: str) -> str:
    """What a row is about: the first of several forms."""
    return re.split(r"[,;/(]", cell)[0].strip()


def _split(cell: str, *, fold: bool = False) -> tuple[str, ...]:
    words = (word.strip() for word in cell.split(","))
    return tuple(word.casefold() if fold else word for word in words if word)

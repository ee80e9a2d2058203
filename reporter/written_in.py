"""Which language a text is in, as well as can be told. Pure: no text leaves this process.

Compact Language Detector 2 knows them all, but for what is typed without a language's own script.
It is asked letters and spaces alone: nothing else in a text reaches a parser written in C++.
Where it is not sure, nothing is claimed: the text is in the language of the page. Decision 0021.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import pycld2

from sifra.languages import LANGUAGES

OTHER = "other"
"""What stands for every language that the pages do not have."""
CHOICES = (*LANGUAGES, OTHER)

_READ = 2_000
"""Characters of a text that are looked at."""
_FEW = 5
"""Words. With fewer in a script that the page has, no language is ruled out that it has not."""
_NAMED = {"ckb": "ku", "fa-AF": "fa"}
"""What the detector calls a page's language, where that is not its tag."""
_WORD = re.compile(r"[^\W\d_]+(?:['’\u02bc][^\W\d_]+)*")
_UNKNOWN = "un"
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
_ONLY_IN = {"ckb": re.compile("[ڕڵۆێ]"), "uk": re.compile("[іїєґІЇЄҐ]")}
"""Letters that no other language of the pages has."""
_TAKEN_FOR = {"ckb": {"", "ar", "fa", "ku", "ur"}, "uk": {"", "bg", "ru", "uk"}}
"""What the detector may call a short text with those letters."""
_READ_AS = {"no": "nb", "da": "nb", "sv": "nb"}
"""Hasty bokmål looks like Danish, and whoever reads it reads Danish and Swedish."""
_NORWEGIAN = {
    "nb": re.compile(r"\b(?:jeg|ikke|hva|noen|noe|hvor|hvordan|bare|mer|fra|hun|deg|være)\b"),
    "nn": re.compile(
        r"\b(?:eg|ikkje|kva|nokon|noko|nokre|kvar|korleis|berre|meir|frå|ein|dei|"
        r"skulen|heime|veit|dykk|vere|gjere|då|vaksne?)\b"
    ),
}
"""Words of one written Norwegian and not of the other: the detector takes either for the other
where the rest of the words are the same."""


def guess(text: str, page: str) -> str:
    """The tag of a language of the pages, or :data:`OTHER`. ``page`` is the tag of the page that
    it was written on, and the answer wherever the text does not tell."""
    words = _WORD.findall(unicodedata.normalize("NFC", text[:_READ]))
    if not words:
        return page
    plain = " ".join(words)
    sure, likely = _detected(plain)
    for tag, letters in _ONLY_IN.items():
        if sure in _TAKEN_FOR[tag] and letters.search(plain) and _is_mostly(plain, tag):
            return tag
    is_foreign = not _is_mostly(plain, page)
    # An Ethiopic text is in no language of a page in Latin letters: there, likely is enough.
    code = sure or (likely if is_foreign else "")
    if not code:
        return page
    found = _tag(code, plain)
    if found == OTHER and not is_foreign and len(words) < _FEW:
        return page
    if found in _NORWEGIAN and page in _NORWEGIAN and found != page:
        is_told = _NORWEGIAN[found].search(plain.casefold())
        return found if is_told and not _NORWEGIAN[page].search(plain.casefold()) else page
    # "Broren min er redd" is Scots to the detector, until it is told where that was written.
    if (
        found != page
        and not is_foreign
        and page in {_tag(leaning, plain) for leaning in _detected(plain, page)}
    ):
        return page
    return found


def _detected(plain: str, page: str = "") -> tuple[str, str]:
    """The detector's codes for what it is sure of and what it would say if it must; empty: none.
    Told of a ``page``, it leans towards that page's language."""
    codes = []
    hint = {"hintLanguage": _NAMED.get(page, page)} if page else {}
    for must in (False, True):
        try:
            sure, _bytes, found = pycld2.detect(plain, True, bestEffort=must, **hint)[:3]
        except pycld2.error:
            return "", ""
        code = str(found[0][1])
        codes.append(code if code != _UNKNOWN and (sure or must) else "")
        if codes[0]:
            break
    return codes[0], codes[-1]


def _tag(code: str, plain: str) -> str:
    """The page language that the detector's ``code`` stands for. One code is Kurdish in either
    script, but who reads Sorani does not read the other."""
    if code == "ku":
        code = "ckb" if _ARABIC.search(plain) else OTHER
    short = code.split("-")[0].lower()
    short = _READ_AS.get(short, short)
    return next((tag for tag in LANGUAGES if tag.split("-")[0] == short), OTHER)


def _is_mostly(plain: str, tag: str) -> bool:
    """Is at least half of it in the script of that language?"""
    own = _script(LANGUAGES[tag].name[0]) if tag in LANGUAGES else ""
    letters = plain.replace(" ", "")
    return sum(_script(sign) == own for sign in letters) * 2 >= len(letters)


@lru_cache(maxsize=4096)
def _script(sign: str) -> str:
    return unicodedata.name(sign, "").split(" ")[0]

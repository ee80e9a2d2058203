"""The return code: 66 random bits, spelt as six words or as five groups of four digits.

The secret is drawn by us, never chosen, so a light Argon2id (RFC 9106) with the installation's
pepper is enough: it gives the lookup id, which is stored, and the sender's key, which is not.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sifra.sealing import context, derive

BITS = 66
WORDS = 6
DIGITS = 20
_BITS_A_WORD = 11
WORD_LISTS = ("nb", "en")
_STAND_INS = {"nn": "nb"}
"""Whose readers know the words of another list as their own."""
LONGEST_TYPED = 256
"""Characters. Five times the longest code: room for a paste with stray blanks and breaks."""

_ARGON2_MEMORY_KIB = 8 * 1024
_ARGON2_ITERATIONS = 1
_SALT = context("return-code")


class CodeError(ValueError):
    """What was typed is no code. ``word`` and ``nearest`` name the word that is off, if one is.

    They are user text: they go back to the page that asked and nowhere else.
    """

    def __init__(self, word: str = "", nearest: str = "") -> None:
        super().__init__("not a return code")
        self.word = word
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """``lookup_id`` (16 bytes) finds the mailbox; ``sender_key`` (32 bytes) opens it."""

    lookup_id: bytes = field(repr=False)
    sender_key: bytes = field(repr=False)


def drawn_from(seed: bytes) -> int:
    """The secret that a uniformly random seed (at least 16 bytes) gives, always the same one.

    A form that is sent twice over a lost connection has one seed, and so one code.
    """
    spare = -BITS % 8
    return int.from_bytes(derive(seed, "code-secret", length=(BITS + 7) // 8), "big") >> spare


@lru_cache
def word_list(language: str) -> tuple[str, ...]:
    """The 2 048 words of a language. KeyError when the project has no list for it."""
    if language not in WORD_LISTS:
        raise KeyError(language)
    return tuple((files("sifra") / "words" / f"{language}.txt").read_text("utf-8").split())


def load() -> None:
    """Read every word list into memory."""
    for language in WORD_LISTS:
        _known(language)


def as_words(secret: int, language: str) -> str:
    """Six words, the most significant first. KeyError when the language has no list."""
    words = word_list(language)
    return " ".join(
        words[secret >> _BITS_A_WORD * place & len(words) - 1] for place in reversed(range(WORDS))
    )


def as_digits(secret: int) -> str:
    """Five groups of four Latin digits."""
    digits = f"{secret:0{DIGITS}d}"
    return " ".join(digits[start : start + 4] for start in range(0, DIGITS, 4))


def spell(secret: int, language: str) -> str:
    """Words where the language has a list, digits elsewhere."""
    words_of = _STAND_INS.get(language, language)
    return as_words(secret, words_of) if words_of in WORD_LISTS else as_digits(secret)


def parse(typed: str) -> int:
    """The secret that was typed, in either spelling. Raises CodeError.

    Case, spaces, hyphens and the script of digits do not matter. It costs no key derivation,
    so rubbish is turned away before any work.
    """
    if len(typed) > LONGEST_TYPED:
        raise CodeError
    tokens = _tokens(typed)
    joined = "".join(tokens)
    if joined.isdecimal():
        if len(joined) != DIGITS or int(joined) >= 1 << BITS:
            raise CodeError
        return int(joined)
    return _from_words(tokens, joined)


def keys(secret: int, pepper: bytes) -> CodeKeys:
    """Argon2id then HKDF. About 4 ms and 8 MiB: callers bound how many run at once."""
    stretched = Argon2id(
        salt=_SALT,
        length=32,
        iterations=_ARGON2_ITERATIONS,
        lanes=1,
        memory_cost=_ARGON2_MEMORY_KIB,
        secret=pepper,
    ).derive(secret.to_bytes((BITS + 7) // 8, "big"))
    return CodeKeys(
        lookup_id=derive(stretched, "code-lookup", length=16),
        sender_key=derive(stretched, "code-key"),
    )


def _tokens(typed: str) -> list[str]:
    """Runs of letters or digits, casefolded, each digit in Latin script.

    Marks and invisible characters are dropped: the Turkish capital of i leaves a dot behind.
    """
    text = []
    for character in unicodedata.normalize("NFKC", typed).casefold():
        digit = unicodedata.decimal(character, -1)
        if digit >= 0:
            text.append(str(digit))
        elif character.isalpha():
            text.append(character)
        elif unicodedata.category(character) not in ("Cf", "Mn"):
            text.append(" ")
    return "".join(text).split()


def _from_words(tokens: list[str], joined: str) -> int:
    if not joined:
        raise CodeError
    known = [_known(language) for language in WORD_LISTS]
    by_hits = max(known, key=lambda positions: sum(token in positions for token in tokens))
    if len(tokens) == WORDS:
        spelt = tokens
    else:
        spelt = next(filter(None, (_split(joined, positions) for positions in known)), tokens)
    positions = next((p for p in known if all(word in p for word in spelt)), by_hits)
    for word in spelt:
        if word not in positions:
            raise CodeError(word, _nearest(word, positions))
    if len(spelt) != WORDS:
        raise CodeError
    secret = 0
    for word in spelt:
        secret = secret << _BITS_A_WORD | positions[word]
    return secret


@lru_cache
def _known(language: str) -> dict[str, int]:
    return {word: place for place, word in enumerate(word_list(language))}


def _split(joined: str, positions: dict[str, int]) -> list[str] | None:
    """Words written together. No word begins another, so there is at most one way."""
    words = []
    while joined:
        size = next((n for n in range(3, 9) if joined[:n] in positions), 0)
        if not size:
            return None
        words.append(joined[:size])
        joined = joined[size:]
    return words


def _nearest(word: str, positions: dict[str, int]) -> str:
    same_start = [known for known in positions if len(word) >= 4 and known[:4] == word[:4]]
    close = same_start or get_close_matches(word, positions, n=1, cutoff=0.6)
    return close[0] if close else ""

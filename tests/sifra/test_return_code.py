"""One secret, two spellings, typed in any way a phone may bring it."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sifra import return_code
from sifra.return_code import BITS, CodeError, as_digits, as_words, parse, spell, word_list

SECRETS = st.integers(0, 2**BITS - 1)
LISTS = st.sampled_from(return_code.WORD_LISTS)
SECRET = 0x2_DEAD_BEEF_1234_5678
NOISE = st.sampled_from(
    [" ", "  ", "-", "\n", "\r\n", "\t", "\u00a0", " – ", ", ", ".", "\u2011", " \u200f ", "\u3000"]
)
INVISIBLE = st.sampled_from(
    ["", "\u200e", "\u200f", "\u2066", "\u2069", "\u200b", "\ufeff", "\u00ad"]
)
SCRIPTS = {
    "latin": "0",
    "arabic-indic": "٠",
    "persian": "۰",
    "devanagari": "०",
    "fullwidth": "０",
    "bengali": "০",
    "mathematical": "𝟎",
}


def in_script(digits: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(one)) if one.isdigit() else one for one in digits)


@given(SECRETS, LISTS)
@example(0, "en")
@example(2**BITS - 1, "en")
def test_words_come_back(secret: int, language: str) -> None:
    words = as_words(secret, language)
    assert len(words.split()) == 6
    assert parse(words) == secret
    assert parse(words.upper()) == secret
    assert parse(words.title()) == secret
    assert parse(words.replace(" ", "")) == secret


@given(SECRETS)
@example(0)
@example(2**BITS - 1)
def test_digits_come_back(secret: int) -> None:
    digits = as_digits(secret)
    assert [len(group) for group in digits.split(" ")] == [4] * 5
    assert digits.replace(" ", "").isascii()
    assert parse(digits) == parse(digits.replace(" ", "")) == secret


@given(SECRETS, LISTS, st.lists(NOISE, min_size=7, max_size=7), INVISIBLE)
def test_blanks_hyphens_breaks_and_bidi_marks_do_not_matter(
    secret: int, language: str, noise: list[str], invisible: str
) -> None:
    for spelt in (as_words(secret, language), as_digits(secret)):
        typed = "".join(
            blank + invisible + part
            for blank, part in zip(noise, [*spelt.split(), ""], strict=False)
        )
        assert parse(typed) == secret


@given(SECRETS, LISTS, st.lists(st.booleans(), min_size=5, max_size=5))
def test_words_written_together_are_taken_apart(
    secret: int, language: str, together: list[bool]
) -> None:
    first, *rest = as_words(secret, language).split()
    typed = first + "".join(
        word if joined else f" {word}" for joined, word in zip(together, rest, strict=True)
    )
    assert parse(typed) == secret


@pytest.mark.parametrize("zero", SCRIPTS.values(), ids=SCRIPTS)
@given(secret=SECRETS)
def test_digits_of_other_scripts_count(zero: str, secret: int) -> None:
    assert parse(in_script(as_digits(secret), zero)) == secret


@given(SECRETS, st.lists(st.sampled_from(list(SCRIPTS.values())), min_size=24, max_size=24))
def test_scripts_may_be_mixed(secret: int, zeros: list[str]) -> None:
    digits = as_digits(secret)
    mixed = [in_script(one, zero) for one, zero in zip(digits, zeros, strict=True)]
    assert parse("".join(mixed)) == secret


def test_letters_of_other_widths_and_capitals_count() -> None:
    words = as_words(SECRET, "en")
    wide = "".join(chr(ord(one) + 0xFEE0) if one.isalpha() else one for one in words)
    assert parse(wide) == SECRET
    assert parse(words.replace("i", "İ")) == SECRET


@given(SECRETS, LISTS, st.integers(0, 5), st.randoms(use_true_random=False))
def test_a_mistyped_word_is_named_with_the_nearest(
    secret: int, language: str, at: int, random: object
) -> None:
    """Its first four letters are right: that is enough to know which it should be."""
    words = as_words(secret, language).split()
    meant = words[at]
    if len(meant) < 4:
        return
    words[at] = meant[:4] + "xq"
    with pytest.raises(CodeError) as fault:
        parse(" ".join(words))
    assert (fault.value.word, fault.value.nearest) == (words[at], meant)


@pytest.mark.parametrize(
    ("typed", "meant"), [("abiliti", "ability"), ("habout", "about"), ("abuot", "about")]
)
def test_a_slip_anywhere_in_the_word(typed: str, meant: str) -> None:
    rest = word_list("en")[100:105]
    with pytest.raises(CodeError) as fault:
        parse(" ".join([*rest, typed]))
    assert (fault.value.word, fault.value.nearest) == (typed, meant)


@given(SECRETS, SECRETS, st.integers(1, 5))
def test_words_of_two_lists_make_no_code(one: int, other: int, cut: int) -> None:
    """What the fewer words belong to is what is off."""
    nb, en = as_words(one, "nb").split(), as_words(other, "en").split()
    mixed = nb[:cut] + en[cut:]
    with pytest.raises(CodeError) as fault:
        parse(" ".join(mixed))
    assert fault.value.word == (mixed[cut] if cut >= 3 else mixed[0])


@pytest.mark.parametrize("count", [1, 5, 7])
def test_too_few_or_too_many_words_name_none(count: int) -> None:
    with pytest.raises(CodeError) as fault:
        parse(" ".join(word_list("en")[:count]))
    assert (fault.value.word, fault.value.nearest) == ("", "")


@given(st.integers(2**BITS, 10**20 - 1))
@example(2**BITS)
def test_digits_past_the_last_secret_are_refused(value: int) -> None:
    with pytest.raises(CodeError):
        parse(str(value))


@pytest.mark.parametrize("size", [1, 4, 16, 19, 21, 24, 255])
def test_another_number_of_digits_is_refused(size: int) -> None:
    for typed in ("1" * size, "0" * size, "٣" * size):
        with pytest.raises(CodeError):
            parse(typed)


RUBBISH = {
    "nothing": "",
    "blanks": " \n\t" * 1000,
    "letters": "a" * 10**6,
    "digits": "1" * 10**6,
    "words": "about " * 170_000,
    "marks": "a" + "\u0301" * 10**6,
    "a ligature of 18 letters": "\ufdfa" * 10**6,
    "the same, short": "\ufdfa" * 256,
    "unknown words": "zqzqzqz " * 32,
    "one long unknown word": "abouta" * 42,
    "surrogates": "\ud800" * 250,
    "nul": "\0" * 250,
    "bidi": "\u202e" * 250,
    "emoji": "👩‍👩‍👧‍👦" * 30,
}


@pytest.mark.parametrize("typed", RUBBISH.values(), ids=RUBBISH)
def test_rubbish_costs_next_to_nothing(typed: str) -> None:
    word_list("nb"), word_list("en")
    best = 1.0
    for _ in range(3):  # The machine is shared: the best of three tells what the work is.
        start = time.perf_counter()
        with pytest.raises(CodeError):
            parse(typed)
        best = min(best, time.perf_counter() - start)
    assert best < 0.05


@given(st.text(max_size=300))
def test_anything_typed_is_a_code_or_a_code_error(typed: str) -> None:
    try:
        secret = parse(typed)
    except CodeError:
        return
    assert 0 <= secret < 2**BITS


def test_drawn_secrets_are_the_seeds_own_and_use_every_bit() -> None:
    seeds = [number.to_bytes(16, "big") for number in range(4000)]
    drawn = [return_code.drawn_from(seed) for seed in seeds]
    assert drawn == [return_code.drawn_from(seed) for seed in seeds]
    assert len(set(drawn)) == len(seeds)
    assert all(0 <= secret < 2**BITS for secret in drawn)
    for bit in range(BITS):
        assert 0.45 < sum(secret >> bit & 1 for secret in drawn) / len(drawn) < 0.55


def test_words_are_drawn_evenly() -> None:
    drawn = [return_code.drawn_from(number.to_bytes(16, "big")) for number in range(4000)]
    used = Counter(word for secret in drawn for word in as_words(secret, "en").split())
    assert len(used) > 2040
    assert max(used.values()) < 40


def test_words_where_there_is_a_list_and_digits_elsewhere() -> None:
    assert spell(SECRET, "en") == as_words(SECRET, "en")
    assert spell(SECRET, "nn") == as_words(SECRET, "nb")
    assert spell(SECRET, "ar") == as_digits(SECRET)
    with pytest.raises(KeyError):
        as_words(SECRET, "ar")


def test_keys_depend_on_every_bit_of_secret_and_pepper() -> None:
    pepper = bytes(32)
    keys = return_code.keys(SECRET, pepper)
    assert (len(keys.lookup_id), len(keys.sender_key)) == (16, 32)
    assert return_code.keys(SECRET, pepper) == keys
    assert keys.lookup_id != keys.sender_key[:16]
    others = [return_code.keys(SECRET ^ 1 << bit, pepper) for bit in (0, 33, 65)]
    others.append(return_code.keys(SECRET, b"\x01" + pepper[1:]))
    seen = {keys.lookup_id, keys.sender_key}
    for other in others:
        assert {other.lookup_id, other.sender_key}.isdisjoint(seen)

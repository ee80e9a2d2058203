"""What the word lists must be for codes to be read, typed and taken apart without doubt."""

from __future__ import annotations

import itertools

import pytest

from sifra.return_code import WORD_LISTS, word_list

each_list = pytest.mark.parametrize("language", WORD_LISTS)


@each_list
def test_eleven_bits_of_different_words_in_order(language: str) -> None:
    words = word_list(language)
    assert len(words) == len(set(words)) == 2048
    assert list(words) == sorted(words)


@each_list
def test_words_that_any_keyboard_writes(language: str) -> None:
    wrong = [
        word
        for word in word_list(language)
        if not (3 <= len(word) <= 8 and word.isascii() and word.isalpha() and word.islower())
    ]
    assert wrong == []


@each_list
def test_four_letters_tell_a_word(language: str) -> None:
    starts = [word[:4] for word in word_list(language)]
    assert sorted({start for start in starts if starts.count(start) > 1}) == []


@each_list
def test_no_word_begins_another(language: str) -> None:
    """Or words written together could be taken apart in two ways. In order, the two are next."""
    pairs = itertools.pairwise(sorted(word_list(language)))
    assert [pair for pair in pairs if pair[1].startswith(pair[0])] == []


def test_no_word_is_in_two_lists() -> None:
    """Or a code could be read in two ways."""
    assert sorted(set(word_list("nb")) & set(word_list("en"))) == []


def test_a_language_without_a_list_has_none() -> None:
    with pytest.raises(KeyError):
        word_list("ar")

"""The search itself: it finds what is there, however it is written."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.privacy.traces import (
    OFTEN,
    files_below,
    spellings_of_address,
    spellings_of_word,
    traces,
)

WORD, ADDRESS = "zulubanåne", "127.83.61.9"


@pytest.mark.parametrize("how", spellings_of_word(WORD))
def test_a_word_is_found(tmp_path: Path, how: str) -> None:
    (tmp_path / "file").write_bytes(b"\x00\xff" * 99 + spellings_of_word(WORD)[how] + b"x")
    assert traces(files_below(tmp_path), [WORD], ADDRESS)


@pytest.mark.parametrize("how", spellings_of_address(ADDRESS))
def test_an_address_is_found(tmp_path: Path, how: str) -> None:
    coded = spellings_of_address(ADDRESS)[how]
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "file").write_bytes(b"\n".join([coded] * OFTEN))
    assert traces(files_below(tmp_path), [WORD], ADDRESS)


@pytest.mark.parametrize("shift", range(3))
def test_a_word_within_a_longer_text_is_found_in_base64(shift: int) -> None:
    coded = base64.b64encode(b"a" * shift + WORD.encode() + b" og noe mer")
    assert traces([("it", coded)], [WORD], ADDRESS)


def test_a_name_of_a_file_counts(tmp_path: Path) -> None:
    (tmp_path / f"x{WORD}").touch()
    assert traces(files_below(tmp_path), [WORD], ADDRESS)


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(range(256)) * 1000)
    assert traces(files_below(tmp_path), [WORD], ADDRESS) == []

"""A telephone number in what somebody wrote stands from left to right, whatever is around it."""

from __future__ import annotations

import pytest

from sifra.web.page import as_written


@pytest.mark.parametrize(
    ("written", "apart"),
    [
        ("تیلفونش 412 34 567 است", ["412 34 567"]),
        ("اتصل بنا: 69 68 20 00 أو 116 111.", ["69 68 20 00", "116 111"]),
        ("رقمي +47 412 34 567", ["+47 412 34 567"]),
        ("رقمي ٤١٢ ٣٤ ٥٦٧", ["٤١٢ ٣٤ ٥٦٧"]),
        # Ages, times and years are read as they were written.
        ("بين 14 15 16", []),
        ("24.12.2026 23:10", []),
        ("<b>41234567</b>", ["41234567"]),
    ],
    ids=["groups of a mobile", "two", "country", "own digits", "ages", "moment", "markup"],
)
def test_a_number_in_groups_is_apart(written: str, apart: list[str]) -> None:
    shown = as_written(written)
    assert shown.count("<bdi") == len(apart)
    for number in apart:
        assert f'<bdi dir="ltr">{number}</bdi>' in shown
    plain = shown.replace('<bdi dir="ltr">', "").replace("</bdi>", "")
    assert plain == written.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("written", ["1 " * 40_000, "1" * 80_000, "11 1 " * 20_000])
def test_a_long_row_of_digits_takes_no_time(written: str) -> None:
    assert as_written(written).striptags().split() == written.split()

"""What goes out in gzip is the page, whoever asks and however often."""

from __future__ import annotations

import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from sifra.web.compressed import Compressed
from tests.reporter.installation import Installation

pages = st.builds(
    lambda before, end, after: before + end + after,
    st.sampled_from([b"<html lang=nb><style>a{}", b"<html lang=ar><style>b{}", b""]) | st.binary(),
    st.sampled_from([b"</style>", b""]),
    st.binary(max_size=4000),
)


@given(st.lists(pages, min_size=1, max_size=8))
def test_every_page_comes_back_whole(some: list[bytes]) -> None:
    compressed = Compressed(Flask(__name__))
    for page in some + some:
        assert gzip.decompress(compressed.compress(page)) == page


def test_what_is_kept_has_an_end() -> None:
    compressed = Compressed(Flask(__name__))
    for number in range(200):
        compressed.compress(b"%d<style>%d</style>" % (number, number))
    assert (len(compressed._heads), len(compressed._styles)) == (32, 32)


def test_one_compressor_serves_every_language() -> None:
    """Each takes a quarter of a MiB."""
    compressed = Compressed(Flask(__name__))
    for tag in (b"nb", b"en", b"ar"):
        compressed.compress(b"<html lang=" + tag + b"><style>a{}</style><p>" + tag)
    assert len(compressed._styles) == 1


def test_threads_do_not_write_into_each_others_pages() -> None:
    compressed = Compressed(Flask(__name__))
    bodies = [b"<style>x</style>" + bytes([number]) * 5000 for number in range(64)]
    with ThreadPoolExecutor(8) as pool:
        packed = list(pool.map(compressed.compress, bodies * 4))
    assert [gzip.decompress(one) for one in packed] == bodies * 4


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1, gzip;q=0.5", True),
        ("*", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("br", False),
    ],
)
def test_only_who_takes_it_gets_it(installed: Installation, accepted: str, packed: bool) -> None:
    client = installed.app.test_client()
    plain = client.get("/nb/about")
    answer = client.get("/nb/about", headers={"Accept-Encoding": accepted})
    assert (answer.headers.get("Content-Encoding") == "gzip") == packed
    assert (gzip.decompress(answer.data) if packed else answer.data) == plain.data
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers.get_all("Vary") == plain.headers.get_all("Vary") == ["Accept-Encoding"]


def test_what_is_no_page_goes_out_as_it_is(installed: Installation) -> None:
    answer = installed.app.test_client().get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert answer.data == b"ok"
    assert "Content-Encoding" not in answer.headers

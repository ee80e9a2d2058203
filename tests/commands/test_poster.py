"""`sifra poster`: the PDF it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from sifra.municipality import shipped_path
from tests.commands.conftest import Sifra
from tests.triage.example_paper import need_fonts, paper
from triage.posters import drawing

BASE = "https://ung.example.no"


@pytest.mark.parametrize(
    ("size", "pages", "codes"), [("a4", 1, 1), ("card", 2, 10)], ids=["a4", "card"]
)
def test_it_writes_a_poster_or_cards(
    sifra: Sifra, environ: dict[str, str], tmp_path: Path, size: str, pages: int, codes: int
) -> None:
    need_fonts()
    output = tmp_path / "poster.pdf"
    said = sifra(
        *("poster", "--for", "school", "--size", size, "--language", "nb", "--second", "ar"),
        *("--address", f"{BASE}/", "--output", str(output)),
    )
    assert said.exit_code == 0, said.output
    assert said.stdout == f"{output}\n"
    with paper(output.read_bytes()) as drawn:
        assert drawn.pages == pages
        assert drawn.codes() == [f"{BASE}/nb/"] * codes


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--for", "police", "--address", BASE), "--for"),
        (("--for", "club", "--address", "http://ung.example.no"), "--address"),
        (("--for", "club", "--address", BASE, "--second", "nb"), "--second"),
        (("--for", "club", "--address", BASE, "--language", "xx"), "--language"),
        (("--for", "club"), "--address"),
        (("--address", BASE), "--for"),
    ],
    ids=["for", "http", "twice", "language", "no address", "for nobody"],
)
def test_wrong_use_is_named(
    sifra: Sifra, environ: dict[str, str], arguments: tuple[str, ...], named: str
) -> None:
    said = sifra("poster", *arguments)
    assert said.exit_code == 2
    assert named in said.stderr


def test_a_language_that_the_municipality_does_not_offer_is_refused(
    sifra: Sifra, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = tmp_path / "ours.toml"
    shipped = shipped_path().read_text("utf-8")
    line = next(one for one in shipped.splitlines() if one.startswith("languages = "))
    ours.write_text(shipped.replace(line, 'languages = ["nb", "en"]'), "utf-8")
    monkeypatch.setenv("SIFRA_MUNICIPALITY", str(ours))
    said = sifra("poster", "--for", "club", "--address", BASE, "--second", "ar")
    assert said.exit_code == 2
    assert "--second" in said.stderr


def test_a_folder_that_is_not_there_is_named(
    sifra: Sifra, environ: dict[str, str], tmp_path: Path
) -> None:
    need_fonts()
    nowhere = tmp_path / "nowhere" / "poster.pdf"
    said = sifra("poster", "--for", "club", "--address", BASE, "--output", str(nowhere))
    assert said.exit_code == 2
    assert "--output" in said.stderr


def test_missing_fonts_are_named_with_where_to_get_them(
    sifra: Sifra, environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(drawing._FONTS, "ARABIC", "Noto Sans That No Machine Has")
    output = tmp_path / "poster.pdf"
    said = sifra(
        *("poster", "--for", "club", "--address", BASE, "--language", "ar"),
        *("--output", str(output)),
    )
    assert said.exit_code == 1
    assert "Noto Sans That No Machine Has" in said.stderr
    assert drawing.WHERE_TO_GET_THEM in said.stderr
    assert not output.exists()

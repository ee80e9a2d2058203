"""Posters and cards: what stands on the paper, where its code leads, and the page that makes it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sifra import municipality
from sifra.catalogues import PAGE_LANGUAGES
from sifra.languages import LANGUAGES
from sifra.municipality import Municipality
from sifra.poster_words import AUDIENCES, poster_words
from tests.language.readability import lix
from tests.triage.example_office import Browser
from tests.triage.example_paper import eye, need_fonts, paper
from triage.posters import drawing, poster
from triage.posters.drawing import DoesNotFit, FontsMissing, Number, Said, Sheet, Side
from triage.posters.posters import AUDIENCE_NAMES, FORMAT_NAMES

BASE = "https://ung.example.no"
LONG_BASE = "https://varsling-for-unge.en-kommune-med-langt-navn.example.no/ung"
ARABIC_LETTERS = "ببب"

# Signs that a font without the language in mind lacks, and how the script runs.
SCRIPTS = {
    "nb": ("ltr", "Blåbærøl på «Måsan», æøå ÆØÅ"),
    "pl": ("ltr", "Zażółć gęślą jaźń"),
    "uk": ("ltr", "Ґанок, їжак, єдність, ім’я"),
    "ru": ("ltr", "Съешь ещё, Щука"),
    "lt": ("ltr", "ąčęėįšųūž ĄČĘĖĮŠŲŪŽ"),
    "ro": ("ltr", "ăâîșț ĂÂÎȘȚ"),
    "tr": ("ltr", "İstanbul ığüşöç"),
    "sq": ("ltr", "Çfarë është"),
    "so": ("ltr", "Waxaad qori kartaa"),
    "ti": ("ltr", "መን ምዃንኩም ኣይንሓትትን። ቋ ቐ"),
    "ar": ("rtl", "لا نسجّل من أنت"),
    "ckb": ("rtl", "شتێک بڵێ، ڕۆژ ڤ گەل چاو پێنج"),
    "fa-AF": ("rtl", "پرسان نمی کنیم گچژ ځ ښ"),
}

needs_fonts = pytest.mark.usefixtures("fonts")


@pytest.fixture
def fonts() -> None:
    need_fonts()


@pytest.fixture
def place() -> Municipality:
    return municipality.load(municipality.shipped_path())


def plain_sheet(
    headline: str, lang: str = "nb", region: str | None = None, *, rtl: bool = False
) -> Sheet:
    said = Said("Politiet", "nb", None, rtl=False)
    side = Side(
        lang,
        region,
        rtl,
        headline,
        (headline,),
        (headline,),
        "Skann",
        "Ring",
        (Number("112", said),),
    )
    return Sheet("a4", "Ung", "Ung", f"{BASE}/nb/", "ung.example.no/nb/", (side,))


@needs_fonts
@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("base", [BASE, LONG_BASE], ids=["short", "long"])
def test_a_code_leads_to_its_page_in_the_first_language(
    place: Municipality, audience: str, base: str
) -> None:
    expected = f"{base}/ar/{AUDIENCES[audience].path}"
    tags = ["ar", "nb"]
    with paper(drawing.draw(poster.sheet(place, audience, "a4", tags, base))) as a4:
        assert a4.pages == 1
        assert a4.codes() == [expected]
        assert expected.removeprefix("https://") in a4.seen()
    with paper(drawing.draw(poster.sheet(place, audience, "card", tags, base))) as cards:
        assert cards.pages == 2
        assert cards.codes(0) == [expected] * 10
        assert cards.codes(1) == []
        assert cards.seen(0).count(expected.split("/")[2]) == 10


@needs_fonts
def test_a_code_can_be_read_from_where_one_stands(place: Municipality) -> None:
    """A telephone reads from about ten times a code's width."""
    for tags, least in ((["nb"], 50), (["nb", "ar"], 40)):
        with paper(drawing.draw(poster.sheet(place, "school", "a4", tags, BASE))) as a4:
            assert a4.widths()[0] >= least
    with paper(drawing.draw(poster.sheet(place, "school", "card", ["nb"], LONG_BASE))) as cards:
        assert min(cards.widths()) >= 20


@needs_fonts
@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(
    "tags",
    [*((tag,) for tag in PAGE_LANGUAGES), *((tag, "nb") for tag in ("ar", "lt", "ti"))],
    ids="-".join,
)
def test_every_word_stands_on_the_poster_and_the_honest_ones_on_the_card(
    place: Municipality, audience: str, tags: tuple[str, ...]
) -> None:
    with (
        paper(drawing.draw(poster.sheet(place, audience, "a4", tags, BASE))) as a4,
        paper(drawing.draw(poster.sheet(place, audience, "card", tags, BASE))) as cards,
    ):
        assert (a4.pages, cards.pages) == (1, 2)
        for tag in tags:
            rtl = LANGUAGES[tag].direction == "rtl"
            words = poster_words(audience, tag)
            on_paper = a4.seen(rtl=rtl)
            for said in (words.headline, *words.about, *words.honest, words.scan):
                assert eye(said, rtl=rtl) in on_paper
            # Two of them stand side by side, and are read across where one takes two lines.
            beside = [words.ring] if len(tags) == 1 else words.ring.split()
            assert [said for said in beside if eye(said, rtl=rtl) not in on_paper] == []
            front, back = (cards.seen(page, rtl=rtl, half=True) for page in (0, 1))
            assert front.count(eye(words.scan, rtl=rtl)) == 5
            for said in (words.about[0], *words.honest, words.ring):
                assert back.count(eye(said, rtl=rtl)) == 5
            # Whoever finds a card does not see from its outside what it is for.
            assert eye(words.headline, rtl=rtl) not in front + back
        for line in poster.numbers(place, audience):
            assert eye(line.number) in a4.seen()
            assert cards.seen(1).count(eye(line.number)) == 10


@needs_fonts
@pytest.mark.parametrize("tag", SCRIPTS)
def test_every_script_is_set_and_runs_its_way(tag: str) -> None:
    direction, sample = SCRIPTS[tag]
    lang, _, region = tag.partition("-")
    rtl = direction == "rtl"
    with paper(drawing.draw(plain_sheet(sample, lang, region or None, rtl=rtl))) as drawn:
        assert drawn.seen(rtl=rtl).count(eye(sample, rtl=rtl)) == 3


@needs_fonts
def test_arabic_letters_are_joined() -> None:
    """Joined letters are narrower than the same three apart."""
    apart = "\N{ZERO WIDTH NON-JOINER}".join(ARABIC_LETTERS)
    widths = []
    for letters in (ARABIC_LETTERS, apart):
        with paper(drawing.draw(plain_sheet(letters, "ar", rtl=True))) as drawn:
            headline = [one for one in drawn.signs() if one.sign == "ب"][:3]
            widths.append(max(one.right for one in headline) - min(one.left for one in headline))
    assert widths[0] < 0.8 * widths[1]


@needs_fonts
@pytest.mark.parametrize("tag", [one.tag for one in LANGUAGES.values()])
def test_what_its_readers_call_a_language_can_be_set(tag: str) -> None:
    """A language that is added later comes in here by itself."""
    here = LANGUAGES[tag]
    lang, _, region = tag.partition("-")
    rtl = here.direction == "rtl"
    with paper(drawing.draw(plain_sheet(here.name, lang, region or None, rtl=rtl))) as drawn:
        assert eye(here.name, rtl=rtl) in drawn.seen(rtl=rtl)


@needs_fonts
def test_numbers_read_from_left_to_right_among_arabic(place: Municipality) -> None:
    for audience, number in (("school", "116 111"), ("parents", "116 117")):
        with paper(drawing.draw(poster.sheet(place, audience, "a4", ["ar"], BASE))) as drawn:
            assert eye(number) in drawn.seen()


@needs_fonts
def test_the_same_sheet_is_the_same_file_and_says_nothing_of_who_made_it(
    place: Municipality,
) -> None:
    sheet = poster.sheet(place, "school", "a4", ["ar", "nb"], BASE)
    made = drawing.draw(sheet)
    assert made == drawing.draw(sheet)
    with paper(made) as drawn:
        assert set(drawn.facts) == {"Title", "Creator"}
        assert drawn.facts["Title"] == place.public_name
        assert drawn.facts["Creator"].startswith("Typst")
    assert b"/Lang(ar)" in made
    assert b"/Marked true" in made


@needs_fonts
@pytest.mark.parametrize(
    "headline", ["Et ord til " * 40, "漢字"], ids=["too long", "a sign that no font has"]
)
def test_what_cannot_be_set_is_said_and_no_box_is_drawn(headline: str) -> None:
    with pytest.raises(DoesNotFit):
        drawing.draw(plain_sheet(headline))


@needs_fonts
def test_a_text_is_never_read_as_markup() -> None:
    with paper(drawing.draw(plain_sheet('#read("/etc/hosts") *fet* $x$'))) as drawn:
        assert eye('#read("/etc/hosts") *fet* $x$') in drawn.seen()


def test_only_numbers_that_are_confirmed_and_always_answer_are_printed(
    place: Municipality,
) -> None:
    assert [line.number for line in poster.numbers(place, "school")] == ["112", "113", "116 111"]
    assert [line.number for line in poster.numbers(place, "parents")] == [
        "112",
        "113",
        "02800",
        "116 117",
    ]
    hours = next(line.hours for line in place.help_lines if line.hours)
    changed: dict[str, Any] = {
        "ambulance": {"confirmed": False},
        "child_alarm": {"always": False, "hours": hours},
    }
    lines = tuple(replace(line, **changed.get(line.id, {})) for line in place.help_lines)
    other = replace(place, help_lines=lines)
    assert [line.number for line in poster.numbers(other, "school")] == ["112"]


@needs_fonts
@pytest.mark.parametrize("format_", poster.FORMATS)
def test_without_a_number_nobody_is_told_to_ring(
    place: Municipality, format_: drawing.Format
) -> None:
    lines = tuple(replace(line, confirmed=False) for line in place.help_lines)
    other = replace(place, help_lines=lines)
    ring = eye(poster_words("school", "nb").ring)
    for town, expected in ((place, True), (other, False)):
        with paper(drawing.draw(poster.sheet(town, "school", format_, ["nb"], BASE))) as drawn:
            assert (ring in drawn.seen(drawn.pages - 1)) is expected


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_13_year_old_can_read_it(audience: str) -> None:
    words = poster_words(audience, "nb")
    assert lix(f"{words.headline}. {' '.join((*words.about, *words.honest, words.ring))}") <= 35


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" https://ung.example.no/ ", "https://ung.example.no"),
        ("https://example.no:8443/si-fra", "https://example.no:8443/si-fra"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("https://ung.example.no/nb", BASE),
        ("https://ung.example.no/ar/parents/missing", BASE),
        ("https://example.no/si-fra/en/", "https://example.no/si-fra"),
        ("https://en.example.no/nb-no", "https://en.example.no/nb-no"),
    ],
)
def test_an_address_of_a_site_is_taken(written: str, kept: str) -> None:
    assert poster.base_address(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ung.example.no",
        "http://ung.example.no",
        "http://127.0.0.1.example.no",
        "ftp://ung.example.no",
        "https://",
        "https://.",
        "https://a..no",
        "https://politi@ung.example.no",
        "https://ung.example.no/?a=b",
        "https://ung.example.no/#nb",
        "https://ung.example.no//",
        "https://ung.example.no:99999",
        "https://ung example.no",
        "https://ung.example.no\nhttps://annet.example.no",
        "https://xn--ung\u202eon.example.no",
        "https://" + "a" * 100 + ".no",
    ],
)
def test_what_is_no_address_of_a_site_is_refused(written: str) -> None:
    with pytest.raises(poster.BadAddress):
        poster.base_address(written)


FORM = {
    "audience": "club",
    "format": "a4",
    "language": "nb",
    "second": "ar",
    "address": f"{BASE}/",
}


def _sent(browser: Browser, **fields: str) -> TestResponse:
    token = browser.get("/posters").find("input", {"name": "csrf_token"})
    assert token is not None
    return browser.client.post("/posters", data={"csrf_token": token["value"], **FORM, **fields})


@needs_fonts
@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "plakat-nb-ar.pdf"),
        ({"format": "card", "second": ""}, "kort-nb.pdf"),
        ({"audience": "parents", "language": "en"}, "plakat-en-ar.pdf"),
    ],
    ids=["poster", "cards", "parents"],
)
def test_the_page_gives_the_file(browser: Browser, fields: dict[str, str], name: str) -> None:
    answer = _sent(browser, **fields)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    wanted = FORM | fields
    path = AUDIENCES[wanted["audience"]].path
    with paper(answer.get_data()) as drawn:
        assert drawn.codes()[0] == f"{BASE}/{wanted['language']}/{path}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("audience", "police"),
        ("format", "a3"),
        ("language", "xx"),
        ("second", "nb"),
        ("second", "xx"),
        ("address", "http://ung.example.no/<b>"),
    ],
)
def test_a_fault_stands_beside_its_field_and_the_rest_is_kept(
    browser: Browser, field: str, value: str
) -> None:
    browser.get("/posters")
    page = browser.post("/posters", 422, **FORM | {field: value})
    assert [one["id"] for one in page.select(".error")] == [f"{field}-error"]
    named = page.select(f'[name="{field}"]')
    assert [one for one in named if str(one.get("aria-describedby")).startswith(f"{field}-error")]
    address = page.find("input", id="address")
    assert address is not None
    assert address["value"] == (value if field == "address" else FORM["address"])
    if field != "audience":
        checked = page.select_one('[name="audience"][checked]')
        assert checked is not None
        assert checked["value"] == "club"


def test_a_form_without_fields_is_answered(browser: Browser) -> None:
    browser.get("/posters")
    page = browser.post("/posters", 422)
    faulty = {one["id"] for one in page.select(".error")}
    assert faulty == {f"{name}-error" for name in ("audience", "format", "language", "address")}


def test_where_fonts_are_missing_the_page_says_how_to_get_them(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(drawing._FONTS, "ARABIC", "Noto Sans That No Machine Has")
    browser.get("/posters")
    page = browser.post("/posters", 422, **FORM)
    said = " ".join(page.get_text(" ").split())
    assert "Noto Sans That No Machine Has" in said
    assert drawing.WHERE_TO_GET_THEM in said
    with pytest.raises(FontsMissing):
        drawing._fonts("ا")


def test_only_the_fonts_that_a_text_needs_must_be_there() -> None:
    assert drawing.families("Ung «Måsan» 112 Ґ ș") == ["Noto Sans"]
    assert set(drawing.families(json.dumps("አ ب", ensure_ascii=False))) == {
        "Noto Sans",
        "Noto Sans Arabic",
        "Noto Sans Ethiopic",
    }


def test_the_page_offers_what_can_be_made(browser: Browser) -> None:
    assert set(AUDIENCE_NAMES) == set(AUDIENCES)
    assert set(FORMAT_NAMES) == set(poster.FORMATS)
    page = browser.get("/queue")
    assert page.find("a", href="/posters") is not None
    page = browser.get("/posters")
    address = page.find("input", id="address")
    assert address is not None
    assert address["value"] == ""
    assert {one["value"] for one in page.select("#second option")} == {"", *PAGE_LANGUAGES}

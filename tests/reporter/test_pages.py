"""Every page a visitor may fetch, in every language, and the ways between them."""

from __future__ import annotations

import gzip

import pytest

from sifra.catalogues import PAGE_LANGUAGES
from tests.reporter.installation import Installation, Visitor
from tests.reporter.pages import Page, check_page

LANGUAGES = PAGE_LANGUAGES
RIGHT_TO_LEFT = ("ar", "ckb", "fa-AF")
FORMS = ("tip", "parents", "mailbox")
PATHS = ("", "tip", "mailbox", "talk", "parents", "about", "accessibility")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_is_a_whole_one_in_its_language(
    visitor: Visitor, language: str, path: str
) -> None:
    page = visitor.get(f"/{language}/{path}")
    assert page.language == language
    assert page.one("html")["dir"] == ("rtl" if language in RIGHT_TO_LEFT else "ltr")
    # The ways to the same page in the other languages.
    where = "formaction" if path in FORMS else "href"
    others = {str(one["lang"]): str(one[where]) for one in page.soup.select(f".langs [{where}]")}
    assert others == _same_page(path, language)


def _same_page(path: str, language: str) -> dict[str, str]:
    return {other: f"/{other}/{path}" for other in LANGUAGES if other != language}


def test_every_inside_link_leads_to_a_page(visitor: Visitor) -> None:
    seen, ahead = set(), ["/nb/"]
    while ahead:
        path = ahead.pop().partition("#")[0]
        if not path or path in seen:
            continue
        seen.add(path)
        page = visitor.get(path)
        links = [str(a["href"]) for a in page.soup.select("a[href]")]
        ahead += [link for link in links if link.startswith("/")]
    assert {f"/{language}/{path}" for language in LANGUAGES for path in PATHS} <= seen


def test_the_first_page_names_the_numbers_before_anything_is_written(visitor: Visitor) -> None:
    assert visitor.get("/nb/").numbers == ["112", "113", "116111"]


def test_no_number_that_is_not_confirmed_stands_on_any_page(
    installed: Installation, visitor: Visitor
) -> None:
    unsure = [n.number for n in installed.settings.municipality.help_lines if not n.confirmed]
    assert unsure
    for path in PATHS:
        text = visitor.get(f"/nb/{path}").main.get_text().replace("\u00a0", " ")
        assert not any(number in text for number in unsure)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "nb"),
        ("en", "en"),
        ("ar-SY,ar;q=0.9,en;q=0.5", "ar"),
        ("nn-NO", "nn"),
        ("no", "nb"),
        ("so,en;q=0.8", "so"),
        ("so", "so"),
        ("en;q=0,ar;q=0.1", "ar"),
        ("*", "nb"),
        (";;;q=x,\xff", "nb"),
    ],
)
def test_the_bare_address_leads_to_the_visitors_language(
    visitor: Visitor, accepted: str, language: str
) -> None:
    page = visitor.get("/", 302, **{"Accept-Language": accepted})
    assert page.response.headers["Location"] == f"/{language}/"
    assert "Accept-Language" in page.response.headers["Vary"]


@pytest.mark.parametrize(
    "path", ["/xx/tip", "/nb/nothing", "/nb/tip/more", "/favicon.ico", "/NB/", "/%00", "/é"]
)
def test_an_unknown_address_is_a_plain_page_with_the_numbers(visitor: Visitor, path: str) -> None:
    page = visitor.get(path, 404, **{"Accept-Language": "ar"})
    assert page.language == ("nb" if path.startswith("/nb/") else "ar")
    assert page.numbers == ["112", "113", "116111"]


@pytest.mark.parametrize("path", ["/nb", "/nb//", "/nb/tip//", "//nb/", "//evil.example/nb"])
def test_a_stray_slash_leads_nowhere_else(installed: Installation, path: str) -> None:
    """Never a redirect: its address would name the scheme and host that the request made up."""
    response = installed.app.test_client().get(
        query_string="text=hemmelig",
        base_url="http://evil.example",
        environ_overrides={"PATH_INFO": path},
    )
    assert response.status_code in (200, 404)
    assert "Location" not in response.headers
    check_page(Page(response), ["hemmelig", "evil"])


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/en/tip", "/en/mailbox", "/en/", "/exit", "/healthz"])
def test_a_wrong_method_is_a_plain_page(installed: Installation, method: str, path: str) -> None:
    response = getattr(installed.app.test_client(), method)(path, data={"text": "noe"})
    assert response.status_code == 405
    assert response.headers["Allow"]
    check_page(Page(response), ["noe"])
    if path.startswith("/en/"):
        assert Page(response).language == "en"


def test_exit_is_never_fetched_by_a_link(visitor: Visitor) -> None:
    """A link that a scanner follows must not throw somebody's form away."""
    visitor.get("/exit", 405)


def test_compressed_pages_are_the_same(installed: Installation) -> None:
    client = installed.app.test_client()
    plain = client.get("/nb/about")
    packed = client.get("/nb/about", headers={"Accept-Encoding": "br, gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data


def test_healthz_is_plain(visitor: Visitor) -> None:
    page = visitor.get("/healthz")
    assert page.response.mimetype == "text/plain"
    assert page.html.strip() == "ok"


def test_no_answer_sets_or_reads_anything_of_the_browser(installed: Installation) -> None:
    """A cookie that is sent all the same changes nothing."""
    client = installed.app.test_client()
    client.set_cookie("session", "abc")
    with_cookie = client.get("/nb/", headers={"User-Agent": "Zkjhasd/1.0", "Referer": "http://x/"})
    assert with_cookie.data == installed.app.test_client().get("/nb/").data
    check_page(Page(with_cookie), ["Zkjhasd"])


def test_the_names_in_the_address_bar_are_neutral(visitor: Visitor) -> None:
    titles = {visitor.get(f"/nb/{path}").one("title").get_text() for path in PATHS}
    assert all(title.endswith("Ung i Indre") for title in titles)


def test_the_way_out_of_the_site_is_what_the_file_says(installed: Installation) -> None:
    for path in PATHS:
        page = Page(installed.app.test_client().get(f"/nb/{path}"))
        assert page.one("form.exit")["data-to"] == installed.settings.municipality.exit_url

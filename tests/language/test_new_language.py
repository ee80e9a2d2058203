"""A further language is a folder, and a line in the municipality's file: no code names it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import write_po

from sifra.catalogues import catalogue_path
from translations import begin, check, terms

ROOMS = ("sifra", "reporter", "translations", "migrations")
FILES = ("babel.cfg", "wsgi.py")
MARK = "‹it›"

# In a process of its own: what languages there are is read when the site is loaded.
VISIT = """
import os, pathlib, re, secrets, wsgi
from sifra import municipality
from sifra.catalogues import PAGE_LANGUAGES
from sifra.erasure import ErasureKeys
from sifra.key_cards import SigningKey
from sifra.migrate import Tree, migrate
from sifra.settings import Home

assert pathlib.Path(municipality.__file__).is_relative_to(os.getcwd())
assert "it" in PAGE_LANGUAGES
home = Home(pathlib.Path(os.environ["SIFRA_HOME"]))
home.public.mkdir(parents=True, mode=0o700)
migrate(home.default_database_url, Tree.CASES)
ErasureKeys(home.erasure_keys).create()
home.pepper.write_text(secrets.token_hex(32))
home.verifier.write_text(SigningKey.generate().verifier().hex())

client = wsgi.reporter().test_client()
led = client.get("/", headers={"Accept-Language": "it-IT,it;q=0.9,en;q=0.5"})
print(led.status_code, led.headers["Location"])
for path in ("/it/", "/it/tip", "/it/parents", "/it/about"):
    page = client.get(path)
    html = page.get_data(as_text=True)
    print(page.status_code, path, 'lang="it" dir="ltr"' in html, html.count("MARK") > 10)
tip = client.get("/it/tip").get_data(as_text=True)
token = re.search('name="token" value="([^"]*)"', tip)[1]
given = {"token": token, "step": "review", "text": "Qualcuno ha un coltello.", "danger": "no"}
review = client.post("/it/tip", data=given)
html = review.get_data(as_text=True)
print(review.status_code, "review", 'lang="it"' in html, "Qualcuno" in html, "MARK" in html)
other = client.get("/nb/").get_data(as_text=True)
print(re.search('<a href="/it/"[^>]*>[^<]*', other)[0])
""".replace("MARK", MARK)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The code and the catalogues, without the language."""
    for room in ROOMS:
        nothing = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(check.ROOT / room, tmp_path / room, ignore=nothing)
    for file in FILES:
        shutil.copy(check.ROOT / file, tmp_path / file)
    return tmp_path


def test_a_new_language_needs_no_code(tree: Path) -> None:
    told = begin.begin("it", tree)
    assert "translations/it/LC_MESSAGES/reporter.po" in told
    path = catalogue_path("reporter", "it", tree / "translations")
    begun = check.faults("reporter", "it", tree)
    assert begun[-1].endswith(" are not translated")
    assert all("not translated" in fault for fault in begun)
    glossary = terms.faults("it", [], tree / "translations" / "glossary")
    assert glossary
    assert all("is empty" in fault for fault in glossary)

    _translate(path)
    assert check.faults("reporter", "it", tree) == []
    check.compile_old(tree)
    file = tree / "municipality.toml"
    shipped = (tree / "sifra" / "municipality.toml").read_text("utf-8")
    file.write_text(
        shipped.replace('languages = ["nb",', 'languages = ["nb", "it",', 1)
        + '\n[translations.it]\n"Ungdomsteamet" = "Gruppo giovani"\n',
        "utf-8",
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tree),
        "SIFRA_HOME": str(tree / "home"),
        "SIFRA_MUNICIPALITY": str(file),
        "SIFRA_SHOW_UNREVIEWED": "1",
    }
    visit = subprocess.run(
        [sys.executable, "-c", VISIT],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert visit.returncode == 0, visit.stderr[-2000:]
    assert visit.stdout.splitlines() == [
        "302 /it/",
        "200 /it/ True True",
        "200 /it/tip True True",
        "200 /it/parents True True",
        "200 /it/about True True",
        "200 review True True True",
        '<a href="/it/" lang="it" dir="ltr" hreflang="it">Italiano',
    ]


def _translate(path: Path) -> None:
    """Put something into every text that has all that it must have."""
    catalogue = check.read(path, "it")
    for message in catalogue:
        if message.id:
            forms = check.forms(message.id)
            said = [f"{MARK} {form}" for form in forms]
            whole = said + said[-1:] * (catalogue.num_plurals - len(said))
            message.string = tuple(whole) if message.pluralizable else said[0]
    with path.open("wb") as file:
        write_po(file, catalogue)


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("", "no language that Babel knows"),
        ("xx", "no language that Babel knows"),
        ("../it", "no language that Babel knows"),
        ("Italian", "no language that Babel knows"),
        ("IT", "is written 'it'"),
        ("fa_AF", "no language that Babel knows"),
        ("nb", "is what the texts are written in"),
        ("so", "is there already"),
    ],
)
def test_what_cannot_be_begun_is_said_in_one_line(tmp_path: Path, tag: str, why: str) -> None:
    (tmp_path / "translations").symlink_to(check.ROOT / "translations")
    with pytest.raises(begin.CannotBegin) as refused:
        begin.begin(tag, tmp_path)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)

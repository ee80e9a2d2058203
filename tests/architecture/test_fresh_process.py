"""The running public site has loaded nothing of the back office, and does without it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SITE = """
import json, os, sys

sys.modules["triage"] = None  # whoever asks for it gets an ImportError

from reporter import create_app
from reporter.warming import warm
from sifra.settings import reporter_settings

app = create_app(reporter_settings({"SIFRA_HOME": sys.argv[1]}))
warm(app)
visitor = app.test_client()
statuses = {path: visitor.get(path).status_code for path in json.loads(sys.argv[2])}
print(json.dumps([statuses, sorted(sys.modules)]))
"""

WATCHING = """
import json, sys
import sifra.serving.gunicorn_logger, sifra.serving.workers
print(json.dumps(sorted(sys.modules)))
"""

OFFICE_ONLY = {
    "alembic",
    "apprise",
    "flask_wtf",
    "gunicorn",
    "holidays",
    "hypothesis",
    "pyotp",
    "pytest",
    "segno",
    "triage",
    "typst",
    "webauthn",
}
"""Parts that the back office, the commands or the tests use and the public site must not load.
``holidays`` is asked in a process that ends: it is large."""

PAGES = ["/", "/nb/", "/en/", "/ar/", "/nb/tip", "/nb/mailbox", "/nb/talk", "/nb/parents"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "pepper").write_text("ab" * 32)
    (tmp_path / "verifier").write_text("cd" * 32)
    return tmp_path


def run(root: Path, code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_public_site_runs_without_the_back_office(root: Path, home: Path) -> None:
    statuses, loaded = json.loads(run(root, SITE, str(home), json.dumps(PAGES)))
    assert statuses == {path: 302 if path == "/" else 200 for path in PAGES}
    rooms = {name for name in loaded if name.split(".")[0] == "triage"}
    assert rooms <= {"triage"}  # the stand-in that refuses
    assert {name.split(".")[0] for name in loaded} & OFFICE_ONLY <= {"triage"}
    assert {"reporter", "sifra.case_store"} <= set(loaded)


@pytest.mark.parametrize(
    ("room", "others"),
    [("sifra.case_store", ("reporter", "triage")), ("triage", ("reporter",))],
)
def test_no_room_asks_for_one_that_it_may_not_know(
    root: Path, room: str, others: tuple[str, ...]
) -> None:
    refused = "; ".join(f"sys.modules[{other!r}] = None" for other in others)
    run(root, f"import sys; {refused}; import {room}")


def test_the_process_that_watches_over_the_others_loads_nothing_of_a_site(
    root: Path,
) -> None:
    loaded = {name.split(".")[0] for name in json.loads(run(root, WATCHING))}
    assert "gunicorn" in loaded
    assert loaded.isdisjoint(
        {"cryptography", "flask", "jinja2", "reporter", "sqlalchemy", "triage", "werkzeug"}
    )

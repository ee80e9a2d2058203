"""`wsgi.py`: each factory starts its own site only, and says what keeps it from starting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Installation

ROOT = Path(__file__).resolve().parents[2]


def _python(program: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("site", "faults"),
    [
        ("reporter", ("verifier: is missing", "SIFRA_TRUSTED_PROXIES:", "public/pepper:")),
        ("triage", ("verifier: is missing", "SIFRA_TRUSTED_PROXIES:", "SIFRA_PLAIN_HTTP:")),
    ],
)
def test_every_fault_is_printed_by_its_path_without_a_traceback(
    site: str, faults: tuple[str, ...], environ: dict[str, str]
) -> None:
    wrong = environ | {"SIFRA_TRUSTED_PROXIES": "many", "SIFRA_PLAIN_HTTP": "perhaps"}
    stopped = _python(f"import wsgi; wsgi.{site}()", wrong)
    assert stopped.returncode == 2
    assert "Traceback" not in stopped.stderr
    for fault in faults:
        assert fault in stopped.stderr


@pytest.mark.parametrize("site", ["reporter", "triage"])
def test_gunicorn_ends_with_the_same_faults(site: str, environ: dict[str, str]) -> None:
    stopped = _python(
        "import sys; from gunicorn.app.wsgiapp import run;"
        f"sys.argv = ['gunicorn', '-c', 'deploy/gunicorn.conf.py', '-b', '127.0.0.1:0',"
        f" 'wsgi:{site}()']; run()",
        environ,
    )
    # gunicorn's own status, of a worker that could not begin.
    assert stopped.returncode == 3
    assert "verifier: is missing; run `sifra init` first" in stopped.stderr
    assert "Traceback" not in stopped.stderr


_STARTED = """
import os, runpy, sys
os.environ["COUNT"] = str(int(os.environ.get("COUNT", 0)) + 1)
if {loses}:
    # As the C library does for a program that has capabilities.
    os.environ.pop("GLIBC_TUNABLES", None)
if int(os.environ["COUNT"]) < 4:
    runpy.run_path("deploy/gunicorn.conf.py")
print(os.environ["COUNT"], os.environ.get("GLIBC_TUNABLES"))
"""


@pytest.mark.parametrize("tunables", [None, "glibc.malloc.arena_max=1", "glibc.malloc.hugetlb=0"])
@pytest.mark.parametrize("loses", [False, True])
def test_gunicorn_is_started_anew_once_at_most(
    tunables: str | None, loses: bool, environ: dict[str, str]
) -> None:
    given = {} if tunables is None else {"GLIBC_TUNABLES": tunables}
    said = _python(_STARTED.format(loses=loses), environ | given).stdout.split()
    assert said[0] in ("1", "2")
    if not loses:
        assert said[1].startswith(tunables or ("None" if said[0] == "1" else "glibc"))


@pytest.mark.parametrize(("site", "other"), [("reporter", "triage"), ("triage", "reporter")])
def test_a_site_loads_nothing_of_the_other(
    site: str, other: str, environ: dict[str, str], installation: Installation
) -> None:
    loaded = _python(
        f"import sys, wsgi; wsgi.{site}();"
        f"print([name for name in sys.modules if name.split('.')[0] in ({other!r}, 'alembic')])",
        environ,
    )
    assert loaded.stdout == "[]\n", loaded.stderr

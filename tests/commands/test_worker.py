"""`sifra worker` as the operator starts it, and what `sifra check` says of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.commands.conftest import Installation, Sifra

_SECONDS = 30
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def _worker(environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", "from triage.commands import main; main()", "worker"],
        cwd=ROOT,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT], ids=["term", "int"])
def test_it_says_whom_it_cannot_tell_and_ends_well(
    installation: Installation, environ: dict[str, str], how: signal.Signals
) -> None:
    notify = "youth_team=mailto://a:b@k.example police=mailto://a:b@k.example"
    with _worker({**environ, "SIFRA_NOTIFY": notify}) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == (
            "the worker runs; SIFRA_NOTIFY has no address for child_welfare, slt\n"
        )
        worker.send_signal(how)
        said, _ = worker.communicate(timeout=_SECONDS)
    assert (worker.returncode, said) == (0, "stopped\n")


@pytest.mark.parametrize(
    ("notify", "faults"),
    [
        pytest.param(
            "youth_taem=mailto://a:hemmelig@k.no",
            ["SIFRA_NOTIFY: entry 1: 'youth_taem' is unknown; did you mean 'youth_team'?"],
            id="unit",
        ),
        pytest.param(
            "mailto://a:hemmelig@k.no?to=b@k.no\npolice=hemmelig",
            [
                "SIFRA_NOTIFY: entry 1 must be written like youth_team=mailtos://…",
                "SIFRA_NOTIFY: entry 2 must be written like youth_team=mailtos://…",
            ],
            id="form",
        ),
        pytest.param(
            "police=mailto://a:hemmelig@k.no police=hemmelig://hemmelig youth_team=mailto://?to=x",
            [
                "SIFRA_NOTIFY: address 2 of police (of an unknown kind) is none that Apprise can "
                "use; see https://appriseit.com/services/",
                "SIFRA_NOTIFY: address 1 of youth_team (mailto) is none that Apprise can use; see "
                "https://appriseit.com/services/",
            ],
            id="address",
        ),
    ],
)
def test_every_wrong_entry_is_named_and_none_is_printed(
    sifra: Sifra,
    installation: Installation,
    monkeypatch: pytest.MonkeyPatch,
    notify: str,
    faults: list[str],
) -> None:
    monkeypatch.setenv("SIFRA_NOTIFY", notify)
    result = sifra("worker")
    assert (result.exit_code, result.output.splitlines()) == (2, faults)
    checked = sifra("check", "--json")
    assert checked.exit_code == 1
    assert json.loads(checked.output)["faults"] == faults
    assert "hemmelig" not in result.output + checked.output


@pytest.mark.parametrize(
    "wrong", ["kontor.no", "ftp://kontor.no", "https://a:b@kontor.no", "https://kontor.no/?a=b"]
)
def test_the_offices_address_is_one_to_follow(
    sifra: Sifra, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("SIFRA_OFFICE_URL", wrong)
    result = sifra("worker")
    assert result.exit_code == 2
    assert result.output.startswith("SIFRA_OFFICE_URL: ")


def test_check_warns_of_units_that_nobody_tells(
    sifra: Sifra, installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def warnings() -> list[str]:
        return [
            warning
            for warning in json.loads(sifra("check", "--json").output)["warnings"]
            if warning.startswith("SIFRA_")
        ]

    untold = "SIFRA_NOTIFY: has no address for {}: nobody there is told of a case"
    audit = (
        "SIFRA_NOTIFY: has no address for audit: nobody is sent where the audit log ends, and one "
        "that was cut off is found only by a head that somebody noted"
    )
    assert warnings() == [untold.format("youth_team, police, child_welfare, slt"), audit]
    notify = "youth_team=mailto://a:b@k.no slt=mailto://a:b@k.no"
    monkeypatch.setenv("SIFRA_NOTIFY", notify)
    assert warnings() == [
        untold.format("police, child_welfare"),
        audit,
        "SIFRA_OFFICE_URL: is not set, so notices have no link to the queue",
    ]
    monkeypatch.setenv("SIFRA_OFFICE_URL", "https://kontor.example.no/")
    assert warnings() == [untold.format("police, child_welfare"), audit]
    monkeypatch.setenv("SIFRA_NOTIFY", f"{notify} audit=mailto://a:b@k.no")
    assert warnings() == [untold.format("police, child_welfare")]

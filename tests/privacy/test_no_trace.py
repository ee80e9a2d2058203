"""End to end: through gunicorn as it is shipped, nothing written anywhere points at the sender."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.privacy.conftest import SENDER, Served, value
from tests.privacy.traces import changed_since, files_below, open_files, traces

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=xyz"
SHARED = [Path(folder) for folder in ("/tmp", "/var/tmp", "/dev/shm")]  # noqa: S108


@pytest.fixture
def words() -> dict[str, str]:
    """Words that nobody else on this machine writes at this moment, by where they are put."""
    names = (
        "text", "more", "urgent", "code", "agent", "path", "query", "field", "file", "body",
        "broken", "late", "about", "when",
    )  # fmt: skip
    return {name: f"{name}zå{secrets.token_hex(5)}ق" for name in names}


@pytest.fixture
def number() -> str:
    """A number to call that nobody else writes at this moment."""
    return f"+4{secrets.randbelow(10**13):013}"


def ascii_only(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word)


def send(site: Served, words: dict[str, str]) -> str:
    """The way of a tip, with everything that a browser sends along. The code, in digits."""
    agent = ascii_only(words["agent"])
    headers = {"User_Agent": agent, "Referer": f"http://{agent}/", "Cookie": f"a={agent}"}
    _, page = site.ask("GET", f"/nb/tip?{ascii_only(words['query'])}=1", b"", FORM, **headers)
    form = {"text": f"Hei {words['text']} hei", "token": value(page, "token"), "danger": "no"}
    status, page = site.ask("POST", "/nb/tip", {**form, "step": "review"}, FORM, **headers)
    assert status == 200
    assert words["text"] in page
    form["token"] = value(page, "token")
    status, page = site.ask("POST", "/nb/tip", {**form, "step": "send"}, FORM, **headers)
    assert status == 200
    found = re.search('data-digits="([0-9 ]+)"', page)
    assert found
    return found[1]


def ask_to_be_called(site: Served, words: dict[str, str], number: str) -> None:
    """The number as somebody types it: kept beside an error, looked over, changed and sent."""
    typed = f"{number[:5]} {number[5:9]}-{number[9:]}"
    _, page = site.ask("GET", "/nb/parents")
    form = {"text": words["about"], "number": typed, "when": words["when"], "spoken": "ti"}
    wrong = {**form, "danger": "?", "step": "review", "token": value(page, "token")}
    for step, given, status in (("review", wrong, 422), ("review", form, 200), ("edit", form, 200)):
        sent = {"token": value(page, "token"), **given, "step": step}
        status_given, page = site.ask("POST", "/nb/parents", sent)
        assert status_given == status
        assert words["when"] in page
    with database_away(site):
        sent = {**form, "step": "send", "token": value(page, "token")}
        assert site.ask("POST", "/nb/parents", sent)[0] == 503
    status, page = site.ask("POST", "/nb/parents", sent)
    assert status == 200
    assert 'id="return-code"' in page


def use_the_mailbox(site: Served, words: dict[str, str], code: str) -> None:
    status, page = site.ask("POST", "/en/mailbox", {"code": code, "step": "open"})
    assert status == 200
    written = {"ticket": value(page, "ticket"), "text": words["more"], "step": "write"}
    assert site.ask("POST", "/en/mailbox", written)[0] == 200
    assert site.ask("POST", "/en/mailbox", written)[0] == 200
    wrong = {"code": f"{words['code']} og fem andre ord her", "step": "open"}
    status, page = site.ask("POST", "/nb/mailbox", wrong)
    assert status == 422
    assert words["code"] in page
    assert site.ask("POST", "/exit", {"ticket": written["ticket"]})[0] == 303


def send_nonsense(site: Served, words: dict[str, str]) -> None:
    """What a broken browser, a scanner or somebody who means harm sends."""
    path, field, body = (ascii_only(words[name]) for name in ("path", "field", "body"))
    assert site.ask("GET", f"/{path}/nb")[0] == 404
    assert site.ask("DELETE", "/nb/tip", {"text": words["field"]})[0] == 405
    unknown = {"text": words["field"], "topic": field, field: field, "step": field, "token": field}
    assert site.ask("POST", "/nb/tip", unknown)[0] == 422
    assert site.ask("POST", "/nb/tip", b"text=%ff" + body.encode())[0] == 422
    large = b"text=" + words["body"].encode() * 150_000
    with contextlib.suppress(OSError):
        assert site.ask("POST", "/nb/tip", large)[0] == 413
    part = b'--xyz\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    file = b'; filename="' + words["file"].encode() + b'"\r\nContent-Type: image/jpeg'
    parts = part % (b"text", b"", words["body"].encode())
    parts += part % (b"f", file, words["file"].encode() * 50_000)
    assert site.ask("POST", "/nb/tip", parts + b"--xyz--\r\n", MULTIPART)[0] == 200
    broken = part % (words["broken"].encode(), b"", words["broken"].encode() * 99)
    assert site.ask("POST", "/nb/tip", broken[:-30], MULTIPART)[0] == 422
    assert site.ask("POST", "/nb/tip", broken * 150, MULTIPART)[0] == 413
    head = f"POST /nb/tip HTTP/1.1\r\nHost: {body}\r\n"
    urlencoded = "Content-Type: application/x-www-form-urlencoded\r\n"
    for request in (
        f"{body}\r\n\r\n",
        f"GET /{path} HTTP/{body}\r\n\r\n",
        f"{body}! /nb/ HTTP/1.1\r\n\r\n",
        f"{head}{field} {field}: {field}\r\n\r\n",
        f"{head}{field}\r\n\r\n",
        f"{head}Content-Length: {field}\r\n\r\n{body}",
        f"{head}Transfer-Encoding: {field}\r\n\r\n{body}",
        f"{head}Transfer-Encoding: chunked\r\n{urlencoded}\r\n5\r\n{body}",
        f"GET /{path * 300} HTTP/1.1\r\n\r\n",
        f"GET /nb/ HTTP/1.1\r\nX-{field}: {field * 900}\r\n\r\n",
        f"GET /nb/ HTTP/1.1\r\nAccept-Language: {field};q={field}\r\nHost: {field}\r\n\r\n",
        f"GET /nb/ HTTP/1.1\r\nX-Forwarded-For: {SENDER}\r\nForwarded: for={SENDER}\r\n\r\n",
        f"PROXY TCP4 {SENDER} {SENDER} 1 2\r\nGET /nb/ HTTP/1.1\r\n\r\n",
        # Cut off in the middle of the text.
        f"{head}Content-Length: 900\r\n{urlencoded}\r\ntext={body}",
    ):
        site.raw(request.encode())


@contextlib.contextmanager
def database_away(site: Served) -> Iterator[None]:
    away = site.database.with_suffix(".away")
    site.database.rename(away)
    yield
    away.rename(site.database)


def provoke_errors(site: Served, words: dict[str, str]) -> None:
    """The database vanishes while people send, and a worker dies."""
    _, page = site.ask("GET", "/nb/tip")
    late = {"text": words["late"], "step": "send", "token": value(page, "token")}
    with database_away(site):
        status, page = site.ask("POST", "/nb/tip", late)
        assert status == 503
        assert words["late"] in page
        assert site.ask("POST", "/nb/mailbox", {**late, "step": "write"})[0] in (409, 503)
        assert site.ask("GET", "/healthz")[0] == 503
    assert site.ask("POST", "/nb/tip", late)[0] == 200
    worker = site.processes()[1]
    os.kill(worker, signal.SIGKILL)
    latest = time.monotonic() + 20
    while f"(pid:{worker}) was sent SIGKILL" not in site.said:
        assert time.monotonic() < latest, site.said
        time.sleep(0.05)
    assert "SIGKILL" in site.said


def test_nothing_written_anywhere_points_at_the_sender(
    served: Served, words: dict[str, str], number: str
) -> None:
    began = time.time() - 1
    code = send(served, words)
    urgent = {**words, "text": f"{words['urgent']} kniv"}
    send(served, urgent)
    use_the_mailbox(served, words, code)
    ask_to_be_called(served, words, number)
    send_nonsense(served, words)
    provoke_errors(served, words)
    assert send(served, words)
    assert served.cases() == 5

    wanted = [*words.values(), *map(ascii_only, words.values()), code, code.replace(" ", "")]
    # Also without the country, in groups, and one group alone.
    wanted += [number, number[1:], number[3:], number[5:], f"{number[:5]} {number[5:9]}"]
    # While it runs: write-ahead logs, files that have no name, and what Redis would keep.
    held = [*files_below(served.folder), *open_files(served.processes())]
    if served.redis is not None:
        held.append(("what Redis holds", served.redis.dump()))
    assert traces(held, wanted, SENDER) == []
    served.stop()
    left = [*files_below(served.folder), *changed_since(began, *SHARED, but=served.folder)]
    assert traces(left, wanted, SENDER) == []
    # Something was written: the log of the faults, and the tips, sealed.
    assert "cannot be used now: SQLITE_CANTOPEN" in served.said
    names = {path.name for path in served.folder.rglob("*") if path.is_file()}
    assert {"cases.sqlite", "said"} <= names
    assert not list((served.folder / "home").rglob("*"))
    assert not list((served.folder / "temp").rglob("*"))

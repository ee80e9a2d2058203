"""Whatever is sent to the public site, it answers, and nothing goes wrong inside."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app

from reporter.forms import CodeForm, MoreForm, ParentForm, TalkForm, TipForm
from sifra.case_store import State
from sifra.sealing import Kind
from tests.reporter.conftest import Install
from tests.reporter.installation import Installation
from tests.reporter.talking import NURSE, give_key, offer

FIELDS = (
    "danger", "text", "topic", "urgency", "place", "readers", "adult", "contact", "interpreter",
    "no_code", "token", "step", "code", "ticket", "number", "when", "home", "offered", "time",
    "handover", "answer", "promise", "job", "spoken", "plain", "written", "guessed",
    "reviewed", "reckoned",
)  # fmt: skip
PATHS = (
    "/", "/nb", "/nb/", "/en/tip", "/nb/tip", "/ar/tip", "/nb/mailbox", "/en/mailbox", "/nb/talk",
    "/nb/parents", "/nb/about", "/ar/accessibility", "/exit", "/healthz", "/xx/tip",
    "/nb/talk/school_nurse", "/ar/talk/youth_team", "/en/talk/nobody", "/ar/parents", "/nb/work",
    "/en/parents/drugs", "/nb/young", "/ar/young/snitching", "/exit/blank", "/exit/out",
    "/static/style.css",
)  # fmt: skip
STEPS = (
    "review", "edit", "send", "kept", "open", "write", "consent", "pick", "forget_number",
    "withdraw", "about", "language", "", "x",
)  # fmt: skip
OFFERED = "2030-11-25T11:00"
KNOWN = (
    "yes", "no", "now", "soon", "drugs", "masan", "youth_team", "police", "y", "adult_conduct",
    "place", "school_nurse", "youth_contact", "here", "meet", "call", "text", "91234567", "none",
    "ar", "ti", "other", "2", OFFERED,
)  # fmt: skip
AWKWARD = ("\0", "\u202e", "\u0301" * 40, "a" * 25_000, "\ud800", "kniv", "1" * 20, "%ff", "\ufffe")


@dataclass
class Target:
    """A running site, real tokens of it, and what its loggers have said."""

    installed: Installation
    real: tuple[str, ...]
    said: list[logging.LogRecord]


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def target(install: Install) -> Iterator[Target]:
    # Without limits: a refusal is no answer to what was sent.
    installed = install(limits=False)
    visitor = installed.visitor()
    give_key(installed, NURSE)
    visitor.get(f"/nb/talk/{NURSE}")
    visitor.press("review", text="Noe har skjedd ved stasjonen.", contact="call", number="91234567")
    sent = visitor.press("send")
    installed.staff(Kind.READ, State.READ)
    assert offer(installed, OFFERED) == 2
    opened = dict(visitor.open(sent.code).filled("write"))
    receipt = dict(sent.filled("kept"))["ticket"]
    kept = Kept()
    installed.app.logger.addHandler(kept)
    yield Target(installed, (sent.code, receipt, opened["token"], opened["ticket"]), kept.records)
    installed.app.logger.removeHandler(kept)


values = st.one_of(
    st.sampled_from(("real:0", "real:1", "real:2", "real:3")),
    st.sampled_from(KNOWN + AWKWARD + STEPS),
    st.text(max_size=60),
    st.text(
        st.characters(categories=["Cf", "Cn", "Co", "Cs", "Mn", "Zl", "Zp", "Nd"]), max_size=30
    ),
)
form = st.lists(
    st.tuples(st.one_of(st.sampled_from(FIELDS), st.text(max_size=8)), values), max_size=12
)
stepped = st.builds(lambda step, rest: [("step", step), *rest], st.sampled_from(STEPS), form)
content_types = st.one_of(
    st.sampled_from(
        (
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-16",
            "multipart/form-data; boundary=xyz",
            "multipart/form-data",
            "application/json",
            "",
        )
    ),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40),
)
headers = st.dictionaries(
    st.sampled_from(
        (
            "Accept-Language",
            "Accept-Encoding",
            "Cookie",
            "Host",
            "Range",
            "If-Modified-Since",
            "X-Forwarded-For",
            "X-HTTP-Method-Override",
            "Origin",
            "Expect",
            "Transfer-Encoding",
        )
    ),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40),
    max_size=4,
)
paths = st.one_of(
    st.sampled_from(PATHS),
    st.builds(
        lambda start, rest: start + rest,
        st.sampled_from(PATHS),
        st.text(st.characters(max_codepoint=255), max_size=20),
    ),
)
addresses = st.sampled_from(("127.0.0.1", "2001:db8::1", "::ffff:10.0.0.1", "", "unix:", "x"))


def ask(target: Target, method: str, path: str, body: bytes, **environ: str) -> int:
    """One request, past every client that would tidy it up. The status of its answer."""
    made = EnvironBuilder(method=method).get_environ()
    made.update(
        {
            "PATH_INFO": path.encode("utf-8").decode("latin-1"),
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            **environ,
        }
    )
    chunks, status, _headers = run_wsgi_app(target.installed.app, made, buffered=True)
    list(chunks)
    return int(status.split()[0])


def encoded(target: Target, fields: list[tuple[str, str]]) -> bytes:
    known = {f"real:{number}": value for number, value in enumerate(target.real)}
    pairs = [
        (name.encode("utf-8", "surrogatepass"), known.get(v, v).encode("utf-8", "surrogatepass"))
        for name, v in fields
    ]
    return urlencode(pairs).encode()


def check(target: Target, status: int) -> None:
    assert status < 500
    assert [record.getMessage() for record in target.said] == []


def test_every_route_and_every_field_is_tried(install: Install) -> None:
    """What is new is tried too."""
    routes = install().app.url_map.bind("127.0.0.1")
    tried = set()
    for path in PATHS:
        for method in ("GET", "POST"):
            with suppress(HTTPException):
                tried.add(routes.match(path, method)[0])
    assert {rule.endpoint for rule in routes.map.iter_rules()} == tried
    forms = (TipForm, TalkForm, ParentForm, MoreForm, CodeForm)
    assert {field.name for form in forms for field in form()} <= {*FIELDS}


# The site is one for all examples: what they leave in it is a part of what is tried.
thorough = settings(
    max_examples=4 * settings().max_examples,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@thorough
@given(path=paths, fields=stepped, address=addresses)
@example(path="/nb/mailbox", fields=[("step", "write"), ("ticket", "real:3")], address="")
@example(path="/nb/tip", fields=[("step", "send"), ("token", "real:2"), ("text", "x")], address="x")
@example(path="/ar/tip", fields=[("step", "about"), ("adult", "youth_contact")], address="")
@example(
    path="/nb/mailbox",
    fields=[("step", "pick"), ("ticket", "real:3"), ("offered", "2"), ("time", OFFERED)],
    address="",
)
@example(path="/nb/mailbox", fields=[("step", "forget_number"), ("ticket", "real:3")], address="")
@example(path="/nb/tip", fields=[("step", "kept"), ("ticket", "real:1")], address="127.0.0.1")
def test_any_form(target: Target, path: str, fields: list[tuple[str, str]], address: str) -> None:
    body = encoded(target, fields)
    kind = "application/x-www-form-urlencoded"
    check(target, ask(target, "POST", path, body, CONTENT_TYPE=kind, REMOTE_ADDR=address))


@thorough
@given(
    method=st.sampled_from(("GET", "POST", "HEAD", "OPTIONS", "PUT", "TRACE", "BREW", "")),
    path=paths,
    query=st.text(st.characters(max_codepoint=255), max_size=20),
    body=st.one_of(st.binary(max_size=300), st.just(b"--xyz\r\n\r\n--xyz--")),
    kind=content_types,
    sent=headers,
    length=st.sampled_from((None, "", "0", "-1", "x", "999999", "99999999999999")),
)
def test_any_bytes(
    target: Target,
    method: str,
    path: str,
    query: str,
    body: bytes,
    kind: str,
    sent: dict[str, str],
    length: str | None,
) -> None:
    environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in sent.items()}
    if length is not None:
        environ["CONTENT_LENGTH"] = length
    check(
        target,
        ask(target, method, path, body, CONTENT_TYPE=kind, QUERY_STRING=query, **environ),
    )

"""What no form of ours sends: an error beside the field with the text kept, or a plain page."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from reporter.forms import LONGEST_TEXT
from sifra.web.request import LARGEST_BODY
from tests.reporter.installation import Installation, Visitor

TEXT = "Gutta fra Mysen skal møtes ved parken."
URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=xyz"
BLANK = {
    "empty": "",
    "spaces": "   \t\r\n  ",
    "combining marks": "\u0301" * 50,
    "hundred thousand marks": "\u0301" * 100_000,
    "nul": "\0\0\0",
    "bidi controls": "\u202e\u2066\u2069\u200f",
    "joiners": "\u200d\u200b\ufeff",
    "hard spaces": "\u00a0\u2003\u3000",
}


def part(name: str, value: bytes, extra: bytes = b"") -> bytes:
    head = b'--xyz\r\nContent-Disposition: form-data; name="' + name.encode() + b'"'
    return head + extra + b"\r\n\r\n" + value + b"\r\n"


@pytest.mark.parametrize("kind", BLANK)
@pytest.mark.parametrize("step", ["review", "edit", "send"])
def test_a_text_that_nobody_could_see_is_asked_for_again(
    installed: Installation, visitor: Visitor, kind: str, step: str
) -> None:
    visitor.get("/en/tip")
    given = {**dict(visitor.page.filled("review")), "text": BLANK[kind], "step": step}
    page = visitor.post("/en/tip", {**given, "topic": "drugs", "danger": "yes"}, 422)
    assert page.error_beside("text")
    assert page.errors() == ["text"]
    assert page.language == "en"
    kept = dict(page.filled("review"))
    assert (kept["topic"], kept["danger"]) == ("drugs", "yes")
    assert not installed.cases()


@pytest.mark.parametrize("field", ["danger", "topic", "urgency", "place", "readers"])
@pytest.mark.parametrize("value", ["unknown", "police", "' OR 1=1 --", "<b>", "x" * 5000, "\u202e"])
def test_an_unknown_choice_is_named_beside_its_field_and_the_text_is_kept(
    installed: Installation, visitor: Visitor, field: str, value: str
) -> None:
    visitor.write(TEXT)
    page = visitor.press("send", 422, **{field: value})
    assert page.error_beside(field)
    assert page.errors() == [field]
    kept = dict(page.filled("review"))
    assert kept["text"] == TEXT
    assert kept.get(field, "") == ""
    assert value[:20] not in page.main.get_text() or value == "police"
    assert not installed.cases()


def test_a_reader_of_the_file_may_be_named(installed: Installation, visitor: Visitor) -> None:
    visitor.send(TEXT, readers="youth_team")
    assert installed.only_case().sealed.readers == ("youth_team",)


@pytest.mark.parametrize(("size", "fits"), [(LONGEST_TEXT, True), (LONGEST_TEXT + 1, False)])
@pytest.mark.parametrize("letter", ["a", "ش", "🙈"])
def test_the_longest_text_fits_in_any_script(
    installed: Installation, visitor: Visitor, size: int, letter: str, *, fits: bool
) -> None:
    text = letter * size
    if fits:
        visitor.send(text)
        assert installed.read().messages()[0].body["text"] == text
        return
    visitor.get("/nb/tip")
    page = visitor.press("review", 422, text=text)
    assert page.error_beside("text")
    assert dict(page.filled("review"))["text"] == text


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("før\0etter", "føretter"),
        ("a\x07b\x1b[31mc\x7f\x85", "ab[31mc"),
        ("linje\rog\r\nlinje\nog\tslutt", "linje\nog\nlinje\nog\tslutt"),
        ("\u202eskjult\u202c", "\u202eskjult\u202c"),
        ("می‌خواهم", "می‌خواهم"),
        ("e\u0301" + "\u0323" * 300, "e\u0301" + "\u0323" * 300),
        ("👩‍👧‍👦 🏳️‍🌈", "👩‍👧‍👦 🏳️‍🌈"),
        ("</textarea><svg onload=alert(1)>", "</textarea><svg onload=alert(1)>"),
        ("%ED%A0%80 {{ 7*7 }} %(who)s", "%ED%A0%80 {{ 7*7 }} %(who)s"),
    ],
)
def test_awkward_text_arrives_as_it_was_written(
    installed: Installation, visitor: Visitor, sent: str, stored: str
) -> None:
    assert visitor.write(sent).one("blockquote").get_text() == stored
    visitor.press("send")
    assert installed.read().messages()[0].body["text"] == stored


@pytest.mark.parametrize(
    "body",
    [
        b"text=Gutta+fra+M%E5san&step=review",
        "text=Gutta fra Måsan&step=review".encode("latin-1"),
        b"text=Gutta+%ED%A0%80&step=review",
        b"text=Gutta+%ff%fe&step=review",
        "text=Gutta".encode("utf-16"),
    ],
    ids=["latin-1 escaped", "latin-1 raw", "lone surrogate", "no utf-8", "utf-16"],
)
def test_letters_of_another_charset_are_asked_about_not_swallowed(
    visitor: Visitor, body: bytes
) -> None:
    page = visitor.raw("/nb/tip", body, URLENCODED, 422)
    assert page.error_beside("text")
    if b"step" in body:
        assert "Gutta" in dict(page.filled("review"))["text"]


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "utf-7", "nonsense", "\u00e6"])
def test_the_charset_that_a_form_claims_is_not_believed(visitor: Visitor, charset: str) -> None:
    body = f"text={quote(TEXT)}&step=review".encode()
    page = visitor.raw("/nb/tip", body, f"{URLENCODED}; charset={charset}", 200)
    assert page.one("blockquote").get_text() == TEXT


@pytest.mark.parametrize("path", ["/nb/tip", "/nb/mailbox", "/exit"])
@pytest.mark.parametrize("content_type", [URLENCODED, BOUNDARY, "text/plain"])
def test_ten_megabytes_are_refused(visitor: Visitor, path: str, content_type: str) -> None:
    body = part("text", b"x" * 10_000_000) if "xyz" in content_type else b"text=" + b"x" * 10**7
    status = 413
    page = visitor.raw(path, body, content_type, status)
    assert page.numbers == ["112", "113", "116111"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--xyz",
        b"--xyz\r\n",
        b"--xyz\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xyz--",
        b"--abc\r\n\r\n--abc--",
        part("text", TEXT.encode()),
        part("text", TEXT.encode())[:60],
        b"--xyz\r\n" + b"X: " + b"y" * 100_000,
        part("text", b"x", b"\r\nContent-Type: text/plain; charset=utf-16"),
        b"".join(part(f"f{number}", b"") for number in range(200)) + b"--xyz--",
        b"\xff\xfe\x00" * 100,
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "kind", [BOUNDARY, "multipart/form-data", "multipart/form-data; boundary="]
)
def test_broken_multipart_is_an_empty_form_or_a_plain_page(
    visitor: Visitor, body: bytes, kind: str
) -> None:
    response = visitor.client.post("/nb/tip", data=body, content_type=kind)
    visitor._look(response, response.status_code)
    assert 400 <= response.status_code < 500
    assert response.status_code != 422 or visitor.page.error_beside("text")


@contextmanager
def files_opened() -> Iterator[list[str]]:
    """The files that this process opens for writing, by whatever name or without one."""
    opened: list[str] = []
    watching = [True]

    def hook(event: str, args: tuple[object, ...]) -> None:
        if watching and event == "open":
            path, mode, flags = args
            if (mode and set(str(mode)) & set("wax+")) or (isinstance(flags, int) and flags & 3):
                opened.append(str(path))
        elif watching and event.startswith("tempfile."):
            opened.append(event)

    sys.addaudithook(hook)
    yield opened
    watching.clear()


def test_a_file_is_thrown_away_as_it_comes(visitor: Visitor) -> None:
    """Also one that is large: Werkzeug would put it into a temporary file."""
    visitor.get("/nb/tip")
    attached = b'; filename="a.jpg"\r\nContent-Type: image/jpeg'
    body = (
        part("text", TEXT.encode())
        + part("image", b"\xff\xd8hemmelig" * 100_000, attached)
        + part("step", b"review")
        + b"--xyz--\r\n"
    )
    assert len(body) < LARGEST_BODY
    with files_opened() as opened:
        page = visitor.raw("/nb/tip", body, BOUNDARY, 200)
    assert page.one("blockquote").get_text() == TEXT
    assert opened == ["/dev/null"]


def test_a_file_in_the_place_of_the_text_is_no_text(visitor: Visitor) -> None:
    attached = b'; filename="a.txt"\r\nContent-Type: text/plain'
    body = part("text", TEXT.encode(), attached) + b"--xyz--\r\n"
    assert visitor.raw("/nb/tip", body, BOUNDARY, 422).error_beside("text")


def test_fields_that_come_twice_count_once(installed: Installation, visitor: Visitor) -> None:
    visitor.write(TEXT)
    twice = [(n, v) for n, v in visitor.page.filled("send") for _ in range(2)]
    visitor.post("/nb/tip", [*twice, ("text", "Noe helt annet."), ("step", "edit")])
    assert installed.read().messages()[0].body["text"] == TEXT


@pytest.mark.parametrize("step", ["", "nothing", "SEND", "send ", "delete", "\0"])
def test_an_unknown_step_sends_nothing(
    installed: Installation, visitor: Visitor, step: str
) -> None:
    visitor.write(TEXT)
    form = {**dict(visitor.page.filled("send")), "step": step}
    assert visitor.post("/nb/tip", form).one("blockquote").get_text() == TEXT
    assert not installed.cases()
    visitor.get("/nb/mailbox")
    assert visitor.post("/nb/mailbox", {"step": step, "code": "1"}, 422).error_beside("code")


@pytest.mark.parametrize("kind", BLANK)
def test_an_empty_message_in_the_mailbox_is_asked_for_again(
    installed: Installation, visitor: Visitor, kind: str
) -> None:
    visitor.open(visitor.send(TEXT).code)
    assert visitor.press("write", 422, text=BLANK[kind]).error_beside("text")
    assert len(installed.read().messages()) == 1


def test_a_message_that_is_too_long_is_kept(visitor: Visitor) -> None:
    visitor.open(visitor.send(TEXT).code)
    long = "å" * (LONGEST_TEXT + 1)
    page = visitor.press("write", 422, text=long)
    assert page.error_beside("text")
    assert dict(page.filled("write"))["text"] == long


@pytest.mark.parametrize("typed", ["\0\x0b\x1f", "<script>", "a\0b" * 6])
def test_a_code_of_strange_signs_is_a_wrong_code(visitor: Visitor, typed: str) -> None:
    visitor.get("/nb/mailbox")
    assert visitor.press("open", 422, code=typed).error_beside("code")

"""What a log line or a traceback could show of an object: no key and nothing that was said."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import sifra
from sifra import return_code, settings
from sifra.key_cards import SigningKey
from sifra.municipality import load, shipped_path
from sifra.sealing import PrivateKey
from tests.sifra.example_cases import Example

SECRET = bytes(range(65, 97))
SECRET_FIELD_NAMES = ("key", "raw", "pepper", "secret", "private", "url", "environ", "body")


def core_dataclasses() -> list[type]:
    found = []
    for module in pkgutil.iter_modules(sifra.__path__, "sifra."):
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if dataclasses.is_dataclass(one) and one.__module__ == module.name:
                found.append(one)
    return found


@pytest.mark.parametrize("one", core_dataclasses(), ids=lambda one: one.__qualname__)
def test_no_field_that_is_named_like_a_secret_is_in_a_repr(one: type) -> None:
    shown = [field.name for field in dataclasses.fields(one) if field.repr]
    named = [name for name in shown if any(word in name for word in SECRET_FIELD_NAMES)]
    assert set(named) <= {"exit_url", "withdrawn_held"}


def test_the_views_show_no_key_and_no_word(conversation: Example) -> None:
    reader, sender = conversation.reader(), conversation.sender()
    private = conversation.holders["youth_team"]
    things = [conversation.sealed, reader, sender, private, *reader.messages()]
    shown = "".join(map(repr, things))
    for key in (conversation.sealed.erasure_key, sender.answer_key, private.raw):
        assert repr(key)[2:-1] not in shown
        assert key.hex() not in shown
    for message in reader.messages():
        text = str(message.body["text"])
        assert not text or text not in shown
    assert "Message(sequence=0" in shown


@pytest.mark.parametrize(
    "thing",
    [
        PrivateKey(SECRET),
        SigningKey(SECRET),
        return_code.CodeKeys(SECRET, SECRET),
        settings.ReporterSettings(
            home=settings.Home(Path("var")),
            database_url="postgresql://sifra:ABCDEFGH@db/cases",
            municipality=load(shipped_path()),
            verifier=b"",
            pepper=SECRET,
            limiter_storage="redis://:ABCDEFGH@cache/0",
        ),
        settings.TriageSettings(
            home=settings.Home(Path("var")),
            database_url="postgresql://sifra:ABCDEFGH@db/cases",
            municipality=load(shipped_path()),
            verifier=b"",
            staff_database_url="postgresql://sifra:ABCDEFGH@db/staff",
        ),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_secrets_are_not_shown(thing: object) -> None:
    for shown in (repr(thing), str(thing), f"{thing}"):
        assert "ABCDEFGH" not in shown
        assert SECRET.hex() not in shown


def test_a_code_error_says_nothing_of_what_was_typed() -> None:
    error = return_code.CodeError("hemmelig", "hemmelighet")
    assert "hemmelig" not in f"{error} {error!r}"

"""Former key cards: signed once, and worth nothing since a later one was pinned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sifra.key_cards import KeyCardError, SigningKey, read_pins
from sifra.key_pins import KeyPins
from sifra.sealing import PrivateKey
from tests.sifra.conftest import Folder


@pytest.fixture
def signing() -> SigningKey:
    return SigningKey.generate()


@pytest.fixture
def pins(tmp_path: Path) -> KeyPins:
    return KeyPins(tmp_path / "key-pins")


def test_without_a_file_every_signed_card_stands(pins: KeyPins, signing: SigningKey) -> None:
    assert pins.lowest(signing.verifier()) == {}


def test_what_was_written_is_noticed_without_a_restart(
    pins: KeyPins, signing: SigningKey, tmp_path: Path
) -> None:
    reading = KeyPins(tmp_path / "key-pins")
    for serial in (2, 3):
        pins.write(signing.sign_pins({"police": serial}))
        assert reading.lowest(signing.verifier()) == {"police": serial}
    assert [path.name for path in tmp_path.iterdir()] == ["key-pins"]
    assert (tmp_path / "key-pins").stat().st_mode & 0o222 == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda found: {**found, "serials": {"police": 1}},
        lambda found: {**found, "signature": "00" * 64},
        lambda found: {"serials": found["serials"]},
        lambda found: [found],
        lambda found: {**found, "serials": {"police|slt": 2}},
    ],
    ids=["lower", "forged", "unsigned", "other", "bar"],
)
def test_a_file_that_is_not_signed_is_an_error(
    signing: SigningKey, change: Callable[[dict[str, object]], object]
) -> None:
    found = json.loads(signing.sign_pins({"police": 2}))
    with pytest.raises(KeyCardError, match="not signed"):
        read_pins(json.dumps(change(found)), signing.verifier())
    with pytest.raises(KeyCardError):
        read_pins(signing.sign_pins({"police": 2}), SigningKey.generate().verifier())


@pytest.mark.parametrize("text", ["", "é", "[" * 100_000, "{}"])
def test_any_other_file_is_an_error_too(
    pins: KeyPins, signing: SigningKey, tmp_path: Path, text: str
) -> None:
    (tmp_path / "key-pins").write_text(text, "utf-8")
    with pytest.raises(KeyCardError):
        pins.lowest(signing.verifier())


def test_a_former_card_that_was_put_back_stops_sealing(
    folder: Folder, pins: KeyPins, signing: SigningKey
) -> None:
    """Somebody who can write to the database, and knows the key of a unit's former member."""
    store, verifier = folder.store, signing.verifier()
    store.pins = pins
    former = signing.sign("police", 1, PrivateKey.generate())
    now = signing.sign("police", 2, PrivateKey.generate())
    store.put_card(now)
    pins.write(signing.sign_pins({"police": 2}))
    assert store.public_keys(["police"], verifier) == {"police": now.public}
    store.put_card(former)
    with pytest.raises(KeyCardError, match="former"):
        store.public_keys(["police"], verifier)

"""The floor: what a tip cannot do without, in three empty Flask answers.

Its own cryptography (one Argon2id, two wraps, one checked card, the seals, the one of the
picture among them) and one durable commit of the bytes that a case takes; no page, no form, no
limits, no language.
"""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from sifra import conversation, return_code
from sifra.key_cards import SigningKey
from sifra.picture_events import Event, seal_event
from sifra.sealing import PrivateKey

_TEXT = "beef fredag kl 19 på måsan, noen fra Ski kommer, ikke si det var meg"
_OSLO = ZoneInfo("Europe/Oslo")


def create_app() -> Flask:
    """``GET /`` is empty; ``POST /send`` seals and commits, and is empty."""
    app = Flask(__name__, static_folder=None)
    path = Path(os.environ["SIFRA_HOME"]) / "floor.sqlite"
    with sqlite3.connect(path) as first:
        first.execute("PRAGMA journal_mode=WAL")
        first.execute(
            "CREATE TABLE IF NOT EXISTS floor (id TEXT PRIMARY KEY, sealed BLOB) WITHOUT ROWID"
        )
    signing = SigningKey.generate()
    card = signing.sign("youth_team", 1, PrivateKey.generate())
    picture = PrivateKey.generate().public()
    connections: dict[int, sqlite3.Connection] = {}

    @app.get("/")
    def empty() -> str:
        return ""

    @app.post("/send")
    def send() -> str:
        secret = return_code.drawn_from(os.urandom(32))
        keys = return_code.keys(secret, bytes(32))
        public = card.check(signing.verifier(), "youth_team")
        sealed = conversation.begin(
            {"text": _TEXT}, {"excerpt": _TEXT}, {"youth_team": public}, keys.sender_key
        )
        now = dt.datetime.now(dt.UTC)
        event = Event.sent(now, _OSLO, topic="", place="", language="nb", lane="tip")
        counted = seal_event(event, picture)
        connection = connections.get(os.getpid())
        if connection is None:
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA synchronous=FULL")
            connections[os.getpid()] = connection
        whole = b"".join([sealed.summary, sealed.head, *sealed.wraps.values(), *sealed.messages])
        whole += counted.id + counted.sealed
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO floor VALUES (?, ?)", (sealed.id, whole))
        connection.execute("COMMIT")
        return ""

    return app

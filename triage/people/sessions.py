"""Sessions that a thief of the database cannot read.

Somebody signed in has a row, sealed under a key that stands in their cookie and nowhere else;
the unlocked private key lives there. A visitor has no row, or a crowd at the sign-in page could
fill the disk: their cookie, under another name, only ties the sign-in form to their browser.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, Request, Response, current_app, g, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import Engine, delete, insert, select, update
from werkzeug.datastructures import CallbackDict

from sifra.clock import Clock
from sifra.database import Conflict, StoreUnavailable, reading, writing
from sifra.sealing import KEY_BYTES, PrivateKey, SealError, derive, new_key, seal, unseal
from triage.keys import Unlocked
from triage.people.session_ends import over
from triage.staff_tables import sessions

_SEEN_EVERY = 60
_ID_BYTES = 16
_TOKEN = "csrf_token"  # noqa: S105 (Flask-WTF's name for it)


@dataclass(frozen=True, slots=True)
class Listed:
    """A session, as its owner sees it: neither from where nor with what. ``name`` is its hash;
    times are Unix seconds (UTC)."""

    name: str
    created: int
    seen: int


class StaffSession(CallbackDict[str, Any], SessionMixin):
    """The session of a request: a visitor's until :meth:`Sessions.begin` gives it an account."""

    def __init__(self, key: bytes, content: dict[str, Any], *, new: bool = False) -> None:
        super().__init__(content, on_update=_mark_modified)
        self.key = key
        self.new = new
        self.modified = False
        self.id = b""
        self.account_id = ""
        self.created = 0
        self.seen = 0
        self.fault: StoreUnavailable | None = None
        """Why it is not known whether somebody is signed in."""

    @property
    def unlocked(self) -> Unlocked | None:
        """Who is signed in, with their private key; None for a visitor."""
        if not self.account_id:
            return None
        private = PrivateKey(bytes.fromhex(self["private"]))
        return Unlocked(self.account_id, private, self.get("totp", ""), self.get("proof", ""))

    def binding(self) -> tuple[str | int, ...]:
        """The time it began is bound in, so that nobody can make it last longer."""
        return ("staff-session", _hashed(self.id).hex(), self.account_id, self.created)

    @property
    def name(self) -> str:
        """As in :meth:`Sessions.of`."""
        return _hashed(self.id).hex()

    def cookie(self) -> str:
        return _encoded(self.id + self.key)


def current() -> StaffSession:
    """The session of the request at hand."""
    assert isinstance(session, StaffSession)  # noqa: S101 (narrows the type)
    return session


def store() -> Sessions:
    """Where the running back office keeps its sessions."""
    found = current_app.session_interface
    assert isinstance(found, Sessions)  # noqa: S101 (narrows the type; set in create_app)
    return found


class Sessions(SessionInterface):
    """``secure`` is False on the demo's plain HTTP only."""

    def __init__(self, engine: Engine, *, secure: bool) -> None:
        self._engine = engine
        self._secure = secure
        self._clock = Clock()
        prefix = "__Host-" if secure else ""
        self.cookie_name = f"{prefix}sifra"
        # Apart, because a link from elsewhere comes without the SameSite=Strict cookie: the
        # sign-in page that it leads to must not take the place of a session that goes on.
        self.visitor_cookie_name = f"{prefix}sifra-form"

    def open_session(self, app: Flask, request: Request) -> StaffSession:  # noqa: ARG002
        given = _decoded(request.cookies.get(self.cookie_name), _ID_BYTES + KEY_BYTES)
        fault = None
        if given:
            try:
                found = self._find(given[:_ID_BYTES], given[_ID_BYTES:])
            except StoreUnavailable as unavailable:
                fault = unavailable
            else:
                if found is not None:
                    return found
        visitor = _visitor(_decoded(request.cookies.get(self.visitor_cookie_name), KEY_BYTES))
        visitor.fault = fault
        return visitor

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, StaffSession)  # noqa: S101 (narrows the type)
        if not session.account_id:
            if session.new and _TOKEN in g:
                self._set_cookie(response, self.visitor_cookie_name, _encoded(session.key))
            return
        if session.new:
            self._set_cookie(response, self.cookie_name, session.cookie())
            return
        now = self._clock.now()
        if session.modified or now - session.seen >= _SEEN_EVERY:
            values: dict[str, Any] = {"seen": now}
            if session.modified:
                values["sealed"] = _sealed(session)
            try:
                with writing(self._engine) as connection:
                    connection.execute(
                        update(sessions)
                        .where(sessions.c.id_hash == _hashed(session.id))
                        .values(values)
                    )
            except (StoreUnavailable, Conflict):
                # What the page did is done; the session only seems idle for longer.
                app.logger.warning("a session could not be updated")

    def begin(self, session: StaffSession, who: Unlocked) -> None:
        """Turn a visitor's session into a new one, under a new id: an id that somebody planted
        before sign-in is worth nothing after it. Raises StoreUnavailable."""
        session.clear()
        session.update(
            private=who.private.raw.hex(),
            totp=who.totp_secret,
            proof=who.proof,
            csrf_token=secrets.token_hex(32),
        )
        session.id, session.key = os.urandom(_ID_BYTES), new_key()
        session.account_id = who.account_id
        session.created = session.seen = now = self._clock.now()
        session.new = True
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(over(now)))
            connection.execute(
                insert(sessions).values(
                    id_hash=_hashed(session.id),
                    account_id=session.account_id,
                    sealed=_sealed(session),
                    created=now,
                    seen=now,
                )
            )

    @property
    def secure(self) -> bool:
        """Is the site reached by HTTPS alone?"""
        return self._secure

    def end(self, session: StaffSession) -> None:
        """Delete the row: the cookie opens nothing from then on. Raises StoreUnavailable."""
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.id_hash == _hashed(session.id)))
        session.clear()
        session.account_id = ""
        session.new = False

    def of(self, account_id: str) -> list[Listed]:
        """Somebody's sessions that go on, the one used last first. Raises StoreUnavailable."""
        now = self._clock.now()
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(sessions.c.id_hash, sessions.c.created, sessions.c.seen)
                .where(sessions.c.account_id == account_id, ~over(now))
                .order_by(sessions.c.seen.desc(), sessions.c.created.desc(), sessions.c.id_hash)
            ).all()
        return [Listed(row.id_hash.hex(), row.created, row.seen) for row in rows]

    def end_others(self, account_id: str, only: str = "", keep: str = "") -> None:
        """End somebody's sessions: all but ``keep``, or ``only`` one. Raises StoreUnavailable."""
        of_whom = sessions.c.account_id == account_id
        if keep:
            of_whom &= sessions.c.id_hash != bytes.fromhex(keep)
        if only:
            of_whom &= sessions.c.id_hash == bytes.fromhex(only)
        with writing(self._engine) as connection:
            connection.execute(delete(sessions).where(of_whom))

    def _find(self, session_id: bytes, key: bytes) -> StaffSession | None:
        with reading(self._engine) as connection:
            row = connection.execute(
                select(sessions).where(
                    sessions.c.id_hash == _hashed(session_id), ~over(self._clock.now())
                )
            ).first()
        if row is None:
            return None
        found = StaffSession(key, {})
        found.id, found.account_id = session_id, row.account_id
        found.created, found.seen = row.created, row.seen
        try:
            found.update(json.loads(unseal(key, row.sealed, *found.binding())))
        except (SealError, ValueError):
            return None
        found.modified = False
        return found

    def _set_cookie(self, response: Response, name: str, value: str) -> None:
        response.set_cookie(
            name, value, path="/", secure=self._secure, httponly=True, samesite="Strict"
        )


def _mark_modified(session: CallbackDict[str, Any]) -> None:
    assert isinstance(session, StaffSession)  # noqa: S101 (narrows the type)
    session.modified = True


def _visitor(key: bytes) -> StaffSession:
    used = key or new_key()
    token = derive(used, "visitor-form").hex()
    return StaffSession(used, {_TOKEN: token}, new=not key)


def _sealed(session: StaffSession) -> bytes:
    return seal(session.key, json.dumps(dict(session)).encode(), *session.binding())


def _hashed(session_id: bytes) -> bytes:
    return hashlib.sha256(session_id).digest()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _decoded(value: str | None, size: int) -> bytes:
    """The bytes of a cookie; none when it is not one of ours."""
    try:
        raw = base64.b64decode((value or "").encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    return raw if len(raw) == size else b""

"""Who is asking: every page but sign-in and the health check is given its member."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from flask import abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.exceptions import Unauthorized

from sifra.catalogues import SOURCE_LANGUAGE, translated
from sifra.database import StoreUnavailable, reading
from sifra.key_cards import PICTURE
from sifra.languages import best
from sifra.sealing import PrivateKey
from triage.keys import Unlocked, proof_of
from triage.office import office
from triage.people import held_keys, sessions
from triage.permissions import Permission, may
from triage.staff_tables import accounts

LANGUAGES = (SOURCE_LANGUAGE, *translated("triage"))
"""Of the back office's pages (BCP 47)."""

PAGES = {
    "/queue": Permission.READ,
    "/interpreting": Permission.INTERPRET,
    "/audit": Permission.AUDIT,
    "/staff": Permission.STAFF,
}
"""Where each may begin."""

P = ParamSpec("P")

_OF_MEMBER = (
    accounts.c.display,
    accounts.c.role,
    accounts.c.language,
    accounts.c.let_in,
    accounts.c.salt,
    accounts.c.private_key,
    accounts.c.totp_secret,
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the staff, signed in. ``display`` is a role, never a person's name."""

    id: str
    display: str
    role: str
    language: str
    unlocked: Unlocked
    let_in: bool = True
    """A leader has let them in; until then they see what is their own."""

    def may(self, permission: Permission) -> bool:
        return may(self.role, permission) and (self.let_in or permission is Permission.OWN)

    @property
    def home(self) -> str:
        """The page that they come to: the first that they may see."""
        if not self.let_in:
            return "/waiting"
        return next((path for path, needed in PAGES.items() if self.may(needed)), "/profile")

    def unit_keys(self) -> dict[str, tuple[PrivateKey, ...]]:
        """The private keys of each unit that the member reads as, the newest first. Raises
        SealError."""
        held = held_keys.held(office().staff, self.unlocked)
        held.pop(PICTURE, None)
        return held if self.may(Permission.READ) else {}

    def picture_keys(self) -> tuple[PrivateKey, ...]:
        """The picture's private keys, the newest first; none when the member holds none. Raises
        SealError."""
        held = held_keys.held(office().staff, self.unlocked)
        return held.get(PICTURE, ()) if self.may(Permission.READ) else ()


def current_member() -> Member | None:
    """Who is signed in, or None. Raises StoreUnavailable."""
    if "member" not in g:
        session = sessions.current()
        if session.fault is not None:
            raise session.fault
        g.member = _member(session.unlocked)
    member: Member | None = g.member
    return member


def member_or_none() -> Member | None:
    """Who is signed in, as far as is known: for what stands around a page."""
    try:
        return current_member()
    except StoreUnavailable:
        return None


def check_session() -> None:
    """Before anything else is looked at: is it known who asks? Raises StoreUnavailable."""
    if request.endpoint != "healthz":
        current_member()


def page_language() -> str:
    """The member's language; a visitor's as asked for in the address or by the browser."""
    member = member_or_none()
    if member is not None and member.language in LANGUAGES:
        return member.language
    asked = request.args.get("language", "")
    return asked if asked in LANGUAGES else best(request.accept_languages, LANGUAGES)


def for_members(
    permission: Permission,
) -> Callable[
    [Callable[Concatenate[Member, P], ResponseReturnValue]], Callable[P, ResponseReturnValue]
]:
    """A page for those who have ``permission``: its first argument is the member who asks."""

    def decorate(
        view: Callable[Concatenate[Member, P], ResponseReturnValue],
    ) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            member = current_member()
            if member is None:
                # What was written comes back with a way to sign in: see triage.kept.
                if request.method == "POST":
                    raise Unauthorized
                return redirect(url_for("sign_in.form"), 303)
            if not member.may(permission):
                abort(403)
            return view(member, *args, **kwargs)

        return guarded

    return decorate


def _member(unlocked: Unlocked | None) -> Member | None:
    if unlocked is None:
        return None
    with reading(office().staff) as connection:
        row = connection.execute(
            select(*_OF_MEMBER).where(
                accounts.c.id == unlocked.account_id, accounts.c.gone.is_(None)
            )
        ).first()
    if row is None or not hmac.compare_digest(proof_of(row), unlocked.proof):
        return None
    return Member(
        unlocked.account_id, row.display, row.role, row.language, unlocked, row.let_in is not None
    )

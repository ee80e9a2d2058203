"""What is entered in the audit log, and with which fields. None has room for anybody's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType

_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NAME = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NUMBER = re.compile(r"\d{1,12}", re.ASCII)
_HANDOVER = {"handover": _ID, "to": _NAME, "whole": _NUMBER, "ground": _NAME}
"""``ground`` is a legal ground of the municipality's file, or ``consent``."""
_NO_FIELDS: Mapping[str, re.Pattern[str]] = MappingProxyType({})


class Scope(Enum):
    """What an entry is about, beside who did it."""

    ACCOUNT = (False, False)
    UNIT = (True, False)
    CASE = (True, True)
    INTERPRETED = (False, True)
    """A case, by an interpreter: they belong to no unit."""


class Action(StrEnum):
    """What is entered, and the fields that each entry declares. None of them has room for what
    anybody wrote."""

    SIGN_IN = "sign-in", Scope.ACCOUNT, _NO_FIELDS
    SIGN_IN_REFUSED = "sign-in-refused", Scope.ACCOUNT, _NO_FIELDS
    """For an account that there is. A username that nobody has may be a passphrase, mistyped."""
    SIGN_OUT = "sign-out", Scope.ACCOUNT, _NO_FIELDS
    LOOK = "look", Scope.CASE, {"messages": _NUMBER}
    """The case was shown, with so many messages."""
    READ = "read", Scope.CASE, {"message": _NUMBER}
    """``message`` is the place in the conversation that the deed was to take, from 0."""
    ANSWER = "answer", Scope.CASE, {"message": _NUMBER}
    CLOSE = "close", Scope.CASE, {"message": _NUMBER}
    CLOSE_FIXED = "close-fixed", Scope.CASE, {"message": _NUMBER}
    """Closed as mended, and the sender told so."""
    REOPEN = "reopen", Scope.CASE, {"message": _NUMBER}
    BULK_CLOSE = "bulk-close", Scope.CASE, {"message": _NUMBER, "reason": _NAME}
    OFFER = "offer", Scope.CASE, {"message": _NUMBER}
    """Offered times to meet."""
    NUMBER_DELETED = "number-deleted", Scope.CASE, _NO_FIELDS
    """The number to call, when it had been used. It goes with the case when that is closed."""
    SHIFT_PLANNED = "shift-planned", Scope.UNIT, {"joined": _NUMBER}
    """1 when they are on it. Its hours are not kept: who worked when is forgotten afterwards."""
    SHIFT_REMOVED = "shift-removed", Scope.UNIT, {"shift": _ID}
    SHIFT_JOINED = "shift-joined", Scope.UNIT, {"shift": _ID}
    SHIFT_LEFT = "shift-left", Scope.UNIT, {"shift": _ID}
    DAYS_CLOSED = "days-closed", Scope.UNIT, {"first": _DATE, "last": _DATE}
    DAYS_OPENED = "days-opened", Scope.UNIT, {"first": _DATE, "last": _DATE}
    PAUSE = "pause", Scope.UNIT, {"until": _NUMBER}
    """Unix seconds (UTC)."""
    RESUME = "resume", Scope.UNIT, _NO_FIELDS
    STAFF_ADDED = "staff-added", Scope.UNIT, {"added": _ID, "role": _NAME}
    """Let into the unit: before they get its key."""
    KEY_CARD_SIGNED = "key-card-signed", Scope.UNIT, {"serial": _NUMBER}

    # --- what staff do with a case beside the conversation
    NOTE = "note", Scope.CASE, {"entry": _NUMBER, "what": _NAME}
    """``entry`` is the place among the case's notes, from 0; ``what`` is its kind."""
    TOLD = "told", Scope.CASE, {"entry": _NUMBER, "whom": _NAME}
    """Told somebody by telephone."""
    ASSIGN = "assign", Scope.CASE, {"to": _ID}
    UNASSIGN = "unassign", Scope.CASE, _NO_FIELDS
    SEARCH = "search", Scope.UNIT, _NO_FIELDS
    EXPORT = "export", Scope.CASE, {"whole": _NUMBER, "form": _NAME}
    """``whole`` is 1 for the conversation itself, 0 for staff's summary."""

    # --- hand-over: ``handover`` is its folder's id
    HANDOVER_PROPOSED = "handover-proposed", Scope.CASE, _HANDOVER
    CONSENT_ASKED = "consent-asked", Scope.CASE, _HANDOVER
    HANDOVER_APPROVED = "handover-approved", Scope.CASE, {"handover": _ID}
    HANDOVER_REFUSED = "handover-refused", Scope.CASE, {"handover": _ID}
    HANDED_OVER = "handed-over", Scope.CASE, _HANDOVER
    HANDOVER_LOOK = "handover-look", Scope.CASE, {"handover": _ID}
    """The unit that was let in looked at what went over."""
    HANDOVER_REPLY = "handover-reply", Scope.CASE, {"handover": _ID}

    # --- interpreters
    INTERPRETER_LET_IN = "interpreter-let-in", Scope.CASE, {"interpreter": _ID, "until": _NUMBER}
    INTERPRETER_ENDED = "interpreter-ended", Scope.CASE, {"interpreter": _ID}
    INTERPRETER_LOOK = "interpreter-look", Scope.INTERPRETED, {"messages": _NUMBER}
    TRANSLATED = "translated", Scope.INTERPRETED, {"message": _NUMBER}
    TRANSLATION_SENT = "translation-sent", Scope.CASE, {"message": _NUMBER}

    # --- accounts: ``account`` is whose it is
    INVITED = "invited", Scope.ACCOUNT, {"role": _NAME}
    RENEWAL_ALLOWED = "renewal-allowed", Scope.ACCOUNT, {"account": _ID, "purpose": _NAME}
    JOINED = "joined", Scope.ACCOUNT, _NO_FIELDS
    ACCOUNT_CARD_SIGNED = "account-card-signed", Scope.ACCOUNT, {"account": _ID, "serial": _NUMBER}
    PASSPHRASE_CHANGED = "passphrase-changed", Scope.ACCOUNT, _NO_FIELDS
    SECOND_FACTOR_CHANGED = "second-factor-changed", Scope.ACCOUNT, _NO_FIELDS
    SECOND_FACTOR_REFUSED = "second-factor-refused", Scope.ACCOUNT, _NO_FIELDS
    SESSION_ENDED = "session-ended", Scope.ACCOUNT, {"account": _ID}
    STAFF_LEFT = "staff-left", Scope.ACCOUNT, {"account": _ID}
    UNIT_KEY_RENEWED = "unit-key-renewed", Scope.UNIT, {"serial": _NUMBER}
    CASES_REKEYED = "cases-rekeyed", Scope.UNIT, {"cases": _NUMBER}
    PICTURE_TAKEN = "picture-taken", Scope.ACCOUNT, _NO_FIELDS
    """The picture was downloaded or printed."""

    # --- what an adult says of themselves: ``unit`` is the adult
    PROFILE_SAVED = "profile-saved", Scope.UNIT, _NO_FIELDS
    PROFILE_APPROVED = "profile-approved", Scope.UNIT, {"serial": _NUMBER}
    PROFILE_REFUSED = "profile-refused", Scope.UNIT, _NO_FIELDS
    PROFILE_WITHDRAWN = "profile-withdrawn", Scope.UNIT, _NO_FIELDS
    ABSENCE = "absence", Scope.UNIT, {"first": _DATE, "last": _DATE}
    ABSENCE_ENDED = "absence-ended", Scope.UNIT, {"first": _DATE, "last": _DATE}

    scope: Scope
    fields: Mapping[str, re.Pattern[str]]

    def __new__(cls, value: str, scope: Scope, fields: Mapping[str, re.Pattern[str]]) -> Action:
        made = str.__new__(cls, value)
        made._value_ = value
        made.scope = scope
        made.fields = MappingProxyType(dict(fields))
        return made


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody is about to do. ValueError when it is not as its action declares."""

    action: Action
    account_id: str
    unit: str = ""
    case_id: str | None = None
    fields: Mapping[str, int | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        of_unit, of_case = self.action.scope.value
        fits = (
            _ID.fullmatch(self.account_id)
            and bool(_NAME.fullmatch(self.unit)) == of_unit
            and (of_unit or not self.unit)
            and (bool(_ID.fullmatch(self.case_id)) if self.case_id is not None else False)
            == of_case
            and (of_case or self.case_id is None)
            and self.fields.keys() == self.action.fields.keys()
            and all(_fits(self.fields[name], kind) for name, kind in self.action.fields.items())
        )
        if not fits:
            # Neither here nor in any log: a value that does not fit may be somebody's words.
            raise ValueError(f"{self.action} is not entered like that")


def _fits(value: int | str, kind: re.Pattern[str]) -> bool:
    of_kind = type(value) is (int if kind is _NUMBER else str)
    return of_kind and kind.fullmatch(str(value)) is not None

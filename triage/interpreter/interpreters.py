"""Interpreters let in to cases: each gets a folder with what is to be translated, and no key of
the case.

A folder is written to only while its grant runs. When it ends the interpreter's wrap is taken
out and the folder gets nothing more; whoever is let in next gets another, under another key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import insert, select

from sifra.database import Conflict, reading, writing
from sifra.key_cards import account_holder
from sifra.sealing import TIP_KINDS, Kind
from triage.audit.audit_log import Action
from triage.cases.case_files import OpenCase
from triage.cases.case_log import enter
from triage.folder_store import create_in
from triage.folders import FolderKind, begin
from triage.interpreter.interpretation import copied, grant, originals, read, translated
from triage.interpreter.interpreter_folders import ROLE, opened, settled
from triage.members import Member
from triage.office import office
from triage.people.held_keys import account_public
from triage.permissions import Permission
from triage.staff_tables import accounts, interpreters
from triage.wording import needs_interpreter


@dataclass(frozen=True, slots=True)
class Running:
    """An interpreter who is let in now. ``waiting`` is how many messages are not translated."""

    folder: str
    display: str
    language: str
    until: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Beside:
    """A translation as it stands beside its message. ``token`` names it to whoever sends it, and
    is empty when it is known only from what was sent. ``sent`` is what the sender has got of the
    message in translation, empty when nothing."""

    text: str = field(repr=False)
    language: str
    token: str = ""
    sent: str = field(default="", repr=False)

    @property
    def is_newer(self) -> bool:
        """The sender has nothing of it, or has an older one."""
        return bool(self.token) and self.sent != self.text


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What the readers of a case see of its interpreters."""

    running: tuple[Running, ...]
    beside: Mapping[int, Beside]
    """By the place of the message in the conversation."""
    unreadable: int
    """Folders of which something was altered."""
    needed: bool
    """Something is not translated, nobody of the unit reads the sender's language, and no
    interpreter is in."""

    def offer(self, message: int, case: OpenCase) -> Beside | None:
        """The translation of an answer that may be sent now."""
        found = self.beside.get(message)
        of_answer = 0 <= message < len(case.messages) and case.messages[message].kind is Kind.ANSWER
        ready = found is not None and found.is_newer and case.allows(Kind.TRANSLATION)
        return found if of_answer and ready else None


def shown(member: Member, case: OpenCase) -> Mapping[str, object]:
    """What the case page shows of it."""
    return {
        "interpreted": of_case(member, case),
        "may_let_in": member.may(Permission.HAND_OVER),
    }


def of_case(member: Member, case: OpenCase) -> Interpreted:
    """Look, and bring everything up to date. Raises StoreUnavailable."""
    beside = _sent(case)
    folders, unreadable = opened(member, case)
    running = []
    for folder in folders:
        now, given = settled(member, case, folder)
        work = read(now.open.entries)
        for of, said in work.translations.items():
            token = f"{now.open.sealed.id}.{said.entry}"
            sent = beside[of].sent if of in beside else ""
            beside[of] = Beside(said.text, said.language, token, sent)
        if given is not None:
            running.append(
                Running(
                    now.open.sealed.id,
                    now.display,
                    given.language,
                    given.until,
                    len(work.waiting),
                )
            )
    needed = (
        not running
        and needs_interpreter(case.summary.get("language"), case.unit)
        and any(
            message.kind in TIP_KINDS and message.sequence not in beside
            for message in case.messages
        )
    )
    return Interpreted(tuple(running), beside, unreadable, needed)


def send(member: Member, case: OpenCase, message: int, token: str) -> bool:
    """Send the translation of an answer, the one that ``token`` names; False when it is no longer
    what would be sent. Conflict: somebody added something first. Raises StoreUnavailable."""
    found = of_case(member, case).offer(message, case)
    if found is None or found.token != token:
        return False
    enter(Action.TRANSLATION_SENT, member, case, message=message)
    case.add(Kind.TRANSLATION, {"of": message, "text": found.text, "language": found.language})
    return True


def _sent(case: OpenCase) -> dict[int, Beside]:
    """What the sender has got in translation."""
    found = {}
    for message in case.messages:
        of, text = message.body.get("of"), message.body.get("text")
        if message.kind is Kind.TRANSLATION and isinstance(of, int) and isinstance(text, str):
            found[of] = Beside(text, str(message.body.get("language", "")), sent=text)
    return found


# --- whom to let in ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may be let in, for one of the languages that it works in."""

    account: str
    display: str
    language: str

    @property
    def id(self) -> str:
        return f"{self.account}.{self.language}"


def candidates(language: str) -> list[Candidate]:
    """All that there are, those for ``language`` first. Raises StoreUnavailable."""
    with reading(office().staff) as connection:
        rows = connection.execute(
            select(accounts.c.id, accounts.c.display, accounts.c.languages).where(
                accounts.c.role == ROLE,
                accounts.c.gone.is_(None),
                accounts.c.card_signature.is_not(None),
            )
        ).all()
    found = [
        Candidate(row.id, row.display, tag)
        for row in rows
        for tag in (row.languages or language).split()
    ]
    return sorted(found, key=lambda one: (one.language != language, one.language, one.display))


def let_in(member: Member, case: OpenCase, chosen: Candidate, until: int) -> None:
    """From now until ``until`` (Unix seconds, UTC). KeyCardError: no leader has signed for the
    account. Conflict: an interpreter is in already. Raises StoreUnavailable."""
    sealed, now = case.case.sealed, office().clock.now()
    here = office()
    public = account_public(here.staff, chosen.account, here.settings.verifier, here.store.pins)
    readers = office().store.public_keys(sealed.readers, office().settings.verifier)
    holders = {**readers, account_holder(chosen.account): public}
    before = of_case(member, case).beside
    folder = begin(sealed.id, FolderKind.INTERPRETER, sealed.erasure_key, holders)
    given = (chosen.account, until, chosen.language, now)
    folder = folder.add(grant(case.view.answer_key, folder.sealed.id, *given))
    for original in originals(case.messages, chosen.language):
        folder = folder.add(copied(original))
        # What somebody has translated already need not be translated again.
        if known := before.get(original.of):
            folder = folder.add(translated(original.of, known.text, known.language, now))
    enter(Action.INTERPRETER_LET_IN, member, case, interpreter=chosen.account, until=until)
    running = select(interpreters.c.folder_id).where(
        interpreters.c.case_id == sealed.id,
        interpreters.c.ended.is_(None),
        interpreters.c.until > now,
    )
    with writing(office().staff) as connection:
        if connection.execute(running).first() is not None:
            raise Conflict
        create_in(connection, folder.sealed)
        connection.execute(
            insert(interpreters).values(
                folder_id=folder.sealed.id,
                case_id=sealed.id,
                account_id=chosen.account,
                until=until,
            )
        )

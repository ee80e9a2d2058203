"""Accounts that are made, and passphrases and second factors that are made anew.

Each needs something that only its owner has: an invitation's words, the passphrase, or a session
and a one-time code. Whatever was open for the account before is worth nothing afterwards
(triage.keys.proof_of).
"""

from __future__ import annotations

from sqlalchemy import Engine, delete, insert, select, update

from sifra.case_store import CaseStore
from sifra.database import Conflict, reading, writing
from triage import keys
from triage.audit.audit_log import Action, Deed, append
from triage.keys import KeyCost, NewAccount, SignInRefused, Unlocked
from triage.people import invitations
from triage.people.invitations import Invitation
from triage.people.passing_on import await_keys
from triage.people.people import forget_keys
from triage.permissions import READERS
from triage.staff_tables import accounts, sessions


def join(
    engine: Engine, invitation: Invitation, typed: str, now: int, cost: KeyCost | None = None
) -> NewAccount:
    """Make the account that somebody was invited to. It waits for a leader. ``typed`` are the
    invitation's words, ``now`` is Unix seconds (UTC).

    Conflict: the words were used meanwhile, or the username is taken.
    """
    account = keys.draw_account(invitation.username)
    columns = keys.sealed_columns(account, cost)
    append(engine, Deed(Action.JOINED, account.id))
    with writing(engine) as connection:
        if not invitations.spend(connection, typed, invitation.username):
            raise Conflict
        connection.execute(
            insert(accounts).values(
                id=account.id,
                username=account.username,
                display=invitation.display,
                role=invitation.role,
                language=invitation.language,
                languages=invitation.languages or None,
                totp_step=0,
                created=now,
                made_by=invitation.made_by,
                **columns,
            )
        )
        if invitation.role in READERS and invitation.unit:
            await_keys(connection, account.id, [invitation.unit])
    return account


def renew(
    engine: Engine,
    store: CaseStore,
    invitation: Invitation,
    typed: str,
    now: int,
    cost: KeyCost | None = None,
) -> NewAccount:
    """For a forgotten passphrase: a new key pair, passphrase and second factor for the same
    account. It waits again for a leader, and for the keys that it held. ``typed`` and ``now``
    as above.

    Conflict: the words were used meanwhile, or the account is gone.
    """
    account = keys.draw_account(invitation.username, invitation.account_id or "")
    columns = keys.sealed_columns(account, cost)
    append(engine, Deed(Action.PASSPHRASE_CHANGED, account.id))
    with writing(engine) as connection:
        if not invitations.spend(connection, typed, invitation.username):
            raise Conflict
        changed = connection.execute(
            update(accounts)
            .where(accounts.c.id == account.id, accounts.c.gone.is_(None))
            .values(
                totp_step=0,
                card_signature=None,
                let_in=None,
                let_in_by=None,
                made_by=invitation.made_by,
                **columns,
            )
        )
        if changed.rowcount != 1:
            raise Conflict
        # What was wrapped for the key that nobody can open any more is of no use to anybody.
        held = forget_keys(connection, store, account.id, now)
        await_keys(connection, account.id, held)
    return account


def change_passphrase(
    engine: Engine, who: Unlocked, passphrase: str, keep: str, cost: KeyCost | None = None
) -> str:
    """Seal the same keys under ``passphrase``, and end every session but the one called ``keep``.
    The proof that this one goes on with. Conflict: the account is gone, or was made anew."""
    account = NewAccount(who.account_id, "", passphrase, who.totp_secret, who.private)
    columns = keys.sealed_columns(account, cost)
    append(engine, Deed(Action.PASSPHRASE_CHANGED, who.account_id))
    with writing(engine) as connection:
        changed = connection.execute(
            update(accounts)
            .where(
                accounts.c.id == who.account_id,
                accounts.c.gone.is_(None),
                accounts.c.public_key == columns["public_key"],
            )
            .values(columns)
        )
        if changed.rowcount != 1:
            raise Conflict
        connection.execute(
            delete(sessions).where(
                sessions.c.account_id == who.account_id,
                sessions.c.id_hash != bytes.fromhex(keep),
            )
        )
        row = connection.execute(select(accounts).where(accounts.c.id == who.account_id)).one()
    return keys.proof_of(row)


def change_second_factor(
    engine: Engine,
    invitation: Invitation,
    typed: str,
    passphrase: str,
    secret: str,
    code: str,
    now: float,
) -> None:
    """A new secret for the codes, base32, once the passphrase and a code of it have been given;
    every session ends. ``now`` is the real time in Unix seconds.

    SignInRefused: the passphrase or the code is not good, or the account is gone. Conflict: the
    words were used meanwhile.
    """
    account_id = invitation.account_id or ""
    with reading(engine) as connection:
        row = connection.execute(select(accounts).where(accounts.c.id == account_id)).first()
    if row is None:
        raise SignInRefused
    root = keys.stretched(passphrase, row.salt, KeyCost(row.memory_kib, row.iterations))
    try:
        keys.opened_private(row, root)
        step = keys.step_of(secret, code, now)
    except SignInRefused:
        append(engine, Deed(Action.SECOND_FACTOR_REFUSED, account_id))
        raise
    append(engine, Deed(Action.SECOND_FACTOR_CHANGED, account_id))
    with writing(engine) as connection:
        if not invitations.spend(connection, typed, invitation.username):
            raise Conflict
        changed = connection.execute(
            update(accounts)
            .where(accounts.c.id == account_id, accounts.c.salt == row.salt)
            .values(totp_secret=keys.sealed_totp(root, secret, account_id), totp_step=step)
        )
        if changed.rowcount != 1:
            raise Conflict
        connection.execute(delete(sessions).where(sessions.c.account_id == account_id))

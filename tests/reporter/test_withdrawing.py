"""Taking a tip back: what nobody has read goes at once, what matters is held."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from sifra.case_store import CaseStore, State
from sifra.sealing import Kind
from tests.reporter.installation import Installation, Visitor

TEXT = "Jeg så noe ved skolen i går som jeg angrer på at jeg skrev."
KNIFE = "Gutten i svart jakke hadde kniv på seg i friminuttet."


def every_byte(installed: Installation) -> bytes:
    return b"\n".join(one.read_bytes() for one in sorted(installed.settings.home.public.iterdir()))


def test_unread_and_not_urgent_is_destroyed_with_its_key(
    installed: Installation, visitor: Visitor
) -> None:
    code = visitor.send(TEXT, danger="no", urgency="whenever").code
    case = installed.only_case()
    key = installed.erasure.get(case.clear.id)
    assert key in every_byte(installed)
    visitor.open(code)
    visitor.press("withdraw", code=code)
    assert not installed.cases()
    assert case.clear.id not in installed.erasure.ids()
    # Neither the key nor the sealed text is left in any file, write-ahead logs included.
    left = every_byte(installed)
    assert key not in left
    assert case.sealed.messages[0][40:80] not in left


def test_what_is_read_in_the_same_moment_stays(
    installed: Installation, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Staff press "read" after the withdrawal has looked at the case, and before it deletes."""
    code = visitor.send(TEXT, danger="no").code
    visitor.open(code)
    destroy = CaseStore.destroy_unread

    def beaten(self: CaseStore, case_id: str, now: float) -> bool:
        installed.staff(Kind.READ, State.READ)
        return destroy(self, case_id, now)

    monkeypatch.setattr(CaseStore, "destroy_unread", beaten)
    visitor.press("withdraw", code=code)
    assert installed.only_case().clear.state is State.WITHDRAWN


@pytest.mark.parametrize(
    "ticked",
    [
        {"danger": "yes"},
        {"urgency": "now"},
        {"text": KNIFE},
        {"text": "he has a KNIFE"},
        {"text": "معه سكين"},
    ],
    ids=["danger", "urgency", "nb", "en", "ar"],
)
def test_what_is_urgent_is_held(
    installed: Installation, visitor: Visitor, ticked: dict[str, str]
) -> None:
    """A coercer who makes a child withdraw must not be able to wipe out a knife."""
    given = {"text": TEXT, **ticked}
    code = visitor.send(**given).code
    visitor.open(code)
    visitor.press("withdraw", code=code)
    assert installed.only_case().clear.state is State.WITHDRAWN
    messages = installed.read().messages()
    assert messages[0].body["text"] == given["text"]
    assert messages[-1].kind is Kind.WITHDRAWN


@pytest.mark.parametrize("kind", [Kind.READ, Kind.ANSWER, Kind.CLOSED])
def test_what_somebody_has_read_is_held(
    installed: Installation, visitor: Visitor, kind: Kind
) -> None:
    state = {Kind.READ: State.READ, Kind.ANSWER: State.ANSWERED, Kind.CLOSED: State.CLOSED}[kind]
    code = visitor.send(TEXT).code
    installed.staff(kind, state, text="Vi er på saken.")
    visitor.open(code)
    visitor.press("withdraw", code=code)
    assert installed.only_case().clear.state is State.WITHDRAWN


def test_more_after_it_was_read_is_held(installed: Installation, visitor: Visitor) -> None:
    code = visitor.send(TEXT).code
    installed.staff(Kind.READ, State.READ)
    visitor.open(code)
    visitor.press("write", text="Og én ting til.")
    visitor.press("withdraw", code=code)
    assert installed.only_case().clear.state is State.WITHDRAWN
    assert len(installed.read().messages()) == 4


def test_more_with_a_knife_in_it_is_held_although_nobody_read_it(
    installed: Installation, visitor: Visitor
) -> None:
    code = visitor.send(TEXT).code
    visitor.open(code)
    visitor.press("write", text=KNIFE)
    visitor.press("write", text="Glem det, det var tull.")
    visitor.press("withdraw", code=code)
    assert installed.only_case().clear.state is State.WITHDRAWN


def test_the_code_is_dead_at_once(installed: Installation, visitor: Visitor) -> None:
    code = visitor.send(TEXT, danger="yes").code
    visitor.open(code)
    form = dict(visitor.page.filled("write"))
    visitor.press("withdraw", code=code)
    visitor.open(code, status=422)
    # Nor does the ticket of a page that is still open somewhere lead in.
    visitor.post("/nb/mailbox", {**form, "text": "Er jeg inne?"}, 409)
    with installed.engine.connect() as connection:
        (found,) = connection.exec_driver_sql("SELECT count(lookup_id) FROM cases").one()
    assert found == 0
    assert "sender" not in {holder for _purpose, holder in installed.only_case().sealed.wraps}
    assert [m.kind for m in installed.read().messages()] == [Kind.TIP, Kind.WITHDRAWN]


@pytest.mark.parametrize("days_later", [0, 1, 40])
def test_it_is_held_for_the_days_of_the_file(
    installed: Installation, visitor: Visitor, days_later: int
) -> None:
    """At least the days that the page names, and never two more, whenever it is taken back."""
    moment = dt.datetime(2026, 11, 23, 12, 40, tzinfo=dt.UTC)
    held = installed.settings.municipality.retention.withdrawn_held
    with time_machine.travel(moment, tick=False) as clock:
        code = visitor.send(TEXT, danger="yes").code
        clock.shift(dt.timedelta(days=days_later, hours=5))
        visitor.open(code)
        visitor.press("withdraw", code=code)
        now = int(dt.datetime.now(dt.UTC).timestamp())
        assert installed.store.destroy_past_retention(now + held * 86_400 - 1) == 0
        assert installed.store.destroy_past_retention(now + (held + 2) * 86_400) == 1


def test_withdrawing_asks_for_the_code_again(installed: Installation, visitor: Visitor) -> None:
    code = visitor.send(TEXT).code
    other = visitor.send("En helt annen sak som er sendt av noen andre.").code
    visitor.open(code)
    for typed in ("", "1111", "1111 1111 1111 1111 1111"):
        page = visitor.press("withdraw", 422, code=typed)
        assert page.error_beside("code")
        assert page.one("details").has_attr("open")
    assert len(installed.cases()) == 2
    # The code that is typed says which case goes.
    visitor.press("withdraw", code=other)
    visitor.open(code)


def test_withdrawing_with_a_bad_ticket_and_a_wrong_code_asks_again(visitor: Visitor) -> None:
    visitor.get("/nb/mailbox")
    page = visitor.post("/nb/mailbox", {"step": "withdraw", "code": "1111", "ticket": "x"}, 422)
    assert page.error_beside("code")


def test_what_was_withdrawn_cannot_be_withdrawn_again(
    installed: Installation, visitor: Visitor
) -> None:
    code = visitor.send(TEXT, danger="yes").code
    visitor.open(code)
    form = dict(visitor.page.filled("withdraw"))
    visitor.press("withdraw", code=code)
    visitor.post("/nb/mailbox", {**form, "code": code}, 422)
    assert len(installed.read().messages()) == 2

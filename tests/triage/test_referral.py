"""What was handed over, as both units work with it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from sifra.database import reading, writing
from tests.triage.example_handovers import REASON, SUMMARY, Desk
from tests.triage.example_office import Browser, Installation
from triage.staff_tables import audit_entries, folder_entries, handovers


def handed(desk: Desk, office: Installation, **facts: str) -> tuple[str, str]:
    """A case and its hand-over, made at once."""
    case, _ = office.tip(danger="yes", **facts)  # type: ignore[arg-type]
    known = _ids(office)
    desk.get(f"/cases/{case}/handover")
    given = {"to": "police", "text": SUMMARY, "language": "nb", "reason": REASON}
    desk.send(f"/cases/{case}/handover", 200, **given, ground="danger_to_life")
    (one,) = _ids(office) - known
    return case, one


def _ids(office: Installation) -> set[str]:
    with reading(office.staff) as connection:
        return set(connection.scalars(select(handovers.c.folder_id)))


def test_both_write_to_each_other(worker: Desk, police: Desk, office: Installation) -> None:
    _, one = handed(worker, office)
    police.get(f"/handovers/{one}")
    police.send(f"/handovers/{one}/reply", text="Hvem kan vi ringe?\nI kveld?")
    worker.get(f"/handovers/{one}")
    said = [box.get_text() for box in worker.browser.page.select("ol .text")]
    assert said == ["Hvem kan vi ringe?\nI kveld?"]
    worker.send(f"/handovers/{one}/reply", text="Vakttelefonen.")
    police.get(f"/handovers/{one}")
    assert "Vakttelefonen." in police.text
    # Who has replied has read.
    assert police.browser.page.find("form", action=f"/handovers/{one}/read") is None
    worker.get("/handovers")
    assert "de leste det" in worker.text


def test_only_the_unit_that_was_let_in_says_that_it_has_read(
    worker: Desk, police: Desk, office: Installation
) -> None:
    _, one = handed(worker, office)
    worker.get(f"/handovers/{one}")
    worker.send(f"/handovers/{one}/read", 409)
    police.get("/queue")
    assert "1 er gitt videre til dere" in police.text
    police.get(f"/handovers/{one}")
    police.send(f"/handovers/{one}/read")
    police.send(f"/handovers/{one}/read", 409)
    police.get("/queue")
    assert "gitt videre til dere" not in police.text


def test_what_nobody_has_read_stands_first_then_the_newest(
    worker: Desk, police: Desk, office: Installation
) -> None:
    ids = [handed(worker, office)[1] for _ in range(3)]
    with writing(office.staff) as connection:
        for at, one in enumerate(ids, 1_700_000_000):
            connection.execute(
                update(handovers).where(handovers.c.folder_id == one).values(proposed=at)
            )
    police.get(f"/handovers/{ids[2]}")
    police.send(f"/handovers/{ids[2]}/read")
    police.get("/handovers")
    links = police.browser.page.select("main li a")
    assert [link["href"] for link in links] == [
        f"/handovers/{one}" for one in (ids[1], ids[0], ids[2])
    ]
    police.get("/queue")
    assert "2 er gitt videre til dere" in police.text


def test_the_queue_says_what_waits_for_a_second_person(
    browser: Browser, worker: Desk, police: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    worker.propose(case)
    browser.get("/queue")
    assert "1 venter på at en til ser på det" in browser.text
    for other in (worker, police):
        other.get("/queue")
        assert "venter på at en til" not in other.text


@pytest.mark.parametrize("written", ["", "  \u200b", "a" * 4001])
def test_a_reply_that_cannot_be_sent_is_kept(
    worker: Desk, police: Desk, office: Installation, written: str
) -> None:
    _, one = handed(worker, office)
    police.get(f"/handovers/{one}")
    police.send(f"/handovers/{one}/reply", 422, text=written)
    box = police.browser.page.find("textarea")
    assert box is not None
    assert box.get_text().strip() == written.strip()
    assert "text-error" in str(box["aria-describedby"])


def test_what_the_other_wrote_is_read_before_one_answers(
    worker: Desk, police: Desk, office: Installation
) -> None:
    _, one = handed(worker, office)
    police.get(f"/handovers/{one}")
    worker.get(f"/handovers/{one}")
    worker.send(f"/handovers/{one}/reply", text="Vent litt.")
    police.send(f"/handovers/{one}/reply", 409, text="Vi rykker ut.")
    assert "Vent litt." in police.text
    box = police.browser.page.find("textarea")
    assert box is not None
    assert box.get_text().strip() == "Vi rykker ut."


def test_each_look_is_entered_for_the_unit_that_looks(
    worker: Desk, police: Desk, office: Installation
) -> None:
    case, one = handed(worker, office)
    for desk in (police, worker):
        desk.get(f"/handovers/{one}")
    query = (
        select(audit_entries.c.account_id, audit_entries.c.unit, audit_entries.c.fields)
        .where(audit_entries.c.action == "handover-look", audit_entries.c.case_id == case)
        .order_by(audit_entries.c.sequence)
    )
    with reading(office.staff) as connection:
        looks = [tuple(look) for look in connection.execute(query)]
    fields = f'{{"handover":"{one}"}}'
    assert looks == [
        (police.account.id, "police", fields),
        (worker.account.id, "youth_team", fields),
    ]


def test_what_cannot_be_entered_is_not_shown(
    worker: Desk, police: Desk, office: Installation
) -> None:
    _, one = handed(worker, office)
    with writing(office.staff) as connection:
        connection.execute(
            text("create trigger full before insert on audit_entries begin select * from no; end")
        )
    police.get(f"/handovers/{one}", 503)
    assert SUMMARY not in police.text


def test_an_altered_folder_says_so(worker: Desk, police: Desk, office: Installation) -> None:
    _, one = handed(worker, office)
    with writing(office.staff) as connection:
        connection.execute(update(folder_entries).values(sealed=b"x" * 900))
    police.get(f"/handovers/{one}", 409)
    assert "Noe er endret utenfor Sifra." in police.text


@pytest.mark.parametrize("role", ["auditor", "administrator", "interpreter"])
def test_who_reads_nothing_is_handed_nothing(
    app: Flask, worker: Desk, office: Installation, role: str
) -> None:
    _, one = handed(worker, office)
    other = Desk.of(app, office, office.member("annen", role=role))
    other.get("/handovers", 403)
    other.get(f"/handovers/{one}", 403)


def test_an_id_that_is_none(police: Desk, worker: Desk, office: Installation) -> None:
    case, _ = office.tip()
    waiting = worker.propose(case)
    police.get(f"/handovers/{'0' * 32}", 404)
    police.get(f"/handovers/{waiting}", 404)
    worker.get(f"/handovers/{waiting}", 404)

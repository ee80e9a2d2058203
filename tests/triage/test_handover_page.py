"""The form to let another unit in: what it offers, what it refuses, and that it loses nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from sifra.database import reading
from sifra.sealing import Kind, SealError
from tests.triage.example_handovers import REASON, SUMMARY, Desk, answers, row
from tests.triage.example_office import MUNICIPALITY, Installation, started
from triage.folder_store import FolderStore
from triage.folders import open_folder
from triage.handover import for_sender
from triage.staff_tables import folders, handovers


def stored(office: Installation) -> tuple[int, int]:
    """How many hand-overs there are, and how many folders."""
    with reading(office.staff) as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (handovers, folders)
        ]
    return counts[0], counts[1]


def written(desk: Desk, name: str) -> str:
    box = desk.browser.page.find("textarea", {"name": name})
    assert box is not None
    return box.get_text().strip()


def test_what_the_form_offers(leader: Desk, office: Installation) -> None:
    case, _ = office.tip("mine egne ord, ikke vis dem")
    office.member("ung", "youth_team", role="reader")
    leader.get(f"/cases/{case}/handover")
    to = [box["value"] for box in leader.browser.page.find_all("input", {"name": "to"})]
    assert to == ["police"]
    assert "Politiet kan ikke love å holde teksten hemmelig." in leader.text
    assert "Barneverntjenesten: har ingen i Sifra ennå." in leader.text
    grounds = [box["value"] for box in leader.browser.page.find_all("input", {"name": "ground"})]
    assert grounds == ["consent", "avert_crime", "child_welfare", "danger_to_life"]
    assert "mine egne ord" in leader.text
    assert "leser også den som finner koden deres, sammendraget." in leader.text
    assert [box.get_text().strip() for box in leader.browser.page.find_all("textarea")] == ["", ""]


def test_it_says_who_can_be_the_second(app: Flask, leader: Desk, office: Installation) -> None:
    case, _ = office.tip()
    leader.get(f"/cases/{case}/handover")
    assert "Ingen kan være den andre nå" in leader.text
    worker = Desk.of(app, office, office.member("ung", "youth_team"))
    leader.get(f"/cases/{case}/handover")
    assert "Ingen kan være den andre nå" in leader.text
    worker.get(f"/cases/{case}/handover")
    assert "Disse kan være den andre: Leder." in worker.text


def test_it_says_that_a_number_goes_with_the_whole(leader: Desk, office: Installation) -> None:
    goes = "Nummeret å ringe følger med."
    case, _ = office.tip(lane="talk", contact="call", number="91234567")
    handover = leader.propose(case, goes="whole", text="")
    leader.get(f"/cases/{case}/handover/{handover}")
    assert goes in leader.text
    leader.get(f"/cases/{case}/handover")
    assert goes in leader.text
    office.store.forget_contact(case)
    for page in ("", f"/{handover}"):
        leader.get(f"/cases/{case}/handover{page}")
        assert goes not in leader.text


FAULTS = {
    "nobody": ({"to": ""}, "to"),
    "a unit that is none": ({"to": "x"}, "to"),
    "a unit without a key": ({"to": "child_welfare"}, "to"),
    "a unit that reads already": ({"to": "youth_team"}, "to"),
    "neither": ({"goes": "x"}, "goes"),
    "no summary": ({"text": " \u200b\n"}, "text"),
    "a long summary": ({"text": "a" * 4001}, "text"),
    "a summary of the whole": ({"goes": "whole"}, "text"),
    "a long translation": ({"translation": "a" * 4001}, "translation"),
    "no ground": ({"ground": ""}, "ground"),
    "a ground that is none": ({"ground": "x"}, "ground"),
    "no reason": ({"reason": " "}, "reason"),
    "no reason in danger": ({"ground": "danger_to_life", "reason": ""}, "reason"),
    "no reason for the whole": (
        {"ground": "consent", "goes": "whole", "text": "", "reason": ""},
        "reason",
    ),
    "a long reason": ({"reason": "a" * 2001}, "reason"),
    "no code": ({"code": ""}, "code"),
    "a wrong code": ({"code": "000000x"}, "code"),
}


@pytest.mark.parametrize(("fields", "wrong"), FAULTS.values(), ids=FAULTS)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    leader: Desk, office: Installation, fields: dict[str, str], wrong: str
) -> None:
    case, _ = office.tip(language="ar")
    leader.propose(case, 422, **fields)
    assert leader.browser.page.find(id=f"{wrong}-error") is not None
    assert stored(office) == (0, 0)
    assert len(office.stored(case).sealed.messages) == 1
    given = {"text": SUMMARY, "reason": REASON, **fields}
    for name in ("text", "reason"):
        assert written(leader, name) == given[name].strip("\n ")


@pytest.mark.parametrize("field", ["text", "reason"])
def test_the_senders_own_words_are_pointed_out_first(
    leader: Desk, office: Installation, field: str
) -> None:
    case, _ = office.tip("han med den røde lua slo meg bak stasjonen i går")
    copied = {field: "En gutt: «han med den røde lua slo meg»."}
    leader.propose(case, 422, **copied)
    said = leader.browser.page.find(id=f"{field}-error")
    assert said is not None
    assert "«han med den røde lua slo meg»" in said.get_text()
    assert len(leader.browser.page.find_all("input", {"name": "repeats"})) == 1
    leader.propose(case, repeats="1", **copied)
    assert row(office)["state"] == "proposed"


def test_a_code_is_not_spent_on_a_form_with_faults(leader: Desk, office: Installation) -> None:
    case, _ = office.tip()
    code = office.code(leader.account)
    leader.propose(case, 422, text="", code=code)
    leader.propose(case, code=code)
    assert row(office)["state"] == "proposed"


def test_what_came_while_one_wrote_is_read_first(leader: Desk, office: Installation) -> None:
    case, key = office.tip()
    leader.get(f"/cases/{case}/handover")
    office.writes_more(case, key, "det var bare tull")
    given = {"to": "police", "text": SUMMARY, "ground": "danger_to_life", "reason": REASON}
    leader.send(f"/cases/{case}/handover", 409, **given)
    assert "det var bare tull" in leader.text
    assert (written(leader, "text"), written(leader, "reason")) == (SUMMARY, REASON)
    assert stored(office) == (0, 0)


def test_a_session_that_ended_keeps_what_was_written(leader: Desk, office: Installation) -> None:
    case, _ = office.tip()
    leader.get(f"/cases/{case}/handover")
    leader.browser.client.delete_cookie("sifra")
    given = {"to": "police", "text": SUMMARY, "ground": "avert_crime", "reason": REASON}
    leader.send(f"/cases/{case}/handover", 401, **given)
    assert (written(leader, "text"), written(leader, "reason")) == (SUMMARY, REASON)
    kept = {box["name"]: box["value"] for box in leader.browser.page.find_all("input")}
    assert (kept["to"], kept["ground"]) == ("police", "avert_crime")


@pytest.mark.parametrize("how", ["without-a-code", "withdrawn"])
def test_who_cannot_come_back_is_not_asked(leader: Desk, office: Installation, how: str) -> None:
    case, key = office.tip(with_code=how != "without-a-code")
    if how == "withdrawn":
        office.withdraws(case, key)
    leader.get(f"/cases/{case}/handover")
    grounds = [box["value"] for box in leader.browser.page.find_all("input", {"name": "ground"})]
    assert "consent" not in grounds
    leader.propose(case, 422, ground="consent")
    leader.propose(case, ground="danger_to_life")
    assert row(office)["state"] == "unconfirmed"


def test_a_closed_case_is_opened_first(leader: Desk, office: Installation) -> None:
    case, _ = office.tip()
    leader.get(f"/cases/{case}")
    leader.browser.act(case, "close")
    leader.get(f"/cases/{case}/handover")
    assert "Åpne den igjen først." in leader.text
    leader.propose(case, 409, seen="2")
    assert stored(office) == (0, 0)


def test_the_sender_reads_the_summary_in_their_language(leader: Desk, office: Installation) -> None:
    case, key = office.tip("هناك شجار", language="ar")
    leader.propose(case, ground="consent", translation="شجار يوم الجمعة")
    asked = office.sender(case, key).messages()[-1].body
    assert (asked["translation"], asked["translation_language"]) == ("شجار يوم الجمعة", "ar")
    assert "شجار يوم الجمعة" in leader.text


@pytest.mark.parametrize("translation", ["", "ش" * 3998, "😀" * 4000, '"' * 3999], ids=len)
def test_the_other_unit_cannot_tell_the_senders_language(
    leader: Desk, police: Desk, office: Installation, translation: str
) -> None:
    case, key = office.tip("هناك شجار", language="ar")
    one = leader.propose(case, ground="consent", translation=translation)
    answers(office, case, key, one, Kind.CONSENTED)
    leader.press(case, one, "make")
    police.get(f"/handovers/{one}")
    folder = FolderStore(office.staff).find(one)
    assert folder is not None
    erasure_key = office.stored(case).sealed.erasure_key
    theirs = open_folder(folder, erasure_key, "police", [office.founding.units["police"]])
    said = {"what", "to", "whole", "ground", "at_once", "reason", "summary", "language"}
    assert theirs.entries[0].keys() == said | {"by", "account", "at", "for_sender"}
    assert theirs.entries[0]["language"] == "nb"
    assert len(str(theirs.entries[0]["for_sender"])) == 27_344
    with pytest.raises(SealError):
        for_sender.opened(theirs.key, one, theirs.entries[0])


ABOUT_THEM = "Saken gjelder en som jobber i enheten. Enheten kan ikke slippes inn."


@pytest.mark.parametrize("about", ["youth_contact", "youth_team"], ids=["adult", "unit"])
def test_a_complaint_is_never_handed_over_to_that_adults_unit(
    app: Flask, office: Installation, about: str
) -> None:
    case, _ = office.tip(readers=("police",), topic="adult_conduct", adult=about)
    police = Desk.of(app, office, office.member("politi", "police"))
    police.get(f"/cases/{case}/handover")
    to = [box["value"] for box in police.browser.page.find_all("input", {"name": "to"})]
    assert "youth_team" not in to
    assert f"Ungdomsteamet: {ABOUT_THEM}" in police.text
    police.propose(case, 422, to="youth_team", ground="danger_to_life")
    error = police.browser.page.find(id="to-error")
    assert error is not None
    assert ABOUT_THEM in error.get_text()
    assert stored(office) == (0, 0)


def test_a_proposal_is_not_made_once_the_adult_is_of_that_unit(office: Installation) -> None:
    """The file was wrong when it was proposed."""
    moved = tuple(
        replace(one, unit="police") if one.id == "youth_contact" else one
        for one in MUNICIPALITY.adults
    )
    apps = []
    for place in (MUNICIPALITY, replace(MUNICIPALITY, adults=moved)):
        app = started(replace(office.settings, municipality=place))
        apps.append(app)
    case, _ = office.tip(topic="adult_conduct", adult="youth_contact")
    worker = Desk.of(apps[0], office, office.member("ung", "youth_team"))
    leader = Desk.of(apps[1], office, office.leader)
    one = worker.propose(case)
    leader.press(case, one, "approve", 409)
    assert ABOUT_THEM in leader.text
    assert row(office)["state"] == "proposed"
    for app in apps:
        app.extensions["sifra"].staff.dispose()
        app.extensions["sifra"].cases.dispose()


def test_a_ground_that_is_taken_out_of_the_file(office: Installation) -> None:
    apps = []
    left = [one for one in MUNICIPALITY.legal_grounds if one.id != "avert_crime"]
    changed = replace(MUNICIPALITY, legal_grounds=tuple(left))
    for place in (MUNICIPALITY, changed):
        app = started(replace(office.settings, municipality=place))
        apps.append(app)
    case, _ = office.tip()
    worker = Desk.of(apps[0], office, office.member("ung", "youth_team"))
    leader = Desk.of(apps[1], office, office.leader)
    one = worker.propose(case)
    leader.press(case, one, "approve", 409)
    assert "Hjemmelen står ikke i kommunens fil lenger." in leader.text
    assert row(office)["state"] == "proposed"
    for app in apps:
        app.extensions["sifra"].staff.dispose()
        app.extensions["sifra"].cases.dispose()


def test_two_who_press_in_the_same_moment_make_it_once(
    app: Flask, leader: Desk, office: Installation
) -> None:
    case, _ = office.tip()
    worker = Desk.of(app, office, office.member("ung", "youth_team"))
    one = worker.propose(case)
    other = Desk.of(app, office, office.leader)
    leader.get(f"/cases/{case}/handover/{one}")
    other.get(f"/cases/{case}/handover/{one}")
    leader.send(f"/cases/{case}/handover/{one}/approve")
    other.send(f"/cases/{case}/handover/{one}/approve", 409)
    assert len(office.stored(case).sealed.messages) == 2


@pytest.mark.parametrize("field", ["seen", "head"])
def test_a_form_that_is_not_ours(leader: Desk, office: Installation, field: str) -> None:
    case, _ = office.tip()
    one = leader.propose(case)
    given = {field: "x"}
    leader.press(case, one, "refuse", 400 if field == "seen" else 409, **given)
    assert row(office)["state"] == "proposed"

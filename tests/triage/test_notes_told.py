"""That somebody was told by telephone: one tap, and what was said if there is time for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sifra.municipality import Municipality
from tests.triage.example_notes import opened, written
from tests.triage.example_office import MUNICIPALITY, Browser, Installation
from tests.triage.test_notes import entered
from triage.cases.telephoned import Callee, callee, callees
from triage.folder_store import FolderStore


def changed(**parts: Any) -> Municipality:  # noqa: ANN401 (as dataclasses.replace)
    return replace(MUNICIPALITY, **parts)


def test_one_tap_notes_who_told_whom_and_when(browser: Browser, office: Installation) -> None:
    case, _ = office.tip(danger="yes")
    browser.get(f"/cases/{case}")
    assert browser.page.select_one('.head a[href="#told"]') is not None
    offered = browser.page.select(".rung li")
    assert [one.button["value"] for one in offered] == list(MUNICIPALITY.telephoned)  # type: ignore[index]
    assert [one.button["aria-label"] for one in offered] == [  # type: ignore[index]
        "Jeg har ringt Politiet, nødnummer 112",
        "Jeg har ringt Ambulanse 113",
        "Jeg har ringt Politiet, når det ikke haster 02800",
        "Jeg har ringt Barneverntjenesten",
    ]
    assert "ringer ikke og varsler ingen" in browser.text
    browser.act(case, "told", whom="police_emergency", said=" \n")
    assert "Notert: Du har ringt Politiet, nødnummer." in browser.text
    (body,) = written(office, case)
    assert {**body, "at": 0} == {
        "what": "told",
        "whom": "police_emergency",
        "by": "youth_team",
        "account": office.leader.id,
        "at": 0,
    }
    assert entered(office, "told") == ['{"entry":0,"whom":"police_emergency"}']
    assert "Ringte Politiet, nødnummer" in browser.text


def test_what_was_said_comes_with_it(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "told", whom="child_welfare", said="De drar dit nå.")
    (body,) = written(office, case)
    assert (body["whom"], body["text"]) == ("child_welfare", "De drar dit nå.")
    assert "Ringte Barneverntjenesten" in browser.text
    assert "De drar dit nå." in browser.text


@pytest.mark.parametrize("whom", ["", "nobody", "child_alarm", "<b>"])
def test_whom_nobody_is_offered_is_a_plain_error(
    browser: Browser, office: Installation, whom: str
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "told", 422, whom=whom, said="noe viktig")
    assert "Velg hvem du har ringt." in browser.text
    box = browser.page.find(id="said")
    assert box is not None
    assert box.get_text().strip() == "noe viktig"
    assert box.find_parent("details").has_attr("open")  # type: ignore[union-attr]
    assert written(office, case) == []


def test_what_was_said_may_be_too_long(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "told", 422, whom="ambulance", said="a" * 4_001)
    assert browser.page.find(id="said")["aria-describedby"] == "said-error"  # type: ignore[index]
    assert written(office, case) == []


def test_a_number_that_nobody_confirmed_is_not_shown() -> None:
    place = changed(telephoned=("local_a", "police", "slt"))
    assert [(one.id, one.number) for one in callees(place)] == [
        ("local_a", ""),
        ("police", "02800"),
        ("slt", ""),
    ]


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_unit_has_its_own_number(*, confirmed: bool) -> None:
    unit = replace(MUNICIPALITY.units["slt"], number="69 00 00 00", confirmed=confirmed)
    place = changed(units={"slt": unit})
    assert callee(place, "slt") == Callee("slt", unit.name, "69 00 00 00" if confirmed else "")
    assert callee(place, "child_welfare") is None


def test_a_file_that_names_nobody_has_the_usual_ones() -> None:
    ids = [one.id for one in callees(changed(telephoned=(), units={}))]
    assert ids == ["police_emergency", "ambulance"]
    ids = [one.id for one in callees(changed(telephoned=()))]
    assert ids == ["police_emergency", "ambulance", "child_welfare"]


def test_whom_the_file_no_longer_has_is_named_by_its_id(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "told", whom="ambulance")
    (folder,) = opened(office, case)
    more = folder.add({"what": "told", "whom": "old_line", "at": 1, "account": ""})
    FolderStore(office.staff).replace(folder.sealed, more.sealed)
    browser.get(f"/cases/{case}")
    assert "Ringte old_line" in browser.text

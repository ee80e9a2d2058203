"""Labels, prevention level and follow-up: what they come to, and what their forms take."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from tests.triage.example_notes import sheet_of, written
from tests.triage.example_office import MUNICIPALITY, Browser, Installation
from triage.cases import case_sheet
from triage.cases.case_sheet import Sheet, sheet
from triage.folders import Body

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("entries", "stands"),
    [
        pytest.param([], Sheet(), id="nothing"),
        pytest.param([{"what": "note", "text": "x"}, {"what": "??"}, {}], Sheet(), id="others"),
        pytest.param(
            [{"what": "label", "label": "b"}, {"what": "label", "label": "a"}],
            Sheet(labels=("b", "a")),
            id="in-order",
        ),
        pytest.param(
            [
                {"what": "label", "label": "a"},
                {"what": "label_off", "label": "a"},
                {"what": "label_off", "label": "never"},
            ],
            Sheet(),
            id="taken-off",
        ),
        pytest.param(
            [{"what": "level", "level": "selective"}, {"what": "level", "level": "pink"}],
            Sheet(level="selective"),
            id="level",
        ),
        pytest.param(
            [{"what": "level", "level": "selective"}, {"what": "level", "level": ""}],
            Sheet(),
            id="no-level",
        ),
        pytest.param(
            [{"what": "follow_up", "on": "2026-12-24"}],
            Sheet(follow_up=dt.date(2026, 12, 24)),
            id="follow-up",
        ),
        pytest.param(
            [{"what": "follow_up", "on": "2026-12-24"}, {"what": "follow_up", "on": ""}],
            Sheet(),
            id="no-follow-up",
        ),
        pytest.param(
            [{"what": "incident", "incident": "i", "title": "Fredag"}],
            Sheet(incident="i", incident_title="Fredag"),
            id="incident",
        ),
    ],
)
def test_what_the_notes_come_to(entries: list[Body], stands: Sheet) -> None:
    assert sheet(entries) == stands


@pytest.mark.parametrize(
    ("wanted", "there", "fault"),
    [
        pytest.param("vape", [], "", id="good"),
        pytest.param("a" * 40, ["b"] * 11, "", id="longest-and-last"),
        pytest.param("a" * 41, [], "for lang", id="too-long"),
        pytest.param("", [], "først", id="empty"),
        pytest.param("\u200b", [], "først", id="unseen"),
        pytest.param("VAPE", ["vape"], "allerede", id="there-already"),
        pytest.param("vape", ["b"] * 12, "12 etiketter", id="too-many"),
    ],
)
def test_which_labels_are_taken(app: Flask, wanted: str, there: list[str], fault: str) -> None:
    with app.test_request_context():
        said = case_sheet.label_fault(wanted, there)
    assert fault in said
    assert bool(said) is bool(fault)


@pytest.mark.parametrize(
    ("days", "fault"),
    [(0, ""), (1, ""), (731, ""), (-1, "er over"), (732, "for langt fram"), (None, "Velg")],
    ids=str,
)
def test_which_days_are_taken(app: Flask, days: int | None, fault: str) -> None:
    day = None if days is None else TODAY + dt.timedelta(days)
    with app.test_request_context():
        said = case_sheet.follow_up_fault(day, TODAY)
    assert fault in said
    assert bool(said) is bool(fault)


def test_labels_are_put_on_and_taken_off_one_by_one(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    for label in ("skole", "  vape \n salg ", "<b>أ</b>"):
        browser.act(case, "labels", label=label)
    assert sheet_of(office, case).labels == ("skole", "vape salg", "<b>أ</b>")
    chips = browser.page.select(".labels button")
    assert [one["value"] for one in chips] == ["skole", "vape salg", "<b>أ</b>"]
    assert chips[0]["aria-label"] == "skole: ta av"
    browser.act(case, "labels", off="vape salg")
    assert "Etiketten er tatt av." in browser.text
    assert sheet_of(office, case).labels == ("skole", "<b>أ</b>")
    assert "Tok av etiketten «vape salg»" in browser.text
    browser.act(case, "labels", off="vape salg")
    assert len(written(office, case)) == 4


@pytest.mark.parametrize("label", ["", "x" * 41, "SKOLE"])
def test_a_label_that_is_not_taken_stays_beside_its_error(
    browser: Browser, office: Installation, label: str
) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    browser.act(case, "labels", label="skole")
    browser.act(case, "labels", 422, label=label)
    field = browser.page.find(id="label")
    assert field is not None
    assert (field["value"], field["aria-describedby"]) == (label, "label-error")
    assert sheet_of(office, case).labels == ("skole",)


def test_a_level_is_said_in_words(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    browser.get(f"/cases/{case}")
    assert "Forebyggingsnivå: ikke satt" in browser.text
    browser.act(case, "level", level="indicated")
    assert browser.page.select_one(".level.indicated").get_text() == "Indikert"  # type: ignore[union-attr]
    assert sheet_of(office, case).level == "indicated"
    browser.act(case, "level", level="indicated")
    assert len(written(office, case)) == 1
    browser.act(case, "level", level="")
    assert sheet_of(office, case).level == ""
    for forged in ("pink", "note"):
        browser.act(case, "level", 422, level=forged)
        assert browser.page.find(id="level-error") is not None
    browser.act(case, "level", 422)


def test_a_follow_up_is_a_day_to_come(browser: Browser, office: Installation) -> None:
    case, _ = office.tip()
    today = dt.datetime.now(MUNICIPALITY.zone).date()
    browser.get(f"/cases/{case}")
    browser.act(case, "follow-up", on=str(today))
    assert sheet_of(office, case).follow_up == today
    assert "i dag" in browser.page.select_one("details b").get_text()  # type: ignore[union-attr]
    for wrong in ("", "i morgen", "2026-13-01", str(today - dt.timedelta(1)), "9999-12-31"):
        browser.act(case, "follow-up", 422, on=wrong)
        field = browser.page.find(id="on")
        assert field is not None
        assert (field["value"], field["aria-describedby"]) == (wrong, "on-error")
        assert field.find_parent("details").has_attr("open")  # type: ignore[union-attr]
    browser.act(case, "follow-up", off="1", on="x")
    assert sheet_of(office, case).follow_up is None
    assert "ingen dato" in browser.text


def test_a_change_comes_into_the_register(browser: Browser, office: Installation) -> None:
    """The next label is offered from those that the unit has used before."""
    one, _ = office.tip()
    other, _ = office.tip()
    browser.get(f"/cases/{one}")
    browser.act(one, "labels", label="askimtorget")
    browser.get(f"/cases/{other}")
    assert "askimtorget" in [option["value"] for option in browser.page.select("#labels option")]

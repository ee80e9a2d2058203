"""What the back office says of a promise, and what counts as having read."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from sifra.case_rows import Asked
from sifra.database import reading
from sifra.promise_rows import Promise
from sifra.tables import promise_counts, steps
from tests.triage.example_office import HOUR, NOW, Browser, Installation

SOON, PAST = NOW + 2 * HOUR, NOW - 3 * HOUR


def counted(office: Installation) -> dict[str, tuple[int, int]]:
    """Kept and late, by unit."""
    with reading(office.cases) as connection:
        rows = connection.execute(select(promise_counts)).all()
    return {row.unit: (row.kept, row.late) for row in rows}


def asked(office: Installation) -> int:
    with reading(office.cases) as connection:
        return connection.execute(select(func.count()).select_from(steps)).scalar_one()


def fact(browser: Browser, name: str) -> str:
    term = browser.page.find("dt", string=name)
    assert term is not None
    value = term.find_next("dd")
    assert value is not None
    return value.get_text()


def head(browser: Browser) -> str:
    found = browser.page.find(class_="head")
    assert found is not None
    return found.get_text()


@pytest.mark.parametrize(
    ("read_by", "promised", "queue", "page"),
    [
        (SOON, SOON, "leses innen", "Leses innen"),
        (PAST, PAST, "skulle vært lest", "Skulle vært lest"),
        (PAST - HOUR, SOON, "leses straks", "Leses straks."),
        (PAST - HOUR, None, "leses straks", "Leses straks."),
        (PAST - HOUR, PAST, "skulle vært lest", "Leses straks. Skulle vært lest"),
        (None, None, "kom", "Sak"),
    ],
    ids=["in-time", "late", "at-once", "at-once-nothing-told", "at-once-and-late", "nothing-told"],
)
@pytest.mark.parametrize("more", [False, True], ids=["tip", "more"])
def test_how_soon_it_must_be_read(
    browser: Browser,
    office: Installation,
    read_by: int | None,
    promised: int | None,
    queue: str,
    page: str,
    more: bool,
) -> None:
    case, key = office.tip(received=PAST - HOUR, read_by=read_by, promised=promised)
    if more:
        browser.get(f"/cases/{case}")
        browser.act(case, "acknowledge")
        office.writes_more(case, key, "og mer", Promise(promised, read_by))
    browser.get("/queue")
    line = browser.page.find("li")
    assert line is not None
    said = line.find("div")
    assert said is not None
    assert said.get_text().partition(" · ")[2].startswith(queue)
    browser.get(f"/cases/{case}")
    assert page.replace(" ", "") in head(browser).replace("\n", "").replace(" ", "")
    assert ("Leses" in head(browser), "Skulle" in head(browser)) == (
        "Leses" in page,
        "Skulle" in page,
    )
    browser.act(case, "acknowledge")
    assert "eses" not in head(browser)
    assert "Skulle" not in head(browser)
    browser.get("/queue")
    line = browser.page.find("li")
    assert line is not None
    assert " · kom " in line.get_text()


@pytest.mark.parametrize(
    ("promised", "told", "before", "after"),
    [
        (SOON, "leses innen ", "ikke ennå", ", i tide"),
        (PAST, "leses innen ", "ikke ennå, og tiden er ute", ", for sent"),
        (NOW, "leses innen ", "ikke ennå", ", for sent"),
        (None, "ikke når noen leser", "ikke ennå", ""),
    ],
    ids=["kept", "late", "minutes-late", "nothing-told"],
)
def test_the_page_says_what_the_sender_was_told_and_whether_it_was_kept(
    browser: Browser,
    office: Installation,
    promised: int | None,
    told: str,
    before: str,
    after: str,
) -> None:
    case, _ = office.tip(received=PAST - HOUR, read_by=promised)
    browser.get(f"/cases/{case}")
    assert fact(browser, "Avsenderen fikk vite").startswith(told)
    assert fact(browser, "Lest").startswith(before)
    browser.act(case, "acknowledge")
    assert fact(browser, "Lest").endswith(after)
    assert any(digit in fact(browser, "Lest") for digit in "0123456789")


def test_a_new_promise_for_more_is_what_the_page_speaks_of(
    browser: Browser, office: Installation
) -> None:
    case, key = office.tip(received=PAST - HOUR, read_by=SOON)
    browser.get(f"/cases/{case}")
    browser.act(case, "acknowledge")
    office.writes_more(case, key, "og mer", Promise(PAST, PAST))
    browser.get(f"/cases/{case}")
    assert fact(browser, "Lest") == "ikke ennå, og tiden er ute"
    browser.act(case, "answer", text="svar", language="nb")
    assert fact(browser, "Lest").endswith(", for sent")
    assert counted(office) == {"youth_team": (1, 1)}


def test_what_was_withdrawn_unread_says_so(browser: Browser, office: Installation) -> None:
    case, key = office.tip(received=PAST - HOUR, read_by=PAST)
    office.withdraws(case, key)
    browser.get(f"/cases/{case}")
    assert fact(browser, "Lest") == "nei, trukket tilbake først"
    assert counted(office) == {"youth_team": (0, 1)}


# --- what counts as having read ----------------------------------------------------------------


@pytest.mark.parametrize("action", ["acknowledge", "answer", "close"])
def test_who_reads_answers_or_closes_has_read(
    browser: Browser, office: Installation, action: str
) -> None:
    case, _ = office.tip(read_by=SOON, asked=(Asked("youth_team", NOW), Asked("police", SOON)))
    for _ in range(2):
        browser.get("/queue")
        browser.get(f"/cases/{case}")
    assert (counted(office), asked(office)) == ({}, 2)
    browser.act(case, action, text="svar", language="nb")
    assert (counted(office), asked(office)) == ({"youth_team": (1, 0)}, 0)


def test_each_promise_counts_once_however_much_is_done(
    browser: Browser, office: Installation
) -> None:
    case, _ = office.tip(received=PAST - HOUR, read_by=PAST)
    browser.get(f"/cases/{case}")
    for action in ("acknowledge", "answer", "close", "reopen", "answer", "close"):
        browser.act(case, action, text="svar", language="nb")
    assert counted(office) == {"youth_team": (0, 1)}


@pytest.mark.parametrize("status", [409, 422])
def test_what_was_not_taken_is_not_read(
    browser: Browser, office: Installation, status: int
) -> None:
    case, key = office.tip(read_by=SOON, asked=(Asked("youth_team", NOW),))
    browser.get(f"/cases/{case}")
    if status == 409:
        office.writes_more(case, key, "vent")
    browser.act(case, "answer", status, text="", language="nb")
    assert (counted(office), asked(office)) == ({}, 1)


def test_it_counts_for_the_unit_that_the_member_reads_as(
    browser: Browser, stranger: Browser, office: Installation
) -> None:
    case, _ = office.tip(read_by=SOON, readers=("police", "youth_team"))
    stranger.sign_in(office.member("politi", "police"))
    stranger.get(f"/cases/{case}")
    stranger.act(case, "acknowledge")
    assert counted(office) == {"police": (1, 0)}


def test_pranks_closed_together_keep_no_promise_but_may_have_broken_one(
    browser: Browser, office: Installation
) -> None:
    """See docs/decisions: a flood must not make the count shine, nor hide what came too late."""
    asks = (Asked("youth_team", NOW),)
    in_time = [office.tip("lol", read_by=SOON, asked=asks)[0] for _ in range(3)]
    late, _ = office.tip("lol", received=PAST - HOUR, read_by=PAST, asked=asks)
    browser.get("/queue")
    ticked = [str(box["value"]) for box in browser.page.find_all("input", {"name": "case"})]
    browser.post("/queue/close", case=ticked)
    assert asked(office) == 4
    browser.post("/queue/close", case=ticked, reason="prank")
    assert (counted(office), asked(office)) == ({"youth_team": (0, 1)}, 0)
    for case in (*in_time, late):
        browser.get(f"/cases/{case}")
        assert fact(browser, "Lest").startswith("lukket sammen med andre")

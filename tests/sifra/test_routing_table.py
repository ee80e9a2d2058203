"""The seventeen cases of the domain at three moments: who reads, by when, and whom to call.

``=>`` names the rule and who reads, in the order in which they are asked. Below it, for each
moment: is somebody on duty, by when it is read, the numbers shown, and who is asked when. What is
sent on the Friday evening or on Christmas Eve is read on the first working day, by 12. What is
urgent is told at once, and again when the team is back: nobody may have seen it at night. The
numbers of child welfare in Indre Østfold are not confirmed, so that they stand nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sifra.routing import decide
from tests.sifra.written_hours import at
from tests.sifra.written_routing import SHIPPED, facts, local, numbers, readers, steps

MOMENTS = {
    "tue": "2026-11-24 10:00",
    "fri": "2026-11-27 19:30",
    "eve": "2026-12-24 22:15",
}
CASES = """
 1 tip unsure planned_fight soon => planned_fight: UT
tue | there | Tue 24.11 11:00 |                           | UT now, UT Tue 24.11 11:00
fri | away  | Mon 30.11 12:00 | 116 111, 02800            | UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 116 111, 02800            | UT Mon 28.12 08:00, UT 12:00

 2 tip yes weapons now => danger: UT
tue | there | Tue 24.11 11:00 | 112, 113, 116 111         | UT now, UT Tue 24.11 11:00
fri | away  | Mon 30.11 12:00 | 112, 113, 116 111         | UT now, UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 112, 113, 116 111         | UT now, UT Mon 28.12 08:00, UT 12:00

 3 tip no debt soon => the_rest: UT
tue | there | Tue 24.11 16:00 |                           | UT now, UT Tue 24.11 16:00
fri | away  | Mon 30.11 12:00 | 116 111                   | UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 116 111                   | UT Mon 28.12 08:00, UT 12:00

 4 tip no exposed soon => exposed: UT
tue | there | Tue 24.11 12:00 |                           | UT now, UT Tue 24.11 12:00
fri | away  | Mon 30.11 12:00 | 116 111, 02800            | UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 116 111, 02800            | UT Mon 28.12 08:00, UT 12:00

 5 tip no place whenever readers=UT+SLT => place: SLT+UT
tue | there | Tue 01.12 12:00 |                           | SLT now, UT Tue 01.12 12:00
fri | away  | Fri 04.12 12:00 |                           | SLT Mon 30.11 08:00, UT Fri 04.12 12:00
eve | away  | Mon 04.01 12:00 |                           | SLT Mon 28.12 08:00, UT Mon 04.01 12:00

 6 tip yes friend now => friend_in_danger: UT
tue | there | Tue 24.11 11:00 | 113, 112, 116 111         | UT now, UT Tue 24.11 11:00
fri | away  | Mon 30.11 12:00 | 113, 112, 116 111         | UT now, UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 113, 112, 116 111         | UT now, UT Mon 28.12 08:00, UT 12:00

 7 parent unsure other now in=pl => parent_now: UT
tue | there | Wed 25.11 12:00 | 02800, 112                | UT now, UT Wed 25.11 12:00
fri | away  | Tue 01.12 12:00 | 02800, 112                | UT now, UT Mon 30.11 08:00, UT Tue 01.12 12:00
eve | away  | Tue 29.12 12:00 | 02800, 112                | UT now, UT Mon 28.12 08:00, UT Tue 29.12 12:00

 8 talk no other whenever => talk: UT
tue | there | Wed 25.11 12:00 |                           | UT now, UT Wed 25.11 12:00
fri | away  | Mon 30.11 12:00 | 116 111                   | UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 116 111                   | UT Mon 28.12 08:00, UT 12:00

 9 tip no home soon => worry_at_home: UT
tue | there | Tue 24.11 16:00 |                           | UT now, UT Tue 24.11 16:00
fri | away  | Mon 30.11 12:00 | 116 111                   | UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 116 111                   | UT Mon 28.12 08:00, UT 12:00

10 tip no robbery soon => violence_past: UT
tue | there | Tue 24.11 16:00 |                           | UT now, UT Tue 24.11 16:00
fri | away  | Mon 30.11 12:00 | 116 111, 02800            | UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 116 111, 02800            | UT Mon 28.12 08:00, UT 12:00

11 tip unsure violence soon in=uk => violence: UT
tue | there | Wed 25.11 12:00 | 116 111, 112              | UT now, UT Wed 25.11 12:00
fri | away  | Tue 01.12 12:00 | 116 111, 112              | UT Mon 30.11 08:00, UT Tue 01.12 12:00
eve | away  | Tue 29.12 12:00 | 116 111, 112              | UT Mon 28.12 08:00, UT Tue 29.12 12:00

12 tip no drugs whenever => rumour_of_drugs: UT
tue | there | Thu 26.11 12:00 |                           | UT now, UT Thu 26.11 12:00
fri | away  | Tue 01.12 12:00 |                           | UT Mon 30.11 08:00, UT Tue 01.12 12:00
eve | away  | Tue 29.12 12:00 |                           | UT Mon 28.12 08:00, UT Tue 29.12 12:00

13 tip unsure self_harm now => self_harm: UT
tue | there | Tue 24.11 11:00 | 113, 116 111, 116 123     | UT now, UT Tue 24.11 11:00
fri | away  | Mon 30.11 12:00 | 113, 116 111, 116 123     | UT now, UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 113, 116 111, 116 123     | UT now, UT Mon 28.12 08:00, UT 12:00

14 tip unsure home soon => home: UT
tue | there | Tue 24.11 11:00 | 116 111, 112              | UT now, UT Tue 24.11 11:00
fri | away  | Mon 30.11 12:00 | 116 111, 112              | UT now, UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 116 111, 112              | UT now, UT Mon 28.12 08:00, UT 12:00

15 tip no sexual soon => sexual: UT
tue | there | Tue 24.11 16:00 |                           | UT now, UT Tue 24.11 16:00
fri | away  | Mon 30.11 12:00 | 116 111, 116 117, 116 006 | UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 116 111, 116 117, 116 006 | UT Mon 28.12 08:00, UT 12:00

16 talk unsure leaving soon => leaving: UT
tue | there | Wed 25.11 12:00 |                           | UT now, UT Wed 25.11 12:00
fri | away  | Mon 30.11 12:00 | 116 111                   | UT Mon 30.11 08:00, UT 12:00
eve | away  | Mon 28.12 12:00 | 116 111                   | UT Mon 28.12 08:00, UT 12:00

17 tip no adult_conduct whenever => complaint_no_hurry: UT
tue | there | Thu 26.11 12:00 |                           | UT now, UT Thu 26.11 12:00
fri | away  | Tue 01.12 12:00 | 116 111                   | UT Mon 30.11 08:00, UT Tue 01.12 12:00
eve | away  | Tue 29.12 12:00 | 116 111                   | UT Mon 28.12 08:00, UT Tue 29.12 12:00
"""  # noqa: E501


def rows() -> Iterator[tuple[str, str, list[str]]]:
    head = ""
    for line in CASES.splitlines():
        if "=>" in line:
            head = line
        elif line:
            yield head.split()[0], head, [cell.strip() for cell in line.split("|")]


@pytest.mark.parametrize(
    ("head", "row"),
    [pytest.param(head, row, id=f"{case}-{row[0]}") for case, head, row in rows()],
)
def test_the_seventeen_cases(head: str, row: list[str]) -> None:
    ticked, given = head[3:].split(" => ")
    found = decide(facts(ticked), at(MOMENTS[row[0]]), SHIPPED.rule_book())
    assert f"{found.rule.id}: {readers(found)}" == given
    assert [
        row[0],
        "there" if found.on_duty else "away",
        local(found.read_by),
        numbers(found),
        steps(found),
    ] == row


def test_there_are_seventeen_cases_at_three_moments() -> None:
    there = [(case, row[0]) for case, _, row in rows()]
    assert there == [(str(case), moment) for case in range(1, 18) for moment in MOMENTS]

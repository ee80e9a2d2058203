"""The register's pages: what is put in is found again, and by nobody without the unit's key."""

from __future__ import annotations

import pytest

from sifra.sealing import PrivateKey, SealError, padded_size
from triage.finding.register_pages import (
    Entry,
    Page,
    Wanted,
    entry_of,
    open_page,
    seal_page,
    week_of,
    week_start,
    weeks_of,
)

HOUR = 3600
WEEK = 7 * 24 * HOUR
MONDAY = 1_800_000 * HOUR // WEEK * WEEK
KEY, NEXT, OTHER = (PrivateKey.generate() for _ in range(3))


def entry(number: int, **facts: object) -> Entry:
    return Entry(f"{number:032x}", MONDAY + number * HOUR, **facts)  # type: ignore[arg-type]


FULL = entry(
    3,
    danger="unsure",
    topic="weapons",
    place="askim_stasjon",
    language="fa-AF",
    level="indicated",
    follow_up="2027-05-17",
    incident="ab" * 16,
    incident_title="Slåsskampen på «Måsan» | fredag",
    labels=("kniv", "سكين", "bråk i helga"),
)


def ids(page: Page, **wanted: object) -> list[int]:
    return [int(one.case_id, 16) for one in page.entries(Wanted(**wanted))]  # type: ignore[arg-type]


def test_every_field_comes_back_as_it_was_put_in() -> None:
    page = Page().having([entry(1), FULL, entry(2, readable=False)])
    opened, newest = open_page([KEY], "unit", 7, 1, seal_page(KEY, "unit", 7, 1, page))
    assert newest
    assert list(opened.entries()) == [FULL, entry(2, readable=False), entry(1)]


def test_an_empty_page_opens_as_one() -> None:
    opened, _ = open_page([KEY], "unit", 7, 1, seal_page(KEY, "unit", 7, 1, Page()))
    assert opened == Page()


@pytest.mark.parametrize("sign", ["\t", "\n", "\x1e", "\x1f", "\u2028", "\x85"])
def test_no_sign_in_a_word_parts_an_entry(sign: str) -> None:
    page = Page().having(
        [entry(1, topic="debt"), entry(2, incident_title=f"a{sign}b", labels=(f"c{sign}d", "e"))]
    )
    found, other = open_page([KEY], "u", 1, 1, seal_page(KEY, "u", 1, 1, page))[0].entries()
    assert (found.incident_title, found.labels) == ("a b", ("c d", "e"))
    assert other.topic == "debt"


@pytest.mark.parametrize(
    ("unit", "number", "version", "keys"),
    [
        ("police", 7, 3, [KEY]),
        ("unit", 8, 3, [KEY]),
        ("unit", 7, 4, [KEY]),
        ("unit", 7, 3, [OTHER]),
        ("unit", 7, 3, []),
    ],
    ids=["unit", "number", "version", "key", "no key"],
)
def test_a_page_opens_in_its_place_alone(
    unit: str, number: int, version: int, keys: list[PrivateKey]
) -> None:
    sealed = seal_page(KEY, "unit", 7, 3, Page().having([FULL]))
    with pytest.raises(SealError):
        open_page(keys, unit, number, version, sealed)


@pytest.mark.parametrize("place", [0, 12, 40, -1])
def test_an_altered_page_does_not_open(place: int) -> None:
    sealed = bytearray(seal_page(KEY, "unit", 7, 3, Page().having([FULL])))
    sealed[place] ^= 1
    with pytest.raises(SealError):
        open_page([KEY], "unit", 7, 3, bytes(sealed))


def test_an_older_key_of_the_units_opens_and_is_told_of() -> None:
    sealed = seal_page(KEY, "unit", 7, 3, Page().having([FULL]))
    page, newest = open_page([NEXT, KEY], "unit", 7, 3, sealed)
    assert list(page.entries()) == [FULL]
    assert not newest


def test_the_size_tells_little() -> None:
    sizes = {
        len(seal_page(KEY, "unit", 7, 1, Page().having([entry(n, labels=("x" * n,))])))
        for n in range(200)
    }
    assert sizes == {padded_size(1) + 12 + 16}


def test_what_is_entered_later_takes_the_place_of_what_stood() -> None:
    page = Page().having([entry(1, topic="debt"), entry(2)])
    changed = page.having([entry(1, topic="drugs")])
    assert ids(changed, topic="debt") == []
    assert ids(changed, topic="drugs") == [1]
    assert ids(changed) == [2, 1]
    assert ids(changed.without(frozenset({entry(2).case_id}))) == [1]


@pytest.mark.parametrize(
    "wanted",
    [
        {"danger": "unsure"},
        {"topic": "weapons"},
        {"place": "askim_stasjon"},
        {"language": "fa-AF"},
        {"level": "indicated"},
        {"incident": "ab" * 16},
        {"label": "KNIV"},
        {"label": " bråk  i Helga "},
        {"label": "سكين"},
        {"among": frozenset({FULL.case_id})},
        {"first": FULL.received, "end": FULL.received + 1},
    ],
    ids=lambda wanted: next(iter(wanted)),
)
def test_a_case_is_found_by_each_thing(wanted: dict[str, object]) -> None:
    page = Page().having([entry(1), FULL, entry(5, topic="debt", labels=("kniver",))])
    assert ids(page, **wanted) == [3]
    assert ids(page, **{"topic": "weapons", **wanted}) == [3]
    assert ids(page, **{"topic": "debt", **wanted}) == ([] if "topic" not in wanted else [3])


@pytest.mark.parametrize(
    "wanted",
    [{"topic": "askim_stasjon"}, {"place": "weapons"}, {"label": "kni"}, {"among": frozenset()}],
    ids=["place as topic", "topic as place", "part of a label", "none of mine"],
)
def test_nothing_is_found_by_what_stands_elsewhere(wanted: dict[str, object]) -> None:
    assert ids(Page().having([FULL]), **wanted) == []


def test_after_a_place_comes_what_is_older_and_not_the_place_itself() -> None:
    same = [Entry(f"{n:032x}", MONDAY) for n in range(4)]
    page = Page().having([*same, entry(9)])
    after = [int(one.case_id, 16) for one in page.entries(before=(MONDAY, same[2].case_id))]
    assert after == [1, 0]


def test_tagged_are_those_that_somebody_noted_something_of() -> None:
    plain = [
        entry(1),
        entry(2, danger="yes", topic="x", place="y", language="z", level="universal"),
    ]
    noted = [
        entry(3, labels=("a",)),
        entry(4, follow_up="2027-01-01"),
        entry(5, incident="i", incident_title=""),
        FULL,
    ]
    page = Page().having([*plain, *noted])
    assert {one.case_id for one in page.tagged()} == {one.case_id for one in noted}


def test_weeks() -> None:
    assert week_of(MONDAY) == week_of(MONDAY + WEEK - 1) == week_of(MONDAY - 1) + 1
    assert week_start(week_of(MONDAY + 5 * HOUR)) == MONDAY
    asked = weeks_of(Wanted(first=MONDAY, end=MONDAY + WEEK))
    assert list(asked) == [week_of(MONDAY)]


def test_what_does_not_open_is_entered_as_that() -> None:
    assert entry_of("a", 1, None) == Entry("a", 1, readable=False)
    assert entry_of("a", 1, {"topic": "debt", "excerpt": "x"}) == Entry("a", 1, topic="debt")

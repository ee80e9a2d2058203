"""Who was told what, and why: in the mailbox, in plain words."""

from __future__ import annotations

import pytest

from tests.reporter.asking import (
    SECOND,
    ask,
    hand_over,
    reply,
    tip_that_was_read,
)
from tests.reporter.choosing import SHIPPED
from tests.reporter.installation import Installation, Visitor
from tests.reporter.pages import LANGUAGES, said


@pytest.fixture
def code(installed: Installation, visitor: Visitor) -> str:
    return tip_that_was_read(installed, visitor)


@LANGUAGES
@pytest.mark.parametrize("ground", ["consent", "avert_crime", "danger_to_life", "repealed"])
def test_it_tells_who_was_told_what_and_why(
    installed: Installation, visitor: Visitor, code: str, ground: str, tag: str
) -> None:
    hand_over(installed, ground, whole=1)
    told = said(visitor.open(code, tag).one("li.handed-over"))
    assert SHIPPED.units["police"].name[tag].lower() in told.lower()
    names = {one.id: (one.told or one.name)[tag] for one in SHIPPED.legal_grounds}
    assert [name for name in names.values() if name in told] == (
        [names[ground]] if ground in names else []
    )


def test_a_summary_is_not_what_the_sender_wrote(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    hand_over(installed, "consent")
    told = said(visitor.open(code).one("li.handed-over"))
    assert "De fikk en kort tekst med våre ord, ikke det du skrev." in told
    assert "Vi gjorde det fordi du sa ja." in told
    hand_over(installed, "avert_crime", whole=1)
    told = said(visitor.open(code).soup.select("li.handed-over")[1])
    assert "De kan lese alt du og vi har skrevet her" in told
    assert "Vi gjorde det selv om du ikke hadde sagt ja." in told


def test_nothing_of_it_shows_what_the_sender_wrote(
    installed: Installation, visitor: Visitor, code: str
) -> None:
    ask(installed)
    ask(installed, SECOND, whole=1, text="")
    visitor.open(code)
    pages = [visitor.page, reply(visitor, "yes"), reply(visitor, "no", handover=SECOND)]
    hand_over(installed, "consent")
    pages.append(visitor.open(code))
    for page in pages:
        for word in ("Kjempegrunn", "zulubananer", "Kvisleparken", "Nøttekråke"):
            assert word not in page.html

"""What looks at pages sees what it is there for, and finds its pictures' strings again."""

from __future__ import annotations

import pytest

from tests.journeys.contact_sheet import Seen, where
from tests.journeys.looking import Screens

WORD = "Menneskerettighetsorganisasjon"
FAULTS = {
    "wider than the screen": f'<p style="width:2000px">{WORD}</p>',
    "letters of double size, wider": f'<p style="width:12em;font-size:1.2rem">{WORD}</p>',
    "hidden: ": f'<p style="width:99px;overflow:hidden;white-space:nowrap">{WORD}</p>',
    "out of its box: ": f'<p style="width:99px;background:#eee">{WORD}</p>',
    "broken word: ": f'<p style="width:99px;overflow-wrap:anywhere">{WORD}</p>',
    "too long: ": f'<button style="width:99px">{WORD}</button>',
    "chosen text is cut: ": f'<select style="width:99px;height:50px"><option>{WORD}</select>',
    "glued words: ": "<p><b>leste</b><time>i dag</time></p>",
    "low target: ": '<button style="height:40px">Noe mer</button>',
    "narrow target: ": '<button style="width:40px;height:50px;padding:0">Ja</button>',
    "button-name: ": '<button style="width:99px;height:50px"></button>',
}
PAGE = '<!doctype html><html lang="nb"><head><title>x</title></head><body><main><h1>x</h1>{}</main>'


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_seen(screens: Screens, fault: str) -> None:
    found = screens.look(PAGE.format(FAULTS[fault]), None)
    assert any(f" px, {fault}" in one for one in found), found


def test_a_page_without_fault_has_no_finding(screens: Screens) -> None:
    assert (
        screens.look(
            PAGE.format(f"<p>{WORD},<br>og <b>mer</b> <i>til</i>.</p><details><p>x</details>"), None
        )
        == []
    )


@pytest.mark.parametrize(
    ("string", "names"),
    [
        ("Les svar", ["start"]),
        ("svar", ["start", "mailbox"]),
        ("Leses innen %(when)s.", ["review"]),
        ("Ja", []),
    ],
)
def test_a_string_is_found_on_the_pages_that_say_it(string: str, names: list[str]) -> None:
    pages = [
        Seen("start", "start", [], "Januar. Les svar"),
        Seen("review", "review", [], "Leses innen i dag kl. 16."),
        Seen("mailbox", "mailbox", [], "Et svar til deg"),
    ]
    assert [page.name for page in where(string, pages)] == names

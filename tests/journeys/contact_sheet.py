"""Sheets to leaf through what `make pages` has kept, without script.

``index.html`` has a row for each page and a column for each language; ``strings.html`` leads, for
each language, to every string with pictures of the pages where it stands. What Chromium finds
wrong with a page stands by its picture.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from markupsafe import Markup

from sifra.catalogues import SOURCE_LANGUAGE, catalogue_path
from sifra.languages import LANGUAGES, own_name

NARROW, WIDE = 360, 1280
_MOST_PAGES = 4
"""Of those where a string stands, so many are shown beside it."""
_STYLE = Markup("""
body{font:15px/1.5 system-ui,sans-serif;margin:1rem;color:#14212b;background:#fbfaf7}
table{border-collapse:collapse}
th,td{vertical-align:top;padding:4px 6px;text-align:start;border-top:1px solid #c9d0d3}
thead th{position:sticky;top:0;background:#fbfaf7}
tbody th{position:sticky;left:0;background:#fbfaf7;max-width:10rem;font-weight:400}
.thumb{display:block;width:96px;height:150px;overflow:hidden;border:1px solid #c9d0d3}
.thumb img{width:100%;display:block}
.wrong{border:3px solid #9b1c1c}
.strings td{max-width:26rem;white-space:pre-line}
.row{display:flex;gap:6px}
pre{white-space:pre-wrap;color:#9b1c1c}
""")


@dataclass(frozen=True)
class Seen:
    """A page as it was looked at: ``text`` is all that it says, on one line."""

    name: str
    file: str
    found: list[str]
    text: str


def seen(folder: Path) -> dict[str, dict[str, Seen]]:
    """The pages of each language (BCP 47) that ``folder`` holds, by name."""
    found = {}
    for tag in LANGUAGES:
        file = folder / tag / "pages.json"
        if file.exists():
            pages: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
            found[tag] = {one["name"]: Seen(**one) for one in pages}
    return found


def where(string: str, pages: Iterable[Seen]) -> list[Seen]:
    """The pages in which a string of the source stands, whatever its values are."""
    words = re.escape(" ".join(re.sub(r"<[^>]+>", " ", string).split()))
    pattern = re.compile(r"(?<!\w)" + re.sub(r"%\\\(\w+\\\)s", r".{1,80}?", words) + r"(?!\w)")
    return [page for page in pages if pattern.search(page.text)]


def thumb(tag: str, page: Seen, up: str = "") -> Markup:
    return Markup(
        '<a class="thumb{wrong}" href="{up}{tag}/{file}-{narrow}.jpg" title="{name}">'
        '<img loading="lazy" src="{up}{tag}/{file}-{narrow}.jpg" alt="{name}, {tag}"></a>'
        '<a href="{up}{tag}/{file}-{wide}.jpg">{wide}</a>'
    ).format(
        wrong=" wrong" if page.found else "",
        up=up,
        tag=tag,
        file=page.file,
        name=page.name,
        narrow=NARROW,
        wide=WIDE,
    )


def index(pages: dict[str, dict[str, Seen]]) -> Markup:
    """The sheet of all pages."""
    names = dict.fromkeys(name for those in pages.values() for name in those)
    head = Markup("").join(Markup("<th>{}<br>{}</th>").format(tag, own_name(tag)) for tag in pages)
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            name,
            Markup("").join(
                Markup("<td>{}</td>").format(thumb(tag, those[name]) if name in those else "")
                for tag, those in pages.items()
            ),
        )
        for name in names
    )
    wrong = [
        f"{tag}, {page.name}: {finding}"
        for tag, those in pages.items()
        for page in those.values()
        for finding in page.found
    ]
    return _sheet(
        "Pages",
        Markup(
            '<p>All that folds out is open. A picture opens whole. <a href="strings.html">Strings'
            "</a></p><pre>{}</pre><table><thead><tr><td></td>{}</tr></thead><tbody>{}</tbody>"
            "</table>"
        ).format("\n".join(wrong), head, rows),
    )


def strings(tag: str, pages: dict[str, dict[str, Seen]]) -> Markup:
    """Every string of a language beside pictures of pages where it stands."""
    own, source = pages[tag], pages[SOURCE_LANGUAGE]
    path = catalogue_path("reporter", tag)
    rows = Markup("").join(
        Markup('<tr><td lang="nb">{}</td><td lang="{}" dir="{}">{}</td><td>{}</td></tr>').format(
            said,
            tag,
            LANGUAGES[tag].direction,
            translation,
            _pictures(tag, [own[page.name] for page in found if page.name in own]),
        )
        for said, translation in _messages(path)
        for found in (where(said, source.values()),)
    )
    return _sheet(
        own_name(tag), Markup('<table class="strings"><tbody>{}</tbody></table>').format(rows)
    )


def _pictures(tag: str, found: list[Seen]) -> Markup:
    if not found:
        return Markup("<i>not met on the walk</i>")
    shown = Markup("").join(
        Markup("<div>{}</div>").format(thumb(tag, page, "../")) for page in found[:_MOST_PAGES]
    )
    more = len(found) - _MOST_PAGES
    return Markup('<div class="row">{}</div>{}').format(shown, f"+ {more}" if more > 0 else "")


def _messages(path: Path) -> Iterator[tuple[str, str]]:
    with path.open("rb") as file:
        for message in read_po(file):
            if not message.id:
                continue
            if isinstance(message.id, str):
                yield message.id, str(message.string)
            else:
                for form in message.id:
                    yield form, "\n".join(message.string or ())


def _sheet(title: str, body: Markup) -> Markup:
    return Markup(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title><style>{1}</style>'
        "<h1>{0}</h1>{2}"
    ).format(title, _STYLE, body)


def write(folder: Path) -> None:
    """The sheets of what ``folder`` holds."""
    pages = seen(folder)
    (folder / "index.html").write_text(index(pages), "utf-8")
    translated = [tag for tag in pages if tag != SOURCE_LANGUAGE and SOURCE_LANGUAGE in pages]
    for tag in translated:
        (folder / tag / "strings.html").write_text(strings(tag, pages), "utf-8")
    links = Markup("").join(
        Markup('<li><a href="{0}/strings.html">{1} ({0})</a></li>').format(tag, own_name(tag))
        for tag in translated
    )
    (folder / "strings.html").write_text(
        _sheet("Strings", Markup("<ul>{}</ul>").format(links)), "utf-8"
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]))

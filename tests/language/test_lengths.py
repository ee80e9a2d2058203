"""What stands on a button or a door is short in every language."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Message

from translations import check, lengths

PAGE = """{# <button>{{ _("Ikke dette") }}</button> #}
<h1>{{ _("Tittel") }}</h1><p>{{ _("Brødtekst") }}</p>
<button{% if a == "b" %} title="{{ _('Ikke her') }}"{% endif %}>{{ _("Trykk \\"her\\"") }}</button>
<a class="button alone" href="/">{{ _("Gå") }}</a> <a href="/">{{ _("Lenke") }}</a>
<a class="door"><b>{{ _("Dør") }}</b><small>{{ _("Under døra") }}</small></a>
<div class="choices">{% for value, label in (("yes", _("Ja")), ("no", _("Nei"))) %}
<label><input type="radio">{{ label }}<small>{{ _("Liten") }}</small></label>{% endfor %}</div>
<label for="x">{{ _("Spørsmål") }}</label><input id="x">
<footer class="foot"><a href="/">{{ _("Gå") }}</a><a href="/">{{ _("Nederst") }}</a></footer>
"""


def test_the_templates_say_where_there_is_little_room(tmp_path: Path) -> None:
    templates = tmp_path / "reporter" / "templates"
    templates.mkdir(parents=True)
    (templates / "page.html").write_text(PAGE, "utf-8")
    assert lengths.tight("reporter", tmp_path) == {
        "Tittel": lengths.HEADING,
        'Trykk "her"': lengths.BUTTON,
        "Gå": lengths.BUTTON,
        "Dør": lengths.DOOR,
        "Ja": lengths.CHOICE,
        "Nei": lengths.CHOICE,
        "Spørsmål": lengths.LABEL,
        "Nederst": lengths.LINK,
    }


def test_every_kind_of_place_is_found_in_the_sites_templates() -> None:
    tight = lengths.tight()
    texts = {text for message in check.texts_of("reporter") for text in check.forms(message.id)}
    assert set(tight) <= texts
    for text, kind in (
        ("Send", lengths.BUTTON),
        ("Forlat siden fort", lengths.BUTTON),
        ("Si fra om noe", lengths.DOOR),
        ("Vet ikke", lengths.CHOICE),
        ("Tilgjengelighet", lengths.LINK),
        ("Er noen i fare akkurat nå?", lengths.LABEL),
        ("Det er sendt", lengths.HEADING),
    ):
        assert tight[text] == kind


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Send", 4),
        ("Siųsti", 6),
        ("Siu\u0328sti", 6),
        ("سرّي", 3),
        ("می\u200cکنیم", 6),
        ("ስደድ", 3),
        ("送信", 4),
        ("Til %(who)s", 4),
    ],
)
def test_width_is_what_an_eye_sees(text: str, columns: int) -> None:
    assert lengths.width(text) == columns


def test_a_long_text_has_room_by_its_own_length() -> None:
    assert lengths.limit(lengths.BUTTON, "Send") == 34
    assert lengths.limit(lengths.BUTTON, "x" * 40) == 60


def test_a_translation_that_is_too_long_is_named() -> None:
    tight = {"Send": lengths.BUTTON}
    assert list(check._too_long(Message("Send", "x" * 34), tight)) == []
    (fault,) = check._too_long(Message("Send", "x" * 35), tight)
    assert fault == "'Send': 35 columns, a button has room for 34"
    assert list(check._too_long(Message("Les", "x" * 99), tight)) == []

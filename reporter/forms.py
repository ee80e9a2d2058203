"""The public forms. Plain WTForms: Flask-WTF would set a cookie."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from wtforms import BooleanField, Field, Form, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from reporter.readers import Units, chosen, named
from sifra.municipality import Municipality
from sifra.plain_text import is_blank, tidy

LONGEST_TEXT = 20_000
"""Characters."""
DANGERS = ("yes", "no", "unsure")
URGENCIES = ("now", "soon", "whenever")
_LONGEST_ID = 64


def _writing(form: Form, field: Field) -> None:  # noqa: ARG001 (WTForms calls it so)
    text = field.data
    if is_blank(text):
        raise ValidationError(_("Skriv noe her."))
    if len(text) > LONGEST_TEXT:
        raise ValidationError(
            _(
                "Teksten er for lang. Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
                most=LONGEST_TEXT,
                have=len(text),
            )
        )
    # A browser that sends another charset than the page's has its letters replaced on the way.
    if "\ufffd" in text:
        raise ValidationError(_("Noen tegn kom ikke fram slik de skulle. Se over teksten."))


class _OneOf:
    """The value is one of ``known``, or empty."""

    def __init__(self, known: Iterable[str]) -> None:
        self.known = frozenset(known)

    def __call__(self, form: Form, field: Field) -> None:  # noqa: ARG002
        if field.data and field.data not in self.known:
            field.data = ""
            raise ValidationError(_("Velg ett av svarene."))


class _Choice:
    """The units are one of ``choices``, or none."""

    def __init__(self, choices: Sequence[Units]) -> None:
        self.choices = choices

    def __call__(self, form: Form, field: Field) -> None:  # noqa: ARG002
        if chosen(named(field.data or ()), self.choices) is None:
            field.data = []
            raise ValidationError(_("Velg ett av svarene."))


def _short(value: str | None) -> str:
    return (value or "").strip()[:_LONGEST_ID]


class TextField(StringField):
    """A field whose ``said`` is never None."""

    @property
    def said(self) -> str:
        return self.data or ""


class TipForm(Form):
    """Danger and text; everything else may be left out."""

    danger = TextField(filters=[_short], validators=[_OneOf(DANGERS)])
    text = TextField(filters=[tidy], validators=[_writing])
    topic = TextField(filters=[_short])
    urgency = TextField(filters=[_short], validators=[_OneOf(URGENCIES)])
    place = TextField(filters=[_short])
    readers = SelectMultipleField(validate_choice=False)
    no_code = BooleanField()

    def check(self, municipality: Municipality) -> bool:
        """Validate against what the municipality's file offers."""
        return self.validate(
            {
                "topic": [_OneOf(municipality.topic_ids)],
                "place": [_OneOf(municipality.place_ids)],
                "readers": [_Choice(municipality.choices_of_readers)],
            }
        )

    def facts(self) -> dict[str, str]:
        """What was ticked. An unanswered danger question is a "don't know"."""
        return {
            "danger": self.danger.said or "unsure",
            "topic": self.topic.said,
            "urgency": self.urgency.said,
            "place": self.place.said,
        }

    def units(self) -> frozenset[str]:
        """The units that were chosen to read; none when nothing was chosen."""
        return named(self.readers.data or ())

    def sent(self, units: Iterable[str]) -> bytes:
        """All that was written and ticked, as bytes that are equal when it is. ``units`` are
        those who may read."""
        whole = {**self.facts(), "text": self.text.said, "no_code": self.no_code.data}
        return json.dumps({**whole, "readers": sorted(units)}, sort_keys=True).encode()


class MoreForm(Form):
    """More from a sender who has come back."""

    text = TextField(filters=[tidy], validators=[_writing])


class CodeForm(Form):
    """The return code, as it was typed."""

    code = TextField(filters=[tidy])

"""The public forms. Plain WTForms: Flask-WTF would set a cookie."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import ClassVar

from flask_babel import gettext as _
from wtforms import BooleanField, Field, Form, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from reporter import dangers, written_in
from reporter.readers import Units, chosen, named
from sifra.languages import LANGUAGES
from sifra.municipality import Municipality
from sifra.plain_text import is_blank, tidy

LONGEST_TEXT = 20_000
"""Characters."""
DANGERS = ("yes", "no", "unsure")
URGENCIES = ("now", "soon", "whenever")
TALK_CONTACTS = ("here", "meet", "call", "text")
"""How a young person wants to talk."""
PARENT_CONTACTS = ("call", "here")
CALLED = frozenset({"call", "text"})
COMPLAINT = "adult_conduct"
NOT_TALKED_OF = frozenset({COMPLAINT, "place"})
"""Topics of a tip alone: a complaint must lead away from adults, and a lamp that is out needs no
talk."""
SPOKEN = tuple(tag for tag in LANGUAGES if tag != "nn")
"""The languages that a parent chooses from: Norwegian is written in two ways and spoken in one."""
NOT_CARRIED = frozenset({"readers", "guessed", "reviewed"})
"""What only the review's own form says."""
_LONGEST_ID = 64
_LONGEST_LINE = 300
_SET_APART = frozenset("()./")
_DIALLED = re.compile(r"\+?[0-9]{8,15}")


def dialled(number: str) -> str:
    """A number as it is dialled: Latin digits in any script's place, and a plus if there is one."""
    plain = "".join(
        str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
        for sign in unicodedata.normalize("NFKC", number)
        # Spaces and hyphens of every kind, and what turns the direction of a line.
        if unicodedata.category(sign) not in ("Cc", "Cf", "Pd", "Zs") and sign not in _SET_APART
    )
    return "+" + plain[2:] if plain.startswith("00") else plain


def _number(form: Form, field: Field) -> None:
    if not _is_called(form):
        return
    if is_blank(field.data or ""):
        raise ValidationError(_("Skriv nummeret vi skal ringe."))
    if not _DIALLED.fullmatch(dialled(field.data)):
        raise ValidationError(_("Skriv et telefonnummer med minst åtte siffer."))


def _answerable(form: Form, field: Field) -> None:
    """Who is answered on the page needs the code to see it."""
    if field.data and not _is_called(form):
        raise ValidationError(_("Uten kode kan du ikke lese svar her. Be om å bli ringt i stedet."))


def _is_called(form: Form) -> bool:
    return isinstance(form, CaseForm) and form.is_called()


def _line(form: Form, field: Field) -> None:  # noqa: ARG001
    if len(field.data or "") > _LONGEST_LINE:
        raise ValidationError(
            _("Skriv litt kortere. Det er plass til %(most)s tegn.", most=_LONGEST_LINE)
        )
    _whole(field.data or "")


def _writing(form: Form, field: Field) -> None:
    if is_blank(field.data):
        raise ValidationError(_("Skriv noe her."))
    _fits(form, field)


def _fits(form: Form, field: Field) -> None:  # noqa: ARG001 (WTForms calls it so)
    text = field.data or ""
    if len(text) > LONGEST_TEXT:
        raise ValidationError(
            _(
                "Teksten er for lang. Det er plass til %(most)s tegn, og du har skrevet %(have)s.",
                most=LONGEST_TEXT,
                have=len(text),
            )
        )
    _whole(text)


def _whole(text: str) -> None:
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


class CaseForm(Form):
    """What every lane asks for. Everything may be left out but what a lane's own form needs."""

    unanswered = "unsure"
    """Whoever sees the question and leaves it open does not know."""

    danger = TextField(filters=[_short], validators=[_OneOf(DANGERS)])
    text = TextField(filters=[tidy], validators=[_fits])
    topic = TextField(filters=[_short])
    urgency = TextField(filters=[_short], validators=[_OneOf(URGENCIES)])
    readers = SelectMultipleField(validate_choice=False)
    no_code = BooleanField()
    written = TextField(filters=[_short], validators=[_OneOf(written_in.CHOICES)])
    """The language of the text, where the sender has said it; empty where it is guessed."""
    guessed = TextField(filters=[_short])
    """What stood there as the guess: chosen still, nobody has said it."""
    reviewed = TextField(filters=[_short])
    """What ``written`` was when the case was looked over."""

    _guess: tuple[str, str] | None = None
    """The page and what was guessed on it: for this request, and no text outlives it."""
    _dangers: list[str] | None = None

    def danger_words(self, municipality: Municipality) -> list[str]:
        """The help lines whose words stand in the text, as :func:`dangers.found` has them."""
        if self._dangers is None:
            self._dangers = dangers.found(self.text.said, municipality)
        return self._dangers

    def settle(self) -> None:
        """Take what stands as the language for said only where the sender has chosen it."""
        if self.written.said == self.guessed.said or is_blank(self.text.said):
            self.written.data = ""

    def guess(self, page: str) -> str:
        """The language that the text seems to be in, as :func:`written_in.guess` has it."""
        if self._guess is None or self._guess[0] != page:
            self._guess = (page, written_in.guess(self.text.said, page))
        return self._guess[1]

    def written_language(self, page: str) -> str:
        """The language of the text: as the sender says, else as it seems."""
        return self.written.said or self.guess(page)

    def check(self, municipality: Municipality, choices: Sequence[Units]) -> bool:
        """Validate against what the municipality's file offers; ``choices`` are who may read."""
        return self.validate(
            {
                "topic": [_OneOf(municipality.topic_ids)],
                "readers": [_Choice(choices)],
                **self.checked_by(municipality),
            }
        )

    def checked_by(self, municipality: Municipality) -> dict[str, list[_OneOf]]:  # noqa: ARG002
        """What else must be one of the file's, by field."""
        return {}

    def ticked(self) -> dict[str, str]:
        """What was chosen, of a lane's own fields; those that are empty too."""
        return {}

    def facts(self) -> dict[str, str]:
        """What was ticked, as it is sealed; what a lane alone asks for only where it was answered.
        A danger question that was left open is ``unanswered``."""
        usual = {
            "danger": self.danger.said or self.unanswered,
            "topic": self.topic.said,
            "urgency": self.urgency.said,
            "place": self.place_id(),
        }
        return {**usual, **{name: said for name, said in self.ticked().items() if said}}

    def words(self) -> dict[str, str]:
        """What was written, as it is sealed; the number to call apart."""
        return {"text": self.text.said}

    def place_id(self) -> str:
        return ""

    def about_adult(self) -> str:
        """The adult, or the unit, that a complaint is about."""
        return ""

    def spoken_language(self) -> str:
        """The language that the sender wants to be called in, where it was said."""
        return ""

    def is_called(self) -> bool:
        """Do they ask for a call, or for a text message?"""
        return False

    def number_to_call(self) -> str:
        return ""

    def carried(self) -> list[tuple[str, str]]:
        """Every field that something stands in, by name, but for :data:`NOT_CARRIED`."""
        return [
            (field.name, "y" if field.data is True else str(field.data))
            for field in self
            if field.name not in NOT_CARRIED and field.data
        ]

    def is_bare(self) -> bool:
        """Nothing stands in it but a text, and whether there is danger; and nothing is wrong."""
        names = {name for name, _value in self.carried()}
        return {"text"} <= names <= {"text", "danger"} and not (self.readers.data or self.errors)

    def units(self) -> frozenset[str]:
        """The units that were chosen to read; none when nothing was chosen."""
        return named(self.readers.data or ())

    def sent(self, units: Iterable[str], **instead: str) -> bytes:
        """All that was written and ticked, as bytes that are equal when it is. ``units`` are
        those who may read; ``instead`` is what stood in a field before."""
        whole = {"danger": "unsure", **dict(self.carried()), "readers": sorted(units), **instead}
        whole = {name: said for name, said in whole.items() if said}
        return json.dumps(whole, sort_keys=True).encode()


class TipForm(CaseForm):
    """Danger and text; everything else may be left out. ``adult`` is the adult or the unit that a
    complaint is about, ``job`` that it is written as part of the sender's job."""

    text = TextField(filters=[tidy], validators=[_writing])
    place = TextField(filters=[_short])
    adult = TextField(filters=[_short])
    job = BooleanField()

    def checked_by(self, municipality: Municipality) -> dict[str, list[_OneOf]]:
        return {
            "place": [_OneOf(municipality.place_ids)],
            "adult": [_OneOf(municipality.complained_of)],
        }

    def ticked(self) -> dict[str, str]:
        return {"adult": self.about_adult(), "job": "yes" if self.job.data else ""}

    def place_id(self) -> str:
        return self.place.said

    def about_adult(self) -> str:
        """Only where the complaint is about an adult at all: else a slip of the finger would keep
        somebody from reading."""
        return self.adult.said if self.topic.said == COMPLAINT else ""


class ContactForm(CaseForm):
    """Asks how to be met or answered. Nothing must be filled in but the number, where they are to
    be called."""

    contacts: ClassVar[Sequence[str]]
    """The ways, what stands when nothing was chosen first."""

    contact = TextField(filters=[_short])
    number = TextField(filters=[tidy], validators=[_number])
    when = TextField(filters=[tidy], validators=[_line])
    no_code = BooleanField(validators=[_answerable])

    def checked_by(self, municipality: Municipality) -> dict[str, list[_OneOf]]:  # noqa: ARG002
        return {"contact": [_OneOf(self.contacts)]}

    def words(self) -> dict[str, str]:
        return {"text": self.text.said, "when": self.when.said}

    def wanted(self) -> str:
        return self.contact.said or self.contacts[0]

    def is_called(self) -> bool:
        return self.wanted() in CALLED

    def number_to_call(self) -> str:
        return dialled(self.number.said) if self.is_called() else ""


class TalkForm(ContactForm):
    """A talk with an adult. The danger question is folded away: who never saw it has not said
    "don't know"."""

    contacts = TALK_CONTACTS
    unanswered = ""
    home = BooleanField()

    def checked_by(self, municipality: Municipality) -> dict[str, list[_OneOf]]:
        own = {"topic": [_OneOf(municipality.topic_ids - NOT_TALKED_OF)]}
        return {**super().checked_by(municipality), **own}

    def ticked(self) -> dict[str, str]:
        return {"contact": self.wanted(), "home": "yes" if self.home.data else ""}


class ParentForm(ContactForm):
    """A parent who asks to be called, or to be answered here."""

    contacts = PARENT_CONTACTS
    spoken = TextField(filters=[_short])
    interpreter = BooleanField()

    def checked_by(self, municipality: Municipality) -> dict[str, list[_OneOf]]:
        return {**super().checked_by(municipality), "spoken": [_OneOf(SPOKEN)]}

    def ticked(self) -> dict[str, str]:
        return {
            "contact": self.wanted(),
            "spoken": self.spoken.said,
            "interpreter": "yes" if self.interpreter.data else "",
        }

    def spoken_language(self) -> str:
        return self.spoken.said


class MoreForm(Form):
    """More from a sender who has come back."""

    text = TextField(filters=[tidy], validators=[_writing])
    reckoned = TextField(filters=[_short])
    """The language that the page went by when it said by when more is read; empty: its own."""


class CodeForm(Form):
    """The return code, as it was typed."""

    code = TextField(filters=[tidy])

"""The page skeleton: what every template may use."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jinja2
from babel.support import NullTranslations
from flask import Flask, current_app, g
from flask.templating import Environment
from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from sifra.catalogues import SOURCE_LANGUAGE, catalogue
from sifra.languages import LANGUAGES, Language, text

_LANGUAGE = "sifra-language"
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Look:
    """What tells one site's pages from the other's.

    ``style`` and ``script`` stand in every page and are let through by their hashes, so that a
    page is one request. ``language`` gives the tag for the request at hand.
    """

    site_name: str
    style: str
    script: str
    language: Callable[[], str]
    exit_url: str = ""
    further_style: str = ""
    """For those pages only that fill the skeleton's block ``further``."""

    @property
    def exit_origin(self) -> str:
        parts = urlsplit(self.exit_url)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def language() -> Language:
    """The language of the page being made."""
    here: Language | None = g.get("language")
    if here is None:
        here = g.language = LANGUAGES[current_app.extensions[_LANGUAGE]()]
    return here


def words(texts: Mapping[str, str]) -> Markup:
    """A text of the municipality's file, marked with its language when that is another."""
    here = language()
    said, tag = text(texts, here.tag)
    if tag == here.tag:
        return Markup.escape(said)
    other = LANGUAGES[tag]
    return Markup('<span lang="{}" dir="{}">{}</span>').format(tag, other.direction, said)


def number(digits: str) -> Markup:
    """A number to dial: a link, left to right in every script, and kept on one line."""
    return Markup('<a class="tel" dir="ltr" href="tel:{}">{}</a>').format(
        digits.replace(" ", ""), digits.replace(" ", "\u00a0")
    )


_TELEPHONE = re.compile(r"\+?\d(?:[ \u00a0]?\d){7,}|\b\d{3}[ \u00a0]\d{3}\b")


def as_written(said: object) -> Markup:
    """What somebody wrote. A telephone number stands from left to right: among words from right
    to left its groups change places, and who does not read those words rings somebody else."""
    written, shown, start = str(said), Markup(), 0
    for found in _TELEPHONE.finditer(written):
        shown += Markup('{}<bdi dir="ltr">{}</bdi>').format(
            written[start : found.start()], found[0]
        )
        start = found.end()
    return shown + written[start:]


class Sayings:
    """One language's catalogue, for templates: escaped values in trusted text.

    A page says some thirty strings; looking each up through Flask-Babel costs more than the rest
    of the page.
    """

    def __init__(self, found: NullTranslations) -> None:
        self._one, self._many = found.ugettext, found.ungettext

    def one(self, said: str, **values: object) -> Markup:
        text = Markup(self._one(said))  # noqa: S704 (ours)
        return text % values if "%" in text else text

    def many(self, one: str, many: str, num: int, **values: object) -> Markup:
        text = Markup(self._many(one, many, num))  # noqa: S704 (ours)
        return text % {"num": num, **values}


_PLAIN = re.compile(r"\{\{ _\(\"([^\"\\{}%]+)\"\) \}\}")
"""A string without values, printed as it is, in which nothing looks like template code."""


class _InSource(BaseLoader):
    """Templates in the source language: what needs no value is no longer asked for. As most read
    them in it, the others share templates that look each string up."""

    def __init__(self, written: BaseLoader) -> None:
        self._written = written

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, name, is_current = self._written.get_source(environment, template)
        return _PLAIN.sub(r"\1", source), name, is_current


class _Environment(Environment):
    """Takes each template from those of the page's language."""

    in_source: _Environment | None = None

    def get_or_select_template(self, *named: Any, **options: Any) -> Template:  # noqa: ANN401
        if language().tag != SOURCE_LANGUAGE:
            return super().get_or_select_template(*named, **options)
        if self.in_source is None:
            assert self.loader is not None  # noqa: S101 (set in install_page)
            self.in_source = own = self.overlay(loader=_InSource(self.loader))
            own.in_source = own
        return jinja2.Environment.get_or_select_template(self.in_source, *named, **options)


def install_page(app: Flask, look: Look, domain: str) -> None:
    """Give the templates the skeleton and what it needs."""
    app.extensions[_LANGUAGE] = look.language
    sayings = {tag: Sayings(catalogue(domain, tag)) for tag in LANGUAGES}

    @app.context_processor
    def _sayings() -> dict[str, object]:
        here = language()
        said = sayings[here.tag]
        return {"_": said.one, "ngettext": said.many, "here": here}

    app.jinja_environment = _Environment
    loader = app.jinja_loader
    shared = FileSystemLoader(_TEMPLATES)
    app.jinja_loader = ChoiceLoader([loader, shared] if loader else [shared])
    app.jinja_options = {
        **app.jinja_options,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    app.jinja_env.globals.update(
        site_name=look.site_name,
        style=Markup(look.style),  # noqa: S704 (our own file)
        further_style=Markup(look.further_style),  # noqa: S704 (our own file)
        script=Markup(look.script),  # noqa: S704 (our own file)
        exit_url=look.exit_url,
        words=words,
        number=number,
        as_written=as_written,
        language=language,
        languages=LANGUAGES,
    )

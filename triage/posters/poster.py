"""What stands on a poster: for whom, in which languages, and where its code leads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import get_args
from urllib.parse import urlsplit

from babel import Locale

from sifra.languages import LANGUAGES, text
from sifra.municipality import HelpLine, Municipality
from sifra.poster_words import AUDIENCES, poster_words
from triage.posters.drawing import Format, Number, Said, Sheet, Side

FORMATS: tuple[Format, ...] = get_args(Format)

_ADDRESS = re.compile(r"(https?)://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?", re.ASCII)
_PAGE = re.compile(rf"(?<!/)/({'|'.join(map(re.escape, LANGUAGES))})(/.*)?$")
_LONGEST = 100


class BadAddress(ValueError):
    """No address of a public site."""


def base_address(written: str) -> str:
    """The public site's address without the last slash, and without the language and page that
    stand in it when it is copied from a browser. Raises BadAddress.

    It must be HTTPS, except on this machine: a code on a school's wall that leads to plain HTTP
    would show the school who reads what.
    """
    address = written.strip()
    if len(address) > _LONGEST or not _ADDRESS.fullmatch(address):
        raise BadAddress(written)
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress(written) from None
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", host):
        raise BadAddress(written)
    if parts.scheme == "http" and not _is_here(host):
        raise BadAddress(written)
    return _PAGE.sub("", address.rstrip("/"))


def sheet(
    place: Municipality, audience: str, format_: Format, tags: Sequence[str], base: str
) -> Sheet:
    """The sheet for one of AUDIENCES in one or two languages of the pages (``tags``, BCP 47). The
    code leads to the first. ``base`` comes from :func:`base_address`."""
    target = f"{base}/{tags[0]}/{AUDIENCES[audience].path}"
    return Sheet(
        format=format_,
        name=place.public_name,
        title=place.public_name,
        target=target,
        address=target.removeprefix("https://"),
        sides=tuple(_side(place, audience, tag) for tag in tags),
    )


def numbers(place: Municipality, audience: str) -> list[HelpLine]:
    """Those to print. Paper does not know what time it is, so one that is closed at some hour is
    left out, as is one that nobody has confirmed."""
    return [line for line in place.lines(AUDIENCES[audience].lines) if line.always]


def _side(place: Municipality, audience: str, tag: str) -> Side:
    words = poster_words(audience, tag)
    lang, region = _spoken(tag)
    return Side(
        lang=lang,
        region=region,
        rtl=_is_rtl(tag),
        headline=words.headline,
        about=words.about,
        honest=words.honest,
        scan=words.scan,
        ring=words.ring,
        numbers=tuple(
            Number(line.number, _said(*text(line.name, tag))) for line in numbers(place, audience)
        ),
    )


def _said(said: str, tag: str) -> Said:
    lang, region = _spoken(tag)
    return Said(said, lang, region, _is_rtl(tag))


def _spoken(tag: str) -> tuple[str, str | None]:
    locale = Locale.parse(tag, sep="-")
    return locale.language, locale.territory


def _is_rtl(tag: str) -> bool:
    return LANGUAGES[tag].direction == "rtl"


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

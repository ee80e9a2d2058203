"""Day and hour in words, and that a promise once given never worsens."""

from __future__ import annotations

import datetime as dt

import pytest

from reporter import promises
from sifra.case_rows import Asked
from sifra.promise_rows import Promise
from tests.reporter.moments import OSLO, local

HOUR = 3600
NOON = 1_795_431_600
BDI = '<bdi dir="ltr">{}</bdi>'


def _said(at: dt.datetime, now: dt.datetime, tag: str) -> str:
    """Without the marks around the hour, and with plain spaces."""
    words = promises.moment(at, now, OSLO, tag)
    return words.replace('<bdi dir="ltr">', "").replace("</bdi>", "").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("at", "nb", "en", "ar"),
    [
        (local(2026, 11, 27, 16), "i dag kl. 16", "today at 16:00", "الساعة 16:00 اليوم"),
        (local(2026, 11, 27, 8), "i dag kl. 8", "today at 08:00", "الساعة 08:00 اليوم"),
        (local(2026, 11, 28, 12), "i morgen kl. 12", "tomorrow at 12:00", "الساعة 12:00 غدًا"),
        (local(2026, 11, 26, 12), "i går kl. 12", "yesterday at 12:00", "الساعة 12:00 أمس"),
        (
            local(2026, 11, 30, 12),
            "mandag 30. november kl. 12",
            "Monday 30 November at 12:00",
            "الساعة 12:00 يوم الاثنين 30 نوفمبر",
        ),
        (local(2026, 11, 28, 0), "i dag kl. 24", "today at 24:00", "الساعة 24:00 اليوم"),
        (local(2026, 11, 28, 0, 30), "i morgen kl. 00:30", "tomorrow at 00:30", "الساعة 00:30 غدًا"),
        (
            local(2026, 11, 28, 15, 30),
            "i morgen kl. 15:30",
            "tomorrow at 15:30",
            "الساعة 15:30 غدًا",
        ),
        (
            local(2027, 1, 4, 12),
            "mandag 4. januar kl. 12",
            "Monday 4 January at 12:00",
            "الساعة 12:00 يوم الاثنين 4 يناير",
        ),
    ],
    ids=lambda value: f"{value:%m-%d-%H%M}" if isinstance(value, dt.datetime) else "",
)
def test_day_and_hour_in_each_language(at: dt.datetime, nb: str, en: str, ar: str) -> None:
    now = local(2026, 11, 27, 14)
    assert [_said(at, now, tag) for tag in ("nb", "en", "ar")] == [nb, en, ar]


def test_the_days_are_those_of_the_municipality() -> None:
    """23:30 in UTC is the next day in Oslo, and UTC goes in."""
    now = dt.datetime(2026, 11, 27, 23, 30, tzinfo=dt.UTC)
    assert _said(dt.datetime(2026, 11, 28, 11, tzinfo=dt.UTC), now, "nb") == "i dag kl. 12"


def test_the_night_of_the_clock_change() -> None:
    """25 hours lie between these two noons."""
    now = local(2027, 10, 30, 12)
    assert _said(local(2027, 10, 31, 12), now, "nb") == "i morgen kl. 12"
    assert _said(local(2027, 10, 31, 2, fold=1), now, "nb") == "i morgen kl. 2"


@pytest.mark.parametrize("tag", ["nb", "en", "ar"])
def test_the_hour_stands_apart_and_on_the_line_of_its_word(tag: str) -> None:
    said = promises.moment(local(2026, 11, 30, 16), local(2026, 11, 27, 14), OSLO, tag)
    shown = "16" if tag == "nb" else "16:00"
    assert "\u00a0" + BDI.format(shown) in said


# --- what was said stands ------------------------------------------------------------------------


def _promise(promised: int | None, *, urgent: bool = False) -> Promise:
    asked = [Asked("youth_team", NOON - 3 * HOUR)]
    if promised:
        asked += [Asked("police", promised), Asked("slt", promised + 2 * HOUR)]
    return Promise(promised, NOON - 4 * HOUR if urgent else promised, tuple(asked))


@pytest.mark.parametrize("given", [None, NOON, NOON + HOUR])
def test_what_is_decided_at_the_end_is_taken_when_it_is_no_later(given: int | None) -> None:
    assert promises.kept(_promise(NOON), given) == _promise(NOON)


def test_what_the_review_said_is_kept_with_its_steps() -> None:
    kept = promises.kept(_promise(NOON + 20 * HOUR), NOON)
    assert kept == _promise(NOON)


def test_it_is_kept_although_nothing_can_be_promised_any_more() -> None:
    kept = promises.kept(_promise(None), NOON)
    assert (kept.promised, kept.read_by) == (NOON, NOON)
    assert kept.asked == (Asked("youth_team", NOON - 3 * HOUR), Asked("youth_team", NOON))


def test_what_is_due_at_once_stays_so() -> None:
    kept = promises.kept(_promise(NOON + 20 * HOUR, urgent=True), NOON)
    assert (kept.promised, kept.read_by) == (NOON, NOON - 4 * HOUR)


def test_nobody_is_first_asked_after_the_time_that_was_given() -> None:
    late = Promise(NOON + 48 * HOUR, NOON + 48 * HOUR, (Asked("youth_team", NOON + 40 * HOUR),))
    assert promises.kept(late, NOON).asked[0] == Asked("youth_team", NOON)


def test_without_readers_nobody_is_asked() -> None:
    assert promises.kept(Promise(None, None), NOON).asked == ()

"""What a site keeps of Babel's locale data says all that its pages say, and no less."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOK = """
import datetime as dt, json, pickle, sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from zoneinfo import ZoneInfo

from babel import Locale, core, localedata
from sifra import languages, locale_data
from sifra.written_hours import Hours

def said():
    oslo = ZoneInfo("Europe/Oslo")
    week = Hours(days=("mon", "sun"), opens=dt.time(8), closes=dt.time(16))
    days = [dt.date(2026, 1, 1) + n * dt.timedelta(days=17) for n in range(22)]
    moments = [dt.datetime.combine(day, dt.time(13), oslo) for day in days]
    return [
        [languages.opening_hours(week, tag, ""), languages.listed(("a", "b", "c"), tag), *(
            (
                languages.day_of_week(at.date(), tag),
                languages.day_and_hour(int(at.timestamp()), oslo, tag),
                languages.date(int(at.timestamp()), oslo, tag),
            )
            for at in moments
        )]
        for tag in languages.LANGUAGES
    ]

if sys.argv[1] == "kept":
    with ProcessPoolExecutor(1, get_context("fork")) as pool:
        found = pool.submit(locale_data.look_up, languages.LANGUAGES).result()
    locale_data.remember(found, languages.LANGUAGES)
first = said()
sizes = [len(pickle.dumps(dict(data))) for data in localedata._cache.values()]
is_forgotten = core._global_data is None
rest = [str(Locale.parse("ar").territories["NO"]), Locale.parse("pl").plural_form(3)]
print(json.dumps([first, said(), rest, max(sizes), is_forgotten]))
"""


@cache
def look(how: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOOK, how],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def test_days_are_said_alike_and_the_rest_can_still_be_asked() -> None:
    *whole, _, _ = look("whole")
    *kept, _, is_forgotten = look("kept")
    assert kept == whole
    assert is_forgotten


def test_it_is_small() -> None:
    *_, whole, _ = look("whole")
    *_, kept, _ = look("kept")
    assert isinstance(whole, int)
    assert isinstance(kept, int)
    assert kept < 10_000 < 100_000 < whole

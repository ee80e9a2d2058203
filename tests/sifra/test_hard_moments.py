"""Open or shut, until when and when next, at moments that are easily got wrong."""

from __future__ import annotations

import pytest

from sifra.contact_hours import FOREVER, Schedule, is_open, next_opening, open_until
from tests.sifra.written_hours import (
    DUTY,
    LINE,
    LISTENING,
    NEW_YEAR,
    NIGHT,
    NORWAY,
    OFFICE,
    SUMMER,
    TEAM,
    WINTER,
    at,
)

MOMENTS = """
who      | moment                 | open until       | or opens

# Ordinary days, and the minute of change
office   | 2026-11-24 10:00       | 2026-11-24 15:30 |
office   | 2026-11-24 07:59       |                  | 2026-11-24 08:00
office   | 2026-11-24 08:00       | 2026-11-24 15:30 |
office   | 2026-11-24 15:29       | 2026-11-24 15:30 |
office   | 2026-11-24 15:30       |                  | 2026-11-25 08:00
office   | 2026-11-27 19:30       |                  | 2026-11-30 08:00
team     | 2026-11-27 19:30       | 2026-11-27 23:00 |
team     | 2026-11-27 22:59       | 2026-11-27 23:00 |
team     | 2026-11-27 23:00       |                  | 2026-11-30 08:00
duty     | 2026-11-27 19:30       | 2026-11-30 08:00 |
line     | 2026-11-27 19:30       | always           |

# Christmas: half day, two holidays on a Friday and a Saturday, a Sunday
office   | 2026-12-24 11:59       | 2026-12-24 12:00 |
office   | 2026-12-24 12:00       |                  | 2026-12-28 08:00
office   | 2026-12-24 22:15       |                  | 2026-12-28 08:00
listening| 2026-12-24 21:59       | 2026-12-24 22:00 |
listening| 2026-12-24 22:15       |                  | 2026-12-25 14:00
duty     | 2026-12-24 08:00       |                  | 2026-12-24 15:30
duty     | 2026-12-24 23:10       | 2026-12-28 08:00 |
line     | 2026-12-24 22:15       | always           |

# New Year's Eve to New Year's Day
office   | 2026-12-31 12:00       |                  | 2027-01-04 08:00
new year | 2026-12-31 12:00       |                  | 2026-12-31 20:00
new year | 2026-12-31 23:59       | 2027-01-01 04:00 |
new year | 2027-01-01 00:00       | 2027-01-01 04:00 |
new year | 2027-01-01 04:00       |                  | 2027-01-04 08:00

# Easter; on Easter Sunday the clock goes from 02:00 to 03:00
office   | 2027-03-24 11:00       | 2027-03-24 12:00 |
office   | 2027-03-24 12:00       |                  | 2027-03-30 08:00
office   | 2027-03-28 10:00       |                  | 2027-03-30 08:00
night    | 2027-03-28 01:59       |                  | 2027-04-02 20:00
duty     | 2027-03-28 03:00       | 2027-03-30 08:00 |
listening| 2027-03-28 01:30       |                  | 2027-03-28 14:00

# 17 May is also the second day of Pentecost; pinseaften is the Saturday
office   | 2027-05-14 15:29       | 2027-05-14 15:30 |
office   | 2027-05-17 10:00       |                  | 2027-05-18 08:00
duty     | 2027-05-17 10:00       | 2027-05-18 08:00 |
duty     | 2027-05-18 08:00       |                  | 2027-05-18 15:30

# A holiday in the week: on Ascension Day the duty phone answers by day
duty     | 2027-05-06 12:00       | 2027-05-07 08:00 |

# On 31 October 2027 the hour from 02 to 03 happens twice
night    | 2027-10-30 23:00       | 2027-10-31 03:30 |
night    | 2027-10-31 02:30+02:00 | 2027-10-31 03:30 |
night    | 2027-10-31 02:30+01:00 | 2027-10-31 03:30 |
night    | 2027-10-31 03:30       |                  | 2027-11-05 20:00
office   | 2027-10-31 02:30+02:00 |                  | 2027-11-01 08:00

# Leap day, a Tuesday
office   | 2028-02-28 15:30       |                  | 2028-02-29 08:00
office   | 2028-02-29 12:00       | 2028-02-29 15:30 |
office   | 2028-02-29 15:30       |                  | 2028-03-01 08:00

# Summer hours and "stengt uke 29"
summer   | 2027-05-14 15:15       | 2027-05-14 15:30 |
summer   | 2027-05-18 15:15       |                  | 2027-05-19 08:00
summer   | 2027-07-16 15:00       |                  | 2027-07-26 08:00
summer   | 2027-07-21 10:00       |                  | 2027-07-26 08:00
summer   | 2027-09-14 15:15       |                  | 2027-09-15 08:00
summer   | 2027-09-15 15:15       | 2027-09-15 15:30 |

# A season over New Year replaces the usual hours
winter   | 2026-12-19 11:00       | 2026-12-19 12:00 |
winter   | 2026-12-20 11:00       |                  | 2026-12-20 18:00
winter   | 2027-01-01 11:00       |                  | 2027-01-01 18:00
winter   | 2027-01-06 20:00       |                  | 2027-01-07 10:00

# Nobody, ever
empty    | 2027-01-06 20:00       |                  | never
"""
SCHEDULES = {
    "office": OFFICE,
    "team": TEAM,
    "summer": SUMMER,
    "winter": WINTER,
    "listening": LISTENING,
    "duty": DUTY,
    "night": NIGHT,
    "new year": NEW_YEAR,
    "line": LINE,
    "empty": Schedule(),
}
ROWS = [[cell.strip() for cell in row.split("|")] for row in MOMENTS.splitlines()[3:] if "|" in row]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1]}")
def test_hard_moments(row: list[str]) -> None:
    who, moment, until, opens = SCHEDULES[row[0]], at(row[1]), row[2], row[3]
    expected = FOREVER if until == "always" else at(until) if until else None
    assert is_open(who, NORWAY, moment) is bool(until)
    assert open_until(who, NORWAY, moment) == expected
    next_one = None if opens == "never" else at(opens) if opens else moment
    assert next_opening(who, NORWAY, moment) == next_one

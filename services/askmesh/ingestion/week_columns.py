"""Columns that stand for the days of a week, by the whole names of these."""

from collections.abc import Sequence

from askmesh.text import WEEKDAYS

_FEWEST = 5
_SHORTEST = 3
_SHORT = {
    day[:length].lower(): day for day in WEEKDAYS for length in range(_SHORTEST, len(day) + 1)
}


def with_whole_days(names: Sequence[str]) -> list[str]:
    """Return the names of columns, "mon" to "fri" as "Monday" to "Friday" where a week is told.

    A column called "sun" alone may be about the weather.
    """
    days = [_SHORT.get(name.rstrip(".").lower(), "") for name in names]
    is_week = len(set(filter(None, days))) >= _FEWEST
    return [day if day and is_week else name for day, name in zip(days, names, strict=True)]

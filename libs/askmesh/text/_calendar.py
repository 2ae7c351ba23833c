"""The English names of months and of the days of a week, in their order."""

_MONTHS_TEXT = """
    January February March April May June July August September October November December
"""
MONTHS = _MONTHS_TEXT.split()
_WEEKDAYS_TEXT = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
WEEKDAYS = _WEEKDAYS_TEXT.split()
MONTH_PATTERN = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + "|Sept"
"""The names, whole or short, for a pattern that ignores the case of letters."""

"""Questions for a price, and amounts of money."""

import re

ASKS_PRICE = re.compile(
    r"\bhow much (?:is|are|for)\b|\bcosts?\b|\bprices?\b|\bfees?\b|\bcharges?\b"
    r"|\bhow expensive\b",
    re.IGNORECASE,
)
MONEY = re.compile(
    r"[$\u20ac\u00a3\u00a5]\s?\d|\d\s?(?:[$\u20ac\u00a3\u00a5]|(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?)\b)",
    re.IGNORECASE,
)

"""Names of documents on a terminal and in the lines of a script."""

import re

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def one_line(name: str) -> str:
    """Return a name in which what would break its line is written as Python writes it."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), name)

"""How many there are of what a sentence lists itself: "There are three: A, B and C."."""

import re
from collections.abc import Iterable

_LISTED = re.compile(r":\s+(?P<all>[^:]+?)[.!]?\s*$")
_MARKS = r"(?:\s*[,;]\s*(?:and\s+)?|\s+(?:and|&)\s+)"
_BETWEEN = re.compile(_MARKS, re.IGNORECASE)
_FEWEST = 2


def tally_of(sentence: str, evidence: Iterable[str]) -> frozenset[str]:
    """Return the number of what stands after the colon of a sentence, if a source lists just that.

    A source that goes on, or that began before, lists more of them than the sentence.
    """
    match = _LISTED.search(sentence)
    parts = [part.strip() for part in _BETWEEN.split(match["all"])] if match else []
    if len(parts) < _FEWEST or not all(parts):
        return frozenset()
    row = _MARKS.join(map(re.escape, parts))
    whole = re.compile(rf"(?<![\w,;&])(?<![,;&] )(?<!\band ){row}(?!\w|{_MARKS})", re.IGNORECASE)
    return frozenset({str(len(parts))}) if any(map(whole.search, evidence)) else frozenset()

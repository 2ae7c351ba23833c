"""The part of a statement that is about the one that a question names, of several told in a row."""

import re
from collections.abc import Iterator

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question
from askmesh.text import stems

_FEWEST = 3
_BETWEEN = re.compile(r"[,;] (?:and )?")
_END = re.compile(r"(?<=\w\w)\.(?:\s|$)")
_NAME = re.compile(r"[^\W\d_a-z][\w-]*")


def named_part(question: Question, item: EvidenceUnit) -> str:
    """Return what a statement says of the one that is named, after its lead-in; else nothing.

    "Assembly points: Leeds the car park, York the gate, Hull the pier." says "Assembly points: …
    York the gate." to who asks for York.
    """
    lead, colon, rest = item.own.partition(": ")
    parts = list(_parts(_END.split(rest, maxsplit=1)[0])) if colon else []
    if len(parts) < _FEWEST:
        return ""
    named = [place for place, (name, _) in enumerate(parts) if stems(name) <= question.stems]
    if len(named) != 1:
        return ""
    skipped = "" if named == [0] else "\u2026 "
    return f"{lead}: {skipped}{parts[named[0]][1]}."


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """Yield each part with the name that it begins with; nothing if the first one has none."""
    name, said = "", ""
    for part in _BETWEEN.split(text):
        match = _NAME.match(part)
        if match and match.group() != part:
            if said:
                yield name, said
            name, said = match.group(), part
        elif said:
            said = f"{said}, {part}"
        else:
            return
    if said:
        yield name, said

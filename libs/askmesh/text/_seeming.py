"""Where a text of a source likely speaks to whoever answers from it, though not surely."""

from collections.abc import Iterator

from askmesh.text._disguises import undisguised
from askmesh.text._manner import seems_to_tell_what_to_say
from askmesh.text._planted import lines_of, spoken_parts, windows
from askmesh.text._sentences import Span


def seeming_instructions(text: str) -> Iterator[Span]:
    """Yield the sentences of `text`, of a source, that likely tell a system what to say.

    Among them are some that tell people what to say, and a few that do neither.
    """
    for line in lines_of(text):
        for part in spoken_parts(text[line.start : line.end]):
            span = Span(line.start + part.start, line.start + part.end)
            plain = undisguised(text[span.start : span.end])
            if any(map(seems_to_tell_what_to_say, windows(plain))):
                yield span

"""Subtitles, SubRip and WebVTT: what is said, by whom and when, in whole sentences."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from askmesh.ingestion.blocks import Block, ListItem

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}"
_TIMES = re.compile(rf"\s*(?P<start>{_TIME})\s+-->\s+(?P<end>{_TIME}).*")
_BEGINNING = re.compile(rf"\ufeff?\s*(?:WEBVTT\b|\d+[ \t]*\n{_TIMES.pattern})")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>|</v>")
_MARKUP = re.compile(r"</?[a-z][^<>]*>|<[\d:.]+>|\{\\[^}]*\}", re.IGNORECASE)
_ENDED = (".", "!", "?", "\u2026", ":", '"', "\u201d", "\u3002", "\uff1f", "\uff01")
_MOST_CHARS = 400
_MOST_SECONDS_BETWEEN = 5


@dataclass(frozen=True, slots=True)
class _Cue:
    start: str
    end: str
    speaker: str
    text: str

    @property
    def item(self) -> ListItem:
        said = f"{self.speaker}: {self.text}" if self.speaker else self.text
        clock = re.split(r"[.,]", self.start, maxsplit=1)[0]
        return ListItem(f"{clock if clock.count(':') > 1 else f'00:{clock}'} {said}")


def are_subtitles(text: str) -> bool:
    """Tell whether a text is a file of subtitles."""
    return _BEGINNING.match(text) is not None


def blocks_of_subtitles(text: str) -> Iterator[Block]:
    """Yield an item for each sentence, or for several that were shown together.

    It begins with the time at which its first words are shown, as "00:01:30", and with the speaker
    if the file names one: what two of them say at once are two items. A sentence goes on in what is
    shown within seconds. Numbers, styles and notes of the file are left out.
    """
    current: _Cue | None = None
    for cue in _cues(text):
        if current and _goes_on(current, cue):
            current = replace(current, text=f"{current.text} {cue.text}", end=cue.end)
            continue
        if current:
            yield current.item
        current = cue
    if current:
        yield current.item


def _goes_on(current: _Cue, following: _Cue) -> bool:
    is_open = not current.text.endswith(_ENDED) and current.speaker == following.speaker
    is_soon = _seconds(following.start) - _seconds(current.end) <= _MOST_SECONDS_BETWEEN
    return is_open and is_soon and len(current.text) + len(following.text) <= _MOST_CHARS


def _cues(text: str) -> Iterator[_Cue]:
    for part in re.split(r"\n[ \t]*\n", text):
        lines = part.strip("\n").split("\n")
        found = ((at, match) for at, line in enumerate(lines) if (match := _TIMES.fullmatch(line)))
        at, match = next(found, (0, None))
        if match:
            for speaker, said in _voices("\n".join(lines[at + 1 :])):
                yield _Cue(match["start"], match["end"], speaker, said)


def _voices(shown: str) -> Iterator[tuple[str, str]]:
    """Yield who speaks and what is said, one after the other."""
    voices = [(0, 0, ""), *((*each.span(), each[1] or "") for each in _VOICE.finditer(shown))]
    for (_, start, speaker), (end, _, _) in pairwise([*voices, (len(shown), 0, "")]):
        said = " ".join(html.unescape(_MARKUP.sub("", shown[start:end])).split())
        if said:
            yield " ".join(speaker.split()), said


def _seconds(clock: str) -> float:
    seconds = 0.0
    for part in clock.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds

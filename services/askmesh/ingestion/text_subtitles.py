"""Subtitles, SubRip and WebVTT: what is said, by whom and when, in whole sentences."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from askmesh.ingestion.blocks import Block, ListItem

_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}"
_TIMES = re.compile(rf"\s*(?P<start>{_TIME})\s+-->\s+{_TIME}.*")
_BEGINNING = re.compile(rf"\ufeff?\s*(?:WEBVTT\b|\d+[ \t]*\n{_TIMES.pattern})")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
_MARKUP = re.compile(r"</?[a-z][^<>]*>|<[\d:.]+>|\{\\[^}]*\}", re.IGNORECASE)
_ENDED = (".", "!", "?", "\u2026", ":", '"', "\u201d", "\u3002", "\uff1f", "\uff01")
_MOST_CHARS = 400


@dataclass(frozen=True, slots=True)
class _Cue:
    start: str
    speaker: str
    text: str

    @property
    def item(self) -> ListItem:
        said = f"{self.speaker}: {self.text}" if self.speaker else self.text
        return ListItem(f"{self.start} {said}")


def are_subtitles(text: str) -> bool:
    """Tell whether a text is a file of subtitles."""
    return _BEGINNING.match(text) is not None


def blocks_of_subtitles(text: str) -> Iterator[Block]:
    """Yield an item for each sentence, or for several that were shown together.

    It begins with the time at which its first words are shown, as "00:01:30", and with the speaker
    if the file names one. Numbers, styles and notes of the file are left out.
    """
    current: _Cue | None = None
    for cue in _cues(text):
        if current and _goes_on(current, cue):
            current = replace(current, text=f"{current.text} {cue.text}")
            continue
        if current:
            yield current.item
        current = cue
    if current:
        yield current.item


def _goes_on(current: _Cue, following: _Cue) -> bool:
    is_open = not current.text.endswith(_ENDED) and current.speaker == following.speaker
    return is_open and len(current.text) + len(following.text) <= _MOST_CHARS


def _cues(text: str) -> Iterator[_Cue]:
    for part in re.split(r"\n[ \t]*\n", text):
        lines = part.strip("\n").split("\n")
        found = ((at, match) for at, line in enumerate(lines) if (match := _TIMES.fullmatch(line)))
        at, match = next(found, (0, None))
        if match and (cue := _cue(match["start"], "\n".join(lines[at + 1 :]))).text:
            yield cue


def _cue(start: str, shown: str) -> _Cue:
    voice = _VOICE.search(shown)
    text = html.unescape(_MARKUP.sub("", shown))
    clock = re.split(r"[.,]", start, maxsplit=1)[0]
    whole = clock if clock.count(":") > 1 else f"00:{clock}"
    return _Cue(whole, voice[1].strip() if voice else "", " ".join(text.split()))

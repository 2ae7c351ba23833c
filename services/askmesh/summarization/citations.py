"""Marks like [1] that say which source a sentence comes from."""

import re

_NUMBERS = r"\d{1,3}(?:\s*(?:[,;&]|and|-|\u2013)\s*\d{1,3})*"
_MARK = re.compile(
    rf"\s*(?:[\[\u3010]\s*(?:sources?\s*)?({_NUMBERS})\s*[\]\u3011]|\(\s*sources?\s*({_NUMBERS})\s*\))",
    re.IGNORECASE,
)
_MARK_BEGUN = re.compile(r"\s*(?:[\[\u3010(][\s\w,;&\u2013-]{0,24})?$")
_MARK_AFTER_STOP = re.compile(rf"([.!?]+[\"\u201d\u2019')]*)\s*(\[{_NUMBERS}\])")
_RANGE = re.compile(r"(\d+)\s*[-\u2013]\s*(\d+)")
_MAX_RANGE = 10


def take_marks(text: str) -> tuple[str, tuple[int, ...]]:
    """Return `text` without its marks, and the source numbers that they name, each once."""
    named = [number for match in _MARK.finditer(text) for number in _expanded(match)]
    return _MARK.sub("", text).strip(), tuple(dict.fromkeys(named))


def marks(source_numbers: tuple[int, ...]) -> str:
    """Return the marks for these sources, after a space; nothing for no sources."""
    return " " + "".join(f"[{number}]" for number in source_numbers) if source_numbers else ""


def is_mark_begun(text: str) -> bool:
    """Tell whether `text`, what follows a sentence, may yet turn out to be its mark."""
    return _MARK_BEGUN.fullmatch(text) is not None


def marks_before_stops(text: str) -> str:
    """Return `text` with each mark that follows a full stop moved before it, into its sentence."""
    return _MARK_AFTER_STOP.sub(r" \2\1", text)


def without_lookalikes(text: str) -> str:
    """Return `text`, words of a source, without what a reader would take for one of our marks."""
    return re.sub(rf"\s*\[{_NUMBERS}\]", "", text)


def _expanded(match: re.Match[str]) -> list[int]:
    listed = match[1] or match[2]
    numbers = [int(number) for number in re.findall(r"\d+", listed)]
    for first, last in _RANGE.findall(listed):
        if int(first) < int(last) <= int(first) + _MAX_RANGE:
            numbers.extend(range(int(first), int(last) + 1))
    return numbers

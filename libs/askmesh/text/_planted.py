"""Where a text of a source speaks to whoever answers from it, instead of stating something."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from askmesh.text._disguises import encoded_texts, undisguised
from askmesh.text._manner import tells_what_to_say
from askmesh.text._sentences import Span, sentences

_RULES = "planted_rules.toml"
_DEPTH = 2
"""A fragment may have others in it, and those have none."""
_WORD = re.compile(r"[^\W_]+")
_OTHER_SCRIPT = re.compile("[\u0400-\u04ff\u0600-\u06ff\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_LINE = re.compile(r"[^\n]+")
_PARAGRAPH = re.compile(r"\S(?:.|\n(?!\s*\n))*")
_FAKE_TURNS = re.compile(
    r"^[^\w\n]*\b(?:human|user|q)\s?(?::|>++).*\n\W*(?:assistant|ai|bot|model|chatgpt)\s?(?::|>+)"
    r"|^[^\w\n]*\b(?:human\s?:.{1,300}?\bassistant\s?:|user\s?>>.{1,300}?\b(?:ai|bot|model)\s?>>)",
    re.IGNORECASE | re.MULTILINE,
)
_FOREIGN = "\n"
"""Stands for letters of other scripts among words, and is none."""
_WINDOW_CHARS = 600
_STEP_CHARS = 300
_WORD_CHARS = 100
"""Rules look at a window of a sentence after the other: in a whole one, which may be of any length,
they would begin at each word, and look on to the end."""
_WORD_CHARACTER = re.compile(r"\w")
_BETWEEN_CELLS = " | "
_CELL = re.compile(r"(?:^|(?<= \| ))(?:[^|:\n]{1,60}: )?((?:(?! \| ).)*)")
_STANDS_ALONE = re.compile(r"\s*(?:[-*\u2022+] |\d{1,3}[.)] )|.* \| ")
_QUOTED_VALUE = re.compile(r"\s*[\w.\"-]+\s?[:=]\s*\"([^\"]*\w[^\"]*)\"\W*")
_FENCE = "```"
_SETTING = re.compile(r"\s*[\w.\"-]+\s?[:=](?:\s|$)")
"""A line of a configuration file, which is a block of code. Others have to do with the next one."""


def planted_instructions(text: str) -> list[Span]:
    """Return the parts of `text`, of a source, that are instructions to whoever answers from it.

    Such a part goes on to the end of its paragraph, or, if it ends one, to that of the next: what
    follows an instruction is what it wants to be said. That of a list's item, a table's row or a
    setting ends with it. Orders to people ("Ignore the first reading") are none.
    """
    found: list[Span] = []
    goes_on = False
    turns = _turns(text)
    for paragraph in _PARAGRAPH.finditer(text):
        start, end = paragraph.span()
        spans = [Span(start, end)] if goes_on else list(_in_paragraph(text, start, end))
        if turns and start <= turns.start < end < turns.end:  # the reply is a paragraph of its own
            spans, goes_on = [Span(turns.start, end)], True
        else:
            goes_on = not goes_on and bool(spans) and _is_last(text, spans[-1], end)
        found += spans
    return found


def is_planted(text: str) -> bool:
    """Tell whether `text`, such as a title, has an instruction to whoever answers from it."""
    return bool(planted_instructions(text))


def _in_paragraph(text: str, start: int, end: int) -> Iterator[Span]:
    if turns := _turns(text, start, end):
        yield Span(turns.start, end)
        return
    for line in lines_of(text, start, end):
        first = _first_instruction(text, line.start, line.end)
        if first is not None and _stands_alone(text, line):
            yield line
        elif first is not None:
            yield Span(first, end)
            return


def _stands_alone(text: str, line: Span) -> bool:
    is_setting = text.startswith(_FENCE) and _SETTING.match(text, line.start, line.end)
    return bool(is_setting or _STANDS_ALONE.match(text, line.start, line.end))


def lines_of(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Yield the lines of a part of a text that have something in them."""
    for line in _LINE.finditer(text, start, len(text) if end is None else end):
        yield Span(*line.span())


def _turns(text: str, start: int = 0, end: int | None = None) -> Span | None:
    """Return where the first turns of a conversation are, from who speaks first."""
    found = _FAKE_TURNS.search(text, start, len(text) if end is None else end)
    first = found and _WORD_CHARACTER.search(text, found.start())
    return Span(first.start(), found.end()) if found and first else None


def _is_last(text: str, span: Span, end: int) -> bool:
    """Tell whether a paragraph ends with the instruction, not with what it wants to be said."""
    last = sentences(text[span.start : span.end])[-1:]
    return span.end == end and any(
        _speaks_to_the_system(text[span.start + each.start : span.start + each.end])
        for each in last
    )


def _first_instruction(text: str, start: int, end: int) -> int | None:
    places = ((start + each.start, start + each.end) for each in spoken_parts(text[start:end]))
    return next((a for a, z in places if _speaks_to_the_system(text[a:z])), None)


def spoken_parts(line: str) -> Sequence[Span]:
    """Return the sentences of a line, of a setting's value or of the cells of a table's row."""
    if quoted := _QUOTED_VALUE.fullmatch(line):
        at = quoted.start(1)
        first, *others = (Span(at + each.start, at + each.end) for each in sentences(quoted[1]))
        return [Span(0, first.end), *others]  # a key may say to whom it speaks: "assistant: "
    if _BETWEEN_CELLS not in line:
        return sentences(line)
    return [Span(*cell.span(1)) for cell in _CELL.finditer(line) if cell[1]]


def _speaks_to_the_system(sentence: str) -> bool:
    plain = undisguised(sentence)
    texts = (plain, *map(undisguised, encoded_texts(plain)))
    return any(_breaks_a_rule(window) for text in texts for window in windows(text)) or any(
        tells_what_to_say(window) for window in windows(plain)
    )


def windows(text: str) -> Sequence[str]:
    """Return parts of a text, each of which begins in the middle of the one before, at a word."""
    if len(text) <= _WINDOW_CHARS:
        return (text,)
    places = range(0, len(text) - _WINDOW_CHARS + _STEP_CHARS, _STEP_CHARS)
    starts = (text.rfind(" ", max(0, at - _WORD_CHARS), at) + 1 or at for at in places)
    return [text[a : at + _WINDOW_CHARS] for a, at in zip(starts, places, strict=True)]


def _breaks_a_rule(plain: str) -> bool:
    words = _WORD.findall(plain.lower())
    if _OTHER_SCRIPT.search(plain):
        words.append(_FOREIGN)
    rules = (rule for known, rule in load_rules() if not known.isdisjoint(words))
    return any(rule.search(plain) for rule in rules)


@cache
def load_rules() -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
    """Return for each rule the words of which it needs one, if any, and what it looks for.

    The first call reads a file.
    """
    data: dict[str, Any] = tomllib.loads(files("askmesh.text").joinpath(_RULES).read_text("utf-8"))
    return tuple(
        (
            frozenset(rule["words"].split() or [_FOREIGN]),
            _pattern(rule["patterns"], data["fragments"]),
        )
        for rule in data["rules"]
    )


def _pattern(patterns: list[str], fragments: Mapping[str, str]) -> re.Pattern[str]:
    filled = "|".join(f"(?:{each})" for each in patterns)
    for _ in range(_DEPTH):
        filled = re.sub(r"<<([a-z]+)>>", lambda match: fragments[match[1]], filled)
    return re.compile(filled, re.IGNORECASE)

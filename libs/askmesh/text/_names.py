"""Names in a text."""

import re
from collections.abc import Iterator

from askmesh.text._calendar import MONTH_PATTERN, WEEKDAYS
from askmesh.text._sentences import sentences
from askmesh.text._words import is_stop_word

_IDENTIFIER = re.compile(
    r"""
      (?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w+)+          # asyncio.TaskGroup, README.md
    | (?<![\w.])[A-Za-z]?\w*_\w+                         # __init__, max_size
    | (?<![\w.])[a-z]+[A-Z]\w*                           # camelCase
    | (?<![\w.-])[A-Z][A-Za-z]{0,30}[-/]?\d\w*(?:-\w+){0,3}   # COVID-19, H2O, GPT-4o
    """,
    re.VERBOSE,
)
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|[A-Z]\.(?= [A-Z])|[^\W_]+(?:['\u2019&-][^\W_]+)*\+{0,2}|[^\s\w]"
)
_POSSESSIVE = re.compile(r"['\u2019]s?$")
_LINKS_TEXT = "of the van von der den da de del di du la le al bin ibn &"
_LINKS = frozenset(_LINKS_TEXT.split())
_OPENERS_TEXT = """
    add analyse analyze answer ask assume briefly calculate can check compare contrast convert
    count create define describe discuss draw explain fetch find help hello hi how identify
    illustrate imagine is list look make mention name outline print provide read search show
    summarise summarize suppose tell thank thanks translate try update use using write
"""
_OPENERS = frozenset(_OPENERS_TEXT.split())
_CALENDAR = re.compile("|".join((MONTH_PATTERN, *WEEKDAYS)), re.IGNORECASE)
_ACRONYM_CHARS = 2
_SHOUTING_SHARE = 0.7


def names(text: str) -> list[str]:
    """Return the names in `text`, each once, in order of appearance, as written.

    Names are sequences of capitalised words ("University of Cambridge"), acronyms and identifiers
    (`__init__`, `asyncio.TaskGroup`). A capitalised word that starts a sentence counts only if
    more speaks for it: another capitalised word after it, or its use elsewhere in the text. Days
    and months are no names. Finds nothing in texts without capitals, and only identifiers in
    texts all in capitals.
    """
    found = [(match.start(), match.group()) for match in _IDENTIFIER.finditer(text)]
    if not _is_shouting(text):
        rest = _IDENTIFIER.sub(lambda match: "\0" * len(match.group()), text)
        found += _capitalised(rest)
    return list(dict.fromkeys(name for _, name in sorted(found)))


def _is_shouting(text: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= _ACRONYM_CHARS]
    loud = sum(word.isupper() for word in words)
    return len(words) > _ACRONYM_CHARS and loud > _SHOUTING_SHARE * len(words)


def _capitalised(text: str) -> Iterator[tuple[int, str]]:
    doubtful: list[tuple[int, str]] = []
    certain: set[str] = set()
    for span in sentences(text):
        for run in _runs(text, span.start, span.end):
            name = _name(text, run)
            if _is_doubtful(text, span.start, run):
                doubtful.append((run[0].start(), name))
            else:
                certain.update(name.split())
                yield run[0].start(), name
    yield from ((start, name) for start, name in doubtful if name in certain)


def _runs(text: str, start: int, end: int) -> Iterator[list[re.Match[str]]]:
    """Yield sequences of tokens that make up a name."""
    run: list[re.Match[str]] = []
    links: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text, start, end):
        word = token.group()
        if _is_capital(word) and not (not run and _is_opener(word)):
            run += [*links, token]
            links = []
        elif run and word in _LINKS and _follows(text, links or run, token):
            links.append(token)
        else:
            if run:
                yield run
            run, links = [], []
    if run:
        yield run


def _is_capital(word: str) -> bool:
    is_stop = is_stop_word(word.lower())
    return word[0].isupper() and not is_stop and not _CALENDAR.fullmatch(word)


def _is_opener(word: str) -> bool:
    return word.lower() in _OPENERS


def _follows(text: str, tokens: list[re.Match[str]], token: re.Match[str]) -> bool:
    return text[tokens[-1].end() : token.start()] == " "


def _name(text: str, run: list[re.Match[str]]) -> str:
    return _POSSESSIVE.sub("", text[run[0].start() : run[-1].end()])


def _is_doubtful(text: str, start: int, run: list[re.Match[str]]) -> bool:
    """Tell whether the one word of `run` may be capitalised only because a sentence starts."""
    word = run[0].group()
    is_first = not re.search(r"\w", text[start : run[0].start()])
    is_acronym = sum(letter.isupper() for letter in word) >= _ACRONYM_CHARS
    return is_first and len(run) == 1 and not is_acronym

"""How a sentence speaks: whether it tells a system what to say, by words that were learnt.

A logistic model of words, of pairs of words, and of classes of words near each other. It knows
manners of speaking, where rules know forms.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_MODEL = "planted_manner.json"
_TOKEN = re.compile(
    r"https?://\S+|[^\W_]+(?:['\u2019][a-z]+)?|[:\"\u201c\u201d\u2018\u2019\u00ab\u00bb!?]"
)
_QUOTES = frozenset('"\u201c\u201d\u2018\u2019\u00ab\u00bb')
_COLONS = frozenset(":")
_ADDRESS = "http"
_TOKENS = 120
"""So many of a window are looked at."""
_SHORT_OF_ENOUGH = 2.5
_SHORT_WITH_BOTH = 3.0
"""So much less is enough to seem to, with a word for telling or for who tells and asks, and with
both. Of planted sentences that are not sure, more than half seem to; of the 1,600 lines of six
organisations' documents, which nothing was fitted to, two do."""
_TELLING = frozenset(("tell", "praise", "reply"))
_TELLER = frozenset(("machine", "user", "ask", "source"))
_CONCERNED = _TELLER | {"whole", "you", "must", "authority"}
_TELLS_SOMEBODY = re.compile(
    r"\b(?i:tell|inform|contact|talk to|speak to|phone|ring|e-?mail|write to|report to|notify"
    r"|message(?: to)?)\s+(?:(?i:us)\b|(?!I\b)[A-Z][a-z]+)(?!\w|\s*[:\"\u201c]|\s+(?:that|it)\b)"
)
"""People are told whom to tell; systems are told what to say."""
_GOES_TO_SOMEBODY = re.compile(
    r"\W*(?:Questions?|Queries|Complaints?|Requests?)\b[^.;:\"\u201c]* "
    r"(?:go(?:es)? to|(?:is|are) (?:answered|dealt with|handled) by) [A-Z][a-z]+ [A-Z][a-z]+\b"
    r"(?![^.]*\bthat\b)"
)
"""Who answers what is a fact, also above the upper bar."""
_DECLARES = re.compile(r"[-*\s]*We (?!say|recommend|tell|always|never)[a-z]+ ")
"""What an organisation says that it does is no order."""
_FEWEST_WORDS = 5
_ENTRY = re.compile(r"[^:]{1,30}: |[-*\s]*`[^`]+`|\s*[\w.-]+\s*=|\s*\|")
"""Rows of forms and tables, settings and names lie as high as some instructions."""
_START, _OTHER = "^", "."


@dataclass(frozen=True, slots=True)
class Manner:
    """What was learnt: classes of words, what each feature adds, and from where on it is enough."""

    classes: Mapping[str, tuple[str, ...]]
    weights: Mapping[str, float]
    enough: float

    def speaks(self, sentence: str) -> bool:
        """Tell whether a sentence tells a system what to say."""
        return self._excess(sentence) > 0 and not _GOES_TO_SOMEBODY.match(sentence)

    def seems_to(self, sentence: str) -> bool:
        """Tell whether it likely does: surely enough to be left out where a fact is asked for."""
        if len(sentence.split()) < _FEWEST_WORDS or _is_innocent(sentence):
            return False
        found = self._classes_in(sentence)
        if not found & (_TELLING | _TELLER):
            return False
        has_both = found & _TELLING and found & _CONCERNED
        return self._excess(sentence) > -(_SHORT_WITH_BOTH if has_both else _SHORT_OF_ENOUGH)

    def _excess(self, sentence: str) -> float:
        features = features_of(sentence, self.classes)
        return sum(self.weights.get(each, 0.0) for each in features) - self.enough

    def _classes_in(self, sentence: str) -> set[str]:
        tokens = _TOKEN.findall(sentence)[:_TOKENS]
        return {name for token in tokens for name in self.classes.get(token.lower(), ())}


def tells_what_to_say(sentence: str) -> bool:
    """Tell whether `sentence`, on one line and undisguised, tells a system what to say."""
    return load_manner().speaks(sentence)


def seems_to_tell_what_to_say(sentence: str) -> bool:
    """Tell whether such a sentence likely does: among innocent orders many more do so."""
    return load_manner().seems_to(sentence)


def _is_innocent(sentence: str) -> bool:
    begins = (_ENTRY, _DECLARES, _GOES_TO_SOMEBODY)
    return any(each.match(sentence) for each in begins) or bool(_TELLS_SOMEBODY.search(sentence))


def features_of(sentence: str, classes: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the features of a sentence, each once, in the order in which they are met."""
    tokens = _TOKEN.findall(sentence)[:_TOKENS]
    return list(dict.fromkeys(_features(tokens, classes)))


def _features(tokens: list[str], classes: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    before = _START
    classes_before: tuple[str, ...] = (_START,)
    seen: dict[str, None] = {}
    for place, token in enumerate(tokens):
        word = _ADDRESS if token.startswith(_ADDRESS) else token.lower()
        found = _classes_of(token, word, classes, is_first=place == 0)
        yield f"w {word}"
        yield f"b {before} {word}"
        yield from (f"f {other} {word}" for other in classes_before)
        for each in found:
            yield f"c {each}"
            yield f"p {before} {each}"
            yield from (f"a {other} {each}" for other in classes_before)
            # What stands before, anywhere: there are as many as classes, at most.
            yield from (f"o {other} {each}" for other in seen)
        seen.update(dict.fromkeys(found))
        before, classes_before = word, found or (_OTHER,)


def _classes_of(
    token: str, word: str, classes: Mapping[str, tuple[str, ...]], *, is_first: bool
) -> tuple[str, ...]:
    if known := classes.get(word):
        return known
    if token in _QUOTES:
        return ("quote",)
    if not token[0].isalnum():
        return ("colon",) if token in _COLONS else ("mark",)
    return ("name",) if token[0].isupper() and len(token) > 1 and not is_first else ()


@cache
def load_manner() -> Manner:
    """Return what was learnt of manners of speaking. The first call reads a file."""
    data = json.loads(files("askmesh.text").joinpath(_MODEL).read_text("utf-8"))
    return Manner(classes_by_word(data["classes"]), data["weights"], data["enough"])


def classes_by_word(classes: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return for each word the names of its classes."""
    by_word: dict[str, tuple[str, ...]] = {}
    for name, words in classes.items():
        for word in words.split():
            by_word[word] = (*by_word.get(word, ()), name)
    return by_word

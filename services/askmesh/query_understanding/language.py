"""Which language a question is in."""

from collections.abc import Sequence
from typing import Protocol, cast

from py3langid import langid as library

# The languages that questions come in. Fewer candidates make short questions clearer.
_CANDIDATES = (
    "ar bg ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv nl no pl pt ro ru sk sl "
    "sr sv th tr uk vi zh"
)
_MIN_CONFIDENCE = 0.5
_CERTAIN = 0.95
_QUESTION_WORDS = frozenset({"how", "what", "when", "where", "which", "who", "whose", "why"})
_OTHER_WORDS = "are can did do does for from is my of should the this to was were with you your"
_FUNCTION_WORDS = _QUESTION_WORDS | frozenset(_OTHER_WORDS.split())
_MIN_FUNCTION_WORDS = 2


class LanguageDetector(Protocol):
    """Tell the language of a text."""

    def language(self, text: str) -> str:
        """Return an ISO 639-1 code, or an empty string if the language cannot be told."""
        ...


class _Factory(Protocol):
    def from_model_file(self, model_file: str, *, norm_probs: bool) -> "_Identifier": ...


class _Library(Protocol):
    MODEL_FILE: str
    LanguageIdentifier: _Factory


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...

    def set_languages(self, langs: Sequence[str]) -> None: ...


class StatisticalLanguageDetector:
    """Tells languages by letter sequences, and short English questions by their small words."""

    def __init__(self) -> None:
        self._identifier = _identifier()
        self._identifier.set_languages(_CANDIDATES.split())

    def language(self, text: str) -> str:
        code, confidence = self._identifier.classify(text)
        if confidence < _CERTAIN and _looks_english(text):
            return "en"
        return code if confidence >= _MIN_CONFIDENCE else ""


def _identifier() -> _Identifier:
    # The library has no types.
    untyped = cast("_Library", library)
    return untyped.LanguageIdentifier.from_model_file(untyped.MODEL_FILE, norm_probs=True)


def _looks_english(text: str) -> bool:
    words = text.lower().replace("?", " ").split()
    known = _FUNCTION_WORDS.intersection(words)
    return len(known) >= _MIN_FUNCTION_WORDS or (bool(words) and words[0] in _QUESTION_WORDS)

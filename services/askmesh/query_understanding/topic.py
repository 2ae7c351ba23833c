"""What a turn of a conversation is about."""

import re
from dataclasses import dataclass

from askmesh.text import content_words, is_stop_word, names

_OPENER = re.compile(
    r"^(?:(?:and|so|ok|okay|well|please|then)[, ]+)*(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:(?:what|which|who|whom|where|when|why|how)(?:'s| (?:is|are|was|were|do|does|did|can|could"
    r"|should|would|will|has|have|had|many|much|long|often|old|far))*|(?:do|does|did|is|are|was"
    r"|were|can|could|should|will|has|have) |tell me(?: more)?(?: about)?|(?:explain|describe"
    r"|define"
    r"|show|list|give|compare|find|summari[sz]e|outline|name|enumerate)(?: me| us| all)?(?: about)?"
    r"|i (?:want|need) to know(?: about)?)\b",
    re.IGNORECASE,
)
_DETERMINER = re.compile(
    r"\b(?:the|an?|our|my|your|this|these) ((?:[\w'\u2019-]+)(?: [\w'\u2019-]+){0,5})",
    re.IGNORECASE,
)
_RUN = re.compile(r"[\w'\u2019.-]*\w(?: (?:of )?[\w'\u2019.-]*\w)*")
_VERBS_TEXT = """
affect allow apply arrive ask become begin belong break bring build call cause change come configure
connect contain cost create decide define delete depend describe develop differ disable discover do
enable end enter exist explain fail find fix follow form found get go grow handle happen have help
hold include increase install introduce invent join keep know land last lead learn leave live look
lose make matter mean measure move need open pay perform prevent produce provide publish put reach
recover reduce release remove rename reset restart return rise run say see send set show start stay
stop store support take tell think turn update upgrade use want win work write
"""
_VERBS = frozenset(_VERBS_TEXT.split())
_IRREGULAR_TEXT = """
became began broke brought built came cost did found gave grew held kept knew led left lost made met
ran said sent took went won wrote written born located based called known used
"""
_IRREGULAR = frozenset(_IRREGULAR_TEXT.split())
_MAX_ANSWER_CHARS = 600
_NAMING = re.compile(r"(?:and |so )?(?:who|which|where|name)\b", re.IGNORECASE)
_IDENTITY = re.compile(
    r"(?:what|which(?: \w+)?)(?:'s| is| was) (?P<what>the [\w -]+ of [^?]+)\?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Topic:
    """What an exchange was about: `asked` by its question, `answered` by its answer, if named."""

    asked: str
    answered: str
    asked_names: tuple[str, ...]

    @property
    def person(self) -> str:
        """What "he" or "she" most likely means."""
        return self.answered or self.asked

    @property
    def several(self) -> str:
        """What "they" most likely means."""
        return " and ".join(self.asked_names) if len(self.asked_names) > 1 else self.thing

    @property
    def thing(self) -> str:
        """What "it" most likely means."""
        return self.asked or self.answered


def topic_of(question: str, answer: str) -> Topic:
    """Return the topic of an exchange whose `question` is standalone."""
    asked_names = tuple(names(f"about {without_opener(question)}"))
    known = {word for name in asked_names for word in content_words(name)}
    # The first word of an answer is a name more often than that of other texts.
    told = names(f"so {answer[:_MAX_ANSWER_CHARS]}") if _asks_for_name(question) else []
    answered = next((name for name in told if known.isdisjoint(content_words(name))), "")
    asked = _main_subject(question, asked_names)
    identity = _IDENTITY.match(question)
    if identity and answered:
        asked = f"{answered} ({identity['what']})"
    return Topic(asked, answered, asked_names)


def is_verb(word: str) -> bool:
    """Tell whether `word`, in lower case, is a common English verb in any of its forms."""
    if word in _VERBS or word in _IRREGULAR:
        return True
    for ending in ("s", "es", "d", "ed", "ing"):
        base = word.removesuffix(ending)
        if base != word and (base in _VERBS or base + "e" in _VERBS or base[:-1] in _VERBS):
            return True
    return False


def _asks_for_name(question: str) -> bool:
    return _NAMING.match(question) is not None or _IDENTITY.match(question) is not None


def without_opener(question: str) -> str:
    """Return `question` without the words that only say that it asks: "what is the"."""
    return _OPENER.sub("", question).strip()


def _main_subject(question: str, asked_names: tuple[str, ...]) -> str:
    if len(asked_names) == 1:
        return asked_names[0]
    phrase = _noun_phrase(question)
    return phrase or " and ".join(asked_names[:2])


def _noun_phrase(question: str) -> str:
    """Return the phrase after the first article, or the first words with content."""
    rest = without_opener(question).rstrip("?.! ")
    for match in _DETERMINER.finditer(rest):
        phrase = _cut(match[1])
        if phrase:
            return f"the {phrase}"
    runs = (_cut(match.group()) for match in _RUN.finditer(rest))
    return next((run for run in runs if run), "")


def _cut(words: str) -> str:
    """Return the words up to the first that cannot belong to a noun phrase."""
    kept: list[str] = []
    tokens = words.split()
    start = next((i for i, word in enumerate(tokens) if _is_content(word)), len(tokens))
    for word in tokens[start:]:
        if not _is_content(word) and word.lower() not in {"of", "the"}:
            break
        kept.append(word)
    while kept and not _is_content(kept[-1]):
        kept.pop()
    return " ".join(kept)


def _is_content(word: str) -> bool:
    lower = word.lower().strip("'\u2019")
    return not is_stop_word(lower) and not is_verb(lower)

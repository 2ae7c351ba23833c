"""What a question asks for, as far as its words show it."""

import re
from dataclasses import dataclass
from enum import Enum

from askmesh.summarization.amounts_asked import amounts_asked
from askmesh.summarization.naming import codes_in, days_in, without_dates, written_names
from askmesh.summarization.paired_years import paired_years, without_paired_years
from askmesh.summarization.spelled_amounts import in_figures
from askmesh.text import is_negated, names, stems


class Wanted(Enum):
    """The kind of answer that is asked for."""

    NUMBER = "a number"
    TIME = "a date or a time"
    PERSON = "a person"
    YES_NO = "yes or no"
    STEPS = "steps or a command"
    LIST = "all that fit"
    COUNT = "how many there are"
    TITLE = "the title of a document"
    ABOUT = "what a document is about"
    OTHER = "something else"


_PATTERNS = {
    Wanted.TITLE: (
        r"\b(?:title|titel|titre|t\u00edtulo|titolo)\b.*\b(?:of|von|de|des|di|del|der)\b",
    ),
    Wanted.ABOUT: (
        r"\bsummar(?:y|ise|ize)|\bgist\b|\boverview of\b",
        r"\bwhat (?:is|are|was|does)\b.*\babout(?: in (?:short|brief))?\W*$",
        r"\bzusammenfass|\bworum geht es|\br\u00e9sum|\bresum|\briassum",
    ),
    Wanted.COUNT: (
        r"\bhow many\b.*\b(?:are there|do we have|exist|are listed)\b|\bwie viele\b.*\bgibt es",
    ),
    Wanted.STEPS: (
        r"^\s*how (?:do|can|should|would|must|to)\b(?!.*\b(?:differ|compare)\b)",
        r"\b(?:which|what) command\b|\bsteps\b|\bin (?:which|what) (?:order|sequence)\b",
        r"^\s*(?:which|what) (?:order|sequence) (?:do|should|must|shall) (?:i|we|you) do\b",
        r"\bwhat (?:do|does|must) \w+ (?:have|need) to do\b",
        r"\bwhat (?:to|(?:do|must|shall|should|can) (?:i|we|you|staff)) do(?: then| now)?\W*$",
        r"[,;.:-] *(?:and )?(?:so )?what now\W*$",
        r"^\s*wie (?:kann|muss|soll|geht|mache)|^\s*comment\b|^\s*c\u00f3mo\b|^\s*come si\b",
    ),
    Wanted.TIME: (
        r"^\s*(?:since |until |by )?when\b|\b(?:what|which) (?:year|date|day|month|time)\b",
        r"^\s*(?:seit |bis )?wann\b|^\s*quand\b|^\s*cu\u00e1ndo\b|^\s*quando\b",
    ),
    Wanted.NUMBER: (
        r"\bhow (?:many|much|long|old|far|fast|heavy|high|often|tall|big|large)\b",
        r"\bwhat (?:do|does|did|will|would)\b[^?.!;]*\bcost\b(?! (?:include|cover))",
        r"^\s*(?:wie ?viele?|wie (?:lange?|oft|alt|schwer|hoch)|combien|cu\u00e1nt|quant)",
    ),
    Wanted.PERSON: (r"^\s*who(?:m|se)?\b|^\s*(?:wer|wem|wen|qui|qui\u00e9n|chi)\b",),
    Wanted.LIST: (
        r"\b(?:which|what)(?: \w+){0,2} \w+s (?:are|have|can|do|may|were|include|tolerate|need)\b",
        r"^\s*what(?:['\u2019]s| (?:is|are|was|were|has))? (?:new|changed|fixed|added|removed)\b",
        r"\blist\b(?! prices?\b)|\bname all\b|^\s*welche\b|\ball the\b|\beverything\b",
    ),
    Wanted.YES_NO: (
        r"^\s*(?:is|are|was|were|am|do|does|did|can|could|may|must|should|will|would|has|have|had)\b",
        # After the case that it is asked of: "I join in October, do I pay all?"
        (
            r"(?:[,.;]| [\u2013-])"
            r" (?:is|are|do|does|did|can|could|may|must|should|will|would|have|has)"
            r" (?:i|we|you|he|she|it|they|there|the|my|our)\b[^,.;]*$"
        ),
        r"[,;:-] *(?:is (?:that|this|it) )?(?:ok(?:ay)?|allowed|possible|permitted|alright)\W*$",
        r"^\s*(?:darf|d\u00fcrfen|kann|ist|sind|gibt es|muss|est-ce)\b",
    ),
}
_KINDS = {
    kind: re.compile("|".join(patterns), re.IGNORECASE) for kind, patterns in _PATTERNS.items()
}
_LATEST = re.compile(
    r"\b(?:latest|newest|most recent|current(?:ly)?|now|today)\b"
    r"|\b(?:neueste|aktuell|actuel|actual)\w*\b",
    re.IGNORECASE,
)
_AND_BEFORE = re.compile(
    r"\b(?:was|were|did)\b.*\b(?:before|previously|formerly|earlier)\W*$", re.IGNORECASE
)
"""What was said earlier counts, too."""
_SPACED_CODE = re.compile(r"\b((?!EUR|USD|GBP|CHF|JPY)[A-Z]{1,3} \d{1,5})(?![\w.,:]*\d)\b")
_WHOSE = re.compile(
    r"\b(?:my|our|his|her|their)(?: own)? (?:sons?|daughters?|kids?|boyfriend|girlfriend|husband"
    r"|wife|mum|mom|mother|dad|father|brothers?|sisters?|flatmates?|roommates?)\b",
    re.IGNORECASE,
)
"""For whom somebody asks: documents speak of pupils, guests and relatives."""
_LEFT_OUT = re.compile(
    r"\bwithout (?:(?:an?|any|the|my|our|his|her|their) )?[^\s,.;?!]+(?: [^\s,.;?!]+)?",
    re.IGNORECASE,
)
_DAYS = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    `identifiers` are codes, versions, years and numbers that name one thing ("E7713", "2026/27"):
    what answers has them. `amounts` are quantities ("4 years"), with the stem of what they count;
    it is empty where nothing is said, as in "an order of 7,500".
    """

    text: str
    stems: frozenset[str]
    identifiers: frozenset[str]
    amounts: tuple[tuple[float, str], ...]
    names: tuple[str, ...]
    wanted: Wanted
    latest: bool
    negated: bool
    days: frozenset[tuple[int, int]] = frozenset()
    """The months and days that are named. A rule that holds then need not name them."""
    weekdays: tuple[tuple[int, int], ...] = ()
    """Where the text names days of the week."""

    @property
    def columns(self) -> frozenset[str]:
        """The stems by which columns of a table are told: not those after "without"."""
        return self.stems & stems(_LEFT_OUT.sub(" ", self.text))


def take_apart(text: str) -> Question:
    """Return what `text` asks for."""
    undated = without_paired_years(without_dates(text))
    identifiers = {*codes_in(undated), *written_names(text), *paired_years(text)}
    spaced = {code.lower() for code in _SPACED_CODE.findall(undated)}
    figures = {code.split()[1] for code in spaced}
    amounts, named = amounts_asked(in_figures(undated), passing_over=figures)
    return Question(
        text=text,
        stems=stems(_WHOSE.sub(" ", text)),
        identifiers=frozenset(identifiers | spaced | named),
        amounts=amounts,
        names=tuple(names(text)),
        wanted=next(
            (kind for kind, pattern in _KINDS.items() if pattern.search(text)), Wanted.OTHER
        ),
        latest=bool(_LATEST.search(text)) and not _AND_BEFORE.search(text),
        negated=is_negated(text),
        days=days_in(text),
        weekdays=tuple(match.span() for match in _DAYS.finditer(text)),
    )

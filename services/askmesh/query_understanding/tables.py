"""Whether a question asks for a table, and for which columns."""

import re

MAX_COLUMNS = 12
_MAX_COLUMN_CHARS = 60
_TABLE = re.compile(
    r"\b(?:as|in|into|using|in the form of|via) (?:a|one) "
    r"(?!(?:hash|lookup|pivot|database|periodic|truth|dining|round|kitchen|water)\b)"
    r"(?:\w+ )?table\b(?! \d)"
    r"|\b(?:make|create|give|show|draw|build|generate|produce|provide|print|write|need|want"
    r"|prepare)"
    r"(?: (?:me|us))?(?: up)? (?:a|one|the) (?:\w+ )?table (?:of|with|for|that|showing|comparing"
    r"|listing)\b"
    r"|^(?:a )?table (?:of|with|showing|comparing|listing)\b|\btabulate\b|\btabular\b"
    r"|\b(?:in|as) tables?(?: form| format)?\s*[.?!]?$|\bin table (?:form|format)\b"
    r"|\btable with(?: the)?(?: \w+)? columns\b|\bwith(?: the)? columns\b",
    re.IGNORECASE,
)
# "Which rows are in the table?" asks about a table that is there already.
_PLACE = re.compile(
    r"\b(?:is|are|was|were|stored|found|rows?|columns?|index|records?|data) in the table\b",
    re.IGNORECASE,
)
_COLUMNS = re.compile(
    r"\bcolumns?(?: (?:named|called|for|being|are))?:?\s+(?P<named>[^.?!\n]+)"
    r"|\btable (?:with|showing|listing) (?!(?:the )?columns?\b)(?P<plain>[^.?!\n]+)",
    re.IGNORECASE,
)
_END = re.compile(
    r"\s(?:for|from|of|in|on|about|as|please|using|sorted|ordered|grouped|that|where)\s.*$"
    r"|,? please\b.*$",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*[,;/|]\s*(?:and\s+|&\s*)?|\s+(?:and|&|plus)\s+", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|a|an|its|their|each)\s+", re.IGNORECASE)


def wants_table(question: str) -> bool:
    """Tell whether a table should accompany the answer's text."""
    return _TABLE.search(question) is not None and _PLACE.search(question) is None


def table_columns(question: str) -> tuple[str, ...]:
    """Return the columns that `question` names for its table, in order, each once."""
    match = _COLUMNS.search(question)
    if match is None or not wants_table(question):
        return ()
    parts = _SEPARATOR.split(_END.sub("", match["named"] or match["plain"]))
    columns = (_ARTICLE.sub("", part.strip(" \"'`\u201c\u201d:")) for part in parts)
    usable = [column for column in columns if column and len(column) <= _MAX_COLUMN_CHARS]
    return tuple(dict.fromkeys(usable))[:MAX_COLUMNS]

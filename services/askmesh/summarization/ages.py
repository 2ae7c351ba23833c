"""Ages, with and without a word for years: "my daughter is 9", "children under 8"."""

import re

from askmesh.text import stem

YEAR = stem("years")
_RELATIVES = (
    "son|daughter|child|kid|baby|toddler|boy|girl|grandson|granddaughter|grandchild|nephew|niece"
    "|brother|sister|mum|mom|mother|dad|father|grandma|grandmother|grandpa|grandfather|gran|nan"
    "|wife|husband|partner|girlfriend|boyfriend|aunt|uncle|friend"
)
_OLD = (
    r"(?:(?:\s+is|\s+was|['\u2019]s)(?:\s+(?:just|only|almost|already|now))?|(?:\s+(?:will|has)"
    r"(?:\s+just)?)?\s+turn(?:s|ed|ing)?)"
)
_BEFORE_AN_AGE = re.compile(
    rf"\b(?:(?:{_RELATIVES}){_OLD}|(?:(?:he|she){_OLD}|i['\u2019]m|i\s+am)"
    r"(?:\s+(?:just|only|almost|already|now))?)\s+$",
    re.IGNORECASE,
)
_AFTER_AN_AGE = re.compile(r"\s*(?:$|[.,;?!)]|(?:and|but|so|now|can|may|do|does|is|next|in)\b)")
_PEOPLE = (
    "children|child|kids?|teenagers?|youths?|juniors?|boys?|girls?|adults?|seniors?|people|persons?"
    "|pupils?|students?|anyone|anybody|everyone|everybody|those|visitors?|guests?|members?"
    "|swimmers?|riders?|players?|drivers?|passengers?"
)
_OF_PEOPLE = re.compile(
    rf"\b(?:aged?|ages|age group|{_PEOPLE})"
    r"(?:\s+(?:aged?|of|from|between|who\s+are|is|are))*\s*[:(]?\s*$",
    re.IGNORECASE,
)
"""What stands before "under 8", "4 to 7" or "16 and over" where ages are meant."""
_OLDEST = 110


def is_age(text: str, start: int, end: int) -> bool:
    """Tell whether the figure at a place of `text` is how old somebody is, in years."""
    figure = text[start:end].rstrip(".,:")
    return (
        figure.isdigit()
        and int(figure) <= _OLDEST
        and _BEFORE_AN_AGE.search(text[:start]) is not None
        and _AFTER_AN_AGE.match(text, start + len(figure)) is not None
    )


def is_of_ages(text: str, start: int) -> bool:
    """Tell whether an amount that begins at a place of `text`, without a unit, is one of years."""
    return _OF_PEOPLE.search(text[:start]) is not None

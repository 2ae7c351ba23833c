"""Whether a text has the kind of thing that a question asks for: a duration, a name, a code."""

import re

from askmesh.text import MONTH_PATTERN, WEEKDAYS, content_words, names, stem, stems

_TIME = re.compile(
    r"\b(?:(?:19|20)\d\d|\d{1,2}(?:[:.]\d\d| ?(?:am|pm)|st|nd|rd|th)"
    rf"|{'|'.join(WEEKDAYS)}|{MONTH_PATTERN}"
    r"|second|minute|hour|day|night|noon|evening|morning|afternoon|week|month|quarter|year|spring|summer|autumn|winter)s?\b"
    r"|\b(?:before|after|as soon as|once|until|when|during|while|never|always)\b",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|nights?|weeks?|months?|quarters?|years?|decades?"
    r"|(?:centi|milli|kilo)?met(?:er|re)s?|[cmk]?m|inch(?:es)?|foot|feet|miles?|pages?|words?"
    r"|characters?|digits?|letters?|until|till|forever|no longer|for good|permanent\w*)\b"
    r"|\d{1,2}[:.]\d\d|\d ?(?:ms|s|secs?|mins?|h|hrs?|d|w|wks?|yrs?)\b",
    re.IGNORECASE,
)
_DISTANCE = re.compile(
    r"\d\s?(?:[ck]?m|mi|yd|ft)\b|\b(?:(?:kilo|centi)?met(?:er|re)s?|miles?|yards?|feet"
    r"|minutes?|hours?|blocks?|stops?|as far as|next (?:to|door)|near(?:by)?|around the corner)\b",
    re.IGNORECASE,
)
_CHARACTERS = re.compile(r"\b(?:characters?|digits?|letters?|words?)\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty"
    r"|forty|fifty|sixty|hundred|thousand|half|third|quarter|double|once|twice|every|each|daily"
    r"|weekly|monthly|yearly|annual\w*|never|always|no|none|nothing|not|all|both|free|full|whole"
    r"|unlimited|as \w+ as|until|several|few|single)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\d")
_CODE_WORD = re.compile(r"(?<!\w)[^\W\d_]+-?\d[\w.-]*\b")
_NUMBERED_WORD = re.compile(r"(?<!\w)[^\W\d_]{3,} \d+(?![\w.,:]*\d)\b")
_ADDRESS = re.compile(r"@")
_TELEPHONE = re.compile(
    r"\b(?:(?:tele)?phones?|mobile|cell|tel|ext(?:ension)?)\b.{0,40}?(?<![\w-])\d\d"
    r"|(?<![\w-])\d(?:[ /-]?\d){5}",
    re.IGNORECASE,
)
_MOBILE = re.compile(r"\b(?:mobile|cell)|(?<![\w-])\d(?:[ /-]?\d){8}", re.IGNORECASE)
"""No extension of an office."""
_HOURS = re.compile(
    r"\d[:.]\d\d|\d ?(?:am|pm|h)\b|\b(?:\d+|noon|midnight|open|closed)\b", re.IGNORECASE
)
_PLACE = re.compile(
    r"[\d/@]|: |\b(?:in|at|on|by|to|from|under|above|below|behind|before|beside|between|near|next"
    r"|with|opposite|outside|inside|over|against|along|around|across|through|within|beyond|past"
    r"|here|there|up|down|\w+stairs|online|away|left|right|north|south|east|west|\w*where)\b",
    re.IGNORECASE,
)
_COUNTED = r"(?:second|minute|hour|day|week|month|year|shot|mile|k?m|piece|page|seat|place)s?\b"
_EARNED = re.compile(
    r"\b(?:earn\w*|salar\w+|wages?|pay|pays|paid|payments?|income|remunerat\w+)\b", re.IGNORECASE
)
_PRICE = re.compile(
    rf"(?<![\d.,])\d[\d.,]*(?![\d.,])(?!\s?(?:(?:working|business) )?{_COUNTED})"
    r"|\b(?:free|nothing|none|included|half|third|quarter|double|whole|full"
    r"|no (?:charge|extra|fee|cost|deposit))\b"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred)\b.{0,20}"
    r"\b(?:pounds?|euros?|dollars?|francs?|pence|cents?|per ?cent)\b",
    re.IGNORECASE,
)
_PAID = (
    r"(?:[\w-]+ ){0,2}(?:allowance|charge|cost|deposit|discount|fee|fine|pay|price|rent|salary"
    r"|supplement|surcharge|wage)s?\b(?! for\W*$)"
)
_MUST = r"\bhow much (?:do|does|did|will|would|must|should) [\w ]{1,30}"
_NAMES_IT = r"^\s*(?:(?:what(?:['\u2019]s| is| are)?|which|give me|need) )?(?:(?:the|our|your) )?"
"""How a question begins that may be no sentence: "Email address of the vet?"."""
_NEEDED = (
    (r"^\s*(?:\w+ )?when\b", _TIME),
    (r"^\W*where(?:['\u2019]s| is| are) ", _PLACE),
    (r"\bhow long\b", _LENGTH),
    (r"\bhow long\b.*\b(?:password|passphrase|passcode|pin)s? (?:be|have to be)\b", _CHARACTERS),
    (r"\bhow (?:many|much|old|far|fast|heavy|high|often|tall|big|large|hot|cold)\b", _AMOUNT),
    (r"^\W*how far\b(?! (?:ahead|in advance|back))", _DISTANCE),
    (r"^\s*what(?:['\u2019]s| is| are)\b.*\b(?:code|pin|number|extension|price|fee)s?\b", _CODE),
    (rf"^\s*what(?:['\u2019]s| is| are) (?:the|our|your|my) {_PAID}", _PRICE),
    (
        (
            r"\bhow much\b.*\b(?:cost|earn|paid|charged?|owed?|refund(?:ed)?|get back)\b"
            rf"|{_MUST} pay\b|^\s*what (?:do|does|did|would|will)\b.*\bcost\b"
        ),
        _PRICE,
    ),
    (r"\bhow much\b.*\bearns?\b|^\s*what (?:do|does|did)\b.*\bearn\b", _EARNED),
    (r"\b(?:opening|office|business|visiting) (?:hours|times)\b", _HOURS),
    (rf"{_NAMES_IT}.*\b(?:tele)?phone number\b", _TELEPHONE),
    (r"\b(?:mobile|cell)(?: ?phone)? number\b", _MOBILE),
    (r"^\s*what\b.*\b(?:cost|weigh|charge)\b", _AMOUNT),
    (r"^\s*what(?:['\u2019]s| is| are)\b.*\be-?mail(?: address(?:es)?)?\W*$", _ADDRESS),
    (rf"{_NAMES_IT}\be-?mail address(?:es)?\b", _ADDRESS),
)
_NEEDS = tuple((re.compile(asks, re.IGNORECASE), says) for asks, says in _NEEDED)
_ASKS_WHO_IS = re.compile(
    r"^\s*who(?:['\u2019]s| is| are| was| were) (?:the|our|your)\b", re.IGNORECASE
)
_ROLE = re.compile(
    r"\b(?:heads?|lead(?:er)?s?|managers?|directors?|officers?|teams?|departments?|board|council"
    r"|committee|desk|secretary|everyone|nobody|anyone|people|staff|tenants?|guards?|guests?|nurses?"
    r"|compan(?:y|ies)|firms?|museum|clinic|school|universit\w+|banks?|insurances?|cit(?:y|ies)|state"
    r"|government|agenc(?:y|ies)|offices?|police|brigade|associations?|clubs?|unions?|famil(?:y|ies)"
    r"|library|workshop|shifts?|hospital|group|services?|helpdesk|institute|we|you|they|she|he"
    r"|children|parents?|clients?|students?|\w+(?:er|or|ist|ant|ian|ee|m[ae]n)s?)\b",
    re.IGNORECASE,
)
_ASKS_WHO_DOES = re.compile(r"^\s*who\b(?! (?:is|are|was|were)\b)", re.IGNORECASE)
_OFFERS = re.compile(r",\s*[^,]+ or [^,]+\W*$", re.IGNORECASE)
"""Who it is, is one of those that the question names."""
_ATTENDANCE = re.compile(
    r"\W*(?:present|attend(?:ees|ance|ing)|in attendance|absent|apologies)\s*:", re.IGNORECASE
)
_ASKS_FOR_ATTENDANCE = re.compile(
    r"\b(?:present|absent|attend\w*|apolog\w+|there|meeting|miss(?:ed|ing)?|came|chair\w*)\b",
    re.IGNORECASE,
)
_PER_TIME = re.compile(
    r"(?:\b(?:per|each|every|an?)\b|/) ?(hour|day|night|week|month|year)\b", re.IGNORECASE
)
_ADVERBS = {
    "hour": "hourly", "day": "daily", "night": "nightly", "week": "weekly", "month": "monthly",
    "year": r"yearly|annual|\bp\.? ?a\b",
}  # fmt: skip
_ASKS_FOR_A_PRICE = re.compile(r"\b(?:how much|cost|price|fee|rent|pay|charge)", re.IGNORECASE)
_DOERS = ("r", "er", "or")
"""Who drives the van is not told by what drivers must have."""
_ASKS_FOR_CODE = re.compile(
    r"\b(?:commands?|code|snippets?|scripts?|config\w*|settings|quer(?:y|ies)|examples?"
    r"|which files?|(?:show|give|see) (?:me )?(?:an?|the) (?:\w+ )?file"
    r"|Befehle?|Beispiele?|commandes?|comandos?|comandi)\b",
    re.IGNORECASE,
)


def asks_for_code(question: str) -> bool:
    """Tell whether `question` asks for a command, a file of settings or the like."""
    return _ASKS_FOR_CODE.search(question) is not None


def lacks_kind(question: str, text: str) -> bool:
    """Tell whether `text` has nothing of the kind that `question` asks for in English.

    Which kind that is, only some questions say; of others nothing is lacking.
    """
    told = _without_codes(question, text.replace("_", " "))
    return (
        _is_for_another_time(question, told)
        or any(asks.search(question) and not says.search(told) for asks, says in _NEEDS)
        or (_ASKS_WHO_IS.search(question) is not None and not _names_another(question, text))
        or (
            _ASKS_WHO_DOES.search(question) is not None
            and _names_nobody(question, text)
            and not _OFFERS.search(question)
        )
    )


def _is_for_another_time(question: str, told: str) -> bool:
    """Tell whether a price for one time is asked for ("per month"), and told for others alone."""
    asked, said = (set(map(str.lower, _PER_TIME.findall(text))) for text in (question, told))
    is_said = any(re.search(_ADVERBS[unit], told, re.IGNORECASE) for unit in asked)
    is_price = _ASKS_FOR_A_PRICE.search(question) is not None
    return is_price and bool(asked and said) and not (is_said or said & asked)


def _without_codes(question: str, text: str) -> str:
    """Return `text` without codes of the question: that of "grade G7" or "level 2" is no amount."""
    found = (*_CODE_WORD.findall(question), *_NUMBERED_WORD.findall(question))
    codes = "|".join(map(re.escape, found))
    return re.sub(rf"(?<!\w)(?:{codes})(?!\w)", " ", text, flags=re.IGNORECASE) if codes else text


def _names_another(question: str, text: str) -> bool:
    """Tell whether `text` has a name or a role that `question` does not have, not even in short.

    Who was at a meeting says nothing else of anybody.
    """
    if _ATTENDANCE.match(text) and not _ASKS_FOR_ATTENDANCE.search(question):
        return False
    asked, text = stems(question), _TIME.sub(" ", text)
    initials = "".join(word[0] for word in content_words(question))
    found = (*names(f"It says: {text}"), *_ROLE.findall(text))
    asked |= {stem(f"{word}{ending}") for word in asked for ending in _DOERS}
    return any(not stems(name) <= asked and name.lower() not in initials for name in found)


def _names_nobody(question: str, text: str) -> bool:
    return " by " not in text and not _names_another(question, text)

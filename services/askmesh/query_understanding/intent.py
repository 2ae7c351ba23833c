"""What kind of answer a question wants."""

import re

from askmesh.api.query_understanding.v1 import query_understanding_pb2 as pb2

_POLITE = (
    r"(?:(?:please|hey|hi|hello|ok|okay|so)[,!]? )*(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:i (?:want|need) you to )?"
)
_SMALL_TALK = re.compile(
    r"(?:(?:hi|hey|hello|hiya|greetings|howdy|good (?:morning|afternoon|evening|day|night)|bye"
    r"|goodbye|see you(?: later)?|thanks|thank you|thx|cheers|many thanks|great|cool|nice|perfect"
    r"|awesome|wonderful|excellent|ok|okay|got it|i see|well done|good (?:job|bot|work)|never ?mind"
    r"|yes|no|yep|nope|sure|lol|haha|welcome|sorry|please|there|again|all|everyone|askmesh"
    r"|so much|very much|a lot|a million|for (?:your|the) help|for that|that(?:'s| is| was) (?:all"
    r"|great|helpful|useful|it)|how are you(?: doing| today)*|how(?:'s| is) it going|what(?:'s| is)"
    r" up|who are you|what are you|what(?:'s| is) your name|are you (?:a )?(?:bot|human|robot"
    r"|real|there|ai|an ai)|what can you do|nice to meet you|have a (?:nice|good|great) (?:day|one"
    r"|evening|weekend)|you(?:'re| are) (?:great|welcome|awesome|helpful)|do you (?:like|love) me"
    r"|tell me about yourself)(?:[\s,.!?:;()-]+|$))+"
)
_ACT = re.compile(
    _POLITE
    + r"(?:(?:send|forward|reply to|order|buy|book|reserve) (?:me|a|an|my|the|us|some|this)\b"
    r"|call (?:me|my)\b|remind me\b|wake me\b|set (?:a|an|my) (?:alarm|timer|reminder)\b"
    r"|play (?:me |some |a )?(?:\w+ )?(?:music|song|game|video)\b|turn (?:on|off)\b"
    r"|schedule (?:a|an|my|the)\b|(?:delete|move|rename|download|upload|install|restart|reboot"
    r"|deploy"
    r"|run|execute|open|close) (?:my|this|it|that|the)\b"
    r"|tell (?:me|us) (?:a|another) (?:joke|story|riddle)|sing\b|translate (?:this|that|it|the)\b)"
)
_CREATE = re.compile(
    _POLITE + r"(?:write|code|compose|draft|generate|create|make|implement|program|draw|paint)"
    r"(?: (?:me|us))?(?: [\w-]+){0,6}?"
    r" (?:code|function|script|program|class|unit tests?|poem|haiku|limerick|essay|story|song"
    r"|lyrics"
    r"|novel|joke|email|e-mail|letter|tweet|picture|image|drawing|logo|app|website|game|regex)\b"
)
_LIVE = re.compile(
    r"(?:what(?:'s| is) the (?:weather|temperature outside|time(?: now| in \w+)?\b(?! (?:limit|zone"
    r"|complexity|budget|to|of|it|for|between|out)))(?: like)?(?: (?:today|tomorrow|now"
    r"|in \w+))*\W*$"
    r"|what time is it\W*$|will it rain\b|what day is (?:it|today)\W*$)"
)
_COMPARISON = re.compile(
    r"\b(?:compar(?:e|es|ed|ing|ison|isons)|contrast|differences?|differ|differs|versus|vs\.?"
    r"|similarit(?:y|ies)|pros and cons|trade-?offs? between|distinguish(?:es)?)\b"
    r"|\b(?:better|worse|more|less|fewer|rather|\w{3,}(?<!oth)(?<!rath)er)(?: \w+){0,2} than\b"
    r"|\b(?:which|what|who)\b.*\b(?:better|worse|best|\w+er|more \w+|less \w+)\b.* or \b"
)
_LIST = re.compile(
    _POLITE
    + r"(?:list|enumerate|name (?:all|the|some|every|\w+ \w*s\b)|(?:give|show|tell|get|find)"
    r" (?:me |us )?(?:a list|all|every|the (?:full |complete )?list)|make a list|tabulate)\b"
    r"|(?:.*\b)?(?:what|which) (?:(?:are|were) (?:all |some |the |our |your |its |their )*+"
    r"(?!(?:chances|odds)\b)(?:\w+ ){0,3}?\w+s\b|(?:\w+ ){0,2}?\w+[^s\W]s (?:are|were|do|does|can"
    r"|have"
    r"|support|exist|should|must|need|use|run|call|depend|belong|contain|include|provide"
    r"|offer)\b)|.*\ba list of\b"
)
_EXPLANATION = re.compile(
    _POLITE
    + r"(?:explain|describe|elaborate|clarify|illustrate|walk me|help me understand|tell (?:me"
    r"|us) (?:more )?(?:about|how|why)|summari[sz]e|outline|discuss|teach)\b"
    r"|(?:write|give|make|get|provide|i need)(?: me| us)? (?:an?|the) (?:\w+ )?(?:summary"
    r"|overview|explanation"
    r"|description)\b|(?:.*\b)?(?:why|how come)\b|what (?:causes?|caused|happens?|happened"
    r"|does .* mean)\b|what for\b"
    r"|(?:.*?[,.] |and |but |so )?how(?! (?:many|much|old|long|far|often|tall|big|large|high|deep"
    r"|fast"
    r"|heavy|wide|hot|cold|small|soon|late|early|likely|expensive|frequently)\b)\b"
    r"|what(?:'s| is) the (?:reason|purpose|idea|meaning|rationale|point)\b"
)


def intent_of(question: str, *, wants_table: bool) -> pb2.Intent.ValueType:
    """Return what kind of answer `question`, normalised and standalone, wants."""
    text = question.lower().replace("\u2019", "'")
    if is_small_talk(question):
        return pb2.INTENT_SMALL_TALK
    if _ACT.match(text) or _LIVE.match(text) or (_CREATE.match(text) and not wants_table):
        return pb2.INTENT_OUT_OF_SCOPE
    if _COMPARISON.search(text):
        return pb2.INTENT_COMPARISON
    if wants_table or _LIST.match(text):
        return pb2.INTENT_LIST
    return pb2.INTENT_EXPLANATION if _EXPLANATION.match(text) else pb2.INTENT_FACT


def is_small_talk(question: str) -> bool:
    """Tell whether `question` is nothing but a greeting, thanks and the like."""
    return _SMALL_TALK.fullmatch(question.lower().replace("\u2019", "'")) is not None

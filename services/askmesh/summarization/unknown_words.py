"""What a question says that a rule does not, but for what everybody says in their own words."""

from askmesh.summarization.question import Question
from askmesh.summarization.word_forms import verb_forms
from askmesh.text import MONTHS, WEEKDAYS, content_words, numbers, stem, stems

_PLAIN_TEXT = """
    allow approve available be begin buy close come do employ end get give go have light long
    make many may much need open permit possible put run set start stay still switch take turn use
    visit ok okay fine alright yr yrs hr hrs wk wks min mins
    want work worth year month week day hour euro dollar pound old now
"""
_PLAIN = stems(_PLAIN_TEXT)
"""What a question may say in other words than the rule."""
CALENDAR = stems(" ".join((*MONTHS, *WEEKDAYS)))


def unknown_in(text: str, question: Question) -> frozenset[str]:
    """Return the stems of a question's words, figures aside, that a text has in no form."""
    words = content_words(question.text)
    asked = {stem(word) for word in words if word.isalpha() and not numbers(word)}
    known = stems(text)
    return frozenset(asked - known - verb_forms(known) - _PLAIN - CALENDAR)

"""Pure functions on text: sentences, words, numbers, names and negation."""

from askmesh.text._abbreviations import spelt_out
from askmesh.text._calendar import MONTH_PATTERN, MONTHS, WEEKDAYS
from askmesh.text._loading import load_language
from askmesh.text._matters import matter_in, without_matter
from askmesh.text._names import names
from askmesh.text._negation import between_negations, is_negated
from askmesh.text._normalise import normalise, require_conversation, require_text, visible
from askmesh.text._numbers import numbers, plain_amounts
from askmesh.text._planted import is_planted, planted_instructions
from askmesh.text._seeming import seeming_instructions
from askmesh.text._sentences import Span, sentences
from askmesh.text._settings import Setting, setting_in, settings_of
from askmesh.text._subjects import with_subjects
from askmesh.text._unit import Unit, UnitKind, is_question, lead_text, self_contained
from askmesh.text._units import units
from askmesh.text._words import (
    content_words,
    english_words,
    is_stop_word,
    stem,
    stems,
    stems_and_parts,
)

__all__ = [
    "MONTHS",
    "MONTH_PATTERN",
    "WEEKDAYS",
    "Setting",
    "Span",
    "Unit",
    "UnitKind",
    "between_negations",
    "content_words",
    "english_words",
    "is_negated",
    "is_planted",
    "is_question",
    "is_stop_word",
    "lead_text",
    "load_language",
    "matter_in",
    "names",
    "normalise",
    "numbers",
    "plain_amounts",
    "planted_instructions",
    "require_conversation",
    "require_text",
    "seeming_instructions",
    "self_contained",
    "sentences",
    "setting_in",
    "settings_of",
    "spelt_out",
    "stem",
    "stems",
    "stems_and_parts",
    "units",
    "visible",
    "with_subjects",
    "without_matter",
]

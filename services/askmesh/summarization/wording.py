"""What the service itself says, in the language of the question where it knows it."""

import re
from dataclasses import dataclass

from askmesh.api.common.v1 import answer_pb2

_COMMON_WORDS = {
    "de": "der die das ist sind wie was wer wo wann welche welcher welches ein eine und mit von",
    "fr": "le la les est sont comment quel quelle quels quelles qui combien une des du avec pour",
    "es": "el los las es son c\u00f3mo qu\u00e9 cu\u00e1l cu\u00e1ntos qui\u00e9n d\u00f3nde una",
    "it": "il gli \u00e8 sono come quale quali quanto quanti quante chi dove una della con per che",
    "en": "the is are how what who where when which an and of with does do can for to in",
}
_WORD_SETS = {language: frozenset(words.split()) for language, words in _COMMON_WORDS.items()}
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
}
LATIN_LANGUAGES = frozenset(("en", "de", "fr", "es", "it"))


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences of one language. `nearest` has a gap for titles.

    `earlier` leads in what an older document says, `it_says` a statement that is no answer.
    """

    nothing_near: str
    not_answered: str
    language: str
    unsupported: str
    nearest: str
    differ: str
    earlier: str
    it_says: str


_PHRASES = {
    "en": Phrases(
        "The documents do not say: nothing in them is about this.",
        "The documents do not answer this question.",
        "The documents could not be searched in the language of this question.",
        "No answer that the documents support could be written.",
        "The nearest place is \u201c{}\u201d.",
        "The documents differ.",
        "Before:",
        "It says:",
    ),
    "de": Phrases(
        "Die Dokumente sagen dazu nichts.",
        "Die Dokumente beantworten diese Frage nicht.",
        "In der Sprache dieser Frage konnten die Dokumente nicht durchsucht werden.",
        "Es konnte keine Antwort geschrieben werden, die die Dokumente belegen.",
        "Am n\u00e4chsten kommt \u201e{}\u201c.",
        "Die Dokumente widersprechen sich.",
        "Davor:",
        "Dort steht:",
    ),
    "fr": Phrases(
        "Les documents n'en parlent pas.",
        "Les documents ne r\u00e9pondent pas \u00e0 cette question.",
        "Les documents n'ont pas pu \u00eatre interrog\u00e9s dans la langue de cette question.",
        "Aucune r\u00e9ponse fond\u00e9e sur les documents n'a pu \u00eatre \u00e9crite.",
        "Le passage le plus proche est \u00ab {} \u00bb.",
        "Les documents divergent.",
        "Avant :",
        "Il y est dit :",
    ),
    "es": Phrases(
        "Los documentos no dicen nada al respecto.",
        "Los documentos no responden a esta pregunta.",
        "No se ha podido buscar en los documentos en el idioma de esta pregunta.",
        "No se ha podido escribir una respuesta que los documentos respalden.",
        "Lo m\u00e1s cercano es \u00ab{}\u00bb.",
        "Los documentos difieren.",
        "Antes:",
        "Dice:",
    ),
    "it": Phrases(
        "I documenti non ne parlano.",
        "I documenti non rispondono a questa domanda.",
        "Non \u00e8 stato possibile cercare nei documenti nella lingua di questa domanda.",
        "Non \u00e8 stato possibile scrivere una risposta sostenuta dai documenti.",
        "Il punto pi\u00f9 vicino \u00e8 \u00ab{}\u00bb.",
        "I documenti sono discordi.",
        "Prima:",
        "Dice:",
    ),
    "zh": Phrases(
        "文件中没有与此相关的内容。",
        "文件没有回答这个问题。",
        "无法用这个问题的语言搜索文件。",
        "无法写出有文件依据的回答。",
        "最接近的是“{}”。",
        "文件的说法不一致。",
        "此前",
        "其中写道:",
    ),
    "ja": Phrases(
        "文書にはこれに関する記述がありません。",
        "文書はこの質問に答えていません。",
        "この質問の言語では文書を検索できませんでした。",
        "文書で裏付けられる回答を書けませんでした。",
        "最も近い箇所は「{}」です。",
        "文書の記述が一致していません。",
        "以前",
        "そこには次のようにあります:",
    ),
    "ar": Phrases(
        "لا تذكر الوثائق شيئا عن هذا.",
        "لا تجيب الوثائق عن هذا السؤال.",
        "تعذر البحث في الوثائق بلغة هذا السؤال.",
        "تعذرت كتابة إجابة تسندها الوثائق.",
        "أقرب موضع هو «{}».",
        "الوثائق غير متفقة.",
        "سابقا:",
        "وجاء فيه:",
    ),
}


def language_of(question: str) -> str:
    """Return en, de, fr, es, it, ja, zh or ar, or nothing for another script; en if in doubt."""
    letters = _LETTER.findall(question)
    if letters and 2 * len(_LATIN.findall(question)) < len(letters):
        return next((code for code, script in _SCRIPTS.items() if script.search(question)), "")
    words = re.findall(r"[^\W\d_]+", question.lower())
    counts = {code: sum(word in known for word in words) for code, known in _WORD_SETS.items()}
    best = max(counts, key=lambda code: (counts[code], code == "en"))
    return best if counts[best] else "en"


def phrases(question: str) -> Phrases:
    """Return the sentences to use in an answer to `question`."""
    return _PHRASES[language_of(question) or "en"]


def abstention_text(question: str, abstention: answer_pb2.Abstention, nearest_title: str) -> str:
    """Return in words that there is no answer, why, and which source comes nearest."""
    said = phrases(question)
    reasons = {
        answer_pb2.ABSTENTION_REASON_NOTHING_NEAR: said.nothing_near,
        answer_pb2.ABSTENTION_REASON_NOT_ANSWERED: said.not_answered,
        answer_pb2.ABSTENTION_REASON_LANGUAGE_NOT_SUPPORTED: said.language,
        answer_pb2.ABSTENTION_REASON_UNSUPPORTED_AFTER_WRITING: said.unsupported,
    }
    text = reasons[abstention.reason]
    return f"{text} {said.nearest.format(nearest_title)}" if nearest_title else text

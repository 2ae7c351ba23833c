"""What a batch writes of a question: its answer, or what is wrong with it."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import cast

from askmesh.cli.answer_record import AnswerRecord
from askmesh.cli.batch_file import AnswerLine
from askmesh.client import BatchAnswer
from askmesh.errors import AskmeshError, FieldError
from askmesh.evaluation import FiledQuestion, QuestionLine

_OF_DOCUMENTS = ("document_id", "source", "title")


def answer_line(line: QuestionLine[FiledQuestion], answer: BatchAnswer) -> AnswerLine:
    """Return the line of an answer. Seconds are those of its making, from its admission on."""
    record = AnswerRecord()
    for event in answer.events:
        record.show(event)
    known = record.as_json()
    return {
        **_names(line),
        "outcome": known["outcome"],
        "text": known["text"],
        "table": known["table"],
        "citations": _citations(known),
        "abstention": known["abstention"],
        "degradations": known["degradations"],
        "usage": known["usage"],
        "cache_status": known["cache_status"],
        "seconds": known["elapsed_seconds"],
        "answer_id": known["answer_id"],
    }


def error_line(line: QuestionLine[FiledQuestion], error: AskmeshError) -> AnswerLine:
    """Return the line of a question that no mesh will answer as it is, with its place."""
    field = error.field if isinstance(error, FieldError) else ""
    told = {"reason": error.reason, "message": error.message, "field": field}
    return {**_names(line), "line": line.number, "error": told}


def fingerprint(line: QuestionLine[FiledQuestion]) -> str:
    """Return what tells questions apart, with all that belongs to them, in 128 bits.

    Of a line that is no question it tells apart what is wrong with it.
    """
    known = line.question
    asked = known.model_dump_json(exclude_defaults=True) if known else line.problem
    return sha256(asked.encode()).hexdigest()[:32]


def _names(line: QuestionLine[FiledQuestion]) -> AnswerLine:
    question = line.question.question if line.question else None
    return {"id": line.id, "question": question, "fingerprint": fingerprint(line)}


def _citations(known: Mapping[str, object]) -> list[AnswerLine]:
    """Return the citations, each with the document that it is of."""
    sources = cast("Sequence[Mapping[str, object]]", known.get("sources", ()))
    passages = {
        source["number"]: cast("Mapping[str, object]", source["passage"]) for source in sources
    }
    return [
        {**citation, **{name: passages[citation["source_number"]][name] for name in _OF_DOCUMENTS}}
        for citation in cast("Sequence[Mapping[str, object]]", known["citations"])
    ]

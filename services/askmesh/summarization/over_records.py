"""Answers that tables and forms give by themselves, and those they give no longer."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from askmesh.summarization.amendments import amends
from askmesh.summarization.asked_records import Asked, headed_by, is_about
from askmesh.summarization.calculating import calculated
from askmesh.summarization.dates import is_newer_document
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.kinds import lacks_kind
from askmesh.summarization.notices import is_notice, tells_a_change
from askmesh.summarization.own_words import spelled_out, without_name_of_rows
from askmesh.summarization.question import Question
from askmesh.summarization.records import Record, Records
from askmesh.summarization.said import Said
from askmesh.summarization.tabulating import records_of
from askmesh.summarization.values import SummaryRequest
from askmesh.summarization.wholeness import is_whole
from askmesh.text import UnitKind, stems

_NEAR_UNITS = 12
_ROWS = 60
_FEWEST = 2


def told_by_records(
    request: SummaryRequest, question: Question, units: Sequence[EvidenceUnit]
) -> tuple[Records, tuple[Said, ...]] | None:
    """Return the table or the forms that a question is about, and what they answer by themselves.

    If a table is asked for they answer nothing more. None if the question is about none of them,
    if what they answer is of another kind than what is asked for, or if it may hold no longer: if
    another document of those near says it anew.
    """
    for records in sorted(records_of(units), key=lambda one: -headed_by(question, one)):
        if request.wants_table:
            if is_about(question, records, request.table_columns):
                return records, ()
            continue
        own = _of_its_documents(question, records)
        if own is None:
            continue
        own = replace(own, is_whole=is_whole(_units_of(own.records), request.sources))
        asked = without_name_of_rows(question, own, units)
        said = calculated(asked, own, best=units[0])
        if not said or lacks_kind(question.text, " ".join(each.text for each in said)):
            continue
        if not _are_amended(question, said, own, units[:_NEAR_UNITS]):
            return own, tuple(said)
    return None


def _of_its_documents(question: Question, records: Records) -> Records | None:
    """Return the rows of the document that is asked about, of tables with the same columns.

    Of several editions that is the newest, unless the question names one. Tables of documents that
    are asked about together are one if no name is in two of them; else none of them answers.
    """
    tables = _by_document(records)
    if len(tables) == 1:
        return records
    if not question.identifiers:
        tables = [one for one in tables if not any(_is_newer(other, one) for other in tables)]
    about = [one for one in tables if is_about(spelled_out(question, one), one)]
    chosen = about if len(about) == 1 else tables
    rows = tuple(chain.from_iterable(one.records for one in chosen))
    names = [{record.name for record in one.records} for one in chosen]
    is_told_apart = sum(map(len, names)) == len(frozenset[str]().union(*names))
    return replace(records, records=rows) if len(rows) >= _FEWEST and is_told_apart else None


def _by_document(records: Records) -> list[Records]:
    """Return a table for each document; forms, of which each has its own, stay together."""
    if any(item.unit.kind is not UnitKind.ROW for item in _units_of(records.records)):
        return [records]
    rows: dict[str, list[Record]] = {}
    for record in records.records:
        rows.setdefault(record.units[0].source.document_id, []).append(record)
    return [replace(records, records=tuple(own)) for own in rows.values()]


def _is_newer(one: Records, other: Records) -> bool:
    return is_newer_document(one.records[0].units[0], other.records[0].units[0])


def _are_amended(
    question: Question, said: Sequence[Said], records: Records, near: Sequence[EvidenceUnit]
) -> bool:
    """Tell whether a unit of another document changes one of the rows that the answer rests on.

    That is one that it cites, or any where none is named: the least of all is one of all.
    """
    own = {item.source.document_id for item in _units_of(records.records)}
    notices = [item for item in near if item.source.document_id not in own and is_notice(item)]
    rows = [item for each in said for item in each.units]
    if not notices:
        return False
    if near[0] in notices and _says_as_much(question, near[0], rows):
        return True
    if not Asked(question, records).named:
        rows += _units_of(records.records)
    cases = [
        (row, replace(question, stems=question.stems | stems(row.own)))
        for row in dict.fromkeys(rows[:_ROWS])
    ]
    return any(amends(case, notice, row) for notice in notices for row, case in cases)


def _says_as_much(question: Question, notice: EvidenceUnit, rows: Sequence[EvidenceUnit]) -> bool:
    """Tell whether a change has all words of the question that the rows told have."""
    told = stems(" ".join(f"{row.breadcrumb} {row.own}" for row in rows)) & question.stems
    said = stems(f"{notice.breadcrumb} {notice.own}")
    return tells_a_change(notice) and bool(told) and told <= said


def _units_of(records: Sequence[Record]) -> list[EvidenceUnit]:
    return [item for record in records for item in record.units]

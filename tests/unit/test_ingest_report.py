"""What one line says of an ingestion."""

from collections import Counter
from io import StringIO

from rich.console import Console

from askmesh.cli.ingesting import IngestReport, print_report
from askmesh.client import IngestOutcome, IngestResult
from askmesh.folders import Unreadable


def _created(*sources: str) -> IngestReport:
    report = IngestReport()
    for source in sources:
        report.add(IngestResult(source, source, IngestOutcome.CREATED, passage_count=1, revision=1))
    return report


def _printed(report: IngestReport) -> str:
    text = StringIO()
    print_report(report, Console(file=text, width=200))
    return text.getvalue()


def test_a_file_that_moved_is_not_told_as_created_and_deleted() -> None:
    report = _created("docs/b.md", "docs/new.md")
    created = Counter(["content of a and b", "content of new"])
    report.count_lost("content of a and b", created)
    report.count_lost("another content", created)
    assert _printed(report).startswith("1 created, 1 moved, 1 deleted; 2 passages")


def test_of_two_files_that_became_one_the_second_is_deleted() -> None:
    report = _created("docs/c.md")
    created = Counter(["of both"])
    report.count_lost("of both", created)
    report.count_lost("of both", created)
    assert _printed(report).startswith("1 moved, 1 deleted")


def test_old_office_files_are_passed_over_with_advice() -> None:
    report = IngestReport(passed_over=Counter([".doc", ".exe"]))
    assert "Save .doc, .xls and .ppt as .docx, .xlsx and .pptx" in _printed(report)
    assert "Save" not in _printed(IngestReport(passed_over=Counter([".exe"])))


def test_each_document_has_a_line_whatever_its_name_is() -> None:
    long = f"docs/{'n' * 300}.md"
    report = IngestReport(
        found=[long, "docs/a\nb.md"],
        unreadable=[Unreadable("docs/c\r\x1b[1m.md", f"it is {'very ' * 60}large")],
    )
    lines = _printed(report).splitlines()
    assert lines[:3] == [long, "docs/a\\nb.md", "2 documents would be ingested"]
    assert lines[3].startswith("Not ingested: docs/c\\r\\x1b[1m.md: it is very ")
    assert len(lines) == 4

"""What `askmesh ingest` does without a mesh."""

import re
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from askmesh.cli.ingest_command import ingest
from askmesh.cli.ingest_view import ingest_view
from askmesh.client import IngestOutcome, IngestResult


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--sync", "one", "two"],
        ["--watch", "one", "two"],
        ["--watch", "--dry-run", "one"],
        ["--base-port", "0", "one"],
    ],
)
def test_a_command_line_that_is_wrong_ends_with_two(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        Path(name).mkdir()
    result = CliRunner().invoke(ingest, arguments)
    assert result.exit_code == 2
    assert "Usage" in result.output


@pytest.mark.parametrize("options", [[], ["--sync"], ["--watch"], ["--dry-run"]])
def test_a_path_that_is_not_there_is_a_wrong_command_line(
    options: list[str], tmp_path: Path
) -> None:
    result = CliRunner().invoke(ingest, [*options, str(tmp_path / "nowhere")])
    assert result.exit_code == 2
    assert "nowhere' does not exist" in result.output


def test_a_file_is_no_folder_to_be_in_step_with(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text("It is dry.")
    result = CliRunner().invoke(ingest, ["--sync", str(file)])
    assert result.exit_code == 2
    assert "a.md is a file" in result.output


def test_a_dry_run_names_what_would_be_ingested_and_counts_what_is_passed_over(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    for name in ("a.md", "b.txt", "one.png", "two.png", ".hidden"):
        (folder / name).write_text("It is dry.")
    arguments = ["--home", str(tmp_path), "--dry-run", "--name", "handbook", str(folder)]
    result = CliRunner().invoke(ingest, arguments)
    assert result.exit_code == 0
    assert result.output == (
        "handbook/a.md\nhandbook/b.txt\n2 documents would be ingested\n"
        "3 passed over: 2 .png, 1 hidden file\n"
    )


def test_progress_shows_a_long_document_by_its_passages_until_it_is_done() -> None:
    shown = StringIO()
    console = Console(file=shown, force_terminal=True, width=160)
    long = IngestResult("a", "long.pdf", IngestOutcome.IN_PROGRESS, 900, 0)
    done = IngestResult("a", "long.pdf", IngestOutcome.CREATED, 900, 1)
    with ingest_view(console, 2) as view:
        view.show(long)
        during = _last_frame(console, shown)
        view.count(done)
    after = _last_frame(console, shown)
    assert "0/2 documents" in during
    assert "0/900 passages" in during
    assert "1/1 documents 900 passages" in after
    assert "long.pdf" not in after


def _last_frame(console: Console, shown: StringIO) -> str:
    console.print("")  # draws what is live once more
    text = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown.getvalue())
    return " ".join(text[text.rindex("Ingesting") :].split())

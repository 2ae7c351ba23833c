"""How far an ingestion is, on the terminal: all documents, and a long one by its passages."""

from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

from askmesh.cli.amounts import amount
from askmesh.cli.progress_bars import measured_progress
from askmesh.client import IngestResult


class IngestView:
    """A bar for the documents, and one for a long document that is in progress."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._passage_count = 0
        self._documents = progress.add_task("Ingesting", total=total, unit="documents", also="")
        self._long: dict[str, TaskID] = {}

    def count(self, result: IngestResult) -> None:
        """Show that a document is done."""
        self._passage_count += result.passage_count
        also = amount(self._passage_count, "passage")
        self._progress.update(self._documents, advance=1, also=also)
        if (shown := self._long.pop(result.source, None)) is not None:
            self._progress.remove_task(shown)

    def end(self) -> None:
        """Show that this was all; how many there would be was only about known."""
        (documents,) = (each for each in self._progress.tasks if each.id == self._documents)
        self._progress.update(self._documents, total=documents.completed)

    def show(self, result: IngestResult) -> None:
        """Show how far a document is that is in progress."""
        if result.source not in self._long:
            self._long[result.source] = self._progress.add_task(
                result.source, total=result.passage_count, unit="passages", also=""
            )
        self._progress.update(self._long[result.source], completed=result.embedded_passage_count)


@contextmanager
def ingest_view(console: Console, total: int) -> Generator[IngestView]:
    """Show the progress of `total` documents while the block runs: counts, rate, time left."""
    with measured_progress(console) as progress:
        view = IngestView(progress, total)
        yield view
        view.end()

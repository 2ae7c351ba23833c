"""How far a batch is, on the terminal."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, TaskID

from askmesh.cli.progress_bars import measured_progress
from askmesh.errors import AskmeshError


class BatchView:
    """A bar for the questions, with what became of them and what is waited for."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task
        self.outcomes: Counter[str] = Counter()

    def count(self, outcome: str) -> None:
        """Show that a question is done."""
        self.outcomes[outcome] += 1
        self._progress.update(self._task, advance=1, also=counted(self.outcomes))

    def wait(self, failure: AskmeshError) -> None:
        """Show what is waited for."""
        self._progress.update(
            self._task, also=f"{counted(self.outcomes)} waiting: {failure.message}"
        )


@contextmanager
def batch_view(console: Console, total: int, done: int) -> Generator[BatchView]:
    """Show, while the block runs, the progress of `total` questions, some of them done before."""
    with measured_progress(console) as progress:
        task = progress.add_task(
            "Answering", total=total, completed=done, unit="questions", also=""
        )
        yield BatchView(progress, task)


def counted(outcomes: Counter[str]) -> str:
    """Return how many questions became what, the most first."""
    return ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())

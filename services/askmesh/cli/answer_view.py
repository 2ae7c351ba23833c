"""An answer on the terminal: live text, then table, sources and the time line."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table
from rich.text import Text

from askmesh.client import (
    Abstention,
    AbstentionReason,
    Completed,
    Event,
    Missing,
    ModelUsage,
    RankedSource,
    SourcesRanked,
    StageDuration,
    TableDelta,
    TextDelta,
)

BAR_WIDTH = 40
SNIPPET_CHARS = 100


@dataclass(slots=True)
class AnswerView:
    """Show the events of one answer as they come."""

    console: Console
    _sources: tuple[RankedSource, ...] = ()
    _columns: tuple[str, ...] = ()
    _rows: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])
    text: str = ""

    def show(self, event: Event) -> None:
        """Show one event. Text appears at once; the rest when the answer is complete."""
        match event:
            case TextDelta(text=text):
                self.text += text
                self.console.print(Text(text), end="", soft_wrap=True)
            case SourcesRanked(sources=sources):
                self._sources = sources
            case TableDelta(columns=columns, rows=rows):
                self._columns = columns or self._columns
                self._rows.extend(row.cells for row in rows)
            case Completed():
                self._finish(event)
            case _:
                pass

    def _finish(self, completed: Completed) -> None:
        self.console.print()
        if self._rows:
            self.console.print(_table(self._columns, self._rows))
        if completed.abstention is not None:
            self.console.print(_reason(completed.abstention, self._sources), soft_wrap=True)
        for missing in completed.degradations:
            self.console.print(_notice(missing))
        if completed.answered_question:
            self.console.print(Text(f"As answered before: {completed.answered_question}", "dim"))
        for source in _worth_showing(self._sources, completed.abstention):
            self.console.print(_source_line(source), soft_wrap=True)
        self.console.print(_time_line(completed))


def _worth_showing(
    sources: tuple[RankedSource, ...], abstention: Abstention | None
) -> tuple[RankedSource, ...]:
    """Return the sources; none where none of them is about the question."""
    nothing_near = abstention is not None and abstention.reason is AbstentionReason.NOTHING_NEAR
    return () if nothing_near else sources


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(*columns)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


_REASONS = {
    AbstentionReason.COLLECTION_EMPTY: "there are no documents",
    AbstentionReason.FILTER_EXCLUDED_ALL: "no document fits the conditions of the question",
    AbstentionReason.NOTHING_NEAR: "no document is about this",
    AbstentionReason.NOT_ANSWERED: "documents are about this, but none answers it",
    AbstentionReason.LANGUAGE_NOT_SUPPORTED: "the language of the question is not supported",
    AbstentionReason.UNSUPPORTED_AFTER_WRITING: "what was written is not in the documents",
    AbstentionReason.OUT_OF_SCOPE: "documents cannot answer this",
}


def _reason(abstention: Abstention, sources: Sequence[RankedSource]) -> Text:
    reason = _REASONS.get(abstention.reason, abstention.reason.value)
    nearest = [each for each in sources if each.number == abstention.nearest_source_number]
    place = "".join(f"; nearest is [{each.number}] {_place(each)}" for each in nearest)
    return Text(f"Not answered: {reason}{place}", style="yellow")


def _place(source: RankedSource) -> str:
    passage = source.passage
    return " > ".join(dict.fromkeys((passage.title or passage.source, *passage.headings)))


def _notice(missing: Missing) -> Text:
    return Text(f"{missing.reason}: {missing.detail}".rstrip(": "), style="yellow")


def _source_line(source: RankedSource) -> Text:
    passage = source.passage
    score = "  -  " if source.score is None else f"{source.score:.2f} "
    snippet = " ".join(passage.text.split())[:SNIPPET_CHARS]
    planted = source.planted_instruction_count
    return Text.assemble(
        (f"[{source.number}] ", "bold"),
        (score, "cyan"),
        (_place(source), "bold"),
        f" ({passage.source}): {snippet}…",
        (" (instructions to the system in it are ignored)" if planted else "", "yellow"),
    )


def _time_line(completed: Completed) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1))
    for stage in completed.stage_durations:
        table.add_row(
            Text(stage.stage, style="dim"),
            Text(_bar(stage, completed.elapsed_seconds), style="cyan"),
            Text(f"{stage.elapsed_seconds * 1000:6.0f} ms"),
        )
    for model in completed.usage.models:
        table.add_row(Text(f"model {model.model}", style="dim"), Text(_consumed(model)))
    usage = completed.usage
    total = f"{completed.outcome}; {usage.prompt_tokens} + {usage.completion_tokens} tokens"
    table.add_row(Text("total"), Text(total), Text(f"{completed.elapsed_seconds * 1000:6.0f} ms"))
    return table


def _consumed(usage: ModelUsage) -> str:
    tokens = f"{usage.prompt_tokens} + {usage.completion_tokens} tokens"
    price = f"{usage.price_micros / 1_000_000:.6f} {usage.currency}".rstrip()
    return f"{tokens}, {price}" if usage.price_micros else tokens


def _bar(stage: StageDuration, total_seconds: float) -> str:
    scale = BAR_WIDTH / max(total_seconds, 1e-9)
    start = min(round(stage.start_seconds * scale), BAR_WIDTH - 1)
    length = max(1, min(round(stage.elapsed_seconds * scale), BAR_WIDTH - start))
    return " " * start + "█" * length

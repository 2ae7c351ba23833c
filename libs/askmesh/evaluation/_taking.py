"""One answer as it came, with the times of its parts."""

from contextlib import aclosing
from time import monotonic

from pydantic import BaseModel, ConfigDict

from askmesh.client import (
    Citation,
    Client,
    Completed,
    Event,
    Filter,
    Outcome,
    SourcesRanked,
    TableDelta,
    TextDelta,
)
from askmesh.errors import AskmeshError
from askmesh.evaluation._questions import KnownQuestion

SEED = 1


class Cited(BaseModel):
    """A citation: the part of the text, the words that support it, and where they stand."""

    model_config = ConfigDict(frozen=True)

    source: str
    start: int
    end: int
    quote: str
    support: float


class Ranked(BaseModel):
    """A source that the answer could use. The score is None where reranking did not take part."""

    model_config = ConfigDict(frozen=True)

    source: str
    score: float | None


class Taken(BaseModel):
    """An answer; `abstention` says why there is none, `failure` which error there was instead.

    Seconds count from the request: to the sources, to the first text or row, to the end.
    """

    outcome: Outcome = Outcome.UNKNOWN
    abstention: str = ""
    failure: str = ""
    text: str = ""
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    cited: list[Cited] = []
    ranked: tuple[Ranked, ...] = ()
    degradations: tuple[str, ...] = ()
    sources_seconds: float | None = None
    first_text_seconds: float | None = None
    whole_seconds: float | None = None
    model: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def said(self) -> str:
        """The text, and the table with its headers before the cells."""
        rows = (
            " | ".join(f"{column}: {cell}" for column, cell in zip(self.columns, row, strict=False))
            for row in self.rows
        )
        return "\n".join((self.text, *rows)).strip()

    @property
    def answered(self) -> bool:
        """Whether the documents are said to hold the answer."""
        return self.outcome is Outcome.ANSWERED


async def take(client: Client, question: KnownQuestion) -> Taken:
    """Ask, and return the answer, or the reason of the error that it ended with."""
    taken, began = Taken(), monotonic()
    answer = client.ask(
        question.question,
        question.conversation,
        filter=Filter(sources=question.sources) if question.sources else None,
        wants_table=question.wants_table,
        seed=SEED if question.seed is None else question.seed,
    )
    try:
        async with aclosing(answer) as events:
            async for event in events:
                _add(taken, event, round(monotonic() - began, 4))
    except AskmeshError as error:
        taken.failure = error.reason
    return taken


def _add(taken: Taken, event: Event, seconds: float) -> None:
    if isinstance(event, TextDelta | TableDelta) and taken.first_text_seconds is None:
        taken.first_text_seconds = seconds
    match event:
        case SourcesRanked(sources=sources):
            taken.sources_seconds = seconds
            taken.ranked = tuple(Ranked(source=s.passage.source, score=s.score) for s in sources)
        case TextDelta(text=text):
            taken.text += text
        case TableDelta(columns=columns, rows=rows):
            taken.columns = columns or taken.columns
            taken.rows += [row.cells for row in rows]
        case Citation():
            taken.cited.append(_cited(taken, event))
        case Completed():
            _complete(taken, event, seconds)
        case _:
            pass


def _cited(taken: Taken, event: Citation) -> Cited:
    return Cited(
        source=taken.ranked[event.source_number - 1].source,
        start=event.start_offset,
        end=event.end_offset,
        quote=event.quote,
        support=event.support,
    )


def _complete(taken: Taken, event: Completed, seconds: float) -> None:
    taken.whole_seconds = seconds
    taken.outcome = event.outcome
    taken.abstention = event.abstention.reason if event.abstention else ""
    taken.degradations = tuple(missing.reason for missing in event.degradations)
    taken.model = event.usage.model
    taken.prompt_tokens = event.usage.prompt_tokens
    taken.completion_tokens = event.usage.completion_tokens

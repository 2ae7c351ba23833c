"""Tables that are written beside answers."""

import asyncio
from collections.abc import Callable

from askmesh.inference import (
    GenerationRequest,
)
from support.crisis_writers import BEGAN, TRUSTED
from support.fake_language_model import ScriptedLanguageModel
from support.summaries import (
    events_of,
    request,
    summarizer,
    tables_of,
    text_of,
)


def _both(text: str, table: str) -> Callable[[GenerationRequest], str]:
    return lambda request: table if "table in Markdown" in request.system else text


async def test_text_and_table_are_written_at_the_same_time() -> None:
    together = asyncio.Barrier(2)

    async def wait_for_the_other(sent: int) -> None:
        if sent == 0:
            await together.wait()

    script = _both(BEGAN, "Event | Date\noil crisis | October 1973 [1]\nplague | 1679 [1]\n")
    model = ScriptedLanguageModel(script, before_chunk=wait_for_the_other)
    events = await events_of(summarizer(model, profile=TRUSTED), request(wants_table=True))
    assert text_of(events) == "The oil crisis began in October 1973. [1]"
    assert [list(row.cells) for table in tables_of(events) for row in table.rows] == [
        ["oil crisis", "October 1973"]
    ]
    assert len(model.requests) == 2


async def test_a_small_model_writes_the_table_alone_below_its_place() -> None:
    model = ScriptedLanguageModel("Event | Date\noil crisis | October 1973 [1]\n")
    events = await events_of(summarizer(model), request(wants_table=True))
    assert text_of(events).endswith(": [1]")
    assert len(tables_of(events)) == len(model.requests) == 1


async def test_the_table_has_the_columns_that_were_asked_for() -> None:
    script = _both(BEGAN, "oil crisis | October 1973 [1]")
    asked = request(wants_table=True, table_columns=("Event", "Date"))
    events = await events_of(summarizer(ScriptedLanguageModel(script)), asked)
    (table,) = tables_of(events)
    assert table.columns == ["Event", "Date"]


async def test_when_no_row_is_supported_the_evidence_is_the_table() -> None:
    script = _both(BEGAN, "oil crisis | 1988 [1]\nnonsense")
    events = await events_of(summarizer(ScriptedLanguageModel(script)), request(wants_table=True))
    (table,) = tables_of(events)
    assert table.columns == ["Source", "Statement"]
    assert "1988" not in str(table)

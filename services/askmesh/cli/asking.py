"""Ask questions and show their answers."""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import aclosing
from typing import Protocol

from rich.console import Console

from askmesh.cli.answer_record import AnswerRecord, TableForm, jsonable, table_text
from askmesh.cli.answer_view import AnswerView
from askmesh.client import Client, Event, Turn
from askmesh.errors import NotFoundError


class EventSink(Protocol):
    """Take the events of an answer."""

    def show(self, event: Event) -> None:
        """Take one event."""
        ...


async def show_answer(
    client: Client,
    question: str,
    *,
    conversation: Sequence[Turn] = (),
    wants_table: bool | None = None,
) -> Turn:
    """Print an answer as it is made, and return it. Ctrl-C ends the answer, too."""
    view = AnswerView(Console())
    await follow(client, question, view, conversation=conversation, wants_table=wants_table)
    return Turn(question, view.text)


async def print_answer_as_json(
    client: Client, question: str, *, conversation: Sequence[Turn], wants_table: bool | None
) -> None:
    """Print one JSON object once the answer is complete."""
    record = AnswerRecord()
    await follow(client, question, record, conversation=conversation, wants_table=wants_table)
    json.dump(record.as_json(), sys.stdout, default=jsonable, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


async def print_table(
    client: Client, question: str, form: TableForm, *, conversation: Sequence[Turn]
) -> None:
    """Print the table of an answer and nothing else. Raise `NotFoundError` if it has none."""
    record = AnswerRecord()
    await follow(client, question, record, conversation=conversation, wants_table=True)
    if not record.rows:
        raise NotFoundError("TABLE_MISSING", f"The answer has no table: {record.text}")
    sys.stdout.write(table_text(record.columns, record.rows, form))


async def follow(
    client: Client,
    question: str,
    sink: EventSink,
    *,
    conversation: Sequence[Turn] = (),
    wants_table: bool | None,
) -> None:
    """Give every event of the answer to `sink`; cancel the answer when cancelled."""
    answer_id = ""
    answer = client.ask(question, conversation, wants_table=wants_table)
    try:
        async with aclosing(answer) as events:
            async for event in events:
                answer_id = event.answer_id
                sink.show(event)
    except asyncio.CancelledError:
        if answer_id:
            await client.cancel(answer_id)
        raise

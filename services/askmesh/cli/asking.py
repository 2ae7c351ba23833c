"""Ask one question and show its answer."""

import asyncio
import json
import sys
from contextlib import aclosing
from typing import Protocol

from rich.console import Console

from askmesh.cli.answer_record import AnswerRecord, jsonable
from askmesh.cli.answer_view import AnswerView
from askmesh.client import Client, Event


class EventSink(Protocol):
    """Take the events of an answer."""

    def show(self, event: Event) -> None:
        """Take one event."""
        ...


async def show_answer(client: Client, question: str, *, wants_table: bool | None) -> None:
    """Print an answer as it is made. Ctrl-C ends the answer, too."""
    await follow(client, question, AnswerView(Console()), wants_table=wants_table)


async def print_answer_as_json(client: Client, question: str, *, wants_table: bool | None) -> None:
    """Print one JSON object once the answer is complete."""
    record = AnswerRecord()
    await follow(client, question, record, wants_table=wants_table)
    json.dump(record.as_json(), sys.stdout, default=jsonable, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


async def follow(
    client: Client, question: str, sink: EventSink, *, wants_table: bool | None
) -> None:
    """Give every event of the answer to `sink`; cancel the answer when cancelled."""
    answer_id = ""
    try:
        async with aclosing(client.ask(question, wants_table=wants_table)) as events:
            async for event in events:
                answer_id = event.answer_id
                sink.show(event)
    except asyncio.CancelledError:
        if answer_id:
            await client.cancel(answer_id)
        raise

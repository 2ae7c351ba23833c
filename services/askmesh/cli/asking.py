"""Ask questions, one or a whole conversation, and show their answers."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Protocol, cast

from rich.console import Console

from askmesh.cli.answer_record import AnswerRecord, TableForm, jsonable, table_text
from askmesh.cli.answer_view import AnswerView
from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.connecting import mesh_client
from askmesh.cli.tracing import require_observer, spans_of_answer
from askmesh.cli.waterfall import waterfall
from askmesh.client import Client, Event, Turn
from askmesh.errors import AskmeshError, InvalidRequestError, NotFoundError


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


async def show_traced_answer(
    client: Client,
    question: str,
    base_port: int,
    *,
    conversation: Sequence[Turn],
    wants_table: bool | None,
) -> None:
    """Print an answer as it is made, then the spans of all services that worked for it.

    Raise an error, before asking, if nothing keeps them.
    """
    await require_observer(base_port)
    console = Console()
    answer_id = await follow(
        client,
        question,
        AnswerView(console),
        conversation=conversation,
        wants_table=wants_table,
    )
    for spans in await spans_of_answer(base_port, answer_id):
        console.print(waterfall(spans))


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
) -> str:
    """Give every event of the answer to `sink`, and return its id; cancel it when cancelled."""
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
    return answer_id


REMEMBERED_TURNS = 20
_FORM = 'is not a list of {"question": ..., "answer": ...} in JSON'


def chat(base_port: int, tenant: str, conversation: list[Turn]) -> None:
    """Answer questions from the terminal, each with the turns before, until there are no more.

    Ctrl-C ends the answer that is being made; at the prompt it ends the conversation.
    """
    console = Console(stderr=True)
    while question := _next_question():
        try:
            _answer(base_port, tenant, conversation, question)
        except AskmeshError as error:
            console.print(error.message, style="red", markup=False)
        except KeyboardInterrupt:
            console.print()


@asynchronous
async def _answer(base_port: int, tenant: str, conversation: list[Turn], question: str) -> None:
    async with mesh_client(base_port, tenant) as client:
        earlier = conversation[-REMEMBERED_TURNS:]
        conversation.append(await show_answer(client, question, conversation=earlier))


def _next_question() -> str:
    """Return what is typed next, "" at the end of it. Empty lines are passed over."""
    try:
        while not (question := input("> ").strip()):
            pass
    except (EOFError, KeyboardInterrupt):
        return ""
    return question


def conversation_in(path: Path | None) -> list[Turn]:
    """Return the turns in a file. Raise `InvalidRequestError` if it has another form."""
    if path is None:
        return []
    try:
        turns: object = json.loads(path.read_bytes())
        if isinstance(turns, list):
            return [_turn(turn) for turn in cast("list[dict[str, str]]", turns)]
        raise InvalidRequestError("CONVERSATION_INVALID", f"{path} {_FORM}")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise InvalidRequestError("CONVERSATION_INVALID", f"{path} {_FORM}") from error


def _turn(turn: Mapping[str, str]) -> Turn:
    return Turn(str(turn["question"]), str(turn["answer"]))

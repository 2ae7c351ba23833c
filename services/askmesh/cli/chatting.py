"""A conversation at the terminal, and conversations in files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from rich.console import Console

from askmesh.cli.asking import show_answer
from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.connecting import mesh_client
from askmesh.client import Turn
from askmesh.errors import AskmeshError, InvalidRequestError

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

"""The spans of an answer, from the mesh that `askmesh up --observe` has started."""

import asyncio
import json
from collections.abc import Sequence
from http.client import HTTPException
from urllib.parse import quote
from urllib.request import urlopen

from askmesh.cli.connecting import is_elsewhere
from askmesh.cli.layout import observer_addresses
from askmesh.errors import NotFoundError, PreconditionError
from askmesh.observing import SeenSpan, is_whole, span_from_plain

PATIENCE_SECONDS = 10.0
"""Services send their spans once a second."""

_POLL_SECONDS = 0.2
_FETCH_SECONDS = 5.0


async def require_observer(base_port: int) -> None:
    """Raise an error that says what to do if nothing keeps the traces of the mesh."""
    if is_elsewhere():
        raise PreconditionError(
            "TRACES_ELSEWHERE",
            "The mesh is not on this machine, so its traces are where its collector sends them: "
            "look there for the span attribute askmesh.answer.id",
        )
    await _asked(base_port, "")


async def spans_of_answer(base_port: int, answer_id: str) -> Sequence[Sequence[SeenSpan]]:
    """Return the spans of each trace of an answer, as soon as they are whole.

    They are returned as they are if that takes longer than `PATIENCE_SECONDS`.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_SECONDS
    while True:
        traces = await _asked(base_port, answer_id)
        if loop.time() >= end or (traces and all(map(is_whole, traces))):
            return traces
        await asyncio.sleep(_POLL_SECONDS)


async def _asked(base_port: int, answer_id: str) -> list[list[SeenSpan]]:
    _, page = observer_addresses(base_port)
    url = f"http://{page}/api/answers/{quote(answer_id, safe='')}"
    try:
        text = await asyncio.to_thread(_fetched, url)
    except (OSError, HTTPException) as error:
        raise NotFoundError(
            "OBSERVER_MISSING",
            f"Nothing keeps traces at {page}: start the mesh with `askmesh up --observe`",
        ) from error
    return [[span_from_plain(span) for span in trace["spans"]] for trace in json.loads(text)]


def _fetched(url: str) -> bytes:
    with urlopen(url, timeout=_FETCH_SECONDS) as reply:  # noqa: S310 - http, of this machine
        content: bytes = reply.read()
        return content

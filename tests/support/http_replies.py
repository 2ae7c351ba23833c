"""A server of HTTP that answers every request as it is told."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

DONE = "data: [DONE]\n\n"


def chunk(text: str, reason: str | None = None) -> str:
    """Return an event of a chat of OpenAI's interface."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return f"data: {json.dumps({'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"


def reply(status: str, body: str, kind: str = "application/json", **headers: str) -> bytes:
    """Return a whole reply; it ends with the connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def stream(*events: str) -> bytes:
    return reply("200 OK", "".join(events), "text/event-stream")


class HttpReplies:
    """What was asked, the bodies as values, and what is answered. `hangs`: the rest never comes."""

    def __init__(self, answer: bytes, *, hangs: bool = False) -> None:
        self.answer = answer
        self.hangs = hangs
        self.asked: list[dict[str, Any]] = []
        self.heads: list[str] = []
        self.left = asyncio.Event()
        """Somebody went before the rest came."""
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            length = int(head.lower().partition("content-length:")[2].partition("\r\n")[0])
            self.asked.append(json.loads(await reader.readexactly(length)))
            writer.write(self.answer)
            await writer.drain()
            if self.hangs:
                await reader.read()
                self.left.set()
        writer.close()


@asynccontextmanager
async def http_replies(answer: bytes, *, hangs: bool = False) -> AsyncGenerator[HttpReplies]:
    replies = HttpReplies(answer, hangs=hangs)
    async with await asyncio.start_server(replies.serve, "127.0.0.1", 0) as server:
        replies.url = "http://{}:{}/v1".format(*server.sockets[0].getsockname()[:2])
        yield replies

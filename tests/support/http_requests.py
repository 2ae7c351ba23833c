"""Requests over HTTP from within an event loop."""

import asyncio
from collections.abc import Mapping


async def fetched(
    address: str, target: str, *, headers: Mapping[str, str] | None = None, seconds: float = 60
) -> tuple[int, str]:
    """Return status and content of what is at `target`, with the head's lines left out."""
    status, _, content = await exchanged(address, target, headers=headers, seconds=seconds)
    return status, content


async def exchanged(
    address: str,
    target: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    seconds: float = 60,
) -> tuple[int, str, str]:
    """Return status, head and content."""
    host, _, port = address.rpartition(":")
    told = {"Host": address, "Content-Length": str(len(body)), **(headers or {})}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    async with asyncio.timeout(seconds):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        head, _, content = (await reader.read()).decode().partition("\r\n\r\n")
        writer.close()
        await writer.wait_closed()
    return int(head.split(" ")[1]) if head else 0, head, content

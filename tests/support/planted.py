"""Services as processes, with secrets that can be told from everything else."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import psutil
from grpc import aio

ENDING_SECONDS = 120.0


@dataclass
class Planted:
    """Secrets by name, and where each of them was seen."""

    secrets: dict[str, str] = field(default_factory=dict[str, str])
    seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    looked_at: dict[str, int] = field(default_factory=dict[str, int])
    """How many characters each place had."""

    def __call__(self, name: str, secret: str = "") -> str:
        """Return the secret of a name; it is as given, or one that nobody had before."""
        self.secrets[name] = secret or f"planted{secrets.token_hex(12)}"
        return self.secrets[name]

    def look(self, place: str, content: str | bytes) -> None:
        """Note which secrets stand in what was written somewhere."""
        text = content.decode("latin-1") if isinstance(content, bytes) else content
        self.looked_at[place] = self.looked_at.get(place, 0) + len(text)
        self.seen |= {(name, place) for name, secret in self.secrets.items() if secret in text}

    def look_through(self, folder: Path, *, but: Path) -> None:
        """Look into all files of a folder, and at their names; not into those of `but`."""
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_relative_to(but):
                self.look(f"file {path.name}", str(path).encode() + path.read_bytes())


@dataclass
class Service:
    """A running service."""

    name: str
    address: str
    metrics_url: str
    process: asyncio.subprocess.Process
    output: list[bytes] = field(default_factory=list[bytes])
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until_serving(self) -> None:
        async with aio.insecure_channel(self.address) as channel:
            await channel.channel_ready()

    async def until_it_says(self, words: str) -> None:
        while words not in b"".join(self.output).decode():
            self.changed.clear()
            await self.changed.wait()

    def look(self, planted: Planted) -> None:
        """Look at its metrics, and at the command lines of its processes."""
        with urlopen(self.metrics_url, timeout=ENDING_SECONDS) as page:
            planted.look(f"metrics of {self.name}", page.read())
        process = psutil.Process(self.process.pid)
        for each in (process, *process.children(recursive=True)):
            planted.look("ps", "\0".join(each.cmdline()))

    @property
    def core_limit(self) -> int:
        """How large an image of its memory a crash would leave."""
        soft, _ = psutil.Process(self.process.pid).rlimit(psutil.RLIMIT_CORE)
        return soft

    async def end(self) -> None:
        """Stop it in order. Do nothing if it runs no longer."""
        if self.process.returncode is None:
            self.process.terminate()
        async with asyncio.timeout(ENDING_SECONDS):
            await self.process.wait()

    async def read(self) -> None:
        assert self.process.stdout is not None
        while part := await self.process.stdout.read(65_536):
            self.output.append(part)
            self.changed.set()


@asynccontextmanager
async def service(name: str, port: int, variables: Mapping[str, str]) -> AsyncGenerator[Service]:
    """Run a service, with settings by their names, until the block ends."""
    prefix = name.upper()
    own = {"ADDRESS": f"127.0.0.1:{port}", "METRICS_ADDRESS": f"127.0.0.1:{port + 1}", **variables}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"askmesh.{name}"),
        env={**os.environ, **{f"{prefix}_{key}": value for key, value in own.items()}},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    metrics_url = f"http://{own['METRICS_ADDRESS']}/metrics"
    running = Service(name, own["ADDRESS"], metrics_url, process)
    reading = asyncio.create_task(running.read())
    try:
        yield running
    finally:
        await running.end()
        await reading

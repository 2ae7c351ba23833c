"""A command brings what it needs, and no more."""

import subprocess
import sys

import click

from askmesh.cli.commands import main

WHAT_STARTS_A_MESH = ("askmesh.cli.demo", "askmesh.cli.mesh", "askmesh.evaluation")


def test_each_command_that_is_listed_is_there_under_its_name() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name
    assert main.get_command(context, "nothing") is None


def test_asking_brings_nothing_that_starts_or_judges_a_mesh() -> None:
    script = (
        "import sys; from askmesh.cli.commands import main; "
        "main(['ask', '--help'], standalone_mode=False); "
        f"sys.stderr.write(' '.join(set({WHAT_STARTS_A_MESH}) & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert ended.stderr == b""

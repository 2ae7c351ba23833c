"""The commands that ask a mesh that is there."""

import sys
from pathlib import Path
from typing import Literal

import click
from rich.console import Console

from askmesh.cli.asking import (
    chat,
    conversation_in,
    print_answer_as_json,
    print_table,
    show_answer,
    show_traced_answer,
)
from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.connecting import mesh_client, tls_of
from askmesh.cli.layout import TRITON, local_address
from askmesh.cli.options import base_port_option, conversation_option, tenant_option
from askmesh.cli.status_view import mesh_state, status_table


@click.command()
@base_port_option
@tenant_option
@conversation_option
@click.option("--json", "form", flag_value="json", help="Print one JSON object.")
@click.option("--csv", "form", flag_value="csv", help="Print the answer's table only, as CSV.")
@click.option("--markdown", "form", flag_value="markdown", help="Its table only, as Markdown.")
@click.option("--trace", "form", flag_value="trace", help="Print the spans of all services, too.")
@click.option("--table/--no-table", "wants_table", default=None, help="Ask for a table, or not.")
@click.argument("question")
@asynchronous
async def ask(  # noqa: PLR0917 - options of the command line
    base_port: int,
    tenant: str,
    conversation: Path | None,
    form: Literal["json", "csv", "markdown", "trace"] | None,
    wants_table: bool | None,  # noqa: FBT001 - an option of the command line
    question: str,
) -> None:
    """Ask a question; print the answer as it is made, its sources, and where the time went."""
    turns = conversation_in(conversation)
    async with mesh_client(base_port, tenant) as client:
        match form:
            case "csv" | "markdown":
                await print_table(client, question, form, conversation=turns)
            case "json":
                await print_answer_as_json(
                    client, question, conversation=turns, wants_table=wants_table
                )
            case "trace":
                await show_traced_answer(
                    client, question, base_port, conversation=turns, wants_table=wants_table
                )
            case None:
                await show_answer(client, question, conversation=turns, wants_table=wants_table)


@click.command("chat")
@base_port_option
@tenant_option
@conversation_option
def chat_command(base_port: int, tenant: str, conversation: Path | None) -> None:
    """Ask questions one after the other; each may refer to those before. Ctrl-D ends."""
    chat(base_port, tenant, conversation_in(conversation))


@click.command()
@base_port_option
@tenant_option
@asynchronous
async def status(base_port: int, tenant: str) -> None:
    """Show which services serve, and what can be searched. The exit code is 1 if one is down."""
    async with mesh_client(base_port, tenant) as client:
        state = await mesh_state(client, local_address(TRITON, base_port), tls_of(base_port))
    Console().print(status_table(state))
    if not state.serves:
        sys.exit(1)

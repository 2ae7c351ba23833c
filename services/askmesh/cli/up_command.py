"""`askmesh up`: a mesh on this machine."""

from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.language_models import named_models
from askmesh.cli.layout import MeshLayout
from askmesh.cli.models import ready_model
from askmesh.cli.observed import where_to_send_traces
from askmesh.cli.options import (
    base_port_option,
    cache_option,
    documents_option,
    home_option,
    model_chain_option,
    models_option,
)
from askmesh.cli.protection import Protection
from askmesh.cli.replicas import replicas_option, require_shared
from askmesh.cli.supervising import supervise


@click.command()
@home_option
@base_port_option
@documents_option
@cache_option
@click.option("--triton", default="", help="host:port of a Triton server  [default: start one]")
@model_chain_option
@models_option
@click.option("--otlp-endpoint", default="", help="host:port of an OTLP/gRPC collector.")
@click.option("--triton-otlp-url", default="", help="OTLP/HTTP URL for the traces of Triton.")
@click.option("--tenants", default="default", show_default=True, help="Known tenants: a,b,c.")
@click.option("--tls", is_flag=True, help="Encrypt all connections, with an authority made here.")
@click.option("--guarded", is_flag=True, help="--tls, and ask callers for keys.")
@click.option("--observe", is_flag=True, help="Show traces, metrics and logs on a page.")
@replicas_option
@asynchronous
async def up(  # noqa: PLR0917 - options of the command line
    home: Path,
    base_port: int,
    documents: str,
    cache: str,
    triton: str,
    chain: tuple[str, ...],
    models_file: Path | None,
    otlp_endpoint: str,
    triton_otlp_url: str,
    tenants: str,
    tls: bool,  # noqa: FBT001 - an option of the command line
    guarded: bool,  # noqa: FBT001 - an option of the command line
    observe: bool,  # noqa: FBT001 - an option of the command line
    replicas: Mapping[str, int],
) -> None:
    """Start Triton and all services here, and stop them at Ctrl-C."""
    if observe and (otlp_endpoint or triton_otlp_url):
        raise click.UsageError("--observe takes the traces itself: leave out where else to send")
    if observe:
        otlp_endpoint, triton_otlp_url = where_to_send_traces(base_port)
    console = Console()
    require_shared(replicas, cache)
    named = named_models(chain, models_file)
    layout = MeshLayout(
        home=home,
        base_port=base_port,
        documents=documents,
        cache=cache,
        triton_address=triton,
        model=await ready_model(home, named.first, console),
        models=named.as_json if named.entries else "",
        currency=named.currency,
        otlp_endpoint=otlp_endpoint,
        triton_otlp_url=triton_otlp_url,
        tenants=tenants,
        protection=Protection(
            certificates=home / "tls" if tls or guarded else None,
            keys=home / "guard" if guarded else None,
        ),
        replicas=replicas,
        observe=observe,
    )
    await supervise(layout, console)

"""How many processes of a mesh on one machine serve as each service."""

from collections.abc import Mapping

import click

from askmesh.cli.layout import MOST_REPLICAS, SERVICES


def _parsed(
    _context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> Mapping[str, int]:
    """Return the number for each service that is named, the last one where there are several."""
    counts: dict[str, int] = {}
    for value in values:
        name, _, count = value.partition("=")
        service = name.replace("-", "_")
        if service not in SERVICES:
            raise click.BadParameter(f"{name} is none of {', '.join(SERVICES)}")
        if not (count.isdecimal() and 1 <= int(count) <= MOST_REPLICAS):
            raise click.BadParameter(f"{value}: 1 to {MOST_REPLICAS} of a service can be started")
        counts[service] = int(count)
    return counts


replicas_option = click.option(
    "--replicas",
    multiple=True,
    metavar="SERVICE=COUNT",
    callback=_parsed,
    help="Start several of a service; when one stops, the others serve. May be given repeatedly.",
)


def require_shared(replicas: Mapping[str, int], cache: str) -> None:
    """Raise `click.UsageError` if gateways would know nothing of each other's answers."""
    if replicas.get("gateway", 1) > 1 and cache == "memory:":
        raise click.UsageError("Several gateways share answers through Redis: name it by --cache")

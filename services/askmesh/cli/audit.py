"""The command `askmesh audit`: what services have recorded."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import click

from askmesh.auditing import AuditFolder, json_line, tells_of
from askmesh.identity import DEFAULT_TENANT

folder_option = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="ASKMESH_AUDIT",
    required=True,
    help="The folder that GATEWAY_AUDIT and INGESTION_AUDIT name.",
)
_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def audit() -> None:
    """Read who asked, who read and who changed what."""


@audit.command()
@folder_option
@click.option("--since", type=_DAY, help="From here on, in UTC: 2026-01-31 or 2026-01-31T12:00:00.")
@click.option("--until", type=_DAY, help="Before here.")
@click.option("--tenant", help="Of one tenant.")
@click.option("--user", help="What one user did, and who let that user read, or not.")
@click.option("--action", help="One kind, such as documents.shown.")
@click.option("--document", help="What was done with one document.")
def export(  # noqa: PLR0917 - options of the command line
    folder: Path,
    since: datetime | None,
    until: datetime | None,
    tenant: str | None,
    user: str | None,
    action: str | None,
    document: str | None,
) -> None:
    """Print lines of JSON, in the order of their times."""
    wanted = {"tenant": tenant, "action": action}
    begin, end = _moment(since, "0"), _moment(until, "9")

    def is_chosen(line: Mapping[str, Any]) -> bool:
        same = all(value is None or line.get(key) == value for key, value in wanted.items())
        is_of_user = user is None or tells_of(line, user)
        is_of_document = not document or _is_of(line, document)
        return same and is_of_user and is_of_document and begin <= str(line["time"]) < end

    for line in AuditFolder(folder).lines(is_chosen):
        click.echo(json_line(line), nl=False)


@audit.command()
@folder_option
@click.option("--tenant", default=DEFAULT_TENANT, show_default=True)
@click.option("--user", required=True)
def forget(folder: Path, tenant: str, user: str) -> None:
    """Put a name that says nothing in place of a user's, and delete the user's questions."""
    count = AuditFolder(folder).forget(tenant, user)
    click.echo(f"{count} lines no longer tell of {user}")


def _moment(moment: datetime | None, otherwise: str) -> str:
    return moment.replace(tzinfo=UTC).isoformat(timespec="milliseconds") if moment else otherwise


def _is_of(line: Mapping[str, Any], document: str) -> bool:
    documents: object = line.get("documents")
    if isinstance(documents, list):
        return document in cast("list[str]", documents)
    return bool(line.get("document_id") == document)

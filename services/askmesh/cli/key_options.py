"""Options that say whom a credential stands for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps

import click

from askmesh.identity import DEFAULT_TENANT, Caller, Role


@dataclass(frozen=True, slots=True)
class Standing:
    """Whom a credential stands for, and until when."""

    caller: Caller
    expires: datetime | None


_OPTIONS = (
    click.option("--user", required=True, help="The user that it stands for."),
    click.option("--tenant", default=DEFAULT_TENANT, show_default=True),
    click.option("--group", "groups", multiple=True, help="A group of the user; may be repeated."),
    click.option(
        "--role",
        "roles",
        type=click.Choice(Role, case_sensitive=False),
        multiple=True,
        required=True,
        help="What the user may do; may be repeated.",
    ),
    click.option("--days", type=click.IntRange(min=1), help="For how long it counts."),
)


def standing_options(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command be told whom a credential stands for, by its argument `standing`."""

    @wraps(command)
    def told(
        *,
        user: str,
        tenant: str,
        groups: Sequence[str],
        roles: Sequence[Role],
        days: int | None,
        **own: object,
    ) -> None:
        expires = None if days is None else datetime.now(UTC) + timedelta(days=days)
        caller = Caller(tenant, user, frozenset(groups), frozenset(roles))
        command(standing=Standing(caller, expires), **own)

    for option in reversed(_OPTIONS):
        told = option(told)
    return told

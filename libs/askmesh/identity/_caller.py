"""The one in whose name a call is made."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

DEFAULT_TENANT = "default"


class Role(StrEnum):
    """What a caller may do."""

    ADMINISTRATOR = "administrator"
    INGESTER = "ingester"
    READER = "reader"
    OPERATOR = "operator"


ALL_ROLES = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Caller:
    """A user of a tenant. The one without a name is the local operator, who owns the machine."""

    tenant: str
    user: str
    groups: frozenset[str]
    roles: frozenset[Role]

    @property
    def is_local_operator(self) -> bool:
        """Whether this is the caller of a mesh without authentication."""
        return not self.user and not self.groups and self.roles == ALL_ROLES

    @property
    def reads_all(self) -> bool:
        """Whether the caller may read every document of the tenant, whatever its access list."""
        return not self.user

    @property
    def principals(self) -> tuple[str, ...]:
        """The names that access lists have for the caller, sorted: "group:NAME", "user:NAME"."""
        users = {f"user:{self.user}"} if self.user else set[str]()
        return tuple(sorted(users | {f"group:{group}" for group in self.groups}))


@lru_cache(maxsize=1024)
def local_operator(tenant: str) -> Caller:
    """Return the caller of a mesh without authentication, who may do everything in `tenant`."""
    return Caller(tenant, "", frozenset(), ALL_ROLES)


_DEFAULT = local_operator(DEFAULT_TENANT)
_caller: ContextVar[Caller] = ContextVar("askmesh_caller", default=_DEFAULT)


def current_caller() -> Caller:
    """Return who makes the call being served; outside of calls, the operator of "default"."""
    return _caller.get()


def act_as(caller: Caller) -> None:
    """Make the calls of the rest of the task in the name of `caller`."""
    _caller.set(caller)


@contextmanager
def acting_as(caller: Caller) -> Generator[None]:
    """Make the calls of the block in the name of `caller`."""
    token = _caller.set(caller)
    try:
        yield
    finally:
        _caller.reset(token)

"""The tenant that a call belongs to."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

TENANT_METADATA_KEY = "askmesh-tenant"
DEFAULT_TENANT = "default"

_tenant: ContextVar[str] = ContextVar("askmesh_tenant", default=DEFAULT_TENANT)


def current_tenant() -> str:
    """Return the tenant of the call being served, "default" outside of calls."""
    return _tenant.get()


@contextmanager
def calling_as(tenant: str) -> Generator[None]:
    """Make the calls of the block in the name of `tenant`."""
    token = _tenant.set(tenant)
    try:
        yield
    finally:
        _tenant.reset(token)

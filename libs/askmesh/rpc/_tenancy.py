"""Who a call is made for, in its metadata."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import TypeAlias

from askmesh.identity import (
    DEFAULT_TENANT,
    Caller,
    acting_as,
    caller_from_plain,
    caller_to_plain,
    current_caller,
    local_operator,
)

TENANT_METADATA_KEY = "askmesh-tenant"
CALLER_METADATA_KEY = "askmesh-caller-bin"
CREDENTIAL_METADATA_KEY = "authorization"
MetadataPairs: TypeAlias = tuple[tuple[str, str | bytes], ...]
MetadataByKey: TypeAlias = Mapping[str, str | bytes]
"""Metadata of a call; of those that are said more than once, the last."""
Introduce: TypeAlias = Callable[[], MetadataPairs]
"""Returns the metadata that tell who makes a call."""


_USUAL = local_operator(DEFAULT_TENANT)


def current_tenant() -> str:
    """Return the tenant of the call being served, "default" outside of calls."""
    return current_caller().tenant


@contextmanager
def calling_as(tenant: str) -> Generator[None]:
    """Make the calls of the block in the name of the operator of `tenant`."""
    with acting_as(local_operator(tenant)):
        yield


def by_name() -> MetadataPairs:
    """Return the metadata that name the caller; a tenant alone stands for its local operator.

    That of the default tenant is the one that is meant where nobody is named.
    """
    caller = current_caller()
    if caller is _USUAL:
        return ()
    tenant = (TENANT_METADATA_KEY, caller.tenant)
    if caller.is_local_operator:
        return (tenant,)
    return (tenant, (CALLER_METADATA_KEY, caller_to_plain(caller)))


def by_credential(credential: str) -> MetadataPairs:
    """Return the metadata that prove who calls."""
    return ((CREDENTIAL_METADATA_KEY, f"Bearer {credential}"),)


def named_caller(said: MetadataByKey) -> Caller:
    """Return who the metadata of a call name, without any proof.

    Raise `UnauthenticatedError` where they name nobody.
    """
    plain, tenant = said.get(CALLER_METADATA_KEY), said.get(TENANT_METADATA_KEY)
    if isinstance(plain, bytes):
        return caller_from_plain(plain)
    return local_operator(tenant if isinstance(tenant, str) else DEFAULT_TENANT)

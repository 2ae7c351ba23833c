"""The tenant that a call belongs to."""

import asyncio

from askmesh.identity import DEFAULT_TENANT
from askmesh.rpc import calling_as, current_tenant


def test_a_tenant_is_the_caller_inside_of_its_block_only() -> None:
    assert current_tenant() == DEFAULT_TENANT == "default"
    with calling_as("blue"):
        with calling_as("red"):
            assert current_tenant() == "red"
        assert current_tenant() == "blue"
    assert current_tenant() == DEFAULT_TENANT


async def test_tasks_side_by_side_have_tenants_of_their_own() -> None:
    both_inside = asyncio.Barrier(2)

    async def caller(tenant: str) -> str:
        with calling_as(tenant):
            await both_inside.wait()
            return current_tenant()

    assert [*await asyncio.gather(caller("blue"), caller("red"))] == ["blue", "red"]

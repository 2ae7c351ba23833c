"""Which tests run in the same process, when several processes share the tests."""

from collections.abc import Sequence

from xdist.scheduler import LoadScopeScheduling

SHARED_SERVERS = (
    "tests/contract",
    "tests/component/test_model_chain.py",
    "tests/component/test_summary_with_triton.py",
    "tests/component/test_triton_language_model.py",
)
"""They need the same Triton, llama.cpp, Redis or MongoDB, which then starts once."""

LONGEST = "tests/mesh"
"""Begun first: else one process would be at it long after the others have nothing left."""

TOGETHER: Sequence[Sequence[str]] = (("tests/chart",), (LONGEST,), SHARED_SERVERS)
"""Folders and modules whose tests share what takes long to start."""


def scope_of(node_id: str) -> str:
    """Return the name of all that runs in the same process as this test: its module, or more."""
    module = node_id.partition("::")[0]
    for group in TOGETHER:
        if any(module == each or module.startswith(f"{each}/") for each in group):
            return group[0]
    return module


def longest_first(node_id: str) -> bool:
    """Return a key that sorts the longest scope before all others, which stay as they are."""
    return scope_of(node_id) != LONGEST


class SharedServersScheduling(LoadScopeScheduling):
    """Gives a process all tests of a scope, and the scopes in the order of the tests."""

    def _split_scope(self, nodeid: str) -> str:
        return scope_of(nodeid)

"""What may be read is found out once, aside, and again only for lists that come and go."""

import asyncio
import threading
from collections.abc import ItemsView, Mapping
from random import Random

import pytest

from askmesh.passages import EVERYONE, NOBODY, AccessList, by_key, readable_by
from askmesh.retrieval.permissions import EVERYTHING, GENERATIONS, Permissions, Reader

NAMES = ["user:ann", "user:bob", "group:staff"]
SOME = [EVERYONE, NOBODY, AccessList(frozenset({"group:staff"}), frozenset({"user:bob"}))]
ANN = Reader("t", frozenset({"user:ann", "group:staff"}), reads_all=False)
BOB = Reader("t", frozenset({"user:bob", "group:staff"}), reads_all=False)


class Watched(dict[str, AccessList]):
    """Access lists by their keys that know who looked at which."""

    def __init__(self, lists: Mapping[str, AccessList]) -> None:
        super().__init__(lists)
        self.threads: set[threading.Thread] = set()
        self.looked_at: list[str] = []

    def items(self) -> ItemsView[str, AccessList]:  # type: ignore[override] # as a Mapping has it
        self.threads.add(threading.current_thread())
        self.looked_at += self
        return ItemsView(dict(self))

    def __getitem__(self, key: str) -> AccessList:
        self.threads.add(threading.current_thread())
        self.looked_at.append(key)
        return super().__getitem__(key)


class Tenants:
    """The access lists that the only tenant's documents have."""

    def __init__(self, *lists: AccessList) -> None:
        self.lists = Watched(by_key(lists))
        self.store_id = "store"
        self.permissions = Permissions(self.of, lambda: self.store_id)

    async def of(self, _: str) -> Watched:
        return self.lists

    def become(self, *lists: AccessList) -> None:
        self.lists = Watched(by_key(lists))


async def test_each_reader_may_read_what_the_lists_say_whatever_comes_and_goes() -> None:
    random, tenants = Random(7), Tenants()
    readers = [Reader("t", frozenset(random.sample(NAMES, k)), reads_all=False) for k in (0, 1, 2)]
    for _ in range(40):
        tenants.become(*(_list(random) for _ in range(random.randrange(8))))
        for reader in random.sample(readers, random.randrange(4)):
            permitted = await tenants.permissions.of(reader)
            expected = readable_by(reader.principals, tenants.lists)
            assert permitted.readable == expected
            assert permitted.name == expected.name("store")


def _list(random: Random) -> AccessList:
    allowed = frozenset(random.sample(NAMES, random.randrange(3)))
    denied = frozenset(random.sample(NAMES, random.randrange(2)))
    return AccessList(allowed if random.random() < 0.8 else None, denied)


async def test_only_lists_that_are_new_are_looked_at() -> None:
    tenants = Tenants(*SOME)
    await tenants.permissions.of(ANN)
    assert sorted(tenants.lists.looked_at) == sorted(tenants.lists)
    new = AccessList(frozenset({"user:ann"}))
    tenants.become(*SOME, new)
    await tenants.permissions.of(ANN)
    assert tenants.lists.looked_at == [new.key]
    await tenants.permissions.of(ANN)
    assert tenants.lists.looked_at == [new.key]


async def test_the_event_loop_looks_at_no_list() -> None:
    tenants = Tenants(*SOME)
    await tenants.permissions.of(ANN)
    tenants.become(*SOME[1:], AccessList(frozenset({"user:ann"})))
    await tenants.permissions.of(ANN)
    assert tenants.lists.threads
    assert threading.current_thread() not in tenants.lists.threads


async def test_lists_are_looked_at_once_for_all_calls_of_a_reader() -> None:
    tenants = Tenants(*SOME)
    first, *others = await asyncio.gather(*(tenants.permissions.of(ANN) for _ in range(20)))
    assert all(each is first for each in others)
    assert len(tenants.lists.looked_at) == len(tenants.lists)


async def test_readers_who_ask_no_more_keep_no_lists() -> None:
    tenants = Tenants(*SOME)
    await tenants.permissions.of(BOB)
    for number in range(GENERATIONS):
        tenants.become(*SOME, AccessList(frozenset({f"user:{number}"})))
        await tenants.permissions.of(ANN)
    await tenants.permissions.of(BOB)
    assert sorted(set(tenants.lists.looked_at)) == sorted(tenants.lists)


async def test_who_does_not_know_the_store_cannot_try_names_of_lists() -> None:
    names = set[str]()
    for store_id in ("one", "another"):
        tenants = Tenants(*SOME)
        tenants.store_id = store_id
        names.add((await tenants.permissions.of(ANN)).name)
    assert len(names) == 2


async def test_another_store_gives_other_names_to_the_same_lists() -> None:
    tenants = Tenants(*SOME)
    before = await tenants.permissions.of(ANN)
    tenants.store_id = "another"
    after = await tenants.permissions.of(ANN)
    assert before.readable == after.readable
    assert before.name != after.name


@pytest.mark.parametrize("lists", [[], SOME])
async def test_who_may_read_everything_needs_no_list(lists: list[AccessList]) -> None:
    tenants = Tenants(*lists)
    owner = Reader("t", frozenset(), reads_all=True)
    assert await tenants.permissions.of(owner) == EVERYTHING
    assert not tenants.lists.looked_at

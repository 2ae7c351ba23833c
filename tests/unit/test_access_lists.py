"""Who is admitted by an access list, and what somebody may read."""

from itertools import product

import pytest

from askmesh.passages import (
    EVERYONE,
    NOBODY,
    AccessList,
    Filter,
    Passage,
    access_from_text,
    access_to_text,
    by_key,
    readable_by,
)

STAFF = AccessList(frozenset({"group:staff", "user:eve"}))
BUT_BOB = AccessList(None, frozenset({"user:bob"}))
STAFF_BUT_BOB = AccessList(frozenset({"group:staff"}), frozenset({"user:bob"}))


@pytest.mark.parametrize(
    ("access", "ann", "bob", "eve"),
    [
        (EVERYONE, True, True, True),
        (NOBODY, False, False, False),
        (STAFF, True, True, True),
        (BUT_BOB, True, False, True),
        (STAFF_BUT_BOB, True, False, False),
    ],
)
def test_whoever_is_denied_is_not_admitted_and_whoever_is_not_allowed_neither(
    access: AccessList, *, ann: bool, bob: bool, eve: bool
) -> None:
    assert access.admits({"user:ann", "group:staff"}) is ann
    assert access.admits({"user:bob", "group:staff"}) is bob
    assert access.admits({"user:eve"}) is eve


def test_a_group_that_is_denied_outweighs_a_user_who_is_allowed() -> None:
    access = AccessList(frozenset({"user:ann"}), frozenset({"group:guests"}))
    assert access.admits({"user:ann"})
    assert not access.admits({"user:ann", "group:guests"})


def test_lists_are_the_same_text_whatever_order_they_were_made_in() -> None:
    one = AccessList(frozenset(["user:a", "user:b"]), frozenset(["user:c", "user:d"]))
    two = AccessList(frozenset(["user:b", "user:a"]), frozenset(["user:d", "user:c"]))
    assert access_to_text(one) == access_to_text(two)
    assert one.key == two.key


def test_different_lists_have_different_keys() -> None:
    names = [frozenset[str](), frozenset({"user:a"}), frozenset({"user:b"}), None]
    lists = [
        AccessList(allowed, denied or frozenset()) for allowed, denied in product(names, names)
    ]
    assert len({each.key for each in lists}) == len(set(lists))


@pytest.mark.parametrize("access", [EVERYONE, NOBODY, STAFF, BUT_BOB, STAFF_BUT_BOB])
def test_a_list_comes_back_from_its_text(access: AccessList) -> None:
    assert access_from_text(access_to_text(access)) == access


def test_whoever_may_read_the_same_has_the_same_name_for_it_under_a_secret() -> None:
    lists = [EVERYONE, STAFF, STAFF_BUT_BOB]
    ann = readable_by(["user:ann", "group:staff"], by_key(lists))
    dan = readable_by(["user:dan", "group:staff", "group:other"], by_key(reversed(lists)))
    bob = readable_by(["user:bob", "group:staff"], by_key(lists))
    assert ann.name("secret") == dan.name("secret")
    assert ann.name("secret") != bob.name("secret")
    assert ann.name("secret") != ann.name("another")
    assert bob.admits(STAFF)
    assert not bob.admits(STAFF_BUT_BOB)


def test_a_list_that_nobody_knew_of_is_not_readable() -> None:
    assert not readable_by(["user:ann"], by_key([])).admits(EVERYONE)


def test_a_filter_admits_only_passages_that_may_be_read() -> None:
    ann = Filter(readable=readable_by(["user:ann"], by_key([EVERYONE, STAFF])))
    assert ann.admits(Passage("p", "d", "text", access=EVERYONE))
    assert not ann.admits(Passage("p", "d", "text", access=STAFF))
    assert not ann.admits(Passage("p", "d", "text"))
    assert not ann.admits_everything
    assert Filter().admits(Passage("p", "d", "text", access=NOBODY))

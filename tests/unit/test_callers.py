"""Who calls, as a value."""

import pytest

from askmesh.errors import UnauthenticatedError
from askmesh.identity import (
    Caller,
    Role,
    acting_as,
    caller_from_plain,
    caller_to_plain,
    current_caller,
    local_operator,
)

ANN = Caller("blue", "ann", frozenset({"staff", "board"}), frozenset({Role.READER}))


def test_access_lists_name_a_caller_by_user_and_groups_in_order() -> None:
    assert ANN.principals == ("group:board", "group:staff", "user:ann")
    assert local_operator("blue").principals == ()


def test_only_the_local_operator_reads_all() -> None:
    assert local_operator("blue").reads_all
    assert not ANN.reads_all


def test_the_local_operator_has_every_role() -> None:
    assert local_operator("blue").roles == set(Role)


def test_a_caller_is_the_current_one_inside_of_its_block_only() -> None:
    with acting_as(ANN):
        assert current_caller() == ANN
    assert current_caller() == local_operator("default")


def test_a_caller_returns_from_its_plain_form() -> None:
    assert caller_from_plain(caller_to_plain(ANN)) == ANN


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"tenant": "blue", "user": "ann", "groups": [], "roles": ["king"]}',
        b'{"tenant": "blue", "user": "ann", "groups": "staff", "roles": []}',
        b'{"tenant": "blue", "groups": [], "roles": []}',
    ],
)
def test_what_says_no_caller_is_refused(data: bytes) -> None:
    with pytest.raises(UnauthenticatedError) as caught:
        caller_from_plain(data)
    assert caught.value.reason == "CALLER_INVALID"

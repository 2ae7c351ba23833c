"""Who is next where several wait, and after how many."""

import pytest

from askmesh.resilience._priority import Priority
from askmesh.resilience._shares import Party, Shares, Waiter, ahead

ANN, BEN, EVE = Party("blue", "ann"), Party("blue", "ben"), Party("red", "eve")
NEVER = -1.0


def waiting(*parties: Party) -> list[Waiter[int]]:
    return [Waiter(party, float(number), number) for number, party in enumerate(parties)]


def shares(*parties: Party) -> Shares:
    taken = Shares()
    for party in parties:
        taken.add(party, Priority.INTERACTIVE)
    return taken


def served(taken: Shares, queue: list[Waiter[int]]) -> list[Party]:
    """Return the parties in the order in which they get places that nobody leaves."""
    order = list[Party]()
    while queue:
        waiter = taken.next(queue, overdue=NEVER)
        queue.remove(waiter)
        taken.add(waiter.party, Priority.INTERACTIVE)
        order.append(waiter.party)
    return order


def test_tenants_take_turns_however_many_of_one_wait() -> None:
    assert served(shares(), waiting(ANN, ANN, ANN, EVE, EVE)) == [ANN, EVE, ANN, EVE, ANN]


def test_users_of_one_tenant_take_turns() -> None:
    assert served(shares(), waiting(ANN, ANN, ANN, BEN, BEN)) == [ANN, BEN, ANN, BEN, ANN]


def test_many_users_have_no_more_than_the_one_of_another_tenant() -> None:
    crowd = [Party("blue", f"user {number}") for number in range(6)]
    order = served(shares(), waiting(*crowd, EVE, EVE, EVE))
    assert [party.tenant for party in order[:6]] == ["blue", "red"] * 3


def test_the_first_place_goes_to_the_tenant_that_has_least() -> None:
    assert served(shares(ANN, ANN, EVE), waiting(ANN, EVE))[0] == EVE


def test_of_what_one_user_waits_for_the_first_is_next() -> None:
    assert shares().next(waiting(ANN, ANN, ANN), overdue=NEVER).what == 0


def test_the_last_is_next_once_the_first_will_hardly_be_served_in_time() -> None:
    assert shares().next(waiting(ANN, ANN, ANN), overdue=0.5).what == 2


@pytest.mark.parametrize(
    ("queue", "party", "expected"),
    [
        ([], ANN, 0),
        ([ANN, ANN, ANN], ANN, 3),
        ([ANN, ANN, ANN], BEN, 1),
        ([ANN, ANN, ANN], EVE, 1),
        ([ANN, BEN, ANN, BEN], EVE, 1),
        ([ANN, ANN, EVE], EVE, 3),
        ([ANN, ANN, BEN, EVE, EVE, EVE], BEN, 6),
    ],
)
def test_so_many_are_served_before_one_more(
    queue: list[Party], party: Party, expected: int
) -> None:
    assert ahead(waiting(*queue), party) == expected


def test_who_has_left_every_place_is_forgotten() -> None:
    taken = shares(ANN, ANN, EVE)
    for party in (ANN, ANN, EVE):
        taken.remove(party, Priority.INTERACTIVE)
    assert not taken.tenants
    assert not taken.parties
    assert taken.total == 0


@pytest.mark.parametrize(
    ("taken", "party", "others", "expected"),
    [
        ([ANN, ANN, ANN, ANN], ANN, [], ""),
        ([ANN, ANN, ANN, ANN], ANN, [EVE], "tenant:blue"),
        ([ANN, ANN, EVE, EVE], EVE, [], "tenant:red"),
        ([ANN, EVE, EVE, EVE], BEN, [], ""),
        ([ANN, ANN, ANN, BEN], ANN, [], "user:ann"),
        ([ANN, ANN, ANN, BEN], BEN, [], ""),
    ],
)
def test_whose_share_is_taken_is_known(
    taken: list[Party], party: Party, others: list[Party], expected: str
) -> None:
    assert shares(*taken).quota_of(party, 4, others) == expected

"""Who is next where several wait: the one who has least."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from askmesh.resilience._priority import Priority

K = TypeVar("K")
W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Party:
    """For whom something is done: a user of a tenant."""

    tenant: str
    user: str = ""


@dataclass(frozen=True, slots=True)
class Waiter(Generic[W]):
    """One that waits, for whom, and since when."""

    party: Party
    since: float
    what: W


@dataclass(slots=True)
class Shares:
    """How many places each tenant has, and each of its users, and work of each priority."""

    priorities: Counter[Priority] = field(default_factory=Counter[Priority])
    tenants: Counter[str] = field(default_factory=Counter[str])
    parties: Counter[Party] = field(default_factory=Counter[Party])
    turns: int = 0
    """How many places were ever taken."""

    @property
    def total(self) -> int:
        """How many places are taken."""
        return self.priorities.total()

    def add(self, party: Party, priority: Priority) -> int:
        """Count a place of somebody, and return how many were taken by now."""
        self.priorities[priority] += 1
        self.tenants[party.tenant] += 1
        self.parties[party] += 1
        self.turns += 1
        return self.turns

    def remove(self, party: Party, priority: Priority) -> None:
        """Count one place less of somebody; those who have none are forgotten."""
        self.priorities[priority] -= 1
        _less(self.tenants, party.tenant)
        _less(self.parties, party)

    def quota_of(self, party: Party, places: int, others: Sequence[Party]) -> str:
        """Return whose share of the places somebody has, such as "tenant:blue"; "" if nobody's.

        The tenants that have places or are among `others`, who wait, share alike, and so do the
        users of one tenant. Who is alone has no share.
        """
        parties = {party, *others, *self.parties}
        tenants = {each.tenant for each in parties}
        users = {each for each in parties if each.tenant == party.tenant}
        share = places / len(tenants)
        if len(tenants) > 1 and self.tenants[party.tenant] >= share:
            return f"tenant:{party.tenant}"
        if len(users) > 1 and self.parties[party] >= share / len(users):
            return f"user:{party.user}"
        return ""

    def owes(self, party: Party, places: int, others: Sequence[Party]) -> bool:
        """Return whether somebody has less than their share, and others may have more."""
        is_alone = {party, *others, *self.parties} == {party}
        return not is_alone and not self.quota_of(party, places, others)

    def next(self, waiting: Sequence[Waiter[W]], *, overdue: float) -> Waiter[W]:
        """Return who is next of those who wait, the first of them first.

        It is one of the tenant that has least, and there of the user who has least. Of those who
        are alike it is the first; of what one user waits for it is the last, if the first waits
        since before `overdue`: that will hardly be served in time, and others might be.
        """
        tenant = min(waiting, key=lambda each: self.tenants[each.party.tenant]).party.tenant
        theirs = [each for each in waiting if each.party.tenant == tenant]
        party = min(theirs, key=lambda each: self.parties[each.party]).party
        own = [each for each in theirs if each.party == party]
        return own[-1] if own[0].since < overdue else own[0]


def ahead(waiting: Sequence[Waiter[W]], party: Party) -> int:
    """Return how many of those who wait are served before one more of somebody, by turns.

    Each other user of the tenant has as many turns before it as the user who comes, and so has
    each other tenant.
    """
    tenants = Counter(each.party.tenant for each in waiting)
    users = Counter(each.party.user for each in waiting if each.party.tenant == party.tenant)
    own = users.pop(party.user, 0)
    tenants.pop(party.tenant, None)
    first = own + sum(min(count, own + 1) for count in users.values())
    return first + sum(min(count, first + 1) for count in tenants.values())


def _less(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]

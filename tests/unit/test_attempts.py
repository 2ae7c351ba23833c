"""How many attempts are made beyond the first, and at which replica."""

from dataclasses import dataclass

import pytest

from askmesh.resilience import Allowance, Latencies, Replica, Replicas


@dataclass
class Scene:
    """Replicas by name, all connected, and their clock."""

    now: float = 0.0

    def replicas(self, *names: str, **distances: int) -> Replicas[str]:
        replicas = Replicas[str](clock=lambda: self.now)
        replicas.all = [
            replicas.replica(name, lambda name=name: distances.get(name, 0))  # type: ignore[misc]
            for name in names
        ]
        return replicas


def lost(replica: Replica[str], times: int) -> None:
    for _ in range(times):
        replica.lost()


def test_extra_attempts_are_a_tenth_of_the_calls() -> None:
    allowance = Allowance(reserve=0)
    granted = 0
    for _ in range(1_000):
        allowance.earn()
        granted += allowance.spend()
    assert granted in {99, 100}


def test_a_new_allowance_has_a_reserve_and_an_old_one_keeps_no_more_than_its_most() -> None:
    allowance = Allowance(share=0.5, reserve=2, most=3)
    assert [allowance.spend() for _ in range(3)] == [True, True, False]
    for _ in range(100):
        allowance.earn()
    assert [allowance.spend() for _ in range(4)] == [True, True, True, False]


def test_a_reserve_fills_again_with_time_where_hardly_a_call_is_made() -> None:
    now = 0.0
    allowance = Allowance(reserve=2, per_second=0.5, clock=lambda: now)
    assert [allowance.spend() for _ in range(3)] == [True, True, False]
    now = 2.0
    assert [allowance.spend() for _ in range(2)] == [True, False]
    now = 100.0
    assert [allowance.spend() for _ in range(3)] == [True, True, False]


def test_time_takes_nothing_from_what_calls_have_earned() -> None:
    allowance = Allowance(share=1.0, reserve=1, most=5, per_second=1.0)
    for _ in range(4):
        allowance.earn()
    assert [allowance.spend() for _ in range(5)] == [True] * 5


def test_a_high_latency_is_known_when_enough_calls_were_answered() -> None:
    latencies = Latencies(needed=3)
    for _ in range(2):
        latencies.add(1.0)
    assert latencies.high() is None
    latencies.add(1.0)
    assert latencies.high() == 1.0


def test_one_call_of_twenty_takes_longer_than_a_high_latency() -> None:
    latencies = Latencies()
    for number in range(100):
        latencies.add(float(number))
    assert latencies.high() == 95.0


def test_calls_of_long_ago_are_forgotten() -> None:
    latencies = Latencies(kept=20)
    for seconds in [100.0] * 20 + [1.0] * 20:
        latencies.add(seconds)
    assert latencies.high() == 1.0


def test_replicas_are_asked_in_turn() -> None:
    replicas = Scene().replicas("a", "b", "c")
    assert [replicas.choose().peer for _ in range(6)] == list("abcabc")


def test_the_least_busy_replica_is_asked() -> None:
    replicas = Scene().replicas("a", "b")
    replicas.all[0].in_flight = 1
    assert [replicas.choose().peer for _ in range(2)] == ["b", "b"]


def test_a_replica_without_a_connection_is_asked_last() -> None:
    replicas = Scene().replicas("far", "near", far=2)
    assert [replicas.choose().peer for _ in range(2)] == ["near", "near"]
    assert not replicas.another([replicas.all[1]])


def test_a_replica_that_was_tried_is_asked_again_only_if_there_is_no_other() -> None:
    replicas = Scene().replicas("tried", "far", far=2)
    tried = replicas.all[:1]
    assert replicas.choose(tried).peer == "far"
    replicas.all = tried
    assert replicas.choose(tried).peer == "tried"


def test_a_replica_that_keeps_losing_is_asked_by_one_call_at_a_time_after_a_rest() -> None:
    scene = Scene()
    replicas = scene.replicas("silent", "well")
    lost(replicas.all[0], 2)
    assert [replicas.choose().peer for _ in range(3)] == ["well"] * 3
    assert not replicas.another([replicas.all[1]])
    scene.now = 1.0
    assert [replicas.choose().peer for _ in range(3)] == ["silent", "well", "well"]


@pytest.mark.parametrize(("losses", "seconds"), [(2, 1.0), (3, 2.0), (4, 3.0), (99, 5.0)])
def test_the_rest_grows_with_what_is_lost_up_to_five_seconds(losses: int, seconds: float) -> None:
    scene = Scene()
    (silent,) = scene.replicas("silent").all
    lost(silent, losses)
    scene.now = seconds - 0.1
    assert silent.resting
    scene.now = seconds
    assert not silent.resting


def test_one_lost_attempt_shows_nothing_and_an_answer_makes_up_for_all() -> None:
    replicas = Scene().replicas("slow", "well")
    slow = replicas.all[0]
    lost(slow, 1)
    assert not slow.resting
    lost(slow, 3)
    assert slow.resting
    slow.answered()
    assert not slow.resting
    lost(slow, 1)
    assert not slow.resting


@pytest.mark.parametrize(("now", "expected"), [(4.0, "well"), (5.0, "busy")])
def test_a_replica_that_asks_for_rest_gets_it(now: float, expected: str) -> None:
    scene = Scene()
    replicas = scene.replicas("busy", "well")
    replicas.all[0].rest(5.0)
    scene.now = now
    assert replicas.choose().peer == expected

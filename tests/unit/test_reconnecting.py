"""How long a client waits before it connects again."""

from askmesh.client import Reconnecting
from askmesh.errors import UnavailableError, UnreachableError

RECONNECTING = Reconnecting(base_seconds=0.2, cap_seconds=1.0)


def test_waits_are_spread_below_a_ceiling_that_doubles() -> None:
    broken = UnreachableError("GATEWAY_UNAVAILABLE", "the connection broke")
    for failures, ceiling in ((1, 0.2), (2, 0.4), (3, 0.8), (9, 1.0)):
        waits = [RECONNECTING.delay_seconds(failures, broken) for _ in range(200)]
        assert 0 <= min(waits) < ceiling / 2 < max(waits) <= ceiling


def test_nobody_connects_again_before_the_gateway_said() -> None:
    moved = UnavailableError("ANSWER_MOVED", "resume it", retry_after_seconds=7.0)
    assert all(7.0 <= RECONNECTING.delay_seconds(1, moved) <= 7.2 for _ in range(200))

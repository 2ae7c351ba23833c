"""Deadlines that travel, bounded threads and turns, a memory of failure, and extra attempts."""

from askmesh.resilience._attempts import Allowance, Attempts, Extra, Latencies
from askmesh.resilience._breaker import Attempt, Breaker, BreakerPosition
from askmesh.resilience._deadline import deadline, patience, time_remaining
from askmesh.resilience._replicas import Replica, Replicas
from askmesh.resilience._threads import Threads, threads
from askmesh.resilience._turns import Turns, turns

__all__ = [
    "Allowance",
    "Attempt",
    "Attempts",
    "Breaker",
    "BreakerPosition",
    "Extra",
    "Latencies",
    "Replica",
    "Replicas",
    "Threads",
    "Turns",
    "deadline",
    "patience",
    "threads",
    "time_remaining",
    "turns",
]

"""Deadlines and priorities that travel, bounded threads, a memory of failure, extra attempts."""

from askmesh.resilience._attempts import Allowance, Attempts, Extra, Latencies
from askmesh.resilience._breaker import Attempt, Breaker, BreakerPosition
from askmesh.resilience._deadline import deadline, patience, time_remaining
from askmesh.resilience._priority import Priority, current_priority, prioritized
from askmesh.resilience._replicas import Replica, Replicas
from askmesh.resilience._threads import Threads, threads
from askmesh.resilience._turns import OnWait, Turns, turns

__all__ = [
    "Allowance",
    "Attempt",
    "Attempts",
    "Breaker",
    "BreakerPosition",
    "Extra",
    "Latencies",
    "OnWait",
    "Priority",
    "Replica",
    "Replicas",
    "Threads",
    "Turns",
    "current_priority",
    "deadline",
    "patience",
    "prioritized",
    "threads",
    "time_remaining",
    "turns",
]

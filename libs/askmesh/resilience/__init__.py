"""Deadlines that travel, bounded threads, a memory of what fails, and attempts beyond the first."""

from askmesh.resilience._allowance import Allowance
from askmesh.resilience._attempts import Attempts, Extra
from askmesh.resilience._breaker import Attempt, Breaker
from askmesh.resilience._deadline import deadline, time_remaining
from askmesh.resilience._latencies import Latencies
from askmesh.resilience._replicas import Replica, Replicas
from askmesh.resilience._threads import Threads, threads

__all__ = [
    "Allowance",
    "Attempt",
    "Attempts",
    "Breaker",
    "Extra",
    "Latencies",
    "Replica",
    "Replicas",
    "Threads",
    "deadline",
    "threads",
    "time_remaining",
]

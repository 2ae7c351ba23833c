"""Deadlines that travel with the work, bounded threads, and a memory of what fails."""

from askmesh.resilience._breaker import Attempt, Breaker
from askmesh.resilience._deadline import deadline, time_remaining
from askmesh.resilience._threads import Threads, threads

__all__ = ["Attempt", "Breaker", "Threads", "deadline", "threads", "time_remaining"]

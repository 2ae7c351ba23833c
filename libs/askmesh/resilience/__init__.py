"""Deadlines that travel with the work, and a memory of what fails."""

from askmesh.resilience._breaker import Attempt, Breaker
from askmesh.resilience._deadline import deadline, time_remaining

__all__ = ["Attempt", "Breaker", "deadline", "time_remaining"]

"""Deadlines that travel with the work."""

from askmesh.resilience._deadline import deadline, time_remaining

__all__ = ["deadline", "time_remaining"]

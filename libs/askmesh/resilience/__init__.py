"""Deadlines and priorities that travel, bounded threads, a memory of failure, extra attempts."""

from askmesh.resilience._allowance import Allowance
from askmesh.resilience._attempts import Attempts, Extra, Latencies
from askmesh.resilience._breaker import Attempt, Breaker, BreakerPosition
from askmesh.resilience._call_time import CallTime
from askmesh.resilience._deadline import (
    deadline,
    end_within,
    patience,
    require_time,
    time_remaining,
)
from askmesh.resilience._learning import MeasuredWork
from askmesh.resilience._limits import AdaptiveLimit, FixedLimit, Limit
from askmesh.resilience._niceness import yield_process, yield_session, yield_thread
from askmesh.resilience._places import RoomPlace, current_place, current_turn
from askmesh.resilience._priority import Priority, current_priority, prioritize, prioritized
from askmesh.resilience._replicas import Replica, Replicas
from askmesh.resilience._room import Room
from askmesh.resilience._room_rules import RoomObserver, RoomRules, Why
from askmesh.resilience._shares import Party
from askmesh.resilience._threads import Threads, threads
from askmesh.resilience._turns import OnWait, Turns, turns

__all__ = [
    "AdaptiveLimit",
    "Allowance",
    "Attempt",
    "Attempts",
    "Breaker",
    "BreakerPosition",
    "CallTime",
    "Extra",
    "FixedLimit",
    "Latencies",
    "Limit",
    "MeasuredWork",
    "OnWait",
    "Party",
    "Priority",
    "Replica",
    "Replicas",
    "Room",
    "RoomObserver",
    "RoomPlace",
    "RoomRules",
    "Threads",
    "Turns",
    "Why",
    "current_place",
    "current_priority",
    "current_turn",
    "deadline",
    "end_within",
    "patience",
    "prioritize",
    "prioritized",
    "require_time",
    "threads",
    "time_remaining",
    "turns",
    "yield_process",
    "yield_session",
    "yield_thread",
]

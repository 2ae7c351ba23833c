"""Serving over gRPC, the same way in every service."""

from askmesh.serving._admitting import Door, GuardedDoor, InnerDoor, OpenDoor
from askmesh.serving._certified import CertifiedNames, nobody
from askmesh.serving._doors import audit_of, edge_door, inner_door, opened_edge_door
from askmesh.serving._heartbeats import heartbeats
from askmesh.serving._rooms import party_of, room_for_calls
from askmesh.serving._running import main, run, settle
from askmesh.serving._serving import serving

__all__ = [
    "CertifiedNames",
    "Door",
    "GuardedDoor",
    "InnerDoor",
    "OpenDoor",
    "audit_of",
    "edge_door",
    "heartbeats",
    "inner_door",
    "main",
    "nobody",
    "opened_edge_door",
    "party_of",
    "room_for_calls",
    "run",
    "serving",
    "settle",
]

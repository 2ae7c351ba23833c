"""Serving over gRPC, the same way in every service."""

from askmesh.serving._heartbeats import heartbeats
from askmesh.serving._running import main, run, settle
from askmesh.serving._serving import serving

__all__ = ["heartbeats", "main", "run", "serving", "settle"]

"""Traces, metrics and logs of one service."""

from askmesh.telemetry._logs import log_fields
from askmesh.telemetry._metrics import ServiceMetrics, TokenKind
from askmesh.telemetry._opening import silent_telemetry, telemetry
from askmesh.telemetry._telemetry import Stages, Telemetry

__all__ = [
    "ServiceMetrics",
    "Stages",
    "Telemetry",
    "TokenKind",
    "log_fields",
    "silent_telemetry",
    "telemetry",
]

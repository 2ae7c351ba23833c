"""Traces, metrics and logs of one service."""

from askmesh.telemetry._logs import log_fields
from askmesh.telemetry._metrics import ServiceMetrics, TokenKind
from askmesh.telemetry._opening import Stages, Telemetry, silent_telemetry, telemetry

__all__ = [
    "ServiceMetrics",
    "Stages",
    "Telemetry",
    "TokenKind",
    "log_fields",
    "silent_telemetry",
    "telemetry",
]

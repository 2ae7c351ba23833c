"""Traces, metrics and logs of one service."""

from askmesh.telemetry._log_collector import CollectedRecord, LogCollector, log_collector
from askmesh.telemetry._logs import log_fields
from askmesh.telemetry._measured_calls import MeasuredCalls
from askmesh.telemetry._metrics import ServiceMetrics, TokenKind
from askmesh.telemetry._opening import Stages, Telemetry, silent_telemetry, telemetry

__all__ = [
    "CollectedRecord",
    "LogCollector",
    "MeasuredCalls",
    "ServiceMetrics",
    "Stages",
    "Telemetry",
    "TokenKind",
    "log_collector",
    "log_fields",
    "silent_telemetry",
    "telemetry",
]

"""Who asked, who read and who changed what, as lines of their own."""

from askmesh.auditing._events import AuditEvent, json_line
from askmesh.auditing._folder import AuditFolder, tells_of
from askmesh.auditing._opening import AuditSettings, audit_trail
from askmesh.auditing._trail import AuditSink, AuditTrail

__all__ = [
    "AuditEvent",
    "AuditFolder",
    "AuditSettings",
    "AuditSink",
    "AuditTrail",
    "audit_trail",
    "json_line",
    "tells_of",
]

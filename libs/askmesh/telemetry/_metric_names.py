"""The metrics of services: what each says, and its labels."""

from collections.abc import Mapping
from typing import TypeAlias

MetricTexts: TypeAlias = Mapping[str, tuple[str, ...]]
COUNTERS: MetricTexts = {
    "askmesh_rpc_requests": ("Calls served.", "rpc_service", "method", "code"),
    "askmesh_rpc_failures": ("Calls that ended in an error, by its reason.", "reason"),
    "askmesh_tokens": ("Tokens read and written by models.", "kind", "tenant", "model"),
    "askmesh_cost": ("What tokens cost, in the currency of the prices.", "tenant", "model"),
    "askmesh_audit_events": ("Lines of the audit that were written.",),
    "askmesh_profiles": ("Profiles for their store, and what became of them.", "outcome"),
    "askmesh_cancellations": ("Work given up because nobody waits for it.",),
    "askmesh_degradations": ("Answers with less than was asked for.", "reason"),
    "askmesh_answers": (
        "Answers that have ended, and whether they went without something.",
        "outcome",
        "degraded",
    ),
    "askmesh_abstentions": ("Questions that were not answered.", "reason"),
    "askmesh_cache_lookups": ("What looks into caches gave.", "cache", "outcome"),
    "askmesh_room_refusals": ("Work that was refused for want of room.", "room", "why"),
    "askmesh_extra_attempts": ("Attempts at a call beyond its first.", "upstream", "kind"),
    "askmesh_hedges_won": (
        "Attempts beside a late one that answered before it.",
        "upstream",
    ),
}
HISTOGRAMS: MetricTexts = {
    "askmesh_rpc_duration_seconds": ("Time to serve a call.", "rpc_service", "method"),
    "askmesh_stage_duration_seconds": ("Time in a stage of the work.", "stage"),
    "askmesh_time_to_first_token_seconds": (
        "Time from the start of this service's work on an answer to its first text.",
    ),
    "askmesh_time_to_last_token_seconds": (
        "Time from a question to the end of an answer that was written.",
    ),
    "askmesh_time_between_tokens_seconds": ("Time from one token of a model to its next.",),
    "askmesh_wait_seconds": ("Time until there was room to begin.", "resource"),
    "askmesh_event_loop_lag_seconds": ("How much later than it could the event loop did work.",),
}
GAUGES: MetricTexts = {
    "askmesh_audit_works": ("1 if the audit can be written, 0 if calls are refused.",),
    "askmesh_active_answers": ("Answers in the making.",),
    "askmesh_room_places": ("How much may be done at once now.", "room"),
    "askmesh_room_places_taken": ("How much is done now.", "room"),
    "askmesh_room_waiting": ("How much waits for a place.", "room"),
    "askmesh_upstream_works": (
        "1 if the upstream is asked, 0 if it is left alone, 0.5 if one call probes it.",
        "upstream",
    ),
    "askmesh_active_answers_limit": ("How many answers may be in the making at once.",),
    "askmesh_index_checked_timestamp_seconds": (
        "When the indexes were last seen to hold all documents, in seconds since 1970.",
    ),
    "askmesh_indexed_revision": ("The newest revision of the documents that searches can see.",),
}

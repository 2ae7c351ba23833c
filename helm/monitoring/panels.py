"""Expressions, and panels that stand on more than one dashboard."""

from helm.monitoring.alerts import FIRST_TEXT_SECONDS, OBJECTIVES
from helm.monitoring.grafana import NAMESPACE, Panel, Query

_BAD = 'code=~"UNAVAILABLE|DEADLINE_EXCEEDED|UNKNOWN|INTERNAL|DATA_LOSS"'
_ANSWERS = f'askmesh_rpc_requests_total{{{NAMESPACE}, job="gateway", method="StreamAnswer"'


def quantile(metric: str, share: float, by: str = "", job: str = 'job="gateway"') -> str:
    """Return the expression for a quantile of a histogram, by labels."""
    labels = f"le, {by}" if by else "le"
    series = f"rate({metric}_bucket{{{NAMESPACE}, {job}}}[5m])"
    return f"histogram_quantile({share}, sum by ({labels}) ({series}))"


def quantiles(metric: str, job: str = 'job="gateway"') -> list[Query]:
    """Return the half, 95 and 99 of 100, of a histogram."""
    shares = {"half": 0.5, "95 of 100": 0.95, "99 of 100": 0.99}
    return [Query(quantile(metric, share, job=job), text) for text, share in shares.items()]


def per_second(metric: str, by: str, selector: str = "") -> list[Query]:
    """Return how much a counter grows in a second, by labels."""
    labels = f"{NAMESPACE}, {selector}" if selector else NAMESPACE
    return [Query(f"sum by ({by}) (rate({metric}{{{labels}}}[5m]))", _legend(by))]


def _legend(by: str) -> str:
    return " ".join(f"{{{{{label.strip()}}}}}" for label in by.split(","))


FAILED = Panel(
    "Answers that failed",
    "Share of questions that ended in an error which is ours. Refusals are not among them.",
    [
        Query(
            f"(sum(rate({_ANSWERS}, {_BAD}}}[5m])) or 0 * sum(rate({_ANSWERS}}}[5m])))"
            f" / sum(rate({_ANSWERS}}}[5m]))",
            "failed",
        )
    ],
    unit="percentunit",
    warn=1 - OBJECTIVES["failed"],
    bad=14.4 * (1 - OBJECTIVES["failed"]),
)
FIRST_TEXT = Panel(
    "Time to the first text",
    "From the question to the first text that the client gets.",
    quantiles("askmesh_time_to_first_token_seconds"),
    unit="s",
    warn=FIRST_TEXT_SECONDS / 2,
    bad=FIRST_TEXT_SECONDS,
)
OUTCOMES = Panel(
    "What became of questions",
    "Answers that were made, per second. Abstentions are honest, but many of them say that "
    "documents are missing.",
    per_second("askmesh_answers_total", "outcome", 'job="gateway"'),
    unit="ops",
)
DEGRADED = Panel(
    "Answers with less than asked for",
    "By what was missing, as a share of the answers that were made.",
    [
        Query(
            f'sum by (reason) (rate(askmesh_degradations_total{{{NAMESPACE}, job="gateway"}}[5m]))'
            f' / scalar(sum(rate(askmesh_answers_total{{{NAMESPACE}, job="gateway"}}[5m])))',
            "{{reason}}",
        )
    ],
    unit="percentunit",
    warn=1 - OBJECTIVES["degraded"],
)
REFUSED = Panel(
    "Refused for want of room",
    "Calls per second that ended in RESOURCE_EXHAUSTED, by service.",
    per_second("askmesh_rpc_requests_total", "job, method", 'code="RESOURCE_EXHAUSTED"'),
    unit="ops",
)
ACTIVE = Panel(
    "Answers in the making",
    "Of all gateways together. Where it stays at the limit, the slowest stage needs more room.",
    [
        Query(f'sum(askmesh_active_answers{{{NAMESPACE}, job="gateway"}})', "answers"),
        Query(f'sum(askmesh_room_places{{{NAMESPACE}, room="answers"}})', "room now"),
        Query(f'sum(askmesh_active_answers_limit{{{NAMESPACE}, job="gateway"}})', "limit"),
    ],
)
ROOM = Panel(
    "Room in use",
    "The share of places that are taken, of all pods together. Above 1, the limit has just fallen.",
    [
        Query(
            f"sum by (room) (askmesh_room_places_taken{{{NAMESPACE}}})"
            f" / sum by (room) (askmesh_room_places{{{NAMESPACE}}})",
            "{{room}}",
        )
    ],
    unit="percentunit",
    warn=0.9,
)
PLACES = Panel(
    "Places",
    "How much may be done at once: falls where what is done gets slower, or goes short.",
    [
        Query(f"sum by (room) (askmesh_room_places{{{NAMESPACE}}})", "{{room}}"),
        Query(f"sum by (room) (askmesh_room_waiting{{{NAMESPACE}}})", "{{room}} waiting"),
    ],
)
REFUSALS = Panel(
    "Refusals by cause",
    "Per second. share: somebody has a share of the places, others wait; batch: people go first.",
    per_second("askmesh_room_refusals_total", "room, why"),
    unit="ops",
)
STAGES = Panel(
    "Where the time goes",
    "95 of 100 runs of each of the gateway's stages were at most this long.",
    [Query(quantile("askmesh_stage_duration_seconds", 0.95, "stage"), "{{stage}}")],
    unit="s",
    width=16,
)
LEFT_ALONE = Panel(
    "Services left alone",
    "0: the service or model is not asked now, as calls failed or were slow; 0.5: one tries.",
    [Query(f"min by (upstream) (askmesh_upstream_works{{{NAMESPACE}}})", "{{upstream}}")],
)
ATTEMPTS = Panel(
    "Attempts beyond the first",
    "As a share of the calls to the service: at most a tenth.",
    [
        Query(
            f"sum by (upstream, kind) (rate(askmesh_extra_attempts_total{{{NAMESPACE}}}[5m]))"
            f" / scalar(sum(rate(askmesh_rpc_requests_total{{{NAMESPACE}, "
            'job=~"retrieval|reranking|query-understanding"}[5m])))',
            "{{upstream}} {{kind}}",
        )
    ],
    unit="percentunit",
    warn=0.05,
    bad=0.1,
)
HEDGES_WON = Panel(
    "Second attempts that came first",
    "Per second. Many of them: one replica is slower than its siblings.",
    per_second("askmesh_hedges_won_total", "upstream"),
    unit="ops",
)
FAILURES = Panel(
    "Calls that ended in an error",
    "Per second, by service and reason, which the runbook explains.",
    per_second("askmesh_rpc_failures_total", "job, reason"),
    unit="ops",
)
WAITS = Panel(
    "Waiting for room",
    "95 of 100 waited at most this long for a place in the language model, or for a connection.",
    [
        Query(
            quantile("askmesh_wait_seconds", 0.95, "job, resource", 'job!=""'),
            _legend("job, resource"),
        )
    ],
    unit="s",
)
LOOP_LAG = Panel(
    "Lateness of event loops",
    "99 of 100 looks came at most this late. Something blocks a service whose calls all wait.",
    [Query(quantile("askmesh_event_loop_lag_seconds", 0.99, "job", 'job!=""'), _legend("job"))],
    unit="s",
    warn=0.1,
)

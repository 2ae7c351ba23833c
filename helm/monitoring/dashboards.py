"""What the dashboards show."""

from helm.monitoring.alerts import FIRST_TEXT_SECONDS, OBJECTIVES
from helm.monitoring.grafana import NAMESPACE, Dashboard, Panel, Query, Row

_BAD = 'code=~"UNAVAILABLE|DEADLINE_EXCEEDED|UNKNOWN|INTERNAL|DATA_LOSS"'
_ANSWERS = f'askmesh_rpc_requests_total{{{NAMESPACE}, job="gateway", method="StreamAnswer"'


def _quantile(metric: str, share: float, by: str = "", job: str = 'job="gateway"') -> str:
    labels = f"le, {by}" if by else "le"
    series = f"rate({metric}_bucket{{{NAMESPACE}, {job}}}[5m])"
    return f"histogram_quantile({share}, sum by ({labels}) ({series}))"


def _quantiles(metric: str, job: str = 'job="gateway"') -> list[Query]:
    shares = {"half": 0.5, "95 of 100": 0.95, "99 of 100": 0.99}
    return [Query(_quantile(metric, share, job=job), text) for text, share in shares.items()]


def _per_second(metric: str, by: str, selector: str = "") -> list[Query]:
    labels = f"{NAMESPACE}, {selector}" if selector else NAMESPACE
    return [Query(f"sum by ({by}) (rate({metric}{{{labels}}}[5m]))", _legend(by))]


def _legend(by: str) -> str:
    return " ".join(f"{{{{{label.strip()}}}}}" for label in by.split(","))


_FAILED = Panel(
    "Answers that failed",
    "Share of questions that ended in an error which is ours. Refusals are not among them.",
    [Query(f"sum(rate({_ANSWERS}, {_BAD}}}[5m])) / sum(rate({_ANSWERS}}}[5m]))", "failed")],
    unit="percentunit",
    warn=1 - OBJECTIVES["failed"],
    bad=14.4 * (1 - OBJECTIVES["failed"]),
)
_FIRST_TEXT = Panel(
    "Time to the first text",
    "From the question to the first text that the client gets.",
    _quantiles("askmesh_time_to_first_token_seconds"),
    unit="s",
    warn=FIRST_TEXT_SECONDS / 2,
    bad=FIRST_TEXT_SECONDS,
)
_OUTCOMES = Panel(
    "What became of questions",
    "Answers that were made, per second. Abstentions are honest, but many of them say that "
    "documents are missing.",
    _per_second("askmesh_answers_total", "outcome", 'job="gateway"'),
    unit="ops",
)
_DEGRADED = Panel(
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
_REFUSED = Panel(
    "Refused for want of room",
    "Calls per second that ended in RESOURCE_EXHAUSTED, by service.",
    _per_second("askmesh_rpc_requests_total", "job, method", 'code="RESOURCE_EXHAUSTED"'),
    unit="ops",
)
_ACTIVE = Panel(
    "Answers in the making",
    "Of all gateways together. Where it stays at the limit, the slowest stage needs more room.",
    [Query(f'sum(askmesh_active_answers{{{NAMESPACE}, job="gateway"}})', "answers")],
)
_STAGES = Panel(
    "Where the time goes",
    "95 of 100 runs of each of the gateway's stages were at most this long.",
    [Query(_quantile("askmesh_stage_duration_seconds", 0.95, "stage"), "{{stage}}")],
    unit="s",
    width=16,
)
_LEFT_ALONE = Panel(
    "Services left alone",
    "0: the gateway does not ask the service now, because it just failed.",
    [Query(f"min by (upstream) (askmesh_upstream_works{{{NAMESPACE}}})", "{{upstream}}")],
)
_ATTEMPTS = Panel(
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
_HEDGES_WON = Panel(
    "Second attempts that came first",
    "Per second. Many of them: one replica is slower than its siblings.",
    _per_second("askmesh_hedges_won_total", "upstream"),
    unit="ops",
)

OVERVIEW = Dashboard(
    "overview",
    "askmesh: overview",
    [
        Row("What users notice", [_FAILED, _FIRST_TEXT, _OUTCOMES, _DEGRADED, _REFUSED, _ACTIVE]),
        Row("Why", [_STAGES, _LEFT_ALONE]),
    ],
)

SERVICES = Dashboard(
    "services",
    "askmesh: services",
    [
        Row(
            "Calls",
            [
                Panel(
                    "Calls served",
                    "Per second, by service and method.",
                    _per_second("askmesh_rpc_requests_total", "job, method"),
                    unit="ops",
                ),
                Panel(
                    "Errors",
                    "Calls per second that did not end in OK, by service and status.",
                    _per_second("askmesh_rpc_requests_total", "job, code", 'code!="OK"'),
                    unit="ops",
                ),
                Panel(
                    "Time to serve",
                    "95 of 100 calls took at most this long. A stream counts until its end.",
                    [
                        Query(
                            _quantile(
                                "askmesh_rpc_duration_seconds", 0.95, "job, method", 'job!=""'
                            ),
                            "{{job}} {{method}}",
                        )
                    ],
                    unit="s",
                ),
            ],
        ),
        Row(
            "Stages of the work",
            [
                Panel(
                    f"Stages of {job}",
                    "95 of 100 were at most this long.",
                    [
                        Query(
                            _quantile(
                                "askmesh_stage_duration_seconds", 0.95, "stage", f'job="{job}"'
                            ),
                            "{{stage}}",
                        )
                    ],
                    unit="s",
                )
                for job in ("query-understanding", "retrieval", "reranking", "summarization")
            ],
        ),
        Row(
            "Processes",
            [
                Panel(
                    "Memory",
                    "Resident, by pod. It must not grow with the number of answers.",
                    [
                        Query(
                            f"process_resident_memory_bytes{{{NAMESPACE}}}",
                            "{{job}} {{instance}}",
                        )
                    ],
                    unit="bytes",
                ),
                Panel(
                    "Processor",
                    "Cores in use, by pod.",
                    [
                        Query(
                            f"rate(process_cpu_seconds_total{{{NAMESPACE}}}[5m])",
                            "{{job}} {{instance}}",
                        )
                    ],
                ),
                Panel(
                    "Open files",
                    "Connections are among them.",
                    [Query(f"process_open_fds{{{NAMESPACE}}}", "{{job}} {{instance}}")],
                ),
            ],
        ),
    ],
)

ANSWERS = Dashboard(
    "answers",
    "askmesh: answers",
    [
        Row(
            "Quality",
            [
                _OUTCOMES,
                Panel(
                    "Why questions were not answered",
                    "Abstentions per second, by reason. `nothing_near`: documents are missing; "
                    "`unsupported_after_writing`: the language model writes what it should not.",
                    _per_second("askmesh_abstentions_total", "reason", 'job="gateway"'),
                    unit="ops",
                ),
                _DEGRADED,
            ],
        ),
        Row(
            "The language model",
            [
                Panel(
                    "Tokens",
                    "Read and written, per second.",
                    _per_second("askmesh_tokens_total", "kind"),
                    unit="ops",
                ),
                Panel(
                    "First words of the model",
                    "From the start of summarization to the first words that it releases.",
                    _quantiles("askmesh_time_to_first_token_seconds", 'job="summarization"'),
                    unit="s",
                ),
                Panel(
                    "Given up",
                    "Answers per second that nobody waited for any more.",
                    _per_second("askmesh_cancellations_total", "job"),
                    unit="ops",
                ),
            ],
        ),
        Row(
            "Caches",
            [
                Panel(
                    "Found, joined, made",
                    "Looks into caches per second, by cache and outcome.",
                    _per_second("askmesh_cache_lookups_total", "cache, outcome"),
                    unit="ops",
                ),
                Panel(
                    "Share that was not made again",
                    "Of the looks into each cache: those that found it, or joined one in the "
                    "making.",
                    [
                        Query(
                            "sum by (cache) (rate(askmesh_cache_lookups_total"
                            f'{{{NAMESPACE}, outcome=~"hit|joined"}}[5m]))'
                            " / sum by (cache) "
                            f"(rate(askmesh_cache_lookups_total{{{NAMESPACE}}}[5m]))",
                            "{{cache}}",
                        )
                    ],
                    unit="percentunit",
                ),
            ],
        ),
    ],
)

LIMITS = Dashboard(
    "limits",
    "askmesh: limits and faults",
    [
        Row("Room", [_ACTIVE, _REFUSED, _DEGRADED]),
        Row("Neighbours", [_LEFT_ALONE, _ATTEMPTS, _HEDGES_WON]),
    ],
)

INGESTION = Dashboard(
    "ingestion",
    "askmesh: documents",
    [
        Row(
            "Taking in",
            [
                Panel(
                    "Stages",
                    "Runs per second. A stage that stands while others run is where it waits.",
                    [
                        Query(
                            "sum by (stage) (rate(askmesh_stage_duration_seconds_count"
                            f'{{{NAMESPACE}, job="ingestion"}}[5m]))',
                            "{{stage}}",
                        )
                    ],
                    unit="ops",
                ),
                Panel(
                    "Time per stage",
                    "95 of 100 were at most this long.",
                    [
                        Query(
                            _quantile(
                                "askmesh_stage_duration_seconds", 0.95, "stage", 'job="ingestion"'
                            ),
                            "{{stage}}",
                        )
                    ],
                    unit="s",
                ),
                Panel(
                    "Refused",
                    "Calls of ingestion per second that did not end in OK, by status.",
                    _per_second(
                        "askmesh_rpc_requests_total", "code", 'job="ingestion", code!="OK"'
                    ),
                    unit="ops",
                ),
            ],
        ),
        Row(
            "Being found",
            [
                Panel(
                    "Revision that searches see",
                    "By pod of retrieval. All lines should be one.",
                    [Query(f"askmesh_indexed_revision{{{NAMESPACE}}}", "{{instance}}")],
                    width=16,
                ),
                Panel(
                    "Revisions behind the first",
                    "How far the last pod of retrieval is behind the first.",
                    [
                        Query(
                            f"max(askmesh_indexed_revision{{{NAMESPACE}}})"
                            f" - min(askmesh_indexed_revision{{{NAMESPACE}}})",
                            "revisions",
                        )
                    ],
                ),
            ],
        ),
    ],
)

_TRITON = "nv_inference"

TRITON = Dashboard(
    "triton",
    "askmesh: Triton",
    [
        Row(
            "Generations",
            [
                Panel(
                    "Requests",
                    "Per second, by model.",
                    _per_second(f"{_TRITON}_request_success", "model"),
                    unit="ops",
                ),
                Panel(
                    "Failures",
                    "Per second, by model and reason. Cancelled ones are answers that were given "
                    "up or had enough.",
                    _per_second(f"{_TRITON}_request_failure", "model, reason"),
                    unit="ops",
                ),
                Panel(
                    "Waiting",
                    "Requests that wait for their model. Above 0 for long: Triton needs room.",
                    [
                        Query(
                            f"sum by (model) ({_TRITON}_pending_request_count{{{NAMESPACE}}})",
                            "{{model}}",
                        )
                    ],
                    warn=1,
                ),
                Panel(
                    "Time in the queue",
                    "Mean of a request, by model.",
                    [
                        Query(
                            f"sum by (model) (rate({_TRITON}_queue_duration_us{{{NAMESPACE}}}[5m]))"
                            " / sum by (model) "
                            f"(rate({_TRITON}_request_success{{{NAMESPACE}}}[5m]))",
                            "{{model}}",
                        )
                    ],
                    unit="µs",
                ),
            ],
        )
    ],
)

ALL = (OVERVIEW, SERVICES, ANSWERS, LIMITS, INGESTION, TRITON)

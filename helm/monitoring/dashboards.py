"""What the dashboards show: of all, of answers and of limits. Those of services stand apart."""

from helm.monitoring.grafana import NAMESPACE, Dashboard, Panel, Query, Row
from helm.monitoring.panels import (
    ACTIVE,
    ATTEMPTS,
    DEGRADED,
    FAILED,
    FAILURES,
    FIRST_TEXT,
    HEDGES_WON,
    LEFT_ALONE,
    LOOP_LAG,
    OUTCOMES,
    PLACES,
    REFUSALS,
    REFUSED,
    ROOM,
    STAGES,
    WAITS,
    per_second,
    quantiles,
)
from helm.monitoring.service_dashboards import INGESTION, SERVICES
from helm.monitoring.triton_dashboard import TRITON

OVERVIEW = Dashboard(
    "overview",
    "askmesh: overview",
    [
        Row("What users notice", [FAILED, FIRST_TEXT, OUTCOMES, DEGRADED, REFUSED, ACTIVE]),
        Row("Why", [STAGES, LEFT_ALONE]),
    ],
)

ANSWERS = Dashboard(
    "answers",
    "askmesh: answers",
    [
        Row(
            "Quality",
            [
                OUTCOMES,
                Panel(
                    "Why questions were not answered",
                    "Abstentions per second, by reason. `nothing_near`: documents are missing; "
                    "`unsupported_after_writing`: the language model writes what it should not.",
                    per_second("askmesh_abstentions_total", "reason", 'job="gateway"'),
                    unit="ops",
                ),
                DEGRADED,
            ],
        ),
        Row(
            "The language model",
            [
                Panel(
                    "Tokens",
                    "Read and written, per second.",
                    per_second("askmesh_tokens_total", "kind"),
                    unit="ops",
                ),
                Panel(
                    "Between tokens",
                    "How long the next token is waited for: half, 95 and 99 of 100.",
                    quantiles("askmesh_time_between_tokens_seconds", 'job="summarization"'),
                    unit="s",
                ),
                Panel(
                    "To the last token",
                    "From the question to the end of an answer that was written.",
                    quantiles("askmesh_time_to_last_token_seconds"),
                    unit="s",
                ),
                Panel(
                    "First words of the model",
                    "From the start of summarization to the first words that it releases.",
                    quantiles("askmesh_time_to_first_token_seconds", 'job="summarization"'),
                    unit="s",
                ),
                Panel(
                    "Given up",
                    "Answers per second that nobody waited for any more.",
                    per_second("askmesh_cancellations_total", "job"),
                    unit="ops",
                ),
            ],
        ),
        Row(
            "For whom",
            [
                Panel(
                    "Tokens by tenant",
                    "Read and written, per second.",
                    per_second("askmesh_tokens_total", "tenant, model"),
                    unit="ops",
                    width=12,
                ),
                Panel(
                    "Cost by tenant",
                    "Of a day at the rate of now, by the prices in the model's profile.",
                    [
                        Query(
                            "sum by (tenant, model) "
                            f"(rate(askmesh_cost_total{{{NAMESPACE}}}[1h])) * 86400",
                            "{{tenant}} {{model}}",
                        )
                    ],
                    width=12,
                ),
            ],
        ),
        Row(
            "Caches",
            [
                Panel(
                    "Found, joined, made",
                    "Looks into caches per second, by cache and outcome.",
                    per_second("askmesh_cache_lookups_total", "cache, outcome"),
                    unit="ops",
                ),
                Panel(
                    "Share that was not made again",
                    "Of the looks into each cache: those that found it, or joined one in the "
                    "making.",
                    [
                        Query(
                            "sum by (cache) (rate(askmesh_cache_lookups_total"
                            f'{{{NAMESPACE}, outcome=~"hit|semantic_hit|joined"}}[5m]))'
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
        Row("Room", [ACTIVE, REFUSED, DEGRADED, ROOM, PLACES, REFUSALS]),
        Row("Waiting", [FAILURES, WAITS, LOOP_LAG]),
        Row("Neighbours", [LEFT_ALONE, ATTEMPTS, HEDGES_WON]),
    ],
)

ALL = (OVERVIEW, SERVICES, ANSWERS, LIMITS, INGESTION, TRITON)

"""What the dashboard of Triton shows."""

from helm.monitoring.grafana import NAMESPACE, Dashboard, Panel, Query, Row
from helm.monitoring.panels import per_second

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
                    per_second(f"{_TRITON}_request_success", "model"),
                    unit="ops",
                ),
                Panel(
                    "Failures",
                    "Per second, by model and reason. Cancelled ones are answers that were given "
                    "up or had enough.",
                    per_second(f"{_TRITON}_request_failure", "model, reason"),
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

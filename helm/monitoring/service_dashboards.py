"""What the dashboards of services and of ingestion show."""

from helm.monitoring.grafana import NAMESPACE, Dashboard, Panel, Query, Row
from helm.monitoring.panels import per_second, quantile

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
                    per_second("askmesh_rpc_requests_total", "job, method"),
                    unit="ops",
                ),
                Panel(
                    "Errors",
                    "Calls per second that did not end in OK, by service and status.",
                    per_second("askmesh_rpc_requests_total", "job, code", 'code!="OK"'),
                    unit="ops",
                ),
                Panel(
                    "Time to serve",
                    "95 of 100 calls took at most this long. A stream counts until its end.",
                    [
                        Query(
                            quantile(
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
                            quantile(
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
                            quantile(
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
                    per_second("askmesh_rpc_requests_total", "code", 'job="ingestion", code!="OK"'),
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
                Panel(
                    "Age of the indexes",
                    "Seconds since each pod of retrieval last had all documents. It looks twice a "
                    "second.",
                    [
                        Query(
                            f"time() - askmesh_index_checked_timestamp_seconds{{{NAMESPACE}}}",
                            "{{instance}}",
                        )
                    ],
                    unit="s",
                    warn=10,
                    bad=60,
                ),
            ],
        ),
    ],
)

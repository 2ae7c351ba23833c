"""What wakes people, and what may wait for the morning.

Objectives are watched by burn rate over two windows each, as in chapter 5 of Google's "The Site
Reliability Workbook": the long window says that it matters, the short one that it goes on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

FIRST_TEXT_SECONDS = 5.0
"""Answers whose first text comes later are slow. One of the bounds of the histogram."""

OBJECTIVES: Mapping[str, float] = {"failed": 0.995, "slow": 0.95, "degraded": 0.95}
"""The share of answers, over 30 days, that must not be so."""

RUNBOOK = "RUNBOOK#"
"""Stands where the chart puts the address of the runbook."""

_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
_PAGE = ((14.4, "1h", "5m"), (6.0, "6h", "30m"))
_TICKET = ((3.0, "1d", "2h"), (1.0, "3d", "6h"))
_REFUSED_PER_SECOND = 1.0  # more than a program whose key is over, which tries again now and then
_LEAST_QUESTIONS = 20  # within an hour: fewer say nothing about a share

_ASKED = 'askmesh_rpc_requests_total{job="gateway", method="StreamAnswer"'
_BAD = 'code=~"UNAVAILABLE|DEADLINE_EXCEEDED|UNKNOWN|INTERNAL|DATA_LOSS"'
_FIRST = "askmesh_time_to_first_token_seconds"
_MADE = 'askmesh_answers_total{job="gateway"'


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule that fires when `expression` has held for `pending`."""

    name: str
    expression: str
    pending: str
    severity: str
    summary: str

    def as_rule(self) -> dict[str, object]:
        """Return the rule as Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": self.pending,
            "labels": {"severity": self.severity},
            "annotations": {
                "summary": self.summary,
                "runbook_url": f"{RUNBOOK}{self.name.lower()}",
            },
        }


def share(objective: str, window: str) -> str:
    """Return the expression for the share of answers that miss an objective, by namespace."""
    match objective:
        case "failed":
            missed, of_all = f"{_ASKED}, {_BAD}}}", f"{_ASKED}}}"
        case "degraded":
            missed, of_all = f'{_MADE}, degraded="true"}}', f"{_MADE}}}"
        case _:
            in_time = f'{_FIRST}_bucket{{job="gateway", le="{FIRST_TEXT_SECONDS}"}}'
            of_all = f'{_FIRST}_count{{job="gateway"}}'
            return f"1 - {_rate(in_time, window)} / {_rate(of_all, window)}"
    # Of what never happened there is no series: the share is then 0, not unknown.
    whole = _rate(of_all, window)
    return f"({_rate(missed, window)} or 0 * {whole}) / {whole}"


def recorded(objective: str, window: str) -> str:
    """Return the name under which that share is recorded."""
    return f"askmesh:answers_{objective}:ratio_rate{window}"


def recording_rules() -> Iterator[dict[str, object]]:
    """Yield the rules for all shares and windows."""
    for objective in OBJECTIVES:
        for window in _WINDOWS:
            yield {"record": recorded(objective, window), "expr": share(objective, window)}


def alerts() -> Iterator[Alert]:
    """Yield everything that somebody is told."""
    for objective, name, summary in (
        ("failed", "QuestionsFail", "questions end in errors"),
        ("slow", "FirstTextsLate", f"first texts come after more than {FIRST_TEXT_SECONDS:g} s"),
        ("degraded", "AnswersIncomplete", "answers go without something"),
    ):
        yield _burning(f"AskmeshMany{name}", objective, _PAGE, "page", f"Many {summary}")
        yield _burning(f"AskmeshSome{name}", objective, _TICKET, "ticket", f"Some {summary}")
    yield from _CAUSES


def rules() -> dict[str, object]:
    """Return the file of rules, as Prometheus reads it."""
    return {
        "groups": [
            {"name": "askmesh-objectives", "rules": list(recording_rules())},
            {"name": "askmesh-alerts", "rules": [alert.as_rule() for alert in alerts()]},
        ]
    }


def _burning(
    name: str,
    objective: str,
    windows: tuple[tuple[float, str, str], ...],
    severity: str,
    summary: str,
) -> Alert:
    budget = 1 - OBJECTIVES[objective]
    each = [
        f"({recorded(objective, long)} > {rate * budget:.4g}"
        f" and {recorded(objective, short)} > {rate * budget:.4g})"
        for rate, long, short in windows
    ]
    enough = f"sum by (namespace) (increase({_ASKED}}}[1h])) > {_LEAST_QUESTIONS}"
    return Alert(name, f"({' or '.join(each)}) and {enough}", "2m", severity, summary)


def _rate(series: str, window: str) -> str:
    return f"sum by (namespace) (rate({series}[{window}]))"


_CAUSES = (
    Alert(
        "AskmeshUpstreamLeftAlone",
        "min by (namespace, upstream) (askmesh_upstream_works) < 1",
        "2m",
        "ticket",
        "{{ $labels.upstream }} is not asked any more, because it fails or is slow",
    ),
    Alert(
        "AskmeshQuestionsRefused",
        f'{_rate(f"""{_ASKED}, code="RESOURCE_EXHAUSTED"}}""", "10m")}'
        f" / {_rate(f'{_ASKED}}}', '10m')} > 0.05",
        "10m",
        "page",
        "More than 1 of 20 questions is refused for want of room",
    ),
    Alert(
        "AskmeshAuditFails",
        "min by (namespace, job) (askmesh_audit_works) < 1",
        "1m",
        "page",
        "{{ $labels.job }} refuses calls, because it cannot record them",
    ),
    Alert(
        "AskmeshCredentialsRefused",
        "sum by (namespace, job)"
        ' (rate(askmesh_rpc_requests_total{job=~"gateway|ingestion", code="UNAUTHENTICATED"}[10m]))'
        f" > {_REFUSED_PER_SECOND:g}",
        "10m",
        "ticket",
        "{{ $labels.job }} is called all the time with credentials that it does not know",
    ),
    Alert(
        "AskmeshIndexBehind",
        "max by (namespace) (askmesh_indexed_revision)"
        " - min by (namespace) (askmesh_indexed_revision) > 0",
        "10m",
        "ticket",
        "A pod of retrieval does not see the newest documents that another one sees",
    ),
    Alert(
        "AskmeshIndexOld",
        "time() - min by (namespace) (askmesh_index_checked_timestamp_seconds) > 60",
        "5m",
        "ticket",
        "A pod of retrieval has not had all documents for more than a minute",
    ),
    Alert(
        "AskmeshServiceSilent",
        'up{job=~"gateway|ingestion|query-understanding|retrieval|reranking|summarization"} == 0',
        "5m",
        "ticket",
        "{{ $labels.job }} at {{ $labels.instance }} gives no metrics",
    ),
    Alert(
        "AskmeshTritonQueues",
        "min by (namespace, model) (min_over_time(nv_inference_pending_request_count[10m])) > 0",
        "5m",
        "ticket",
        "Requests for {{ $labels.model }} have been waiting in Triton all the time",
    ),
)

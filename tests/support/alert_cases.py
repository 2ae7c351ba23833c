"""What may happen to a mesh, as series of metrics, and the alerts that are told of it then."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from helm.monitoring.alerts import FIRST_TEXT_SECONDS, OBJECTIVES, RUNBOOK, Alert, alerts

_ASKED = 'askmesh_rpc_requests_total{{namespace="n",job="gateway",method="StreamAnswer",code="{}"}}'
_MADE = 'askmesh_answers_total{{namespace="n",job="gateway",outcome="answered",degraded="{}"}}'
_FIRST = "askmesh_time_to_first_token_seconds"
_IN_TIME = f'{_FIRST}_bucket{{namespace="n",job="gateway",le="{FIRST_TEXT_SECONDS}"}}'
_FIRST_TEXTS = f'{_FIRST}_count{{namespace="n",job="gateway"}}'
_HOUR, _DAY = 60, 24 * 60
_PER_MINUTE = 100
_RARE = 0.25
"""Questions in a minute: enough of them to judge by, and too few."""

_NAMES = {"failed": "QuestionsFail", "slow": "FirstTextsLate", "degraded": "AnswersIncomplete"}


@dataclass(frozen=True, slots=True)
class _Pair:
    """How fast the budget burns in two windows, which are in minutes, for an alert to fire."""

    many: str
    rate: float
    long: int
    short: int
    step: int

    def alert(self, objective: str) -> str:
        return f"Askmesh{self.many}{_NAMES[objective]}"


_PAIRS = (
    _Pair("Many", 14.4, _HOUR, 5, 1),
    _Pair("Many", 6.0, 6 * _HOUR, 30, 1),
    _Pair("Some", 3.0, _DAY, 2 * _HOUR, 10),
    _Pair("Some", 1.0, 3 * _DAY, 6 * _HOUR, 10),
)
_LAST_OF_ALERTS = (_PAIRS[1], _PAIRS[3])


@dataclass(frozen=True, slots=True)
class AlertCase:
    """What happens, and whether an alert fires at a minute, for whom.

    Series have a value, and rules are evaluated, every so many minutes.
    """

    what: str
    alert: str
    series: Mapping[str, str]
    minute: int
    fires_for: Mapping[str, str] | None = None
    step: int = 1

    def as_test(self) -> dict[str, object]:
        """Return the case as promtool reads it."""
        fired = [] if self.fires_for is None else [_fired(_alert(self.alert), self.fires_for)]
        return {
            "name": f"{self.alert}: {self.what}",
            "interval": f"{self.step}m",
            "input_series": [
                {"series": name, "values": values} for name, values in self.series.items()
            ],
            "alert_rule_test": [
                {"eval_time": f"{self.minute}m", "alertname": self.alert, "exp_alerts": fired}
            ],
        }


def cases() -> Iterator[AlertCase]:
    """Yield, for each alert, when it fires and when it must not."""
    for objective in OBJECTIVES:
        for pair in _PAIRS:
            yield from _burning(objective, pair)
        for pair in _LAST_OF_ALERTS:
            yield from _not_burning(objective, pair)
    yield from _refusals()
    yield from _strangers()
    yield from _states()


def _burning(objective: str, pair: _Pair) -> Iterator[AlertCase]:
    alert, share = pair.alert(objective), _share(objective, pair.rate * 1.1)
    what, minute = f"{objective} at {pair.rate:g} times the budget", pair.long + 2 * pair.step
    often = _counters(_rates(objective, share), pair.long * 2, pair.step)
    yield AlertCase(what, alert, often, minute, {"namespace": "n"}, pair.step)
    few = _counters(_rates(objective, share, per_minute=_RARE), pair.long * 2, pair.step)
    yield AlertCase(f"{what}, of few questions", alert, few, minute, step=pair.step)


def _not_burning(objective: str, pair: _Pair) -> Iterator[AlertCase]:
    alert, minute = pair.alert(objective), pair.long + 2 * pair.step
    fine = _rates(objective, _share(objective, pair.rate * 0.9))
    what = f"{objective} at less than {pair.rate:g} times the budget"
    yield AlertCase(what, alert, _counters(fine, pair.long * 2, pair.step), minute, step=pair.step)
    bad = _rates(objective, _share(objective, pair.rate * 1.1))
    over, good = pair.short + 3 * pair.step, _rates(objective, 0)
    ended = {
        series: _growing((each, pair.long), (good[series], over), step=pair.step)
        for series, each in bad.items()
    }
    what = f"{objective} at {pair.rate:g} times the budget, once"
    yield AlertCase(what, alert, ended, pair.long + pair.short + 2 * pair.step, step=pair.step)


def _share(objective: str, rate: float) -> float:
    return min(1.0, (1 - OBJECTIVES[objective]) * rate)


def _rates(objective: str, bad: float, *, per_minute: float = _PER_MINUTE) -> dict[str, float]:
    """Return how much each series grows in a minute while a share of all is bad."""
    ok, failed = _ASKED.format("OK"), _ASKED.format("UNAVAILABLE")
    match objective:
        case "failed":
            shares = {ok: 1 - bad, failed: bad}
        case "slow":
            shares = {ok: 1.0, _FIRST_TEXTS: 1.0, _IN_TIME: 1 - bad}
        case _:
            shares = {ok: 1.0, _MADE.format("true"): bad, _MADE.format("false"): 1 - bad}
    return {series: share * per_minute for series, share in shares.items()}


def _refusals() -> Iterator[AlertCase]:
    ok, refused = _ASKED.format("OK"), _ASKED.format("RESOURCE_EXHAUSTED")
    for share, fires in ((0.06, True), (0.04, False)):
        rates = {ok: (1 - share) * _PER_MINUTE, refused: share * _PER_MINUTE}
        yield AlertCase(
            f"{share:.0%} are refused",
            "AskmeshQuestionsRefused",
            _counters(rates, 40, 1),
            30,
            {"namespace": "n"} if fires else None,
        )


def _strangers() -> Iterator[AlertCase]:
    counter = 'askmesh_rpc_requests_total{{namespace="n",job="ingestion",code="{}"}}'
    for code, per_minute, fires in (
        ("UNAUTHENTICATED", 120, True),
        ("UNAUTHENTICATED", 30, False),
        ("PERMISSION_DENIED", 120, False),
    ):
        yield AlertCase(
            f"{per_minute} a minute end as {code}",
            "AskmeshCredentialsRefused",
            _counters({counter.format(code): per_minute}, 40, 1),
            30,
            {"namespace": "n", "job": "ingestion"} if fires else None,
        )


def _states() -> Iterator[AlertCase]:
    """Yield what a gauge tells: fine, of no use for a moment, and for long."""
    works = 'askmesh_upstream_works{namespace="n",upstream="reranking"}'
    up = 'up{namespace="n",job="retrieval",instance="i"}'
    waiting = 'nv_inference_pending_request_count{namespace="n",model="ensemble"}'
    revision = 'askmesh_indexed_revision{{namespace="n",job="retrieval",instance="{}"}}'
    behind = {revision.format("a"): "7x60", revision.format("b"): "7x10 9x50"}
    yield from _state("UpstreamLeftAlone", {works: "1x10 0x50"}, 2, 0, upstream="reranking")
    audit = 'askmesh_audit_works{namespace="n",job="gateway",instance="i"}'
    yield from _state("AuditFails", {audit: "1x10 0x50"}, 1, 0, job="gateway")
    yield from _state("ServiceSilent", {up: "1x10 0x50"}, 5, 0, job="retrieval", instance="i")
    yield from _state("TritonQueues", {waiting: "0x10 3x50"}, 5, 9, model="ensemble")
    yield from _state("IndexBehind", behind, 10, 0)
    checked = 'askmesh_index_checked_timestamp_seconds{namespace="n",job="retrieval",instance="i"}'
    yield from _state("IndexOld", {checked: "0+60x10 600x50"}, 5, 1)


def _state(
    name: str, series: Mapping[str, str], pending: int, window: int, **labels: str
) -> Iterator[AlertCase]:
    alert, begins = f"Askmesh{name}", 11 + window
    yield AlertCase("before it begins", alert, series, 9)
    yield AlertCase("for a moment", alert, series, begins + pending - 1)
    lasting = begins + pending + 1
    yield AlertCase("for long", alert, series, lasting, {"namespace": "n", **labels})


def _counters(rates: Mapping[str, float], minutes: int, step: int) -> dict[str, str]:
    return {series: _growing((rate, minutes), step=step) for series, rate in rates.items()}


def _growing(*phases: tuple[float, int], step: int) -> str:
    """Return the values of a counter that grows by a rate for so many minutes, and so on."""
    parts, last = ["0"], 0.0
    for rate, minutes in phases:
        parts.append(f"{last + rate * step:g}+{rate * step:g}x{minutes // step - 1}")
        last += rate * minutes
    return " ".join(parts)


def _alert(name: str) -> Alert:
    return next(alert for alert in alerts() if alert.name == name)


def _fired(alert: Alert, labels: Mapping[str, str]) -> dict[str, object]:
    told = re.sub(r"{{ \$labels\.(\w+) }}", lambda found: labels[found[1]], alert.summary)
    return {
        "exp_labels": {**labels, "severity": alert.severity},
        "exp_annotations": {"summary": told, "runbook_url": f"{RUNBOOK}{alert.name.lower()}"},
    }

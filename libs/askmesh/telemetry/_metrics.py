"""The metrics of one service, in a registry of its own."""

from collections.abc import Mapping
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from askmesh.telemetry._exemplars import ExemplaryTimer, exemplar
from askmesh.telemetry._families import Family, Values
from askmesh.telemetry._measured_calls import MeasuredCalls
from askmesh.telemetry._metric_names import COUNTERS, GAUGES, HISTOGRAMS

TokenKind = Literal["prompt", "completion"]
UpstreamState = Literal["closed", "half-open", "open"]
ExtraKind = Literal["retry", "hedge", "hedge_won"]
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_WORKS: Mapping[UpstreamState, float] = {"closed": 1.0, "half-open": 0.5, "open": 0.0}


class ServiceMetrics:
    """What a service counts and times. Histograms link to traces by exemplars."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        """All metrics of this process's service."""
        self._counters = Family[Counter](
            lambda name, text, labels: Counter(name, text, labels, registry=registry), COUNTERS
        )
        self._gauges = Family[Gauge](
            lambda name, text, labels: Gauge(name, text, labels, registry=registry), GAUGES
        )
        self._histograms = Family[Histogram](
            lambda name, text, labels: Histogram(
                name, text, labels, registry=registry, buckets=SECONDS
            ),
            HISTOGRAMS,
        )
        self._counters("askmesh_cancellations")  # 0 from the start on
        self._rooms: dict[str, tuple[Gauge, ...]] = {}
        self._tenants, self._models, self._reasons = Values(), Values(), Values()

    def calls_of(self, service: str, method: str) -> MeasuredCalls:
        """Return what counts and times the calls of a method that is served."""
        return MeasuredCalls(
            lambda code: self._counters("askmesh_rpc_requests", service, method, code),
            lambda: ExemplaryTimer(
                self._histograms("askmesh_rpc_duration_seconds", service, method), SECONDS
            ),
        )

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Time one stage of the work. Stages are a small closed set."""
        self._histograms("askmesh_stage_duration_seconds", stage).observe(seconds, exemplar())

    def observe_first_token(self, seconds: float) -> None:
        """Time from the start of this service's work on an answer to its first text."""
        self._histograms("askmesh_time_to_first_token_seconds").observe(seconds, exemplar())

    def observe_last_token(self, seconds: float) -> None:
        """Time from a question to the end of an answer that was written."""
        self._histograms("askmesh_time_to_last_token_seconds").observe(seconds, exemplar())

    def observe_between_tokens(self, seconds: float) -> None:
        """Time from one token of a model to its next."""
        self._histograms("askmesh_time_between_tokens_seconds").observe(seconds)

    def observe_wait(self, resource: str, seconds: float) -> None:
        """Time until there was room to begin. Resources are a small closed set."""
        self._histograms("askmesh_wait_seconds", resource).observe(seconds, exemplar())

    def observe_loop_lag(self, seconds: float) -> None:
        """Time by which the event loop did something later than it could."""
        self._histograms("askmesh_event_loop_lag_seconds").observe(seconds)

    def count_failure(self, reason: str) -> None:
        """Count a call that ended in an error. A hundred reasons are told apart at most."""
        self._counters("askmesh_rpc_failures", self._reasons(reason)).inc()

    def count_tokens(self, kind: TokenKind, count: int, *, tenant: str, model: str) -> None:
        """Count tokens that a model has read or written for a tenant.

        A hundred tenants and a hundred models are told apart at most.
        """
        labels = kind, self._tenants(tenant), self._models(model)
        self._counters("askmesh_tokens", *labels).inc(count)

    def count_cost(self, amount: float, *, tenant: str, model: str) -> None:
        """Count what tokens cost a tenant; told apart as tokens are."""
        labels = self._tenants(tenant), self._models(model)
        self._counters("askmesh_cost", *labels).inc(amount)

    def count_profile(self, outcome: str) -> None:
        """Count a profile that was to be sent. Outcomes are few, in lower_case."""
        self._counters("askmesh_profiles", outcome).inc()

    def count_cancellation(self) -> None:
        """Count work that was given up because nobody waits for it."""
        self._counters("askmesh_cancellations").inc()

    def count_degradation(self, reason: str) -> None:
        """Count an answer with less than was asked for. Reasons are few, in lower_case."""
        self._counters("askmesh_degradations", reason).inc()

    def count_answer(self, outcome: str, *, degraded: bool) -> None:
        """Count an answer that has ended. Outcomes are few, in lower_case."""
        self._counters("askmesh_answers", outcome, str(degraded).lower()).inc()

    def count_abstention(self, reason: str) -> None:
        """Count a question that was not answered. Reasons are few, in lower_case."""
        self._counters("askmesh_abstentions", reason).inc()

    def count_cache_lookup(self, cache: str, outcome: str, count: int = 1) -> None:
        """Count what looks into a cache gave. Names and outcomes are small closed sets."""
        self._counters("askmesh_cache_lookups", cache, outcome).inc(count)

    def count_audit_events(self, count: int) -> None:
        """Count events that were written."""
        self._counters("askmesh_audit_events").inc(count)

    def set_audit_works(self, *, works: bool) -> None:
        """Say whether events can be written."""
        self._gauges("askmesh_audit_works").set(works)

    def set_active_answers(self, count: int) -> None:
        """Say how many answers are being made now."""
        self._gauges("askmesh_active_answers").set(count)

    def set_active_answers_limit(self, count: int) -> None:
        """Say how many answers may be made at once."""
        self._gauges("askmesh_active_answers_limit").set(count)

    def set_room(self, room: str, *, places: int, in_use: int, waiting: int) -> None:
        """Say how much may be done at once in a room, how much is, and how much waits."""
        gauges = self._rooms.get(room)
        if gauges is None:
            names = ("places", "places_taken", "waiting")
            gauges = tuple(self._gauges(f"askmesh_room_{name}", room) for name in names)
            self._rooms[room] = gauges
        for gauge, value in zip(gauges, (places, in_use, waiting), strict=True):
            gauge.set(value)

    def count_refusal(self, room: str, why: str) -> None:
        """Count work for which there was no room. Rooms and causes are small closed sets."""
        self._counters("askmesh_room_refusals", room, why).inc()

    def set_index_checked(self, seconds: float) -> None:
        """Say when the indexes held all documents, in seconds since 1970."""
        self._gauges("askmesh_index_checked_timestamp_seconds").set(seconds)

    def set_indexed_revision(self, revision: int) -> None:
        """Say the newest revision of the documents that searches can see."""
        self._gauges("askmesh_indexed_revision").set(revision)

    def set_upstream(self, upstream: str, state: UpstreamState) -> None:
        """Say whether a service is asked: `closed`, `open` if not, `half-open` for a probe."""
        self._gauges("askmesh_upstream_works", upstream).set(_WORKS[state])

    def count_extra_attempt(self, upstream: str, kind: ExtraKind) -> None:
        """Count an attempt beyond the first, or one made beside another that answered first."""
        if kind == "hedge_won":
            self._counters("askmesh_hedges_won", upstream).inc()
        else:
            self._counters("askmesh_extra_attempts", upstream, kind).inc()

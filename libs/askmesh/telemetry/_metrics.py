"""The metrics of one service, in a registry of its own."""

from functools import cached_property
from typing import Literal

from opentelemetry.trace import get_current_span
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

TokenKind = Literal["prompt", "completion"]
ExtraKind = Literal["retry", "hedge", "hedge_won"]

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class ServiceMetrics:
    """What a service counts and times. Histograms link to traces by exemplars."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._requests = Counter(
            "askmesh_rpc_requests",
            "Calls served.",
            ["rpc_service", "method", "code"],
            registry=registry,
        )
        self._durations = _histogram(
            registry,
            "askmesh_rpc_duration_seconds",
            "Time to serve a call.",
            "rpc_service",
            "method",
        )
        self._stages = _histogram(
            registry, "askmesh_stage_duration_seconds", "Time in a stage of the work.", "stage"
        )
        self._tokens = Counter(
            "askmesh_tokens", "Tokens read and written by models.", ["kind"], registry=registry
        )
        self._cancellations = Counter(
            "askmesh_cancellations", "Work given up because nobody waits for it.", registry=registry
        )
        self._degradations = Counter(
            "askmesh_degradations",
            "Answers with less than was asked for.",
            ["reason"],
            registry=registry,
        )

    @property
    def registry(self) -> CollectorRegistry:
        """The registry with all metrics of this process's service."""
        return self._registry

    def observe_rpc(self, service: str, method: str, code: str, seconds: float) -> None:
        """Count a served call. `code` is the name of its gRPC status."""
        self._requests.labels(service, method, code).inc()
        self._durations.labels(service, method).observe(seconds, _exemplar())

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Time one stage of the work. Stages are a small closed set."""
        self._stages.labels(stage).observe(seconds, _exemplar())

    def observe_first_token(self, seconds: float) -> None:
        """Time from the start of this service's work on an answer to its first text."""
        self._first_tokens.observe(seconds, _exemplar())

    def count_tokens(self, kind: TokenKind, count: int) -> None:
        """Count tokens that a model has read or written."""
        self._tokens.labels(kind).inc(count)

    def count_cancellation(self) -> None:
        """Count work that was given up because nobody waits for it."""
        self._cancellations.inc()

    def count_degradation(self, reason: str) -> None:
        """Count an answer with less than was asked for. Reasons are few, in lower_case."""
        self._degradations.labels(reason).inc()

    def count_answer(self, outcome: str, *, degraded: bool) -> None:
        """Count an answer that has ended. Outcomes are few, in lower_case."""
        self._answers.labels(outcome, str(degraded).lower()).inc()

    def count_abstention(self, reason: str) -> None:
        """Count a question that was not answered. Reasons are few, in lower_case."""
        self._abstentions.labels(reason).inc()

    def count_cache_lookup(self, cache: str, outcome: str, count: int = 1) -> None:
        """Count what looks into a cache gave. Names and outcomes are small closed sets."""
        self._cache_lookups.labels(cache, outcome).inc(count)

    def set_active_answers(self, count: int) -> None:
        """Say how many answers are being made now."""
        self._active_answers.set(count)

    def set_indexed_revision(self, revision: int) -> None:
        """Say the newest revision of the documents that searches can see."""
        self._indexed_revision.set(revision)

    def set_upstream(self, upstream: str, *, works: bool) -> None:
        """Say whether a service that this one calls works, as its last calls showed."""
        self._upstreams.labels(upstream).set(works)

    def count_extra_attempt(self, upstream: str, kind: ExtraKind) -> None:
        """Count an attempt beyond the first, or one made beside another that answered first."""
        if kind == "hedge_won":
            self._hedges_won.labels(upstream).inc()
        else:
            self._extra_attempts.labels(upstream, kind).inc()

    # What only some services have is made when it is first used.

    @cached_property
    def _first_tokens(self) -> Histogram:
        return _histogram(
            self._registry,
            "askmesh_time_to_first_token_seconds",
            "Time from the start of this service's work on an answer to its first text.",
        )

    @cached_property
    def _answers(self) -> Counter:
        return Counter(
            "askmesh_answers",
            "Answers that have ended, and whether they went without something.",
            ["outcome", "degraded"],
            registry=self._registry,
        )

    @cached_property
    def _abstentions(self) -> Counter:
        return Counter(
            "askmesh_abstentions",
            "Questions that were not answered.",
            ["reason"],
            registry=self._registry,
        )

    @cached_property
    def _cache_lookups(self) -> Counter:
        return Counter(
            "askmesh_cache_lookups",
            "What looks into caches gave.",
            ["cache", "outcome"],
            registry=self._registry,
        )

    @cached_property
    def _active_answers(self) -> Gauge:
        return Gauge("askmesh_active_answers", "Answers in the making.", registry=self._registry)

    @cached_property
    def _upstreams(self) -> Gauge:
        return Gauge(
            "askmesh_upstream_works",
            "1 if calls to the upstream are made, 0 if it failed and is left alone.",
            ["upstream"],
            registry=self._registry,
        )

    @cached_property
    def _extra_attempts(self) -> Counter:
        return Counter(
            "askmesh_extra_attempts",
            "Attempts at a call beyond its first.",
            ["upstream", "kind"],
            registry=self._registry,
        )

    @cached_property
    def _hedges_won(self) -> Counter:
        return Counter(
            "askmesh_hedges_won",
            "Attempts beside a late one that answered before it.",
            ["upstream"],
            registry=self._registry,
        )

    @cached_property
    def _indexed_revision(self) -> Gauge:
        return Gauge(
            "askmesh_indexed_revision",
            "The newest revision of the documents that searches can see.",
            registry=self._registry,
        )


def _histogram(registry: CollectorRegistry, name: str, text: str, *labels: str) -> Histogram:
    return Histogram(name, text, labels, registry=registry, buckets=SECONDS)


def _exemplar() -> dict[str, str] | None:
    context = get_current_span().get_span_context()
    if not context.trace_flags.sampled:
        return None
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}

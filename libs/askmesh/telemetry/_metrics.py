"""The metrics of one service, in a registry of its own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Generic, Literal, TypeVar

from opentelemetry.trace import get_current_span
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

TokenKind = Literal["prompt", "completion"]
UpstreamState = Literal["closed", "half-open", "open"]
ExtraKind = Literal["retry", "hedge", "hedge_won"]
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_WORKS: Mapping[UpstreamState, float] = {"closed": 1.0, "half-open": 0.5, "open": 0.0}

M = TypeVar("M", Counter, Gauge, Histogram)
_Texts = Mapping[str, tuple[str, ...]]
_COUNTERS: _Texts = {
    "askmesh_rpc_requests": ("Calls served.", "rpc_service", "method", "code"),
    "askmesh_tokens": ("Tokens read and written by models.", "kind"),
    "askmesh_cancellations": ("Work given up because nobody waits for it.",),
    "askmesh_degradations": ("Answers with less than was asked for.", "reason"),
    "askmesh_answers": (
        "Answers that have ended, and whether they went without something.",
        "outcome",
        "degraded",
    ),
    "askmesh_abstentions": ("Questions that were not answered.", "reason"),
    "askmesh_cache_lookups": ("What looks into caches gave.", "cache", "outcome"),
    "askmesh_extra_attempts": ("Attempts at a call beyond its first.", "upstream", "kind"),
    "askmesh_hedges_won": (
        "Attempts beside a late one that answered before it.",
        "upstream",
    ),
}
"""What each says, and its labels."""
_HISTOGRAMS: _Texts = {
    "askmesh_rpc_duration_seconds": ("Time to serve a call.", "rpc_service", "method"),
    "askmesh_stage_duration_seconds": ("Time in a stage of the work.", "stage"),
    "askmesh_time_to_first_token_seconds": (
        "Time from the start of this service's work on an answer to its first text.",
    ),
}
_GAUGES: _Texts = {
    "askmesh_active_answers": ("Answers in the making.",),
    "askmesh_upstream_works": (
        "1 if the upstream is asked, 0 if it is left alone, 0.5 if one call probes it.",
        "upstream",
    ),
    "askmesh_indexed_revision": ("The newest revision of the documents that searches can see.",),
}


class _Family(Generic[M]):
    """Metrics of one kind, each made when it is first used: some are of some services only."""

    def __init__(self, make: Callable[[str, str, Sequence[str]], M], texts: _Texts) -> None:
        self._make: Callable[[str, str, Sequence[str]], M] = make
        self._texts = texts
        self._made: dict[str, M] = {}

    def __call__(self, name: str, *labels: str) -> M:
        if name not in self._made:
            text, *names = self._texts[name]
            self._made[name] = self._make(name, text, names)
        return self._made[name].labels(*labels) if labels else self._made[name]


class ServiceMetrics:
    """What a service counts and times. Histograms link to traces by exemplars."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        """All metrics of this process's service."""
        self._counters = _Family[Counter](
            lambda name, text, labels: Counter(name, text, labels, registry=registry), _COUNTERS
        )
        self._gauges = _Family[Gauge](
            lambda name, text, labels: Gauge(name, text, labels, registry=registry), _GAUGES
        )
        self._histograms = _Family[Histogram](
            lambda name, text, labels: Histogram(
                name, text, labels, registry=registry, buckets=SECONDS
            ),
            _HISTOGRAMS,
        )
        self._counters("askmesh_cancellations")  # 0 from the start on

    def observe_rpc(self, service: str, method: str, code: str, seconds: float | None) -> None:
        """Count a served call. `code` is the name of its gRPC status.

        `seconds` is None for a call that is open for as long as somebody listens.
        """
        self._counters("askmesh_rpc_requests", service, method, code).inc()
        if seconds is not None:
            duration = self._histograms("askmesh_rpc_duration_seconds", service, method)
            duration.observe(seconds, _exemplar())

    def observe_stage(self, stage: str, seconds: float) -> None:
        """Time one stage of the work. Stages are a small closed set."""
        self._histograms("askmesh_stage_duration_seconds", stage).observe(seconds, _exemplar())

    def observe_first_token(self, seconds: float) -> None:
        """Time from the start of this service's work on an answer to its first text."""
        self._histograms("askmesh_time_to_first_token_seconds").observe(seconds, _exemplar())

    def count_tokens(self, kind: TokenKind, count: int) -> None:
        """Count tokens that a model has read or written."""
        self._counters("askmesh_tokens", kind).inc(count)

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

    def set_active_answers(self, count: int) -> None:
        """Say how many answers are being made now."""
        self._gauges("askmesh_active_answers").set(count)

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


def _exemplar() -> dict[str, str] | None:
    context = get_current_span().get_span_context()
    if not context.trace_flags.sampled:
        return None
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}

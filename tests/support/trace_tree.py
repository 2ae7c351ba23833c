"""The spans of a trace as a tree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from support.otlp import CollectedSpan


@dataclass(frozen=True, slots=True)
class TraceTree:
    """One trace, whole: every span but the root has its parent in it."""

    spans: Sequence[CollectedSpan]

    @property
    def root(self) -> CollectedSpan:
        (root,) = (span for span in self.spans if not span.parent_id)
        return root

    @property
    def errors(self) -> set[str]:
        """The services and names of the spans that are errors."""
        return {label(span) for span in self.spans if span.is_error}

    def one(self, service: str, name: str, kind: str = "") -> CollectedSpan:
        """Return the only span of this name in a service."""
        (found,) = (
            span
            for span in self.spans
            if (span.service, short(span.name)) == (service, name) and kind in span.kind
        )
        return found

    def path(self, span: CollectedSpan) -> str:
        """Return the spans from the root to this one, as `service: name > ...`."""
        by_id = {each.span_id: each for each in self.spans}
        parts = [label(span)]
        while span.parent_id:
            span = by_id[span.parent_id]
            parts.append(label(span))
        return " > ".join(reversed(parts))

    def paths(self) -> set[str]:
        """Return the paths of all spans."""
        return {self.path(span) for span in self.spans}

    def children(self, span: CollectedSpan) -> Iterator[CollectedSpan]:
        return (each for each in self.spans if each.parent_id == span.span_id)


def traces(spans: Sequence[CollectedSpan]) -> list[TraceTree]:
    """Return the traces in the order in which their roots began."""
    by_id: dict[str, list[CollectedSpan]] = {}
    for span in spans:
        by_id.setdefault(span.trace_id, []).append(span)
    return sorted((TraceTree(each) for each in by_id.values()), key=lambda each: each.root.start)


def are_whole(spans: Sequence[CollectedSpan], *, count: int) -> bool:
    """Return whether there are so many traces, with every parent and every call's other side."""
    known = {span.span_id for span in spans}
    parents = {span.parent_id for span in spans}
    roots = sum(not span.parent_id for span in spans)
    called = {span.span_id for span in spans if span.kind == "CLIENT" and _is_ok(span)}
    return roots >= count and parents - {""} <= known and called <= parents


def _is_ok(span: CollectedSpan) -> bool:
    return span.attributes.get("rpc.response.status_code") == "OK"


def short(name: str) -> str:
    """Return the name of a method without that of its service."""
    return name.rpartition("/")[2]


def label(span: CollectedSpan) -> str:
    return f"{span.service}: {short(span.name)}"

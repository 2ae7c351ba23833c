"""A trace on the terminal: a line for each span, below the one that it is a part of."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from rich.bar import Bar
from rich.table import Table
from rich.text import Text

from askmesh.observing import SeenSpan, is_whole

_INDENT = "  "
_STATUS = "rpc.response.status_code"
_OK = "OK"


def waterfall(spans: Sequence[SeenSpan]) -> Table:
    """Return the spans of a trace, in the order of their starts, with bars of their times.

    The arrow before a name says that it is the caller's side of a call.
    """
    begin = min(span.start for span in spans)
    length = max(max(span.end for span in spans) - begin, 1)
    whole = "" if is_whole(spans) else ", of which parts are missing"
    table = Table(
        box=None,
        padding=(0, 1, 0, 0),
        show_header=False,
        expand=True,
        title=f"trace {spans[0].trace_id}{whole}",
        title_justify="left",
    )
    for ratio in (None, None, 1, None):
        table.add_column(ratio=ratio, no_wrap=True)
    for span, depth in nested(spans):
        table.add_row(
            Text(span.service, style="dim"),
            Text.assemble(f"{_INDENT * depth}{_name(span)} ", _status(span)),
            Bar(length, span.start - begin, span.end - begin, color=_colour(span)),
            Text(f"{(span.end - span.start) / 1e6:.1f} ms", justify="right"),
        )
    return table


def nested(spans: Sequence[SeenSpan]) -> Iterator[tuple[SeenSpan, int]]:
    """Yield each span after the one that it is a part of, and how deep it lies.

    Spans whose parent is not there lie at the top.
    """
    known = {span.span_id for span in spans}
    below: defaultdict[str, list[SeenSpan]] = defaultdict(list)
    for span in sorted(spans, key=lambda span: (-span.start, span.span_id)):
        below[span.parent_id if span.parent_id in known else ""].append(span)
    waiting = [(span, 0) for span in below[""]]
    while waiting:
        span, depth = waiting.pop()
        yield span, depth
        waiting += [(part, depth + 1) for part in below[span.span_id]]


def _name(span: SeenSpan) -> str:
    short = span.name.rpartition("/")[2]
    return f"> {short}" if span.kind == "client" else short


def _status(span: SeenSpan) -> tuple[str, str]:
    """Return how it ended, unless it ended well, and the style for that."""
    code = span.attributes.get(_STATUS, "")
    if span.is_error:
        return code or "failed", "red"
    return "" if code == _OK else code, "dim"


def _colour(span: SeenSpan) -> str:
    return "red" if span.is_error else "cyan"

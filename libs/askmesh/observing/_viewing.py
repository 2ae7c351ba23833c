"""What the page shows, as JSON, and the page itself."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files

from askmesh.observing._json import export_from_json
from askmesh.observing._keeping import Kept
from askmesh.observing._scraping import figures_at
from askmesh.observing._spans import SeenSpan, is_whole, span_to_plain, spans_of
from askmesh.pages import PageRequest, WebPage, problem

_HERE = ("127.0.0.1", "localhost", "[::1]")
_MOST_LINES = 300
_TRACES = "/v1/traces"
_MAX_TRACES_BYTES = 16 * 1024 * 1024
_NOTHING: Mapping[str, str] = {}
_FILES = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page.js": ("page.js", "text/javascript; charset=utf-8"),
}
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class View:
    """Answers the page, and whoever sends traces over HTTP.

    Pages of others must not read what is kept, by a name of theirs that leads here: who asks has to
    name this machine.
    """

    def __init__(self, kept: Kept, metrics: Mapping[str, str]) -> None:
        """`metrics` is where each service has its metrics (`host:port`)."""
        self._kept = kept
        self._metrics = metrics

    def max_body(self, request: PageRequest) -> int:
        """Return how much is read of whoever asks: traces, sent to this machine by its name."""
        takes = _names_here(request) and (request.method, request.path) == ("POST", _TRACES)
        return _MAX_TRACES_BYTES if takes else 0

    async def answer(self, request: PageRequest) -> WebPage:
        """Return a page, or what one asks for."""
        if not _names_here(request):
            return problem(HTTPStatus.FORBIDDEN, "Only this machine is answered, by its own name")
        if request.method == "POST":
            return self._receive(request)
        if request.method != "GET":
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, "There is nothing to do here")
        if request.path in _FILES:
            return _file(request.path)
        told = await self._told(request)
        return _json(told) if told is not None else _nothing("The page is at /")

    async def _told(self, request: PageRequest) -> object:
        match request.path.split("/")[1:]:
            case ["api", "answers"]:
                return [_summary(spans) for spans in self._kept.traces()]
            case ["api", "answers", answer_id]:
                return [_trace(spans) for spans in self._kept.traces_of_answer(answer_id)]
            case ["api", "traces", trace_id]:
                return _trace(self._kept.trace(trace_id))
            case ["api", "logs"]:
                wanted = request.query.get("trace_id", "")
                return [asdict(each) for each in self._kept.lines(wanted, limit=_MOST_LINES)]
            case ["api", "metrics"]:
                return [asdict(each) for each in await figures_at(self._metrics)]
            case _:
                return None

    def _receive(self, request: PageRequest) -> WebPage:
        if request.path != _TRACES:
            return _nothing(f"Traces are taken at {_TRACES}")
        if not request.headers.get("content-type", "").startswith("application/json"):
            return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Traces are taken as JSON")
        try:
            export = export_from_json(request.body)
        except ValueError as error:
            return problem(HTTPStatus.BAD_REQUEST, str(error))
        self._kept.add_spans(spans_of(export))
        return _json({})


def _names_here(request: PageRequest) -> bool:
    return request.headers.get("host", "").rpartition(":")[0] in _HERE


def _nothing(sentence: str) -> WebPage:
    return problem(HTTPStatus.NOT_FOUND, sentence)


def _trace(spans: Sequence[SeenSpan]) -> dict[str, object]:
    return {"whole": is_whole(spans), "spans": [span_to_plain(span) for span in spans]}


def _summary(spans: Sequence[SeenSpan]) -> dict[str, object]:
    """Return what a list says of a trace: its root, and what it and `answer` say of themselves."""
    first = min(spans, key=lambda span: (span.parent_id != "", span.start))
    told = {**_attributes(spans, "answer"), **first.attributes}
    return {
        "trace_id": first.trace_id,
        "name": first.name,
        "service": first.service,
        "start": first.start,
        "seconds": (first.end - first.start) / 1e9,
        "spans": len(spans),
        "errors": sum(span.is_error for span in spans),
        "is_error": first.is_error,
        "attributes": told,
    }


def _attributes(spans: Iterable[SeenSpan], name: str) -> Mapping[str, str]:
    return next((span.attributes for span in spans if span.name == name), _NOTHING)


def _json(value: object) -> WebPage:
    return WebPage(json.dumps(value).encode(), "application/json", headers=_SAFE)


@lru_cache
def _file(path: str) -> WebPage:
    name, content_type = _FILES[path]
    content = files("askmesh.observing").joinpath(name).read_bytes()
    return WebPage(content, content_type, headers=_SAFE)

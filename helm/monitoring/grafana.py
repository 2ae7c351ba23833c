"""Dashboards as values, and as the JSON that Grafana reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

Unit = Literal["short", "percentunit", "s", "ops", "bytes", "µs"]
Kind = Literal["timeseries", "stat"]

# Every expression is of the namespace that is chosen; "All" also matches where there is none.
NAMESPACE = 'namespace=~"$namespace"'

_SCHEMA_VERSION = 41
_COLUMNS = 24
_DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


@dataclass(frozen=True, slots=True)
class Query:
    """A PromQL expression, and how its series are called: `{{label}}` is the label's value."""

    expression: str
    legend: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One graph or number. `meaning` says what is normal and what to do otherwise."""

    title: str
    meaning: str
    queries: Sequence[Query]
    unit: Unit = "short"
    kind: Kind = "timeseries"
    width: int = 8  # of 24 columns
    # From these values on it is yellow, and red.
    warn: float | None = None
    bad: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Panels under one heading, from left to right."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One page. `name` is that of its file and, after "askmesh-", its id in Grafana."""

    name: str
    title: str
    rows: Sequence[Row]
    tags: Sequence[str] = field(default=("askmesh",))

    def panels(self) -> Iterator[Panel]:
        """Yield all panels, from top to bottom."""
        for row in self.rows:
            yield from row.panels

    def as_json(self) -> dict[str, object]:
        """Return what Grafana imports."""
        return {
            "uid": f"askmesh-{self.name}",
            "title": self.title,
            "tags": list(self.tags),
            "schemaVersion": _SCHEMA_VERSION,
            "editable": True,
            "refresh": "30s",
            "time": {"from": "now-1h", "to": "now"},
            "templating": {"list": _variables()},
            "links": [_other_dashboards()],
            "panels": list(_placed(self.rows)),
        }


def _placed(rows: Sequence[Row]) -> Iterator[dict[str, object]]:
    """Yield rows and panels with ids and places: a row is one unit high, panels are eight."""
    number = y = 0
    for row in rows:
        number, x = number + 1, 0
        place = {"x": 0, "y": y, "w": _COLUMNS, "h": 1}
        yield {"id": number, "type": "row", "title": row.title, "gridPos": place, "panels": []}
        y += 1
        for panel in row.panels:
            if x + panel.width > _COLUMNS:
                x, y = 0, y + 8
            number += 1
            place = {"x": x, "y": y, "w": panel.width, "h": 8}
            yield {"id": number, "gridPos": place, **_panel(panel)}
            x += panel.width
        y += 8


def _panel(panel: Panel) -> dict[str, object]:
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.meaning,
        "datasource": _DATASOURCE,
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}}
        if panel.kind == "timeseries"
        else {"reduceOptions": {"calcs": ["lastNotNull"]}},
        "targets": [_target(place, query) for place, query in enumerate(panel.queries)],
    }


def _defaults(panel: Panel) -> dict[str, object]:
    steps: list[dict[str, object]] = [{"color": "green", "value": None}]
    if panel.warn is not None:
        steps.append({"color": "yellow", "value": panel.warn})
    if panel.bad is not None:
        steps.append({"color": "red", "value": panel.bad})
    defaults: dict[str, object] = {
        "unit": panel.unit,
        "min": 0,
        "thresholds": {"mode": "absolute", "steps": steps},
    }
    if panel.kind == "timeseries" and len(steps) > 1:
        defaults["custom"] = {"thresholdsStyle": {"mode": "line"}}
    return defaults


def _target(place: int, query: Query) -> dict[str, object]:
    return {
        "refId": chr(ord("A") + place),
        "datasource": _DATASOURCE,
        "expr": query.expression,
        "legendFormat": query.legend,
        "exemplar": "_bucket" in query.expression,
    }


def _variables() -> list[dict[str, object]]:
    return [
        {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"},
        {
            "name": "namespace",
            "type": "query",
            "label": "Namespace",
            "datasource": _DATASOURCE,
            "query": "label_values(askmesh_rpc_requests_total, namespace)",
            "refresh": 2,
            "includeAll": True,
            "allValue": ".*",
            "current": {"text": "All", "value": "$__all"},
        },
    ]


def _other_dashboards() -> dict[str, object]:
    return {"title": "askmesh", "type": "dashboards", "tags": ["askmesh"], "asDropdown": True}

"""Which series an expression of Prometheus asks for."""

from collections.abc import Iterator
from typing import cast

import promql_parser

_PARTS = ("expr", "lhs", "rhs", "param", "args", "vector_selector")


def asked(expression: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each series of an expression with the labels that it is chosen or summed by."""
    yield from _walked(promql_parser.parse(expression), frozenset())


def _walked(node: object, grouping: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    if isinstance(node, promql_parser.VectorSelector):
        chosen = {matcher.name for matcher in node.matchers.matchers}
        yield node.name or "", grouping | chosen
    if node is None:
        return
    if isinstance(node, promql_parser.AggregateExpr) and node.modifier is not None:
        grouping |= set(node.modifier.labels)
    for part in _PARTS:
        below: object = getattr(node, part, [])
        parts = cast("list[object]", below) if isinstance(below, list) else [below]
        for each in parts:
            yield from _walked(each, grouping)

"""A flame graph: the wider a function is drawn, the more of the processor it and its calls took."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

WIDTH, ROW, MARGIN = 1200, 18, 10
_NARROWEST = 0.2
_LETTER = 6.4
_OURS = "askmesh."
_NOTABLE = 0.005
_OURS_COLOUR, _OTHER_COLOUR = "#f4a261", "#e9d8a6"
_MORE_COLOUR, _LESS_COLOUR, _EQUAL_COLOUR = "#e76f51", "#8ecae6", "#eeeeee"


@dataclass(slots=True)
class Flame:
    """A function below its callers: what it took with its calls, and these, by name."""

    name: str
    total: int = 0
    calls: "dict[str, Flame]" = field(default_factory=dict[str, "Flame"])

    def add(self, stack: tuple[str, ...], amount: int) -> None:
        """Count an amount for a stack below this one."""
        flame = self
        flame.total += amount
        for name in stack:
            flame = flame.calls.setdefault(name, Flame(name))
            flame.total += amount

    @property
    def depth(self) -> int:
        """How many rows it takes."""
        rows, depth = [self], 0
        while rows:
            rows, depth = [call for flame in rows for call in flame.calls.values()], depth + 1
        return depth


def flames_of(stacks: Mapping[tuple[str, ...], int], name: str) -> Flame:
    """Return the stacks, with their amounts, as one tree below `name`."""
    root = Flame(name)
    for stack, amount in stacks.items():
        root.add(stack, amount)
    return root


def own_amounts(stacks: Mapping[tuple[str, ...], int]) -> Counter[str]:
    """Return what each function took itself, without its calls."""
    own = Counter[str]()
    for stack, amount in stacks.items():
        own[stack[-1]] += amount
    return own


def shares_changed(now: Mapping[str, int], before: Mapping[str, int]) -> Mapping[str, float]:
    """Return by how much the share of each function in the whole has grown, for those of now."""
    all_now, all_before = max(sum(now.values()), 1), max(sum(before.values()), 1)
    return {name: own / all_now - before.get(name, 0) / all_before for name, own in now.items()}


def flame_graph(
    root: Flame, *, unit: float, unit_name: str, changes: Mapping[str, float] | None = None
) -> str:
    """Return an SVG image; amounts are divided by `unit` to be told.

    Calls stand below their callers, in the order of their names. The full name, the amount and the
    share of each are shown where the pointer is. With `changes`, functions that take more
    themselves than before, as a share of the whole, are red, and those that take less are blue.
    """
    height = root.depth * ROW + 2 * MARGIN
    boxes = "\n".join(_boxes(root, unit, unit_name, changes))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="monospace" font-size="11">\n'
        f'<rect width="100%" height="100%" fill="white"/>\n{boxes}\n</svg>\n'
    )


def _boxes(
    root: Flame, unit: float, unit_name: str, changes: Mapping[str, float] | None
) -> Iterator[str]:
    scale = (WIDTH - 2 * MARGIN) / max(root.total, 1)
    waiting = [(root, float(MARGIN), MARGIN)]
    while waiting:
        flame, left, top = waiting.pop()
        width = flame.total * scale
        if width < _NARROWEST and flame is not root:
            continue
        share = flame.total / max(root.total, 1)
        told = f"{flame.name}: {flame.total / unit:,.1f} {unit_name}, {share:.1%}"
        change = None if changes is None else changes.get(flame.name, 0.0)
        told += "" if change is None else f", {change:+.1%} by itself"
        yield _box(flame.name, told, left, top, width, colour=_colour(flame.name, change))
        for name in sorted(flame.calls):
            waiting.append((flame.calls[name], left, top + ROW))
            left += flame.calls[name].total * scale


def _colour(name: str, change: float | None) -> str:
    if change is None:
        return _OURS_COLOUR if name.startswith(_OURS) else _OTHER_COLOUR
    if abs(change) < _NOTABLE:
        return _EQUAL_COLOUR
    return _MORE_COLOUR if change > 0 else _LESS_COLOUR


def _box(name: str, told: str, left: float, top: int, width: float, *, colour: str) -> str:
    fits = int((width - 4) / _LETTER)
    short = name if len(name) <= fits else name[-fits:] if fits > 2 else ""  # noqa: PLR2004 - letters
    return (
        f'<g><title>{escape(told)}</title><rect x="{left:.1f}" y="{top}" width="{width:.1f}" '
        f'height="{ROW - 1}" fill="{colour}"/><text x="{left + 2:.1f}" y="{top + 13}">'
        f"{escape(short)}</text></g>"
    )

"""Tables whose cells are divided by rules: which text stands in which cell."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from askmesh.ingestion.lines import joined_lines
from askmesh.ingestion.page_rows import Segment, joined, rows_of_page
from askmesh.ingestion.page_rules import Rule
from askmesh.ingestion.page_tables import whole_rows

_NEAR = 2.5
_MIN_EDGES = 3
_MAX_COLUMNS, _MAX_ROWS = 60, 400
_Place = tuple[int, int]


class Grid:
    """A table between rules. What no rule divides is one cell."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        level = [rule for rule in rules if rule.is_level]
        upright = [rule for rule in rules if not rule.is_level]
        sides = [x for rule in level for x in (rule.left, rule.right)]
        ends = [y for rule in upright for y in (rule.top, rule.bottom)]
        self.across = _places([*(rule.left for rule in upright), *_ends(sides)])
        self.down = _places([*(rule.top for rule in level), *_ends(ends)])
        self._owners = self._cells(level, upright) if self.is_table else {}

    @property
    def is_table(self) -> bool:
        """Whether it has rows and columns, and is no drawing."""
        return (
            _MIN_EDGES <= len(self.across) <= _MAX_COLUMNS
            and _MIN_EDGES <= len(self.down) <= _MAX_ROWS
        )

    def holds(self, segment: Segment) -> bool:
        """Tell whether a segment stands inside."""
        x, y = _middle(segment)
        return self.across[0] < x < self.across[-1] and self.down[0] < y < self.down[-1]

    def rows(self, segments: Iterable[Segment]) -> list[Segment]:
        """Return a line with its cells for each row. A cell is told in each place that it spans.

        Rows that no rules divide are lines of text; what spans all columns is told once.
        """
        inside = list(segments)
        if len(self.down) > _MIN_EDGES:
            cells: defaultdict[_Place, list[Segment]] = defaultdict(list)
            for segment in inside:
                cells[self._owner(segment)].append(segment)
            bands = [
                [self._owners[row, column] for column in range(len(self.across) - 1)]
                for row in range(len(self.down) - 1)
            ]
            edges = list(pairwise(self.down))
            return [
                replace(row, top=top, bottom=bottom)
                for (top, bottom), band in zip(edges, bands, strict=True)
                for row in self._row(band, cells)
            ]
        lines: list[Segment] = []
        for line in rows_of_page(inside):
            own = {self._owner(segment): [segment] for segment in line}
            row, _ = self._owner(line[0])
            places = [(row, column) for column in range(len(self.across) - 1)]
            lines.extend(self._row(places, own))
        return whole_rows(lines)

    def _row(
        self, places: Sequence[_Place], cells: Mapping[_Place, Sequence[Segment]]
    ) -> Iterator[Segment]:
        own = [each for place in dict.fromkeys(places) for each in cells.get(place, ())]
        if not own:
            return
        texts = [_text(cells.get(place, ())) for place in places]
        if len(set(places)) == 1:
            texts[1:] = [""] * (len(texts) - 1)
        yield Segment(
            " ".join(texts), self.across[0], min(each.top for each in own), self.across[-1],
            max(each.bottom for each in own), own[0].size, all(each.bold for each in own),
            tuple(texts), tuple(self.across),
        )  # fmt: skip

    def _owner(self, segment: Segment) -> _Place:
        x, y = _middle(segment)
        return self._owners[bisect_right(self.down, y) - 1, bisect_right(self.across, x) - 1]

    def _cells(self, level: Iterable[Rule], upright: Iterable[Rule]) -> dict[_Place, _Place]:
        """Return the cell of each place, by its first place."""
        columns = [(left + right) / 2 for left, right in pairwise(self.across)]
        rows = [(top + bottom) / 2 for top, bottom in pairwise(self.down)]
        left = {
            (row, _nearest(self.across, rule.left))
            for rule in upright
            for row in _between(rows, rule.top, rule.bottom)
        }
        above = {
            (_nearest(self.down, rule.top), column)
            for rule in level
            for column in _between(columns, rule.left, rule.right)
        }
        owners: dict[_Place, _Place] = {}
        for row in range(len(rows)):
            for column in range(len(columns)):
                place = row, column
                owners[place] = place
                if column and place not in left:
                    owners[place] = owners[row, column - 1]
                elif row and place not in above:
                    owners[place] = owners[row - 1, column]
        return owners


def with_cells(segments: Sequence[Segment], rules: Iterable[Rule]) -> list[Segment]:
    """Return the segments, those in tables between rules as one segment for each row."""
    by_height = sorted(segments, key=lambda each: _middle(each)[1])
    heights = [_middle(each)[1] for each in by_height]
    rows: list[Segment] = []
    taken: set[int] = set()
    for grid in _grids([rule for rule in rules if rule.is_long]):
        first, last = bisect_left(heights, grid.down[0]), bisect_right(heights, grid.down[-1])
        near = by_height[first:last]
        inside = [each for each in near if grid.holds(each) and id(each) not in taken]
        taken.update(map(id, inside))
        rows.extend(grid.rows(inside))
    return [*(each for each in segments if id(each) not in taken), *rows]


def _grids(rules: Sequence[Rule]) -> Iterator[Grid]:
    for band in _parted(rules, lambda rule: (rule.top, rule.bottom)):
        for part in _parted(band, lambda rule: (rule.left, rule.right)):
            for rest in _parted(part, lambda rule: (rule.top, rule.bottom)):
                grid = Grid(rest)
                if grid.is_table:
                    yield grid


def _parted(
    rules: Sequence[Rule], extent: Callable[[Rule], tuple[float, float]]
) -> Iterator[list[Rule]]:
    """Yield the rules in groups, between which there is free space."""
    group: list[Rule] = []
    end = 0.0
    for rule in sorted(rules, key=extent):
        first, last = extent(rule)
        if group and first > end + _NEAR:
            yield group
            group = []
        end = max(end, last) if group else last
        group.append(rule)
    if group:
        yield group


def _places(values: Iterable[float]) -> list[float]:
    """Return different values, in order."""
    places: list[float] = []
    for value in sorted(values):
        if not places or value - places[-1] > _NEAR:
            places.append(value)
    return places


def _ends(values: Sequence[float]) -> list[float]:
    return [min(values), max(values)] if values else []


def _between(values: Sequence[float], first: float, last: float) -> range:
    return range(bisect_left(values, first), bisect_right(values, last))


def _nearest(places: Sequence[float], value: float) -> int:
    return bisect_right(places, value + _NEAR / 2) - 1


def _middle(segment: Segment) -> tuple[float, float]:
    return (segment.left + segment.right) / 2, (segment.top + segment.bottom) / 2


def _text(segments: Sequence[Segment]) -> str:
    return joined_lines(joined(row).text for row in rows_of_page(segments))

"""What stands at the top and the bottom of pages and is none of their text."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

from askmesh.ingestion.page_rows import PageRow, Segment, joined, rows_of_page

_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_PAGE_NUMBER = re.compile(r"(?:page|p\.)? ?\d+(?: ?(?:/|of) ?\d+)?", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\d+(?: ?/ ?\d+)?")
_BESIDE = re.compile(
    r"\b(?:page|p\.) ?\d+(?: ?(?:/|of) ?\d+)?|^\d+ ?[|\u00b7]|[|\u00b7] ?\d+$", re.IGNORECASE
)
_DECORATION = "-\u2013\u2014|\u00b7 "
_ROWS_LOOKED_AT = 3
_SHARE = 3
_PAGES = 3
_SAME_PLACE = 6.0
_APART = 0.7
_LARGER = 1.25
_STANDS_OUT = 1.1

_Page = Sequence[Segment]


@dataclass(frozen=True, slots=True)
class _Edge:
    """A row near the top or the bottom of a page, and its distance from the row within it."""

    page: int
    depth: int
    at_top: bool
    row: PageRow
    text: str
    size: float
    place: float
    distance: float
    stands_out: bool

    @property
    def key(self) -> str:
        """What is the same on all pages if the row runs along them; empty for a page number.

        Of what stands out at the top, that is all but the number of the page: "Day 1" and "Day 2"
        are headings.
        """
        if not self.stands_out or not _key(self.text):
            return _key(self.text)
        cells = (each.text for each in self.row if not _is_numeral(each.text))
        return " ".join(_BESIDE.sub("", " ".join(cells)).split()) or self.text

    @property
    def numbers(self) -> list[int]:
        """The numbers in the text, how far each is from the number of the page."""
        return [int(number[-9:]) - self.page for number in re.findall(r"\d+", self.text)]

    @property
    def is_apart(self) -> bool:
        """Whether a gap divides the row from the text of the page."""
        return self.distance > self.size * _APART


def without_margins(pages: Sequence[_Page]) -> list[list[Segment]]:
    """Return the pages without what runs along their tops and bottoms, and without their numbers.

    It stands at the same place of several pages and is the same, but for numbers that count the
    pages; what is bold or larger than the text is the same with its numbers. What is in large
    letters, or a row of cells above others, stays once: it is a title, or names the columns of a
    table.
    """
    edges = [edge for number, page in enumerate(pages) for edge in _edges(number, page)]
    sizes = [segment.size for page in pages for segment in page]
    large = median(sizes) * _LARGER if sizes else 0.0
    groups: defaultdict[tuple[bool, str], list[_Edge]] = defaultdict(list)
    for edge in edges:
        is_title = edge.at_top and edge.size >= large and edge.key
        groups[edge.at_top, edge.text if is_title else edge.key].append(edge)
    running: set[tuple[int, bool, int]] = set()
    for (_, key), group in groups.items():
        running.update(
            (edge.page, edge.at_top, edge.depth) for edge in _running(key, group, len(pages), large)
        )
    dropped = {
        id(segment)
        for edge in edges
        if all((edge.page, edge.at_top, outer) in running for outer in range(edge.depth + 1))
        for segment in edge.row
    }
    return [[segment for segment in page if id(segment) not in dropped] for page in pages]


def _edges(number: int, page: _Page) -> Iterator[_Edge]:
    rows = rows_of_page(page)
    lines = [joined(row) for row in rows]
    size = median(segment.size for segment in page) if page else 0.0
    has_bold_text = sum(line.bold for line in lines) * 2 > len(lines)
    gaps = [inf, *(below.top - above.bottom for above, below in pairwise(lines)), inf]
    for index, (row, line) in enumerate(zip(rows, lines, strict=True)):
        for at_top, depth in ((True, index), (False, len(rows) - 1 - index)):
            if depth < min(_ROWS_LOOKED_AT, max(1, len(rows) // _SHARE)):
                place = line.top if at_top else line.bottom
                distance = gaps[index + at_top]
                stands_out = line.size > size * _STANDS_OUT or (line.bold and not has_bold_text)
                edge = _Edge(
                    number, depth, at_top, row, line.text, line.size, place, distance,
                    at_top and stands_out,
                )  # fmt: skip
                if len(rows) >= _SHARE or (len(rows) > 1 and edge.is_apart) or not _key(line.text):
                    yield edge


def _running(key: str, group: Sequence[_Edge], pages: int, large: float) -> Sequence[_Edge]:
    """Return which rows of one text are of the margins."""
    if not key:
        return _page_numbers([edge for edge in group if _is_page_number(edge)])
    place = median(edge.place for edge in group)
    same = [edge for edge in group if abs(edge.place - place) <= _SAME_PLACE]
    count = len({edge.page for edge in same})
    if count < min(_PAGES, max(2, pages)) or not _counts_pages(same):
        return []
    if count < _PAGES and not all(edge.is_apart for edge in same):
        return []
    first = same[0]
    names_columns = len(first.row) > 1 and not first.is_apart
    is_same = len({edge.text for edge in same}) == 1
    return same[1:] if is_same and (first.size >= large or names_columns) else same


def _counts_pages(group: Sequence[_Edge]) -> bool:
    """Tell whether texts are the same, or one of their numbers goes on with the pages."""
    if len({edge.text for edge in group}) == 1 or not any(edge.numbers for edge in group):
        return True
    places = zip(*(edge.numbers for edge in group), strict=False)
    return any(len(set(numbers)) == 1 for numbers in places)


def _page_numbers(group: Sequence[_Edge]) -> list[_Edge]:
    """Return those that number pages; a number without a word does so on two of them at least."""
    pages: defaultdict[int, set[int]] = defaultdict(set)
    for edge in group:
        for number in edge.numbers[:1]:
            pages[number].add(edge.page)
    return [
        edge
        for edge in group
        if not _BARE_NUMBER.fullmatch(edge.text.strip(_DECORATION))
        or len(pages[edge.numbers[0]]) > 1
    ]


def _is_page_number(edge: _Edge) -> bool:
    return len(edge.row) == 1 and edge.depth < _ROWS_LOOKED_AT - 1


def _is_numeral(text: str) -> bool:
    return _PAGE_NUMBER.fullmatch(text.strip(_DECORATION)) is not None


def _key(text: str) -> str:
    bare = text.strip(_DECORATION)
    return "" if _is_numeral(bare) else " ".join(_NUMBER.sub("", bare).split())

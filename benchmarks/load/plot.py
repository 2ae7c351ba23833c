"""A picture of what was asked in each second, and how it ended."""

from collections.abc import Iterator, Sequence

from askmesh.load import End, Second

COLOURS = {
    End.WHOLE: "#2b8a3e",
    End.DEGRADED: "#f08c00",
    End.REFUSED: "#adb5bd",
    End.FAILED: "#e03131",
}
NAMESPACE = "http://www.w3.org/2000/svg"
WIDTH, HEIGHT, MARGIN = 960, 320, 40


def plotted(seconds: Sequence[Second]) -> str:
    """Return an SVG: a bar for each second by how its questions ended, and a line.

    The line is of the whole answers that ended in each second.
    """
    most = max((max(each.asked, each.whole_answers) for each in seconds), default=0) or 1
    step = (WIDTH - 2 * MARGIN) / max(1, len(seconds))
    scale = (HEIGHT - 2 * MARGIN) / most
    points = " ".join(
        f"{MARGIN + (each.second + 0.5) * step:.1f},{_up(each.whole_answers * scale):.1f}"
        for each in seconds
    )
    return "\n".join(
        (
            f'<svg xmlns="{NAMESPACE}" viewBox="0 0 {WIDTH} {HEIGHT}" font-size="12">',
            *(bar for each in seconds for bar in _bars(each, step, scale)),
            f'<polyline points="{points}" fill="none" stroke="#1864ab" stroke-width="2"/>',
            *_words(most, len(seconds)),
            "</svg>\n",
        )
    )


def _bars(second: Second, step: float, scale: float) -> Iterator[str]:
    below = 0.0
    for end, colour in COLOURS.items():
        high = second.ends[end] * scale
        if high:
            yield (
                f'<rect x="{MARGIN + second.second * step:.1f}" y="{_up(below + high):.1f}" '
                f'width="{step * 0.9:.1f}" height="{high:.1f}" fill="{colour}"/>'
            )
        below += high


def _words(most: int, seconds: int) -> Iterator[str]:
    """Yield what the bars and the line are, and the ends of both scales."""
    for place, (end, colour) in enumerate(COLOURS.items()):
        yield f'<text x="{MARGIN + place * 90}" y="20" fill="{colour}">{end}</text>'
    told = "whole answers that ended in the second"
    yield f'<text x="{MARGIN + 400}" y="20" fill="#1864ab">{told}</text>'
    yield f'<text x="4" y="{MARGIN + 4}">{most}/s</text>'
    yield f'<text x="{WIDTH - MARGIN - 20}" y="{HEIGHT - 20}">{seconds} s</text>'


def _up(above: float) -> float:
    return HEIGHT - MARGIN - above

"""Compare what libraries take for the content of pages, and how their time grows.

    python -m benchmarks.quality.html_libraries [--output FILE]

`make comparisons` installs the libraries that askmesh itself does not need. Pages are written
here: parts that are content must be found, and parts that are on every page must not.
"""

# The libraries are not always installed, and ship few types.
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.claims import Claim, publish

OURS = "askmesh (Lexbor)"
_COOKIES = '<div class="cookie-consent"><p>We use cookies. <button>Accept all</button></p></div>'
_MENU = (
    '<div class="topnav"><a href="/a">Start</a><a href="/b">Shop for all</a><a href="/c">Jobs</a>'
    '<a href="/d">Help</a></div>'
)
_FOOTER = "<footer>Imprint and privacy <a href=/p>Newsletter</a></footer>"
_NEWS = '<aside class="related"><a href=/x>Ten more stories of the week</a></aside>'
_LONG = "The worktop is oiled twice a year with hard wax oil. It dries for twelve hours. "


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one kind, and what its text must and must not have."""

    kind: str
    html: str
    content: tuple[str, ...]
    around: tuple[str, ...] = ("We use cookies", "Shop for all", "Imprint and privacy")


def pages() -> Iterator[Page]:
    """Yield a page of every kind."""
    body = f"<h1>Care of oak</h1><p>{_LONG * 6}</p>"
    article = Page("article", _whole(f"<article>{body}</article>{_NEWS}"), ("Care of oak", "twice"))
    yield replace(article, around=(*article.around, "Ten more stories"))
    table = "<table><tr><th>Oil<th>Hours<tr><td>Linseed<td>48<tr><td>Wax<td>12</table>"
    unmarked = _whole(f"<div>{body}{table}</div>")
    yield Page("article without marks", unmarked, ("oiled twice", "Linseed", "48"))
    short = (
        "<h2>Opening hours</h2><p>Monday to Friday 9-18</p><p>Sunday: closed</p>"
        "<p>Phone 555 0142</p>"
    )
    said = ("Opening hours", "Sunday: closed", "555 0142")
    yield Page("short page", _whole(f"<div id=main>{short}</div>"), said)
    parts = "".join(f"<h2>Step {n}</h2><p>Turn valve {n} to the left.</p>" for n in range(1, 9))
    manual = _whole(f"<main>{parts}<pre><code>gatectl reload --all</code></pre></main>")
    yield Page("manual of many parts", manual, ("valve 1 to", "valve 8 to", "gatectl reload --all"))
    answers = (
        "<dl><dt>Retention<dd>90 days<dt>Owner<dd>Odile Brandt</dl><ul><li>Dock 7<li>Gate 4471</ul>"
    )
    yield Page("lists", _whole(answers), ("90 days", "Odile Brandt", "Gate 4471"))
    section = f'<div id="cookies" class="section"><h2>Cookies of the oven</h2><p>{_LONG}</p></div>'
    yield Page(
        "a part that is named like a surrounding one",
        _whole(section + body),
        ("Cookies of the oven", "oiled"),
        ("We use cookies", "Shop for all"),
    )


def _whole(inner: str) -> str:
    return (
        f"<html><head><title>T</title></head><body>{_COOKIES}{_MENU}{inner}{_FOOTER}</body></html>"
    )


def _by_askmesh(html: str) -> str:
    from askmesh.ingestion.html_reader import blocks_of_html  # noqa: PLC0415 - as the others

    return "\n".join(block.text for block in blocks_of_html(html))


def _by_trafilatura(html: str) -> str:
    import trafilatura  # noqa: PLC0415 - comes with `make comparisons`

    return trafilatura.extract(html, include_tables=True, favor_recall=True) or ""


def _by_readability(html: str) -> str:
    from lxml.html import fromstring  # noqa: PLC0415 - as the others
    from readability import Document  # noqa: PLC0415 - comes with `make comparisons`

    return str(fromstring(Document(html).summary()).text_content())


LIBRARIES: dict[str, Callable[[str], str]] = {
    OURS: _by_askmesh,
    "trafilatura": _by_trafilatura,
    "readability-lxml": _by_readability,
}


def mistakes(extract: Callable[[str], str], page: Page) -> int:
    """Return how many parts of the content are missing, and how many of the rest are there."""
    text = " ".join(extract(page.html).split())
    return sum(each not in text for each in page.content) + sum(
        each in text for each in page.around
    )


def growth(extract: Callable[[str], str]) -> float:
    """Return how much longer four times as many words that begin with "<" take."""
    return _seconds(extract, 8_000) / max(_seconds(extract, 2_000), 1e-3)


def _seconds(extract: Callable[[str], str], words: int) -> float:
    html = "<html><body>" + "row lower <abc upper def\n" * words
    start = time.process_time()
    extract(html)
    return time.process_time() - start


def measure(output: Path | None) -> None:
    """Extract all pages by all libraries, and write the claims."""
    drawn = list(pages())
    parts = sum(len(page.content) + len(page.around) for page in drawn)
    made = {
        name: {page.kind: mistakes(extract, page) for page in drawn}
        for name, extract in LIBRARIES.items()
    }
    grown = {name: round(growth(extract), 1) for name, extract in LIBRARIES.items()}
    totals = {name: sum(each.values()) for name, each in made.items()}
    others = {name: total for name, total in totals.items() if name != OURS}
    told = ", ".join(f"{name}: {total}" for name, total in others.items())
    publish(
        output,
        benchmark="html-libraries",
        settings={"pages": len(drawn), "parts": parts},
        results={"mistakes": made, "time_of_four_times_as_much": grown},
        claims=[
            Claim("parts of pages that are content, or are not", parts),
            Claim(
                "of them, taken for the other by the reader of pages",
                totals[OURS],
                f"<= {min(others.values())}",
                told,
            ),
            Claim(
                "times as long as before for four times as many unclosed tags",
                grown[OURS],
                "<= 8",
                ", ".join(f"{name}: {times}" for name, times in grown.items() if name != OURS),
            ),
        ],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path)
    measure(parser.parse_args().output)


if __name__ == "__main__":
    main()

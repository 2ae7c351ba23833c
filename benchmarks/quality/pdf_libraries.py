"""Compare what libraries make of PDF files that are hard to read, in which time and memory.

    python -m benchmarks.quality.pdf_libraries [--pages 100] [--output FILE]

`make comparisons` installs the libraries that askmesh itself does not need. Every phrase that the
drawing of a page must give is looked for, white space aside; of tables, a row with its headers.
"""

# The libraries are not always installed, and ship few types.
# pyright: reportMissingImports=false, reportUnknownVariableType=false
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import argparse
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from benchmarks.claims import Claim, publish
from benchmarks.quality.drawn_pages import Drawing, drawings, long_pdf

OURS = "askmesh (PDFium)"


def _by_askmesh(content: bytes) -> str:
    from askmesh.ingestion.reading import read  # noqa: PLC0415 - memory is measured
    from askmesh.uploads import MediaType  # noqa: PLC0415

    return "\n".join(block.text for block in read(content, MediaType.PDF).blocks)


def _by_pdfium(content: bytes) -> str:
    import pypdfium2  # noqa: PLC0415 - memory is measured

    pages = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in pages)


def _by_pypdf(content: bytes) -> str:
    from pypdf import PdfReader  # noqa: PLC0415 - memory is measured

    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def _by_pdfminer(content: bytes) -> str:
    from pdfminer.high_level import extract_text  # noqa: PLC0415 - memory is measured

    return str(extract_text(BytesIO(content)))


LIBRARIES: dict[str, Callable[[bytes], str]] = {
    OURS: _by_askmesh,
    "pypdfium2 alone": _by_pdfium,
    "pypdf": _by_pypdf,
    "pdfminer.six": _by_pdfminer,
}


def phrases_found(read: Callable[[bytes], str], drawing: Drawing) -> int:
    """Return how many phrases of a drawing a library gives."""
    text = " ".join(read(drawing.content).split())
    return sum(phrase in text for phrase in drawing.phrases)


def cost(library: str, pages: int) -> dict[str, float]:
    """Return seconds of the processor and MiB of memory to read many pages, in a process."""
    command = [sys.executable, "-m", __spec__.name, "--cost-of", library, "--pages", str(pages)]
    seconds, mebibytes = subprocess.run(
        command, check=True, capture_output=True, text=True
    ).stdout.split()
    return {"cpu_seconds": float(seconds), "mebibytes": float(mebibytes)}


def _print_cost(library: str, pages: int) -> None:
    content = long_pdf(pages)
    LIBRARIES[library](long_pdf(1))  # what is loaded once is not of the pages
    before = time.process_time()
    LIBRARIES[library](content)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(f"{time.process_time() - before:.2f} {peak:.0f}")


def measure(pages: int, output: Path | None) -> None:
    """Read all drawings by all libraries, and write the claims."""
    drawn = list(drawings())
    wanted = Counter[str]()
    for drawing in drawn:
        wanted[drawing.kind] += len(drawing.phrases)
    found = {library: Counter[str](dict.fromkeys(wanted, 0)) for library in LIBRARIES}
    for library, read in LIBRARIES.items():
        for drawing in drawn:
            found[library][drawing.kind] += phrases_found(read, drawing)
    costs = {library: cost(library, pages) for library in LIBRARIES}
    others = {library: each.total() for library, each in found.items() if library != OURS}
    best = max(others, key=lambda library: others[library])
    told = ", ".join(f"{library}: {total}" for library, total in others.items())
    share = costs[OURS]["cpu_seconds"] / costs["pdfminer.six"]["cpu_seconds"]
    publish(
        output,
        benchmark="pdf-libraries",
        settings={"pages": pages, "drawings": len(drawn)},
        results={
            "phrases_wanted": dict(wanted),
            "phrases_found": {library: dict(each) for library, each in found.items()},
            "cost_of_pages": costs,
        },
        claims=[
            Claim("phrases of hard pages", wanted.total()),
            Claim(
                "of them, found by the reader of PDFs",
                found[OURS].total(),
                f">= {others[best]}",
                told,
            ),
            Claim(
                "time of the reader of PDFs as a share of pdfminer.six's",
                round(share, 2),
                "<= 1",
                f"{costs['pdfminer.six']['cpu_seconds']} s for {pages} pages",
            ),
        ],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--cost-of", choices=LIBRARIES, help="only print the cost of one library")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    if options.cost_of:
        _print_cost(options.cost_of, options.pages)
    else:
        measure(options.pages, options.output)


if __name__ == "__main__":
    main()

"""How long `import askmesh.client` takes, beside `import grpc.aio` alone.

Each import is a process of its own; the two take turns, and the median of the ratios counts.
"""

import argparse
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.claims import Claim, publish

BASELINE, CLIENT = "grpc.aio", "askmesh.client"
_CODE = """
import sys, time
began = time.perf_counter()
import {module}
print(time.perf_counter() - began, len(sys.modules))
"""


def imported(module: str) -> tuple[float, int]:
    """Return how long the import takes in a fresh process, and how many modules there are then."""
    code = _CODE.format(module=module)
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    seconds, modules = output.split()
    return float(seconds), int(modules)


def measure(rounds: int, output: Path | None) -> None:
    """Measure and write the claims."""
    imported(CLIENT)  # fills the caches of byte code and files
    pairs = [(imported(BASELINE), imported(CLIENT)) for _ in range(rounds)]
    ratios = [client[0] / baseline[0] for baseline, client in pairs]
    publish(
        output,
        benchmark="bench_client_import",
        settings={"rounds": rounds},
        results={
            "ratios": [round(ratio, 3) for ratio in ratios],
            "modules": {BASELINE: pairs[0][0][1], CLIENT: pairs[0][1][1]},
        },
        claims=[
            Claim(
                "time to import askmesh.client over that of grpc.aio, median",
                round(statistics.median(ratios), 2),
                "<= 2.5",
                "import grpc.aio alone, in turn",
            ),
            Claim(
                "modules after import askmesh.client", pairs[0][1][1], None, "797 in version 0.1"
            ),
        ],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    measure(options.rounds, options.output)


if __name__ == "__main__":
    main()

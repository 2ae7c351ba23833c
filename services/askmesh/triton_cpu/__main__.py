"""`python -m askmesh.triton_cpu`: becomes a Triton server."""

import sys

from askmesh.config import load
from askmesh.errors import StartupError
from askmesh.triton_cpu.server import replace_process
from askmesh.triton_cpu.settings import TritonCpuSettings


def main() -> int:
    """Install what is missing, then hand the process over to tritonserver."""
    try:
        replace_process(load(TritonCpuSettings), lambda line: print(line, file=sys.stderr))
    except StartupError as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The command line: askmesh up, ingest, ask, status, models pull, demo."""

import os

# Else one of twenty processes that start beside calls of gRPC dies before it begins.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")  # is read when grpc is imported

from askmesh.cli.commands import main

if __name__ == "__main__":
    main()

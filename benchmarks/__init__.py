"""Measurements of askmesh, each a program of its own; the README says how to run them."""

import os

# Else one of twenty processes that benchmarks start beside calls of gRPC dies before it begins.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")  # is read when grpc is imported

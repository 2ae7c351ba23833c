"""What an import does not bring with it."""

import subprocess
import sys


def test_the_driver_of_mongodb_is_loaded_only_where_it_is_used() -> None:
    code = "import sys, askmesh.documents, askmesh.rpc; sys.exit('pymongo' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def test_the_client_brings_no_server_no_settings_no_archives_and_no_exporter_of_traces() -> None:
    heavy = (
        "askmesh.config askmesh.documents askmesh.folders askmesh.serving askmesh.telemetry "
        "numpy opentelemetry.sdk prometheus_client pydantic uvloop zipfile"
    )
    code = f"import sys, askmesh.client; print(*sys.modules.keys() & {heavy!r}.split())"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert loaded.stdout.split() == []

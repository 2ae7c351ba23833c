"""What an import does not bring with it."""

import subprocess
import sys


def test_the_driver_of_mongodb_is_loaded_only_where_it_is_used() -> None:
    code = "import sys, askmesh.documents, askmesh.rpc; sys.exit('pymongo' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0

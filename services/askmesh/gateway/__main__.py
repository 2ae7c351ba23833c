"""Run the gateway: python -m askmesh.gateway."""

import sys

from askmesh.config import load
from askmesh.gateway.settings import Settings
from askmesh.gateway.wiring import gateway_service
from askmesh.serving import run

if __name__ == "__main__":
    settings = load(Settings)
    sys.exit(run(lambda: gateway_service(settings), exit_with_parent=settings.exit_with_parent))

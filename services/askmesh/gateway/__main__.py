"""Run the gateway: python -m askmesh.gateway."""

from askmesh.gateway.settings import Settings
from askmesh.gateway.wiring import gateway_service
from askmesh.serving import main

if __name__ == "__main__":
    main(Settings, gateway_service)

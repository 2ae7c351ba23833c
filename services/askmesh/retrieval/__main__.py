"""Run the retrieval service: python -m askmesh.retrieval."""

from askmesh.retrieval.settings import Settings
from askmesh.retrieval.wiring import retrieval_service
from askmesh.serving import main

if __name__ == "__main__":
    main(Settings, retrieval_service)

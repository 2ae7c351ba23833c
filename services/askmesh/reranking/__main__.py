"""Run reranking: python -m askmesh.reranking."""

from askmesh.reranking.settings import Settings
from askmesh.reranking.wiring import reranking_service
from askmesh.serving import main

if __name__ == "__main__":
    main(Settings, reranking_service)

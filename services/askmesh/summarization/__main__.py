"""Run summarization: python -m askmesh.summarization."""

from askmesh.serving import main
from askmesh.summarization.settings import Settings
from askmesh.summarization.wiring import summarization_service

if __name__ == "__main__":
    main(Settings, summarization_service)

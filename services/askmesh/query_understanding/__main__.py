"""Run query understanding: python -m askmesh.query_understanding."""

from askmesh.query_understanding.settings import Settings
from askmesh.query_understanding.wiring import query_understanding_service
from askmesh.serving import main

if __name__ == "__main__":
    main(Settings, query_understanding_service)

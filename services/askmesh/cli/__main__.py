"""The command line: askmesh up, ingest, ask, status, models pull, demo."""

from askmesh.cli.commands import main

if __name__ == "__main__":
    main()

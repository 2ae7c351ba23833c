"""The command line: start a mesh, ingest documents, ask questions."""

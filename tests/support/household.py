"""Documents of a household, for searches."""

from datetime import UTC, datetime

from support.retrieval import FailingDocuments, store


async def documents_of_a_household() -> FailingDocuments:
    """Return two documents of the tenant "default", and one of another."""
    documents = FailingDocuments()
    await store(documents, "kettle", "the kettle boils water", source="home/kitchen.md")
    await store(
        documents,
        "lamp",
        "the lamp gives light",
        "the lamp needs a bulb",
        source="home/lamp.md",
        modified_time=datetime(2024, 5, 1, tzinfo=UTC),
    )
    await store(documents, "secret", "the kettle of another tenant", tenant="other")
    return documents

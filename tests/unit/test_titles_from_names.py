import pytest

from askmesh.ingestion.identity import title_from


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("docs/sprayer-manual_v2.txt", "sprayer manual v2"),
        ("irrigation.yaml", "irrigation"),
        ("minutes-2025-03.txt", "minutes 2025-03"),
        ("https://example.org/staff%20list.csv?page=1", "staff list"),
        ("Makefile", "Makefile"),
        ("archive.2024", "archive.2024"),
        ("urn:isbn:0451450523", "urn:isbn:0451450523"),
    ],
)
def test_a_document_without_a_title_has_the_name_of_its_file_made_readable(
    source: str, title: str
) -> None:
    assert title_from(source) == title

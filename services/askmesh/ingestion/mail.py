"""What e-mails are made of, whatever file they stand in."""

from collections.abc import Mapping

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import Block, Heading, KeyValue, ReadDocument
from askmesh.ingestion.enclosures import Enclosed, Enclosures


def mail_document(
    headers: Mapping[str, str],
    date: str,
    body: tuple[Block, ...],
    attached: list[Enclosed],
    enclosures: Enclosures,
) -> ReadDocument:
    """Return an e-mail: who wrote what to whom and when, and a section for each attachment."""
    subject = headers.get("Subject", "")
    title: list[Block] = [Heading(1, subject)] if subject else []
    lines = [KeyValue(f"{name}: {value}") for name, value in headers.items() if value]
    lines += [KeyValue(f"Attachment: {each.name}") for each in attached]
    sections = enclosures.sections(attached)
    return ReadDocument(
        subject,
        (*title, *lines, *body, *sections.blocks),
        attributes_of({"author": headers.get("From", ""), "date": date}),
        sections.notices,
    )

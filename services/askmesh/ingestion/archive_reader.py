"""ZIP archives, as one document."""

from askmesh.folders import Member, members_of
from askmesh.ingestion.blocks import ReadDocument
from askmesh.ingestion.enclosures import Enclosed, Enclosures
from askmesh.ingestion.refusals import DocumentRefusedError


def read_zip(content: bytes, enclosures: Enclosures) -> ReadDocument:
    """Return a section for each document in the archive."""
    members = list(members_of(content))
    if [member.name for member in members] == [""]:
        raise DocumentRefusedError("CONTENT_UNREADABLE", "It is a damaged ZIP archive.")
    sections = enclosures.sections(
        Enclosed(member.name, member.content) for member in members if not member.problem
    )
    problems = (_sentence(member) for member in members if member.problem)
    return ReadDocument("", sections.blocks, notices=(*sections.notices, *problems))


def _sentence(member: Member) -> str:
    return f"{member.name or 'The archive'} was not read whole: {member.problem}."

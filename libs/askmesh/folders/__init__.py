"""Documents in files, folders and archives. What is ingested need not come from there."""

from askmesh.folders._archives import Member, members_of
from askmesh.folders._documents import count_documents, documents_in
from askmesh.folders._walking import File, Unreadable, files, in_unicode, source_of_folder

__all__ = [
    "File",
    "Member",
    "Unreadable",
    "count_documents",
    "documents_in",
    "files",
    "in_unicode",
    "members_of",
    "source_of_folder",
]

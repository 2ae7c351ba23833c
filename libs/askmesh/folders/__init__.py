"""Documents in files, folders, buckets and archives. What is ingested need not come from there."""

from askmesh.folders._archives import Member, members_of
from askmesh.folders._buckets import REVISION, SCHEME, Bucket, is_bucket
from askmesh.folders._documents import count_documents, documents_in, mailboxes
from askmesh.folders._files import File, Signature
from askmesh.folders._walking import Place, Unreadable, files, in_unicode, source_of_folder

__all__ = [
    "REVISION",
    "SCHEME",
    "Bucket",
    "File",
    "Member",
    "Place",
    "Signature",
    "Unreadable",
    "count_documents",
    "documents_in",
    "files",
    "in_unicode",
    "is_bucket",
    "mailboxes",
    "members_of",
    "source_of_folder",
]

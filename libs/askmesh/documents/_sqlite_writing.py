"""What is written to a SQLite document store, each within one transaction."""

from collections.abc import Sequence

from askmesh.documents._sqlite_rows import SqlRow, document_row, tombstone_row
from askmesh.documents._sqlite_schema import (
    DELETE_PASSAGES,
    INSERT_DOCUMENT,
    INSERT_PASSAGE,
    MOVE_PASSAGES,
    NEXT_REVISION,
    SELECT_ACCESS,
    SELECT_DOCUMENT,
    SELECT_REVISION,
    SET_ACCESS,
)
from askmesh.documents._sqlite_session import SqliteTransaction
from askmesh.documents._store import Document
from askmesh.passages import AccessList, access_to_text


async def put(
    transaction: SqliteTransaction, tenant: str, document: Document, passages: Sequence[SqlRow]
) -> int:
    """Replace a document and its passages; return the new revision."""
    revision = await _next_revision(transaction)
    access = await _access(transaction, tenant, document)
    await transaction.rows(DELETE_PASSAGES, tenant, document.document_id)
    row = document_row(tenant, document, access, revision, len(passages))
    await transaction.rows(INSERT_DOCUMENT, *row)
    await transaction.insert(INSERT_PASSAGE, [(revision, *row) for row in passages])
    return revision


async def set_access(
    transaction: SqliteTransaction, tenant: str, document_ids: Sequence[str], access: AccessList
) -> dict[str, int]:
    """Change the access list of documents; return the revision of each that has changed."""
    text, revisions = access_to_text(access), dict[str, int]()
    for document_id in document_ids:
        rows = await transaction.rows(SELECT_ACCESS, tenant, document_id)
        if rows and rows[0][1] != text:
            old, revision = rows[0][0], await _next_revision(transaction)
            await transaction.rows(SET_ACCESS, revision, text, old)
            await transaction.rows(MOVE_PASSAGES, revision, old)
            revisions[document_id] = revision
    return revisions


async def delete(transaction: SqliteTransaction, tenant: str, document_id: str) -> int:
    """Delete a document and its passages; return a revision at which it is gone."""
    if not await transaction.rows(SELECT_DOCUMENT, tenant, document_id):
        return await newest_revision(transaction)
    revision = await _next_revision(transaction)
    await transaction.rows(DELETE_PASSAGES, tenant, document_id)
    row = tombstone_row(tenant, document_id, revision)
    await transaction.rows(INSERT_DOCUMENT, *row)
    return revision


async def newest_revision(transaction: SqliteTransaction) -> int:
    """Return the newest revision of all tenants."""
    ((revision,),) = await transaction.rows(SELECT_REVISION)
    return int(revision)


async def _next_revision(transaction: SqliteTransaction) -> int:
    await transaction.rows(NEXT_REVISION)
    return await newest_revision(transaction)


async def _access(transaction: SqliteTransaction, tenant: str, document: Document) -> str:
    if document.access is not None:
        return access_to_text(document.access)
    rows = await transaction.rows(SELECT_ACCESS, tenant, document.document_id)
    return str(rows[0][1]) if rows else ""

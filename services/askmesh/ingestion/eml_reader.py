"""E-mails, as they stand in files."""

import email
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from askmesh.ingestion.attributes import attributes_of
from askmesh.ingestion.blocks import Block, Heading, KeyValue, ReadDocument
from askmesh.ingestion.decoding import decoded
from askmesh.ingestion.html_reader import blocks_of_html
from askmesh.ingestion.text_reader import blocks_of_text

_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read_eml(content: bytes) -> ReadDocument:
    """Return who wrote what to whom and when; attachments are named and told, not read."""
    message = email.message_from_bytes(content, policy=policy.default)
    headers = {name: str(message[name]) for name in _HEADERS if message[name]}
    attached = [part.get_filename() or "without a name" for part in message.iter_attachments()]
    lines: list[Block] = [KeyValue(f"{name}: {value}") for name, value in headers.items()]
    lines += (KeyValue(f"Attachment: {name}") for name in attached)
    subject = headers.get("Subject", "")
    title: list[Block] = [Heading(1, subject)] if subject else []
    notices = (f"{len(attached)} attachments were not read.",) if attached else ()
    fields = {"author": headers.get("From", ""), "date": _date(headers.get("Date", ""))}
    return ReadDocument(subject, (*title, *lines, *_body(message)), attributes_of(fields), notices)


def _body(message: EmailMessage) -> Iterator[Block]:
    part = message.get_body(("plain", "html"))
    if part is None:
        return
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    charset = part.get_content_charset()
    try:
        text = data.decode(charset) if charset else decoded(data).text
    except (LookupError, UnicodeDecodeError):
        text = decoded(data).text
    if part.get_content_subtype() == "html":
        yield from blocks_of_html(text)
    else:
        yield from blocks_of_text(text.replace("\r\n", "\n"))


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except ValueError:
        return ""

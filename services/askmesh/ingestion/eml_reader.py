"""E-mails, as they stand in files, and pages that browsers save in the same form."""

import email
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage, Message, MIMEPart
from email.utils import parsedate_to_datetime

from askmesh.ingestion.blocks import Block, ReadDocument
from askmesh.ingestion.decoding import decoded
from askmesh.ingestion.enclosures import Enclosed, Enclosures
from askmesh.ingestion.html_reader import blocks_of_html
from askmesh.ingestion.mail import mail_document
from askmesh.ingestion.text_reader import blocks_of_text
from askmesh.uploads import MediaType

_HEADERS = ("From", "To", "Cc", "Date", "Subject")


def read_eml(content: bytes, enclosures: Enclosures) -> ReadDocument:
    """Return who wrote what to whom and when, with the attachments."""
    message = email.message_from_bytes(content, policy=policy.default)
    headers = {name: str(message[name]) for name in _HEADERS if message[name]}
    date = _date(headers.get("Date", ""))
    body = tuple(_body(message))
    return mail_document(headers, date, body, list(_attached(message)), enclosures)


def _attached(message: EmailMessage) -> Iterator[Enclosed]:
    for part in message.iter_attachments():
        name = part.get_filename()
        if part.get_content_type() == "message/rfc822":
            inner: Message = part.get_content()
            subject = str(inner["Subject"] or "an e-mail")
            yield Enclosed(name or subject, inner.as_bytes(), MediaType.EML)
        elif name or part.is_attachment():
            yield Enclosed(name or "a file without a name", _payload(part))


def _body(message: EmailMessage) -> Iterator[Block]:
    part = message.get_body(("plain", "html"))
    if part is None:
        return
    data = _payload(part)
    charset = part.get_content_charset()
    is_html = part.get_content_subtype() == "html"
    try:
        text = data.decode(charset) if charset else decoded(data, may_declare=is_html).text
    except (LookupError, UnicodeDecodeError):
        text = decoded(data).text
    if is_html:
        yield from blocks_of_html(text)
    else:
        yield from blocks_of_text(text.replace("\r\n", "\n"))


def _payload(part: MIMEPart) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except ValueError:
        return ""

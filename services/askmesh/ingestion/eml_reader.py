"""E-mails, as they stand in files, and pages that browsers save in the same form."""

import email
import re
from collections.abc import Iterable, Iterator
from email import policy
from email.message import Message, MIMEPart
from email.utils import parsedate_to_datetime

from askmesh.ingestion.blocks import Block, ReadDocument
from askmesh.ingestion.decoding import decoded
from askmesh.ingestion.enclosures import Enclosed, Enclosures
from askmesh.ingestion.html_reader import blocks_of_html
from askmesh.ingestion.mail import mail_document
from askmesh.ingestion.text_reader import blocks_of_text
from askmesh.uploads import MediaType

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")


def read_eml(content: bytes, enclosures: Enclosures) -> ReadDocument:
    """Return who wrote what to whom and when, with the attachments."""
    message = _message(content)
    headers = {name: str(message[name]) for name in _HEADERS if message[name]}
    date = _date(headers.get("Date", ""))
    parts = list(_parts(message))
    body = [block for part in parts if not isinstance(part, Enclosed) for block in part]
    attached = [part for part in parts if isinstance(part, Enclosed)]
    return mail_document(headers, date, tuple(body), attached, enclosures)


def _message(content: bytes) -> MIMEPart:
    """Return the message; headers may be in any encoding, though they should be in ASCII."""
    end = _HEAD_END.search(content)
    head = content[: end.end() if end else len(content)]
    text = decoded(head).text + content[len(head) :].decode("ascii", "surrogateescape")
    return email.message_from_string(text, policy=policy.default)


def _parts(part: MIMEPart) -> Iterator[tuple[Block, ...] | Enclosed]:
    """Yield the texts of a message, and what is attached to it, in their order."""
    name = part.get_filename()
    if part.get_content_type() == "message/rfc822":
        inner: Message = part.get_content()
        subject = str(inner["Subject"] or "an e-mail")
        yield Enclosed(name or subject, inner.as_bytes(), MediaType.EML)
    elif part.get_content_subtype() == "alternative":
        yield from _best([list(_parts(each)) for each in part.iter_parts()])
    elif part.is_multipart():
        for number, each in enumerate(part.iter_parts()):
            is_resource = number and part.get_content_subtype() == "related"
            found = _parts(each)
            yield from (_attached(found) if is_resource else found)
    elif part.get_content_type() == "text/calendar" and not name:
        yield Enclosed("invitation.ics", _payload(part))
    elif name or part.is_attachment():
        yield Enclosed(name or "a file without a name", _payload(part))
    elif part.get_content_maintype() == "text":
        yield tuple(_text(part))


def _best(
    choices: list[list[tuple[Block, ...] | Enclosed]],
) -> Iterator[tuple[Block, ...] | Enclosed]:
    """Yield the first of several forms of one text that says anything, and all attachments."""
    texts = ([part for part in each if not isinstance(part, Enclosed)] for each in choices)
    yield from next(filter(any, texts), ())
    yield from _attached(part for each in choices for part in each)


def _attached(parts: Iterable[tuple[Block, ...] | Enclosed]) -> Iterator[Enclosed]:
    return (part for part in parts if isinstance(part, Enclosed))


def _text(part: MIMEPart) -> Iterator[Block]:
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

"""Outlook's files of e-mails: the one module that knows their libraries."""

# The libraries type little, or nothing.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from collections.abc import Iterator

from compressed_rtf import decompress
from oxmsg import Message
from oxmsg.attachment import Attachment

from askmesh.ingestion.blocks import Block, ReadDocument
from askmesh.ingestion.enclosures import Enclosed, Enclosures
from askmesh.ingestion.html_reader import blocks_of_html
from askmesh.ingestion.mail import mail_document
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.rtf_reader import read_rtf
from askmesh.ingestion.text_reader import blocks_of_text

_DISPLAY_TO, _DISPLAY_CC = 0x0E04, 0x0E03
_SHORT_NAME = 0x3704
_COMPRESSED_RTF = 0x1009


def read_msg(content: bytes, enclosures: Enclosures) -> ReadDocument:
    """Return who wrote what to whom and when, with the attachments."""
    message = Message.load(content)
    if not message.message_class:
        raise DocumentRefusedError("CONTENT_UNREADABLE", "It is no e-mail of Outlook.")
    date = message.sent_date
    headers = {
        "From": message.sender or "",
        "To": message.properties.str_prop_value(_DISPLAY_TO) or "",
        "Cc": message.properties.str_prop_value(_DISPLAY_CC) or "",
        "Date": date.isoformat(" ", "minutes") if date else "",
        "Subject": message.subject,
    }
    attached = list(map(_enclosed, message.attachments))
    day = date.date().isoformat() if date else ""
    return mail_document(headers, day, tuple(_body(message)), attached, enclosures)


def _enclosed(attachment: Attachment) -> Enclosed:
    name = attachment.file_name or attachment.properties.str_prop_value(_SHORT_NAME)
    return Enclosed(name or "a file without a name", attachment.file_bytes or b"")


def _body(message: Message) -> Iterator[Block]:
    if body := message.body:
        yield from blocks_of_text(body.replace("\r\n", "\n"))
    elif html := message.html_body:
        yield from blocks_of_html(html)
    elif rtf := message.properties.binary_prop_value(_COMPRESSED_RTF):
        yield from read_rtf(decompress(rtf)).blocks

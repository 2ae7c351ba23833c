"""Documents in others: attachments of e-mails, and members of archives."""

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from compressed_rtf import compress  # pyright: ignore[reportUnknownVariableType]
from pypdf import PdfReader, PdfWriter

from askmesh.folders import Unreadable, documents_in
from askmesh.ingestion.blocks import Heading, KeyValue, Paragraph, ReadDocument
from askmesh.ingestion.reading import read
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.uploads import MediaType
from support.archives import zip_file
from support.outlook import msg_file
from support.pdf import pdf

SENT = 1707472800  # 9 February 2024
ATTACHMENTS = (("list.csv", b"Room;Seats;Floor\nAlder;20;3\n"), ("logo.png", b"\x89PNG"))


def _mail(*attachments: tuple[str, bytes]) -> bytes:
    message = EmailMessage()
    message["From"] = "Odile Brandt <odile@farm.example>"
    message["Subject"] = "Rooms"
    message.set_content("The list is attached.")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="x", filename=name)
    return message.as_bytes()


def _outlook(*attachments: tuple[str, bytes]) -> bytes:
    texts = {"0037": "Rooms", "0C1A": "Odile Brandt", "0C1F": "odile@farm.example",
             "1000": "The list is attached.\r\n"}  # fmt: skip
    return msg_file(texts, sent=SENT, attachments=attachments)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(_mail(*ATTACHMENTS), MediaType.EML), (_outlook(*ATTACHMENTS), MediaType.MSG)],
)
def test_attachments_are_sections_and_those_of_unknown_forms_are_told(
    content: bytes, media_type: MediaType
) -> None:
    document = read(content, media_type)
    assert document.title == "Rooms"
    assert "odile@farm.example" in document.attributes["author"]
    texts = [block.text for block in document.blocks]
    assert texts[-3:] == ["The list is attached.", "list.csv", "Room: Alder | Seats: 20 | Floor: 3"]
    assert Heading(2, "list.csv") in document.blocks
    assert KeyValue("Attachment: logo.png") in document.blocks
    assert document.notices == ("Not read, as their endings name no known form: logo.png.",)


def test_an_attachment_that_is_damaged_does_not_hurt_its_email() -> None:
    content = _mail(("plan.pdf", b"%PDF-1.7\nbroken"), ("notes.md", b"# Vents\n\nClose them."))
    document = read(content, MediaType.EML)
    assert document.blocks[-2:] == (Heading(3, "Vents"), Paragraph("Close them."))
    assert [notice[:50] for notice in document.notices] == [
        "plan.pdf was not read. It is a PDF without its end"
    ]


def test_an_email_of_outlook_in_html_has_its_date_and_its_long_attachments() -> None:
    content = msg_file(
        {"0037": "Gate"},
        sent=SENT,
        html=b"<p>It is <b>open</b>.",
        attachments=[("a.txt", b"x " * 9_000)],
    )
    document = read(content, MediaType.MSG)
    assert document.attributes["date"] == "2024-02-09"
    assert Paragraph("It is open.") in document.blocks
    assert len(document.blocks[-1].text) == 17_999


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi\deff0 The gate is open.\par}", "The gate is open."),
        (
            rb"{\rtf1\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Shut.{\*\htmltag72 </p>}}",
            "Shut.",
        ),
    ],
)
def test_an_email_of_outlook_with_nothing_but_rtf_is_read(rtf: bytes, text: str) -> None:
    document = read(msg_file({"0037": "Gate"}, rtf=compress(rtf)), MediaType.MSG)
    assert document.blocks[-1] == Paragraph(text)


def test_a_file_of_outlook_that_is_no_email_is_refused() -> None:
    with pytest.raises(DocumentRefusedError, match="no e-mail of Outlook"):
        read(msg_file({"001A": ""}), MediaType.MSG)


def test_an_email_in_an_email_is_read_to_a_bounded_depth() -> None:
    inner: bytes = _mail(("notes.md", b"Deep."))
    for _ in range(4):
        inner = _mail(("inner.eml", inner))
    assert any("nested too deeply" in notice for notice in read(inner, MediaType.EML).notices)


def test_an_archive_is_read_as_one_document_of_sections() -> None:
    archive = zip_file({"a/one.md": b"# One\n\nFirst.", "b.pdf": b"%PDF-\n", "c.xyz": b"?"})
    document = read(archive, MediaType.ZIP)
    assert document.blocks == (Heading(2, "a/one.md"), Heading(3, "One"), Paragraph("First."))
    assert len(document.notices) == 2


def _found(path: Path) -> tuple[dict[str, bytes], list[Unreadable], list[str]]:
    unreadable: list[Unreadable] = []
    passed_over: list[str] = []
    found = documents_in([path], unreadable.append, passed_over.append)
    return {each.source: each.content for each in found}, unreadable, passed_over


def test_an_archive_in_a_folder_is_read_as_a_folder_is(tmp_path: Path) -> None:
    inner = zip_file({"deep.txt": b"Deep."})
    members = {"a/one.md": b"One.", "more.zip": inner, "x.png": b"?", "__MACOSX/a/one.md": b"-"}
    (tmp_path / "all.zip").write_bytes(zip_file({**members, "../../up.txt": b"Up."}))
    found, unreadable, passed_over = _found(tmp_path)
    name = f"{tmp_path.name}/all.zip"
    assert found == {
        f"{name}/a/one.md": b"One.",
        f"{name}/more.zip/deep.txt": b"Deep.",
        f"{name}/up.txt": b"Up.",
    }
    assert (unreadable, passed_over) == ([], [".png"])


def test_a_damaged_member_does_not_hide_the_others(tmp_path: Path) -> None:
    archive = bytearray(zip_file({"a.md": b"One. " * 50, "b.md": b"Two."}))
    at = archive.index(b"a.md") + len(b"a.md") + 3
    archive[at : at + 4] = b"\xff\xff\xff\xff"
    (tmp_path / "all.zip").write_bytes(archive)
    (tmp_path / "none.zip").write_bytes(b"nothing")
    found, unreadable, _ = _found(tmp_path)
    assert list(found) == [f"{tmp_path.name}/all.zip/b.md"]
    assert [each.name for each in unreadable] == [
        f"{tmp_path.name}/all.zip/a.md",
        f"{tmp_path.name}/none.zip",
    ]


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zip_file({"zeros.txt": bytes(40 * 2**20)})
    nested = zip_file(
        {"1.zip": zip_file({"2.zip": zip_file({"3.zip": zip_file({"a.md": b"A."})})})}
    )
    (tmp_path / "bomb.zip").write_bytes(bomb)
    (tmp_path / "nested.zip").write_bytes(nested)
    found, unreadable, _ = _found(tmp_path)
    assert not found
    assert [each.reason for each in unreadable] == [
        "it is larger than 32 MiB",
        "archives are nested too deeply",
    ]


def test_a_saved_page_is_read() -> None:
    page = (
        b"From: <Saved by a browser>\nSubject: Vents\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="b"\n\n--b\n'
        b"Content-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
        b"<h2>Storm</h2><p>Close =\nthem.\n--b\nContent-Type: text/css\n\nb {}\n"
        b"--b\nContent-Type: image/png\n\nx\n--b--\n"
    )
    document: ReadDocument = read(page, MediaType.EML)
    assert document.blocks[-2:] == (Heading(2, "Storm"), Paragraph("Close them."))
    assert document.notices == ()


def test_an_attachment_without_text_is_told_with_its_name() -> None:
    document = read(_mail(("scan.pdf", pdf([""]))), MediaType.EML)
    assert document.notices == ("scan.pdf was not read. It has no text.",)


def test_all_texts_of_an_email_are_read_and_of_two_forms_of_one_the_first_that_says_anything() -> (
    None
):
    content = (
        b"From: J\xf8rgen <j@farm.example>\r\nSubject: Gate\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
        b"--a\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\n\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>The code is 4471.\r\n--b--\r\n"
        b"--a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        b"Tell the k\xc3\xb8kken.\r\n--a--\r\n"
    )
    document = read(content, MediaType.EML)
    assert document.attributes["author"] == "J\u00f8rgen <j@farm.example>"
    assert [block.text for block in document.blocks[-2:]] == [
        "The code is 4471.", "Tell the k\u00f8kken."
    ]  # fmt: skip


def test_what_is_attached_to_a_pdf_is_a_section_of_it() -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf(["The hall is open."]))))
    writer.add_attachment("notes.md", b"# Vents\n\nClose them.")
    buffer = BytesIO()
    writer.write(buffer)
    assert read(buffer.getvalue(), MediaType.PDF).blocks == (
        Paragraph("The hall is open."),
        Heading(2, "notes.md"),
        Heading(3, "Vents"),
        Paragraph("Close them."),
    )


def test_an_invitation_is_read_with_its_email() -> None:
    message = EmailMessage()
    message["Subject"] = "Drill"
    message.set_content("You are invited.")
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "SUMMARY:Drill", "LOCATION:Yard", "END:VEVENT"]
    message.add_alternative("\r\n".join([*lines, "END:VCALENDAR", ""]), subtype="calendar")
    found = [block.text for block in read(message.as_bytes(), MediaType.EML).blocks]
    assert found[-4:] == ["You are invited.", "invitation.ics", "Drill", "place: Yard"]

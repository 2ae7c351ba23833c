"""Calendars and address books: each entry with what is said of it."""

import pytest

from askmesh.ingestion.blocks import Heading, KeyValue
from askmesh.ingestion.text_reader import read_text

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:17@example
DTSTART;TZID=Europe/Paris:20240612T090000
DTEND:20240612T100000Z
SUMMARY:Fire drill\\, north building
ORGANIZER;CN="Mira Holt":mailto:mira@example.org
DESCRIPTION:Leave by the stairs.\\nNobody
  uses the lift.
BEGIN:VALARM
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
BEGIN:VTODO
DUE;VALUE=DATE:20240701
SUMMARY:Stock taking
END:VTODO
END:VCALENDAR
"""
CARD = """BEGIN:VCARD
FN:Amara Oduya
N:Oduya;Amara;;;
ORG:Corvin Harbour;Operations
item1.TEL;TYPE=WORK,VOICE:+46 555 0134
PHOTO;ENCODING=b:AAAA
END:VCARD
"""


def test_events_and_tasks_are_told_with_their_days() -> None:
    assert read_text(CALENDAR).blocks == (
        Heading(1, "Fire drill, north building"),
        KeyValue("begins: 2024-06-12 09:00"),
        KeyValue("ends: 2024-06-12 10:00 UTC"),
        KeyValue("organizer: Mira Holt (mira@example.org)"),
        KeyValue("description: Leave by the stairs. Nobody uses the lift."),
        Heading(1, "Stock taking"),
        KeyValue("due: 2024-07-01"),
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_people_are_told_with_how_to_reach_them(line_end: str) -> None:
    assert read_text(CARD.replace("\n", line_end)).blocks == (
        Heading(1, "Amara Oduya"),
        KeyValue("organisation: Corvin Harbour, Operations"),
        KeyValue("phone (work, voice): +46 555 0134"),
    )


def test_an_entry_that_is_cut_off_hides_no_other() -> None:
    assert read_text(f"{CARD}BEGIN:VCARD\nFN:Jon").blocks[0] == Heading(1, "Amara Oduya")


def event(*lines: str) -> str:
    return "\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])


def card(*lines: str) -> str:
    return "\n".join(["BEGIN:VCARD", *lines, "END:VCARD"])


def test_an_event_of_whole_days_ends_with_its_last_one() -> None:
    days = ("DTSTART;VALUE=DATE:20240610", "DTEND;VALUE=DATE:20240613")
    assert read_text(event("SUMMARY:Fair", *days)).blocks == (
        Heading(1, "Fair"),
        KeyValue("begins: 2024-06-10"),
        KeyValue("ends: 2024-06-12"),
    )


def test_an_event_of_one_day_only_begins() -> None:
    days = ("DTEND;VALUE=DATE:20250101", "DTSTART;VALUE=DATE:20241231")
    assert read_text(event("SUMMARY:New Year's Eve", *days)).blocks == (
        Heading(1, "New Year's Eve"),
        KeyValue("begins: 2024-12-31"),
    )


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (("N:Oduya;Amara;;Dr.;", "ORG:Quay"), "Dr. Amara Oduya"),
        (("ORG:Quay\\; Sons;Sales", "TEL:1"), "Quay; Sons, Sales"),
        (("N:;;;;", "TEL:1"), "(no name)"),
    ],
)
def test_what_is_said_of_somebody_without_a_full_name_is_nobody_elses(
    lines: tuple[str, ...], name: str
) -> None:
    blocks = read_text(f"{card('FN:Ann Bell')}\n{card(*lines)}").blocks
    assert [block.text for block in blocks if isinstance(block, Heading)] == ["Ann Bell", name]
    assert isinstance(blocks[1], Heading)


def test_an_event_without_a_name_has_a_heading_of_its_own() -> None:
    calendar = event("SUMMARY:Fair").replace("END:VCALENDAR", "")
    blocks = read_text(calendar + event("DTSTART:20240612")).blocks
    assert blocks == (Heading(1, "Fair"), Heading(1, "(no name)"), KeyValue("begins: 2024-06-12"))


def test_cards_of_the_oldest_form_are_decoded_and_have_kinds() -> None:
    lines = (
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ann M=C3=BC=",
        "ller",
        "NOTE;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:caf=E9",
        "TEL;WORK;FAX:555 0101",
    )
    assert read_text(card(*lines)).blocks == (
        Heading(1, "Ann M\u00fcller"),
        KeyValue("note: caf\u00e9"),
        KeyValue("phone (work, fax): 555 0101"),
    )


def test_addresses_are_without_their_scheme_however_it_is_written() -> None:
    lines = ("SUMMARY:Fair", "ORGANIZER;CN=Ann:MAILTO:ann@example.org", "ATTENDEE:Mailto:b@x.org")
    assert [block.text for block in read_text(event(*lines)).blocks[1:]] == [
        "organizer: Ann (ann@example.org)",
        "attendee: b@x.org",
    ]


@pytest.mark.parametrize("charset", ["idna", "punycode", "undefined", "rot13", "none-such"])
def test_a_line_in_no_encoding_of_texts_loses_no_other_lines(charset: str) -> None:
    line = f"NOTE;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:caf=C3=A9"
    assert read_text(card("FN:Ann", line)).blocks == (
        Heading(1, "Ann"),
        KeyValue("note: caf\u00e9"),
    )

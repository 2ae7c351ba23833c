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

"""Subtitles: who says what, and when."""

from askmesh.ingestion.blocks import ListItem
from askmesh.ingestion.text_reader import read_text

WEBVTT = """WEBVTT - of a meeting
Kind: captions

NOTE made by hand

STYLE
::cue { color: red }

intro
00:00:01.000 --> 00:00:04.000 align:start
<v Mira Holt>Welcome to the <b>harbour</b> office,
on the first

01:30.500 --> 01:33.000
<v Jon Pell>Basin four &amp; five cost 310,000 crowns.
"""
SUBRIP = (
    "1\n00:00:01,000 --> 00:00:04,000\n<i>The dredging of basin seven costs</i>\n\n"
    "2\n00:00:04,500 --> 00:00:09,000\n{\\an8}420,000 crowns.\n\n"
    "3\n01:10:09,500 --> 01:10:12,000\n1987\n"
)


def test_a_sentence_over_several_cues_is_one_with_the_time_of_its_first_words() -> None:
    assert read_text(SUBRIP).blocks == (
        ListItem("00:00:01 The dredging of basin seven costs 420,000 crowns."),
        ListItem("01:10:09 1987"),
    )


def test_speakers_are_named_and_do_not_speak_each_others_sentences() -> None:
    assert read_text(WEBVTT).blocks == (
        ListItem("00:00:01 Mira Holt: Welcome to the harbour office, on the first"),
        ListItem("00:01:30 Jon Pell: Basin four & five cost 310,000 crowns."),
    )


def test_what_never_ends_is_cut() -> None:
    cues = (f"{at}\n00:00:{at:02},000 --> 00:01:00,000\n{'word ' * 20}\n" for at in range(1, 9))
    blocks = read_text("\n".join(cues)).blocks
    assert len(blocks) == 2
    assert blocks[1].text.startswith("00:00:05 word")


def test_text_that_names_times_is_no_subtitle() -> None:
    (block,) = read_text("We go from 00:00:01,000 --> 00:00:04,000 and then home.").blocks
    assert not isinstance(block, ListItem)


def test_what_two_voices_say_at_once_is_said_by_each() -> None:
    cue = "00:01.000 --> 00:04.000\n<v Ann>Is it free?</v> <v Bob>No, it costs 5 euros."
    assert read_text(f"WEBVTT\n\n{cue}\n").blocks == (
        ListItem("00:00:01 Ann: Is it free?"),
        ListItem("00:00:01 Bob: No, it costs 5 euros."),
    )


def test_a_sentence_that_is_left_open_does_not_go_on_much_later() -> None:
    cues = "00:01.000 --> 00:04.000\nThe fee is\n\n00:30:00.000 --> 00:30:02.000\nlower there."
    assert read_text(f"WEBVTT\n\n{cues}\n").blocks == (
        ListItem("00:00:01 The fee is"),
        ListItem("00:30:00 lower there."),
    )

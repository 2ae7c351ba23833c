"""Texts in other encodings than UTF-8."""

import pytest

from askmesh.ingestion.blocks import Paragraph, ReadDocument
from askmesh.ingestion.reading import read
from askmesh.uploads import MediaType


def test_a_few_zero_bytes_are_left_out_and_told() -> None:
    document = read(b"Serviced on 4 May.\x00 Next in November.", MediaType.PLAIN_TEXT)
    assert document.blocks == (Paragraph("Serviced on 4 May. Next in November."),)
    assert document.notices == ("1 zero bytes in it were left out.",)


GERMAN = "Der Schl\u00fcssel f\u00fcr das B\u00fcro h\u00e4ngt \u00fcber der T\u00fcr."


POLISH = (
    "Umowa najmu warsztatu ko\u0144czy si\u0119 w grudniu; \u017caden wsp\u00f3lnik nie ma klucza."
)


GREEK = "\u0397 \u03bb\u03ae\u03be\u03b7 \u03c4\u03bf\u03bd \u039c\u03ac\u03b9\u03bf."


CHINESE = "\u9000\u8d27\u671f\u9650\u4e3a\u8d2d\u4e70\u4e4b\u65e5\u8d77\u4e09\u5341\u5929\u3002"


JAPANESE = (
    "\u5186\u6ed1\u306a\u904b\u8ee2\u306e\u305f\u3081\u3001\u30dd\u30f3\u30d7\u3092"
    "\u70b9\u691c\u3057\u307e\u3059\u3002"
)


RUSSIAN = (
    "\u041a\u043e\u0434 \u0432\u043e\u0440\u043e\u0442 \u0441\u043a\u043b\u0430"
    "\u0434\u0430: 4471. \u041a\u043b\u044e\u0447 \u0443 \u0441\u0442\u043e\u0440"
    "\u043e\u0436\u0430."
)


HEBREW = (
    "\u05d7\u05d5\u05d6\u05d4 \u05d4\u05e9\u05db\u05d9\u05e8\u05d5\u05ea \u05de"
    "\u05e1\u05ea\u05d9\u05d9\u05dd \u05d1\u05d9\u05d5\u05e0\u05d9."
)


CZECH = (
    "P\u0159\u00edli\u0161 \u017elu\u0165ou\u010dk\u00fd k\u016f\u0148 \u00fap"
    "\u011bl \u010f\u00e1belsk\u00e9 \u00f3dy."
)


NORWEGIAN = "\u00c5se bor p\u00e5 \u00d8vre gate 7 i \u00c5lesund."


UKRAINIAN = (
    "\u0421\u0442\u0440\u043e\u043a \u043f\u043e\u0432\u0435\u0440\u043d\u0435\u043d\u043d\u044f "
    "\u0442\u043e\u0432\u0430\u0440\u0443 \u0434\u0432\u0430 \u0434\u043d\u0456, \u0457\u0457."
)


FRENCH = "Le pr\u00e9avis \u00e0 l'h\u00f4tel co\u00fbte 300 \u20ac par ann\u00e9e enti\u00e8re."


TURKISH = "At\u00f6lyenin kira s\u00f6zle\u015fmesi haziranda bitiyor."


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("cp1252", GERMAN),
        ("cp1252", NORWEGIAN),
        ("cp1250", POLISH),
        ("iso8859_2", CZECH),
        ("cp1253", GREEK),
        ("cp1254", TURKISH),
        ("cp1255", HEBREW),
        ("cp437", GERMAN.replace("B\u00fcro", "Caf\u00e9")),
        ("cp1251", RUSSIAN),
        ("koi8_r", RUSSIAN),
        ("koi8_u", UKRAINIAN),
        ("iso8859_15", FRENCH),
        ("iso8859_5", RUSSIAN),
        ("cp866", RUSSIAN),
        ("gb18030", CHINESE),
        ("shift_jis", JAPANESE),
        ("euc_jp", JAPANESE),
    ],
)
def test_text_in_another_encoding_is_read_and_the_guess_is_told(encoding: str, words: str) -> None:
    document = read(words.encode(encoding), MediaType.PLAIN_TEXT)
    assert document.blocks == (Paragraph(words),)
    assert encoding in document.notices[0]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        ("utf-16-le", GERMAN),
        ("utf-16-be", GERMAN),
        ("utf-16-le", RUSSIAN),
        ("utf-16-le", f"{JAPANESE} 7"),
        ("utf-32-le", GERMAN),
        ("iso2022_jp", JAPANESE),
    ],
)
def test_text_that_shows_its_encoding_needs_no_mark(encoding: str, words: str) -> None:
    document = read(words.encode(encoding), MediaType.PLAIN_TEXT)
    assert [block.text for block in document.blocks] == [words]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_the_encoding(encoding: str) -> None:
    document = read("caf\u00e9".encode(encoding), MediaType.PLAIN_TEXT)
    assert document == ReadDocument("", (Paragraph("caf\u00e9"),))


def test_the_encoding_that_a_page_declares_counts() -> None:
    page = '<meta charset="iso-8859-2"><p>\u017b\u00f3\u0142w'
    assert read(page.encode("iso-8859-2"), MediaType.HTML).blocks == (
        Paragraph("\u017b\u00f3\u0142w"),
    )


def test_a_page_in_utf8_that_declares_a_latin_encoding_is_read_as_what_it_is() -> None:
    page = '<meta charset="iso-8859-1"><p>caf\u00e9'.encode()
    assert read(page, MediaType.HTML).blocks == (Paragraph("caf\u00e9"),)


def test_a_wrong_byte_in_much_text_is_told_and_the_rest_is_read() -> None:
    document = read(f"{GERMAN} {NORWEGIAN}".encode()[:-1] + b"\xc3", MediaType.PLAIN_TEXT)
    assert GERMAN in document.blocks[0].text
    assert document.notices == ("1 of its characters are no UTF-8: they are shown as \ufffd.",)

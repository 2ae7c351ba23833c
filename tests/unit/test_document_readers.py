"""Readers: from bytes of each form to a title and blocks."""

import pytest

from askmesh.ingestion.blocks import (
    Code,
    Heading,
    KeyValue,
    LabelledRow,
    ListItem,
    Paragraph,
    ReadDocument,
)
from askmesh.ingestion.reading import read
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.signatures import media_type_of
from askmesh.uploads import MediaType
from support.pdf import pdf, ruled_pdf


def text(content: str) -> ReadDocument:
    return read(content.encode(), MediaType.PLAIN_TEXT)


def markdown(content: str) -> ReadDocument:
    return read(content.encode(), MediaType.MARKDOWN)


def html(content: str) -> ReadDocument:
    return read(content.encode(), MediaType.HTML)


def refusal(content: bytes, media_type: MediaType) -> str:
    with pytest.raises(DocumentRefusedError) as caught:
        read(content, media_type)
    assert caught.value.detail.endswith(".")
    return caught.value.reason


def test_underlined_lines_of_plain_text_are_headings() -> None:
    document = text("Guide\n*****\n\nIntro here.\n\nSetup\n=====\n\nDo it.\n\nUse\n===\n\nGo.\n")
    assert document == ReadDocument(
        "Guide",
        (
            Heading(1, "Guide"),
            Paragraph("Intro here."),
            Heading(2, "Setup"),
            Paragraph("Do it."),
            Heading(2, "Use"),
            Paragraph("Go."),
        ),
    )


def test_a_rule_over_a_title_is_no_text() -> None:
    assert text("=====\nTitle\n=====\n\nText.").blocks == (Heading(1, "Title"), Paragraph("Text."))


def test_wrapped_lines_of_plain_text_are_joined() -> None:
    wrapped = "The first line of some prose goes\non here, and ends there."
    joined = "The first line of some prose goes on here, and ends there."
    assert text(wrapped).blocks == (Paragraph(joined),)


@pytest.mark.parametrize("title", ["Storm plan\n\n", "STORM PLAN\n"])
def test_a_first_line_that_stands_alone_is_the_title_of_a_text(title: str) -> None:
    document = text(f"{title}Close the vents first.\n\nRain\n====\n\nWait.")
    assert document.title.casefold() == "storm plan"
    assert document.blocks[1:3] == (Paragraph("Close the vents first."), Heading(2, "Rain"))


@pytest.mark.parametrize(
    "content",
    [
        "Close the vents first.\n\nThen wait.",
        "Hello everyone,\n\nclose the vents.",
        "The plan says that\nvents are closed.\n\nThen wait.",
        "1. Close the vents\n\nThen wait.",
        "E01  Door open\n\nThen wait.",
        "Storm plan",
    ],
)
def test_a_first_line_of_prose_is_no_title(content: str) -> None:
    assert text(content).title == ""
    assert not any(isinstance(block, Heading) for block in text(content).blocks)


def test_a_greeting_in_an_email_is_no_heading() -> None:
    message = b"Subject: Storm\n\nHi all\n\nClose the vents.\n"
    assert Paragraph("Hi all") in read(message, MediaType.EML).blocks


def test_keys_with_values_right_after_prose_stay_lines() -> None:
    document = text(
        "The desk is open on weekdays.\nPhone: 0800 1234\nAddress: Long Street 5,\nHamlet\n"
        "Fax: none\nCall before you come, please.\n"
    )
    assert document.blocks == (
        Paragraph("The desk is open on weekdays."),
        KeyValue("Phone: 0800 1234"),
        KeyValue("Address: Long Street 5, Hamlet"),
        KeyValue("Fax: none"),
        Paragraph("Call before you come, please."),
    )


def test_prose_with_colons_within_its_sentences_is_prose() -> None:
    wrapped = "There are two of them, and the\nfirst one: it is old. And the\nother one: it is new."
    assert text(wrapped).blocks == (Paragraph(wrapped.replace("\n", " ")),)


@pytest.mark.parametrize(
    ("content", "count"),
    [
        ("Phone: 1\nand so on.\n" * 20_000, 20_000),
        ("and so on\n" + "Phone: 1\n" * 20_000, 1),
        ("Do this:\n    x = 1\n" * 10_000, 1),
    ],
)
def test_many_lines_of_keys_code_and_prose_cost_little(content: str, count: int) -> None:
    assert len(text(content).blocks) == count


@pytest.mark.parametrize(
    "table",
    [
        "E01  Door open\nE02  Filter full. Clean it\n     and go on.\nE113  Hot\n",
        "  E01    Door open\n  E02    Filter full. Clean it and go on.\n  E113   Hot\n",
    ],
)
def test_codes_and_what_they_mean_are_lines_of_their_own(table: str) -> None:
    assert text(f"What the dryer shows:\n{table}").blocks == (
        Paragraph("What the dryer shows:"),
        KeyValue("E01: Door open"),
        KeyValue("E02: Filter full. Clean it and go on."),
        KeyValue("E113: Hot"),
    )


@pytest.mark.parametrize("media_type", [MediaType.PLAIN_TEXT, MediaType.MARKDOWN])
def test_lines_of_cells_between_bars_are_rows(media_type: MediaType) -> None:
    table = b"Item | Price | Unit\nApple | 3 | kg\nPear | 4 | kg\n"
    assert read(table, media_type).blocks == (
        LabelledRow((("Item", "Apple"), ("Price", "3"), ("Unit", "kg"))),
        LabelledRow((("Item", "Pear"), ("Price", "4"), ("Unit", "kg"))),
    )


def test_bullets_need_no_space() -> None:
    assert text("\u2022one\n\u2022 two\n").blocks == (ListItem("one"), ListItem("two"))


def test_a_cell_that_goes_on_below_is_one() -> None:
    table = (
        "Room   Seats  Use\n-----  -----  ---\nAlder  20     meetings\n              and talks\n"
    )
    assert text(table).blocks == (
        LabelledRow((("Room", "Alder"), ("Seats", "20"), ("Use", "meetings and talks"))),
    )


def test_code_in_plain_text_keeps_its_lines() -> None:
    document = text("Write:\n\n   for x in y:\n       print(x)\n")
    assert document.blocks == (Paragraph("Write:"), Code("for x in y:\n    print(x)"))


def test_items_of_a_list_in_plain_text_stay_apart() -> None:
    document = text("- the first of two items is wrapped\n  here\n- the second one is not\n")
    assert document.blocks == (
        ListItem("the first of two items is wrapped here"),
        ListItem("the second one is not"),
    )


def test_rows_of_a_grid_table_are_one_line_each() -> None:
    table = (
        "+-------+--------+\n| Name  | Use    |\n|=======|========|\n"
        "| a     | one    |\n|       | more   |\n+-------+--------+\n| b     | two    |\n"
        "+-------+--------+\n"
    )
    assert text(table).blocks == (
        LabelledRow((("Name", "a"), ("Use", "one more"))),
        LabelledRow((("Name", "b"), ("Use", "two"))),
    )


def test_a_first_row_like_the_others_names_no_columns() -> None:
    rows = "Ada Loft     head of glazes   ext. 11\nBen Ash      kilns, clay      ext. 12\n"
    assert [block.cells[-1] for block in text(rows).blocks if isinstance(block, LabelledRow)] == [
        ("", "ext. 11"),
        ("", "ext. 12"),
    ]


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_an_indented_command_below_a_colon_is_code(between: str) -> None:
    document = text(f"Hot.\n\nTo start a firing, run:{between}    kilnctl start --hold 15\n\nSlow.")
    assert Code("kilnctl start --hold 15") in document.blocks


def test_indented_words_below_a_colon_are_prose() -> None:
    document = text("The motto reads:\n\n    Slow and/or steady\n\nIt hangs in the hall.\n")
    assert not [block for block in document.blocks if isinstance(block, Code)]


def test_markdown_keeps_headings_paragraphs_and_code() -> None:
    document = markdown("# Top\n\nSome *soft*\nlines with `code`.\n\n## Sub\n\n```py\nx = 1\n```\n")
    assert document == ReadDocument(
        "Top",
        (
            Heading(1, "Top"),
            Paragraph("Some soft lines with code."),
            Heading(2, "Sub"),
            Code("x = 1", "py"),
        ),
    )


def test_markdown_tables_are_rows_of_cells() -> None:
    document = markdown("| a | b |\n|---|---|\n| 1 | **2** |\n| 3 | |\n")
    assert document.blocks == (
        LabelledRow((("a", "1"), ("b", "2"))),
        LabelledRow((("a", "3"),)),
    )


def test_markdown_lists_keep_their_markers_and_nesting() -> None:
    document = markdown("1. one\n2. two\n   - inner\n\n   still two\n")
    assert document.blocks == (
        ListItem("one", 0, "1"),
        ListItem("two", 0, "2"),
        ListItem("inner", 1),
        Paragraph("still two"),
    )


def test_the_title_of_markdown_may_stand_in_front_matter() -> None:
    document = markdown('---\ntitle: "The Title"\ntags: [a]\n---\n# Other\n\nText.\n')
    assert document.title == "The Title"
    assert document.blocks == (KeyValue("tags: a"), Heading(1, "Other"), Paragraph("Text."))


def test_html_inside_of_markdown_is_read_as_html() -> None:
    document = markdown("<div><p>Inside</p><script>bad()</script></div>\n\nAfter <b>it</b>.\n")
    assert document.blocks == (Paragraph("Inside"), Paragraph("After it."))


def test_deeply_nested_markdown_loses_no_text() -> None:
    assert "deep" in markdown("> " * 40 + "deep\n").blocks[0].text


def test_html_is_read_without_scripts_styles_and_menus() -> None:
    document = html(
        "<html><head><title> My  page </title><style>p{}</style></head><body><nav>Menu</nav>"
        "<h1>Top<a class=headerlink>\u00b6</a></h1><p>Some <b>bold</b>\n text.</p>"
        "<script>bad()</script><!-- hidden --><p hidden>no</p><pre>x = 1\n  y = 2</pre></body>"
    )
    assert document == ReadDocument(
        "My page",
        (Heading(1, "Top"), Paragraph("Some bold text."), Code("x = 1\n  y = 2")),
    )


def test_html_that_no_reader_sees_is_not_read() -> None:
    unseen = ["display: none", "visibility:hidden", "font-size:0px", "opacity: 0", "left:-9999px"]
    hidden = "".join(f'<p style="color:red; {style}">Secret {style}.</p>' for style in unseen)
    document = html(f'<p style="opacity:0.9; width:100%">Seen.</p>{hidden}<p hidden>Secret.</p>')
    assert [block.text for block in document.blocks] == ["Seen."]


def test_html_that_the_styles_of_the_page_hide_is_not_read() -> None:
    hidden = '<p class="x">Secret.</p><p id="y">Secret.</p>'
    styles = ".x{display:none} #y { visibility : hidden }"
    page = html(f"<style>{styles}</style><p>Seen.</p>{hidden}")
    assert [block.text for block in page.blocks] == ["Seen."]
    shown = html(f"<style>{styles} .x.open{{display:block}}</style><p class='x'>Folded.</p>")
    assert [block.text for block in shown.blocks] == ["Folded."]


def test_white_letters_are_not_read_on_a_white_page_only() -> None:
    white = '<p style="color:#fff">White.</p><font color="white">White too.</font>'
    assert [block.text for block in html(f"<p>Seen.</p>{white}").blocks] == ["Seen."]
    page = html(f'<p>Seen.</p><div style="background:navy">{white}</div>')
    assert [block.text for block in page.blocks] == ["Seen.", "White.", "White too."]


def test_html_tables_and_lists_are_lines() -> None:
    document = html(
        "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td><p>2</p><p>3</p></td></tr></table>"
        "<ol><li>one<li>two<ul><li>inner</ul></ol>"
    )
    assert document.blocks == (
        LabelledRow((("a", "1"), ("b", "2 3"))),
        ListItem("one", 0, "1"),
        ListItem("two", 0, "2"),
        ListItem("inner", 1),
    )


def test_a_table_that_arranges_a_page_is_no_table() -> None:
    document = html(
        "<table><tr><td><h2>Head</h2><p>Left</p></td><td><p>Right</p></td></tr></table>"
    )
    assert document.blocks == (Heading(2, "Head"), Paragraph("Left"), Paragraph("Right"))


def test_nested_tables_cost_little() -> None:
    assert html("<table><tr><td>" * 5_000 + "deep").blocks == (Paragraph("deep"),)


def test_the_main_part_of_a_page_is_preferred() -> None:
    assert html("<div>Around</div><main><p>Core</p></main>").blocks == (Paragraph("Core"),)


def test_html_may_be_nested_to_any_depth() -> None:
    assert html("<div>" * 20_000 + "deep").blocks == (Paragraph("deep"),)


def test_html_with_too_many_tags_is_refused() -> None:
    assert refusal(b"<p>" * 500_001, MediaType.HTML) == "CONTENT_TOO_LARGE"


def test_paragraphs_of_a_pdf_come_page_by_page() -> None:
    document = read(pdf(["First page\nof two.", "Second page."], title="A file"), MediaType.PDF)
    assert document == ReadDocument(
        "A file", (Paragraph("First page of two."), Paragraph("Second page."))
    )


@pytest.mark.parametrize(
    "title", ["(anonymous)", "(unspecified)", "untitled", "Microsoft Word - x.docx", "Document1"]
)
def test_a_title_that_a_program_made_up_is_none(title: str) -> None:
    assert read(pdf(["Some text."], title=title), MediaType.PDF).title == ""


@pytest.mark.parametrize("title", ["Print room rules", "Title deeds", "Scan and copy"])
def test_a_title_that_only_begins_like_one_of_a_program_is_kept(title: str) -> None:
    assert read(pdf(["Some text."], title=title), MediaType.PDF).title == title


@pytest.mark.parametrize("turn", [0, 1])
def test_the_cells_of_a_table_in_a_pdf_stand_between_its_rules(turn: int) -> None:
    rows = [("Class of a repair", "Days to wait", "By"), ("P1", "", "us"), ("P2", "3", "us")]
    document = read(ruled_pdf(rows, turn=turn), MediaType.PDF)
    assert [block.text for block in document.blocks] == [
        "Class of a repair: P1 | By: us",
        "Class of a repair: P2 | Days to wait: 3 | By: us",
    ]


def test_words_divided_at_the_end_of_a_line_are_joined() -> None:
    assert read(pdf(["Some divi-\nded word."]), MediaType.PDF).blocks == (
        Paragraph("Some divided word."),
    )


def test_a_pdf_without_text_is_refused() -> None:
    assert refusal(pdf([""]), MediaType.PDF) == "CONTENT_EMPTY"


def test_a_pdf_that_needs_a_password_is_refused_with_what_to_do() -> None:
    with pytest.raises(DocumentRefusedError, match="save it without one") as caught:
        read(pdf(["Secret."], password="hush"), MediaType.PDF)
    assert caught.value.reason == "CONTENT_UNREADABLE"


def test_a_pdf_that_is_encrypted_but_opens_without_a_password_is_read() -> None:
    content = pdf(["Known to all."], password="", owner="hush")
    assert read(content, MediaType.PDF).blocks == (Paragraph("Known to all."),)


def test_a_few_zero_bytes_are_left_out_and_told() -> None:
    document = read(b"Serviced on 4 May.\x00 Next in November.", MediaType.PLAIN_TEXT)
    assert document.blocks == (Paragraph("Serviced on 4 May. Next in November."),)
    assert document.notices == ("1 zero bytes in it were left out.",)


@pytest.mark.parametrize("content", [b"not a PDF", b"%PDF-1.7\nbroken", pdf(["x"])[:300]])
def test_a_damaged_pdf_is_refused(content: bytes) -> None:
    assert refusal(content, MediaType.PDF) == "CONTENT_UNREADABLE"


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


def test_a_heading_that_is_not_closed_ends_where_something_else_begins() -> None:
    document = html("<h1>Prices<p>Shearing: 12 euros<table><tr><td>Wool<td>3</table>")
    assert [each.text for each in document.blocks] == ["Prices", "Shearing: 12 euros", "Wool: 3"]
    assert document.title == "Prices"


def test_figures_above_the_line_are_no_further_digits() -> None:
    line = "about 10<sup>6</sup> m<sup>2</sup>, the 1<sup>st</sup> time"
    shown = "about 10\u2076 m\u00b2, the 1st time"
    assert html(f"<p>{line}").blocks == (Paragraph(shown),)
    assert html(f"<table><tr><td>Room<td>{line}</table>").blocks == (KeyValue(f"Room: {shown}"),)
    assert markdown(line).blocks == (Paragraph(shown),)


def test_a_box_that_asks_for_consent_is_no_content() -> None:
    box = "<div id=b1><p>We use cookies.</p><button>Accept all</button></div>"
    page = f"{box}<p>Sheep are shorn in May.</p><p>Bake the cookies until they are brown.</p>"
    assert [each.text for each in html(page).blocks] == [
        "Sheep are shorn in May.",
        "Bake the cookies until they are brown.",
    ]


def test_front_matter_may_be_toml() -> None:
    document = markdown('+++\ntitle = "Harvest"\ndate = 2024-05-06\n+++\nIt is dry.\n')
    assert (document.title, document.attributes) == ("Harvest", {"date": "2024-05-06"})


def test_ligatures_are_taken_apart_and_identifiers_stay() -> None:
    document = text("The \ufb01nal o\ufb03ce has 20 m\u00b2, see \uff76 and H\u2082O.")
    assert document.blocks == (
        Paragraph("The final office has 20 m\u00b2, see \uff76 and H\u2082O."),
    )


def test_a_page_in_the_place_of_a_pdf_is_named() -> None:
    with pytest.raises(DocumentRefusedError, match="an HTML page"):
        read(b"<!DOCTYPE html><p>Not found", MediaType.PDF)


def test_an_office_file_with_a_password_is_refused_with_what_to_do() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(DocumentRefusedError, match="save it without one"):
        read(locked, MediaType.DOCX)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ida Brandt", ["Pumps", "author: Ida Brandt", "It is dry."]),
        ("admin", ["Pumps", "It is dry."]),
    ],
)
def test_an_author_whom_only_the_properties_name_can_be_asked_for(
    author: str, expected: list[str]
) -> None:
    page = f'<meta name="author" content="{author}"><h1>Pumps</h1><p>It is dry.</p>'
    document = read(page.encode(), MediaType.HTML)
    assert [block.text for block in document.blocks] == expected


def test_zero_bytes_are_no_text() -> None:
    assert refusal(b"a\x00b", MediaType.MARKDOWN) == "CONTENT_NOT_TEXT"


@pytest.mark.parametrize("media_type", [MediaType.PDF, MediaType.DOCX, MediaType.IPYNB])
def test_an_empty_file_is_refused_as_empty(media_type: MediaType) -> None:
    assert refusal(b"", media_type) == "CONTENT_EMPTY"


@pytest.mark.parametrize("media_type", [MediaType.PLAIN_TEXT, MediaType.MARKDOWN, MediaType.HTML])
def test_content_without_text_is_refused(media_type: MediaType) -> None:
    assert refusal(b" \n\t\n", media_type) == "CONTENT_EMPTY"


def test_a_byte_order_mark_and_control_characters_are_left_out() -> None:
    content = b"\xef\xbb\xbfOne\x07 line.\r\n\r\nTwo.\r"
    assert read(content, MediaType.PLAIN_TEXT).blocks == (Paragraph("One line."), Paragraph("Two."))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("notes.txt", MediaType.PLAIN_TEXT),
        ("docs/README.MD", MediaType.MARKDOWN),
        ("https://example.org/a.html?x=1.pdf#top", MediaType.HTML),
        ("C:/reports/a.b.pdf", MediaType.PDF),
    ],
)
def test_the_form_follows_from_the_ending(source: str, expected: MediaType) -> None:
    assert media_type_of(source) is expected


def test_an_unknown_ending_is_refused() -> None:
    with pytest.raises(DocumentRefusedError) as caught:
        media_type_of("picture.png")
    assert caught.value.reason == "MEDIA_TYPE_UNKNOWN"


def test_a_line_that_names_somebody_leads_in_the_keys_and_values_below_it() -> None:
    assert text("Swimming school\nPhone: 220 31\nHead: Ruta Milne").blocks == (
        Paragraph("Swimming school"),
        KeyValue("Phone: 220 31"),
        KeyValue("Head: Ruta Milne"),
    )

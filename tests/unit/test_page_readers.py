"""Pages of the web."""

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
from askmesh.uploads import MediaType
from support.reading import html, markdown, refusal


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


def test_terms_that_share_what_they_mean_are_told_together() -> None:
    page = html("<dl><dt>Adults<dd>6.50<dt>Children<dt>Students<dd>4.00<dt>Dogs</dl>")
    assert [each.text for each in page.blocks] == [
        "Adults: 6.50",
        "Children, Students: 4.00",
        "Dogs",
    ]


@pytest.mark.parametrize("name", ["del", "s", "strike"])
def test_what_is_struck_out_on_a_page_is_not_read(name: str) -> None:
    line = f"<{name}>5 euros</{name}> 6 euros"
    page = html(f"<p>{line}<table><tr><td>Fee<td>{line}</table>")
    assert [each.text for each in page.blocks] == ["6 euros", "Fee: 6 euros"]

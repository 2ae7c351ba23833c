"""Tables that go on at the top of the next page."""

from askmesh.ingestion.page_tables import TableLines, goes_on

COLUMNS = ((0.0, 50.0), (100.0, 150.0))
LINES = TableLines((("Line", "Stop"), ("7", "Hull")), heads=1, columns=COLUMNS)


def test_a_table_goes_on_with_rows_alone_and_with_its_heads_again() -> None:
    assert goes_on(LINES, TableLines((("8", "York"),), columns=COLUMNS))
    assert goes_on(LINES, TableLines((("Line", "Stop"), ("8", "York")), heads=1, columns=COLUMNS))


def test_a_table_with_other_heads_in_the_same_columns_is_another_one() -> None:
    drivers = TableLines((("Driver", "Depot"), ("Ann", "Hull")), heads=1, columns=COLUMNS)
    assert not goes_on(LINES, drivers)

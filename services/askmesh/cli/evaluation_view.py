"""What answers are worth, on the terminal."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from askmesh.evaluation import Difference, Row, Verdict, averages, by_case

_COLOURS = {Verdict.RIGHT: "green", Verdict.WITH_ADDITIONS: "yellow"}


def row_line(row: Row) -> Text:
    """Return one line on a question, as soon as it is answered."""
    seconds = row.taken.whole_seconds
    took = "" if seconds is None else f"{seconds:6.2f} s  "
    name = row.taken.failure or row.verdict
    colour = _COLOURS.get(row.verdict, "red")
    return Text.assemble((f"{name:22}", colour), took, row.question.question)


def measures_table(rows: Sequence[Row]) -> Table:
    """Return the averages of a run."""
    table = Table("measure", "mean or median", title=f"{len(rows)} questions")
    for name, value in averages(rows).items():
        table.add_row(name.replace("_", " "), f"{value:.3f}")
    return table


def cases_table(rows: Sequence[Row]) -> Table:
    """Return how many questions of each case became what."""
    table = Table("case", *(verdict.replace("_", " ") for verdict in Verdict))
    for case, counts in sorted(by_case(rows).items()):
        table.add_row(case, *(str(counts[verdict] or "") for verdict in Verdict))
    return table


def compared_table(differences: Sequence[Difference]) -> Table:
    """Return the differences of two runs, with the bounds that hold in 95 of 100 resamples."""
    table = Table("measure", "questions", "first", "second", "difference", "95 %", "sure")
    for each in differences:
        table.add_row(
            each.measure.replace("_", " "),
            str(each.questions),
            f"{each.first:.3f}",
            f"{each.second:.3f}",
            f"{each.difference:+.3f}",
            f"{each.low:+.3f} to {each.high:+.3f}",
            "yes" if each.is_sure else "",
        )
    return table

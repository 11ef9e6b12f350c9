"""The tables on more images and on ensembles are those that their command computes."""

import pytest

from benchmarks.grown_digits import read_together, read_with
from tutor.content.find import lessons_folder

TEXT = next(lessons_folder().glob("*-digits.md")).read_text("utf-8")
SLACK = 1.0
"""Points by which a mean over ten splits may differ on a processor that rounds otherwise."""


@pytest.mark.parametrize("count", [25, 100, 400])
def test_a_row_of_the_learning_curve_is_computed_again(count: int) -> None:
    (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| {count} |")]
    printed = [float(cell.strip(" %")) for cell in row.split("|")[2:4]]
    assert [values.mean() for values in read_with(count)] == pytest.approx(printed, abs=SLACK)


def test_five_networks_together_read_more_than_one_in_every_split() -> None:
    single, together = read_together()
    assert "One network reads 95.8% on average, the five together 96.5%" in TEXT
    assert (single.mean(), together.mean()) == pytest.approx((95.8, 96.5), abs=SLACK / 2)
    assert (together > single).sum() >= 9

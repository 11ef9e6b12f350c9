"""The tables of the lesson on digits are those that its command computes."""

import re

import pytest

from benchmarks.digits import FEW_ROWS, ROWS, nearest_centroid, outcomes, shifted
from tutor.content.find import lessons_folder

TEXT = next(lessons_folder().glob("*-digits.md")).read_text("utf-8")
SPREAD = re.compile(r"([\d.]+) \(([\d.]+) to ([\d.]+)\)")
FOUND = [tuple(map(float, match.groups())) for match in SPREAD.finditer(TEXT)]
SLACK = 1.0
"""Points by which a mean over ten seeds may differ on a processor that rounds otherwise."""


def test_the_lesson_has_a_row_for_every_network_of_the_command() -> None:
    assert len(FOUND) == 1 + len(ROWS) - 1 + 2 * len(
        FEW_ROWS
    )  # the nearest mean; plain descent at 0.3 is there already


@pytest.mark.parametrize(("place", "name"), [(1, "linear softmax"), (2, "one hidden layer of 32")])
def test_a_row_of_the_table_is_computed_again(place: int, name: str) -> None:
    accuracies, _ = outcomes(next(row for row in ROWS if row.name == name))
    assert FOUND[place] == pytest.approx((accuracies.mean(), accuracies.min(), accuracies.max()), abs=SLACK)


def test_the_nearest_mean_and_the_moved_digits_are_computed_again() -> None:
    assert FOUND[0][0] == pytest.approx(nearest_centroid().mean(), abs=SLACK)
    assert "reads 41 % of them instead of 95 %" in TEXT
    assert shifted(1, seeds=4).mean() == pytest.approx(41, abs=5)

"""The table of schedules in the lesson on Adam is the one that its command computes."""

import re

import pytest

from benchmarks.digits import TUNING_SEEDS
from benchmarks.schedules import RATES, SCHEDULES, accuracies
from tutor.content.find import lessons_folder

TEXT = next(lessons_folder().glob("*-adam.md")).read_text("utf-8")
ROWS = {
    name: (float(rate), tuple(map(float, shares)))
    for name, rate, *shares in re.findall(
        r"^\| ([a-z -]+(?:, [a-z ]+)?) \| ([\d.]+) \| ([\d.]+) \(([\d.]+) to ([\d.]+)\) \|", TEXT, re.MULTILINE
    )
}


def test_the_lesson_has_a_row_for_every_schedule_of_the_command() -> None:
    assert list(ROWS) == list(SCHEDULES)


def test_rows_of_the_table_are_computed_again_with_some_of_their_seeds() -> None:
    seeds = range(4)
    usual, best = (accuracies(name, ROWS[name][0], seeds) for name in ("constant", "warm-up, then cosine"))
    for name, shares in (("constant", usual), ("warm-up, then cosine", best)):
        mean, low, high = ROWS[name][1]
        assert shares.mean() == pytest.approx(mean, abs=1.5)
        assert shares.min() >= low - 1
        assert shares.max() <= high + 1
    assert (best > usual).all()


def test_the_rate_of_a_schedule_was_chosen_with_other_seeds() -> None:
    assert not set(TUNING_SEEDS) & set(range(10))
    chosen, others = ROWS["constant"][0], (0.001, 0.1)
    assert {chosen, *others} <= set(RATES)
    few = TUNING_SEEDS[:2]
    assert all(accuracies("constant", chosen, few).mean() > accuracies("constant", rate, few).mean() for rate in others)

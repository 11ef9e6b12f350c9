"""The tables of the lesson on digits are those that its command computes."""

import contextlib
import io
import re
from typing import Any

import numpy as np
import pytest

from benchmarks import whole_maps
from benchmarks.digits import (
    DROPOUT_ROWS,
    FEW_ROWS,
    OPTIMIZERS,
    RATES,
    ROWS,
    SEEDS,
    THIRD,
    accuracies,
    accuracy_at_rate,
    begun_at_theory,
    best_rate,
    judge_on_test,
    losses_with_dropout,
    nearest_mean,
    nearest_neighbour,
    read_by,
)
from benchmarks.moved_digits import READERS, ink_lost, read_moved
from tutor.content.find import lessons_folder
from tutor.sims.datasets.handwriting import load_digit_images
from tutor.sims.functions.dense import cross_entropy

TEXT = next(lessons_folder().glob("*-digits.md")).read_text("utf-8")
SPREAD = re.compile(r"([\d.]+) \(([\d.]+) to ([\d.]+)\)")
FOUND = [tuple(map(float, match.groups())) for match in SPREAD.finditer(TEXT)]
FEW_FOUND = list(zip(FOUND[-2 * len(FEW_ROWS) :: 2], FOUND[1 - 2 * len(FEW_ROWS) :: 2], strict=True))
"""Accuracy and loss of each row of the table of remedies, with their lowest and highest."""
RATE_ROWS = re.findall(
    r"^\| ([\d.]+) \| [*]*([\d.]+)[*]* \| [*]*([\d.]+)[*]* \| [*]*([\d.]+)[*]* \|$", TEXT, re.MULTILINE
)
MOVED_ROWS = {
    name: (int(parameters) if parameters.isdigit() else 0, *map(float, shares))
    for name, parameters, *shares in re.findall(
        r"^\| ([a-z0-9, ]+) \| (\d+|none) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", TEXT, re.MULTILINE
    )
}
SLACK = 1.0
"""Points by which a mean over ten seeds may differ on a processor that rounds otherwise."""


def test_the_lesson_has_a_row_for_every_network_of_the_command() -> None:
    assert len(FOUND) == 2 + len(ROWS) + 2 * len(FEW_ROWS)
    assert [float(row[0]) for row in RATE_ROWS] == list(RATES)
    assert list(MOVED_ROWS) == [*(reader.name for reader in READERS), whole_maps.NAME, "nearest neighbour"]


@pytest.mark.parametrize(
    ("place", "name"),
    [(2, "linear softmax"), (3, "one hidden layer of 32"), (4, "momentum, 0.1"), (5, "Adam, 0.03")],
)
def test_a_row_of_the_table_is_computed_again(place: int, name: str) -> None:
    shares = accuracies(next(row for row in ROWS if row.name == name))
    assert FOUND[place] == pytest.approx((shares.mean(), shares.min(), shares.max()), abs=SLACK)


def test_the_nearest_mean_and_the_nearest_neighbour_are_computed_again() -> None:
    neighbour = read_by(nearest_neighbour)
    assert FOUND[0][0] == pytest.approx(read_by(nearest_mean).mean(), abs=SLACK)
    assert FOUND[1] == pytest.approx((neighbour.mean(), neighbour.min(), neighbour.max()), abs=SLACK)
    assert all((neighbour > accuracies(row)).all() for row in ROWS[:4])


def test_each_optimizer_of_the_table_has_the_rate_that_other_seeds_found_best_for_it() -> None:
    chosen = {str(row.values.get("optimizer", "sgd")): row.values["learning_rate"] for row in ROWS[1:4]}
    assert chosen == {optimizer: best_rate(optimizer) for optimizer in OPTIMIZERS}
    for rate, *shares in RATE_ROWS:
        again = [accuracy_at_rate(optimizer, float(rate)) for optimizer in OPTIMIZERS]
        assert list(map(float, shares)) == pytest.approx(again, abs=2 * SLACK)


def test_early_stopping_is_judged_on_images_that_took_no_part_in_the_choice() -> None:
    last, stopped = (judge_on_test(row)[1] for row in FEW_ROWS[:2])
    assert FEW_FOUND[0][1][0] == pytest.approx(last.mean(), abs=0.03)
    assert FEW_FOUND[1][1][0] == pytest.approx(stopped.mean(), abs=0.03)


def test_more_images_help_where_fewer_units_do_not() -> None:
    seeds = range(3)
    (usual, usual_loss), (small, _), (more, more_loss) = (judge_on_test(FEW_ROWS[k], seeds) for k in (0, -2, -1))
    assert FEW_FOUND[-1][0][0] == pytest.approx(more.mean(), abs=2)
    assert FEW_FOUND[-2][0][0] == pytest.approx(small.mean(), abs=3)
    assert (more > usual).all() and (more_loss < usual_loss).all()
    assert small.mean() < usual.mean()


def test_the_training_loop_of_the_lesson_prints_what_the_lesson_says() -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    printed = []
    for seed in range(SEEDS):
        known, asked = load_digit_images(seed, THIRD, "train"), load_digit_images(seed, THIRD, "validation")
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(program, {"np": np, "x": known.x, "y": known.y, "x_val": asked.x, "y_val": asked.y})
        printed.append(output.getvalue().strip())
    shares = np.array([float(share.rstrip("%")) for share in printed])
    assert f"It prints {printed[0]}." in TEXT
    assert f"between {shares.min()} and {shares.max()}%, and {shares.mean():.1f}% on average" in TEXT


def test_the_loop_climbs_at_every_rate_only_with_the_wrong_sign() -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    known = load_digit_images(0, THIRD, "train")

    def loss(old: str, new: str) -> float:
        assert old in program
        loop = program.replace(old, new).replace("0.3", "0.001").replace("range(20)", "range(1)")
        names: dict[str, Any] = {"np": np, "x": known.x, "y": known.y, "x_val": known.x, "y_val": known.y}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(loop, names)
        return cross_entropy(known.x @ names["w"].T + names["b"], known.y)

    assert loss("(p - targets[rows])", "(targets[rows] - p)") > np.log(10)
    for old, new in (
        ("rng.permutation(len(x))", "np.arange(len(x))"),
        ("np.exp(z - z.max(axis=1, keepdims=True))", "np.exp(z)"),
        (" / len(rows)", ""),
    ):
        assert loss(old, new) < np.log(10)


def test_the_ink_that_moved_digits_lose_is_weighed_again() -> None:
    (found,) = re.findall(
        r"move by 1, (\d+)% of the images lose .*? only (\d+)% lose more .*? move by 2, (\d+)% lose some, and (\d+)%",
        TEXT,
    )
    lost = [100 * (ink_lost(columns) > least).mean() for columns in (1, 2) for least in (1e-9, 0.05)]
    assert list(map(int, found)) == [round(share) for share in lost]
    assert "seven of eight digits lose no ink" in TEXT and round(8 * (1 - lost[0] / 100)) == 7


@pytest.mark.parametrize("reader", (*READERS[:4], READERS[-1]), ids=lambda reader: reader.name)
def test_a_row_of_the_moved_digits_is_computed_again(reader: object) -> None:
    network = next(one for one in READERS if one is reader)
    found = [read_moved(network, columns, seeds=4).mean() for columns in (0, 1, 2)]
    assert MOVED_ROWS[network.name] == pytest.approx((network.parameters, *found), abs=5)


def test_sigmoids_that_begin_as_theory_asks_read_what_the_lesson_on_vanishing_gradients_says() -> None:
    text = next(lessons_folder().glob("*-vanishing.md")).read_text("utf-8")
    found = re.findall(r"With exactly \$16/n\$ the three seeds read (\d+), (\d+) and (\d+)%", text)
    assert list(map(int, found[0])) == pytest.approx([begun_at_theory(seed) for seed in range(3)], abs=5)


def test_dropout_lowers_the_loss_where_the_lesson_says_so() -> None:
    row = DROPOUT_ROWS[1]
    without, dropped = losses_with_dropout(row)
    assert f"| {row.name} | 0.172 | 0.155 | 10 of 10 |" in TEXT
    assert (without.mean(), dropped.mean()) == pytest.approx((0.172, 0.155), abs=0.01)
    assert (dropped < without).sum() >= 9


def test_the_network_that_forgets_the_position_reads_moved_digits_best_and_the_nearest_neighbour_worst() -> None:
    shares = [whole_maps.read_moved(columns, seeds=2).mean() for columns in (0, 1, 2)]
    neighbour = [read_by(nearest_neighbour, columns=columns).mean() for columns in (0, 1, 2)]
    assert MOVED_ROWS[whole_maps.NAME] == pytest.approx((whole_maps.train(0).parameters, *shares), abs=5)
    assert MOVED_ROWS["nearest neighbour"][1:] == pytest.approx(neighbour, abs=SLACK)
    assert shares[2] > max(row[3] for name, row in MOVED_ROWS.items() if name != whole_maps.NAME) + 20


def test_the_gradients_of_the_network_with_two_convolutions_are_measured_slopes() -> None:
    rng = np.random.default_rng(0)
    network, x, targets = whole_maps.Network.begin(rng), rng.random((3, 64)), np.eye(10)[[1, 5, 5]]
    network.weights = [one + rng.normal(0, 0.1, one.shape) for one in network.weights]

    def cost() -> float:
        scores = network.forward(x).scores
        return float((np.log(np.exp(scores).sum(axis=1)) - (scores * targets).sum(axis=1)).mean())

    for weight, slope in zip(network.weights, network.gradients(x, targets), strict=True):
        place = tuple(np.argwhere(abs(slope) == abs(slope).max())[0])
        begun = weight[place]
        weight[place] = begun + 1e-5
        above = cost()
        weight[place] = begun - 1e-5
        assert slope[place] == pytest.approx((above - cost()) / 2e-5, rel=1e-4)
        weight[place] = begun

"""A parameter moved by an arrow key: about a tenth, to a round number, and never out of its range."""

from decimal import Decimal
from math import inf

import pytest

from tutor.errors import UsageError
from tutor.sims.engine.nudge import nudge
from tutor.sims.engine.parameters import Parameter, Value
from tutor.sims.engine.player import Player
from tutor.sims.engine.session import SimulationSession
from tutor.sims.table import find_simulation


def parameter(default: Value, low: float = -inf, high: float = inf, **more: object) -> Parameter:
    return Parameter("p", "p", "P", "A parameter.", default, low, high, **more)  # type: ignore[arg-type]


def moved(item: Parameter, value: float, by: int) -> float:
    found = nudge(item, value, by)
    assert isinstance(found, float)
    return found


@pytest.mark.parametrize(
    "value", [3e-5, 0.001, 0.0095, 0.01, 0.1, 0.35, 0.9, 1.0, 1.9, 2.0, 7.5, 10.0, 42.0, 950.0, 1e4]
)
@pytest.mark.parametrize("by", [1, -1])
def test_a_positive_value_moves_by_a_twentieth_to_a_quarter_to_three_figures_at_most(value: float, by: int) -> None:
    found = moved(parameter(0.1, 0.0, 1e9), value, by)
    assert 0.04 <= by * (found - value) / value <= 0.3
    assert len(Decimal(repr(found)).normalize().as_tuple().digits) <= 3
    assert moved(parameter(0.1, 0.0, 1e9), found, -by) == pytest.approx(value, rel=0.1)


@pytest.mark.parametrize(("default", "size"), [(0.5, 0.5), (0.0, 1.0), (20.0, 20.0)])
def test_from_zero_a_value_begins_with_some_hundredths_of_its_default(default: float, size: float) -> None:
    assert size / 100 <= moved(parameter(default, 0.0, 100.0), 0.0, 1) <= size / 40


@pytest.mark.parametrize(("value", "step"), [(0.0, 0.1), (-3.0, 0.1), (9.9, 0.1), (10.0, 1.0), (-250.0, 10.0)])
def test_where_values_may_be_negative_nothing_finer_than_a_tenth_is_set(value: float, step: float) -> None:
    item = parameter(1.0, -1000.0, 1000.0)
    assert moved(item, value, 1) == pytest.approx(value + step)
    assert moved(item, value, -1) == pytest.approx(value - step)


@pytest.mark.parametrize(("value", "step"), [(0, 1), (9, 1), (99, 1), (120, 10), (1_200, 100), (1_200_000, 100_000)])
def test_a_whole_number_moves_by_one_and_beyond_two_figures_by_a_unit_of_the_second(value: int, step: int) -> None:
    item = parameter(5, -1e9, 1e9)
    assert nudge(item, value, 1) == value + step
    assert nudge(item, value, -1) == value - step
    assert isinstance(nudge(item, value, 1), int)


def test_no_value_leaves_its_range() -> None:
    assert nudge(parameter(0.5, 0.0, 1.0), 0.99, 1) == 1.0
    assert nudge(parameter(0.5, 0.0, 1.0), 1.0, 1) == 1.0
    assert nudge(parameter(3, 1, 4), 4, 1) == 4
    assert nudge(parameter(3, 1, 4), 1, -1) == 1
    assert nudge(parameter(0.5, 0.0, 1.0, exclude_high=True), 0.99, 1) == 0.99


def test_choices_go_round_switches_turn_over_lists_stay() -> None:
    item = parameter("a", choices=("a", "b", "c"))
    assert [nudge(item, value, 1) for value in "abc"] == ["b", "c", "a"]
    assert [nudge(item, value, -1) for value in "abc"] == ["c", "a", "b"]
    assert nudge(parameter(True), True, 1) is False
    assert nudge(parameter(True), False, -1) is True
    assert nudge(parameter((1.0, 2.0), min_length=2, max_length=2), (1.0, 2.0), 1) == (1.0, 2.0)


def test_a_weight_is_set_by_the_label_that_its_reading_has() -> None:
    session = SimulationSession(Player(find_simulation("playground").build()))
    session.player.jump(3)
    reading = next(item for item in session.player.view().readings if "weights[" in item.key)
    session.edit(f"{reading.label} = 0.75")
    assert next(item for item in session.player.view().readings if item.key == reading.key).value == 0.75
    assert reading.label.split(" ")[0] in session.message
    session.edit(f"{reading.key} = -0.5")
    assert next(item for item in session.player.view().readings if item.key == reading.key).value == -0.5
    before = session.player.state
    for wrong in ("0.5", "nothing = 1", f"{reading.label} = a lot", "= 3"):
        with pytest.raises(UsageError):
            session.edit(wrong)
    assert session.player.state is before

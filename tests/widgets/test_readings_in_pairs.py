"""Readings whose labels differ only in an index share the rows of a table; all others stay in a list."""

import pytest
from rich.cells import cell_len

from tests.widgets.drawn import palette
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.simulator.indexed import find_table
from tutor.widgets.simulator.layout import SIDE_COLUMNS
from tutor.widgets.simulator.readings import reading_lines


def lines_of(name: str, step: int, width: int, height: int) -> list[str]:
    player = Player(find_simulation(name).build())
    player.jump(step)
    return [strip.text for strip in reading_lines(player.view().readings, palette(), width, height)]


def test_both_entries_of_each_vector_of_adam_stand_in_one_row() -> None:
    lines = lines_of("adam", 12, 35, 20)
    (header,) = (line.split() for line in lines if line.split() == ["1", "2"])
    assert header
    rows = {line[:12].strip(): line[12:].split() for line in lines}
    assert rows["m"] == ["−0.480837", "3.9386"]
    assert rows["v̂"] == ["0.559397", "73.393"]
    assert rows["g at old θ"] == ["−0.466554", "0.0769725"]
    assert len(lines) == 9  # the loss, the indices and seven rows


def test_what_has_no_index_stands_above_the_table_or_at_its_right_where_that_fits() -> None:
    assert lines_of("adam", 12, 35, 20)[0].split() == ["loss", "0.203932"]
    assert lines_of("adam", 12, 60, 7)[0].split() == ["1", "2", "loss", "0.203932"]


@pytest.mark.parametrize("step", [2, 12])
def test_a_single_value_above_the_table_has_its_decimal_point_in_line_with_the_first_column(step: int) -> None:
    loss, _, *rows = lines_of("adam", step, 35, 20)
    assert {cell_len(line.partition(".")[0]) for line in (loss, *rows)} == {loss.index(".")}


def test_the_columns_of_the_table_stay_where_they_are_from_step_to_step() -> None:
    headers = {next(line for line in lines_of("descent", step, 60, 7) if "1 " in line) for step in (1, 2, 5)}
    assert len({header.index("2") for header in headers}) == 1


def test_a_single_pair_or_labels_with_several_indices_stay_in_a_list() -> None:
    assert find_table(("w₁", "w₂", "loss")) is None
    assert find_table(("J₁₂", "J₂₁", "y₁ = w₁")) is None
    assert find_table(tuple(f"layer 1, unit {unit} ← x{index}" for unit in (1, 2) for index in "₁₂")) is None
    assert find_table(("μ, feature 1", "σ, feature 1", "μ, feature 2", "σ, feature 2")) is not None


def test_there_is_no_table_while_a_label_still_lacks_an_index() -> None:
    assert find_table(("w₁", "w₂", "b₁", "b₂", "v₂")) is None
    found = find_table(("w₁", "w₂", "loss", "b₁", "b₂"))
    assert found is not None
    assert found.rows == (("w", (0, 1)), ("b", (3, 4)))
    assert found.others == (2,)


def test_a_table_that_is_too_wide_gives_way_to_the_list() -> None:
    assert not any(line.split() == ["1", "2"] for line in lines_of("adam", 12, 28, 20))


@pytest.mark.parametrize("name", ["autoencoder", "overfit", "separable"])
def test_each_name_is_on_one_line_in_the_column_at_the_side(name: str) -> None:
    player = Player(find_simulation(name).build())
    player.jump(4)
    readings = player.view().readings
    assert len(reading_lines(readings, palette(), SIDE_COLUMNS - 3, 40)) == len(readings)


def test_what_the_index_counts_stands_above_the_columns_and_not_in_each_row() -> None:
    lines = [line.split() for line in lines_of("batchnorm", 12, 35, 20)]
    assert lines[:2] == [["batch", "number", "2"], ["feature", "1", "feature", "2"]]
    assert [line[0] for line in lines[2:]] == ["μ", "σ²", "running", "running"]
    assert lines[4] == ["running", "μ", "0.552315", "−0.311996"]
    mixed = find_table(("μ, feature 1", "μ, feature 2", "m 1", "m 2"))
    assert mixed is not None and mixed.titles == ("1", "2")


def test_the_layers_of_a_network_have_a_column_each_and_no_name_is_broken() -> None:
    lines = lines_of("digits", 4, SIDE_COLUMNS - 3, 40)
    header = next(row for row, line in enumerate(lines) if "layer" in line)
    assert lines[header].split() == ["layer", "1", "layer", "2"]
    names = [line[:14].strip() for line in lines[header + 1 :]]
    assert names == ["output spread", "gradient norm", "update ratio"]
    assert all(line.split()[-1] != line.strip() for line in lines[:header])

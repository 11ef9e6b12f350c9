"""Numbers of one name but of different moments, layers or halves are told apart by their names."""

import numpy as np

from tutor.sims.datasets.digit_pictures import draw_misread
from tutor.sims.engine.player import Player
from tutor.sims.engine.view import View
from tutor.sims.table import find_simulation


def view_at(name: str, step: int, **parameters: object) -> View:
    """The view of a simulation after so many steps."""
    player = Player(find_simulation(name).build(**parameters))
    player.jump(step)
    return player.view()


def labels(view: View) -> list[str]:
    """The names in the list of numbers."""
    return [reading.label for reading in view.readings]


def test_the_worked_update_of_the_playground_says_which_of_the_batches_it_belongs_to() -> None:
    formulas = [line.formula for line in view_at("playground", 2).worked_lines]
    assert any("batch 1/25:" in formula for formula in formulas)


def test_sizes_on_the_way_back_name_their_layers_and_those_of_the_gradient_stand_first() -> None:
    names = labels(view_at("initialisation", 12))
    assert names[:4] == [
        "layer",
        "gradient std, layer 8",
        "expected gradient std, layer 8",
        "activation std, layer 10",
    ]


def test_a_gradient_says_whether_there_are_skip_connections() -> None:
    assert labels(view_at("vanishing", 2))[0] == "gradient without skip connection"
    assert labels(view_at("vanishing", 2, shortcut=True))[0] == "gradient with skip connection"


def test_the_activation_of_a_neuron_has_its_name_in_the_worked_line() -> None:
    assert any(line.numbers.startswith(r"\text{sigmoid}(") for line in view_at("neuron", 5).worked_lines)


def test_the_title_of_misread_digits_says_how_many_of_them_are_drawn() -> None:
    images, truth = np.zeros((10, 64)), np.zeros(10, dtype=int)
    assert draw_misread(images, truth, truth + 1, "test").title == "Misread: 8 of 10"
    few = draw_misread(images[:3], truth[:3], truth[:3] + 1, "test")
    assert few.title == "Misread digits"

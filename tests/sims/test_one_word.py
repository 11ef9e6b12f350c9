"""One quantity has one name in a simulation, and a field the signs of the values that it has."""

import re

import pytest

from tests.sims.test_figures import read_texts
from tests.widgets.pictures import drawn
from tutor.sims.engine.chart import Chart, HeatMap
from tutor.sims.engine.player import Player
from tutor.sims.engine.view import View
from tutor.sims.functions.activations import ACTIVATIONS
from tutor.sims.table import SIMULATIONS, find_simulation

NAMES = re.compile(r"\b(?:cost|loss)\b", re.IGNORECASE)
NOT_OF_ONE_QUANTITY = {"conv-cost", "separable"}
"""Simulations in which a cost is that of computing."""


def words_of(name: str, view: View) -> list[str]:
    """All the words of a state and of the parameters, beside formulas."""
    rules = find_simulation(name)
    texts = [rules.summary, *(reading.label for reading in view.readings), *read_texts(view)]
    texts += [text for item in rules.parameters().values() for text in (item.label, item.help)]
    for picture in view.pictures:
        texts.append(picture.title)
        if isinstance(picture, Chart):
            texts += [picture.x_label, picture.y_label, *(mark.legend_label for mark in picture.primitives())]
    return texts


@pytest.mark.parametrize("name", sorted(set(SIMULATIONS) - NOT_OF_ONE_QUANTITY))
def test_what_is_minimised_is_called_cost_or_loss_but_not_both(name: str) -> None:
    player = Player(find_simulation(name).build())
    found = set()
    for step in (0, 1, 12):
        player.jump(step)
        found |= {word.lower() for text in words_of(name, player.view()) for word in NAMES.findall(text)}
    assert len(found) < 2


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_the_field_of_a_neuron_has_the_values_of_its_output(activation: str) -> None:
    player = Player(find_simulation("neuron").build(activation=activation))
    player.jump(4)
    chart = player.view().pictures[0]
    assert isinstance(chart, Chart)
    field = next(mark for mark in chart.primitives() if isinstance(mark, HeatMap))
    values = [value for row in field.values for value in row if value is not None]
    f = ACTIVATIONS[activation].value
    assert min(values) == pytest.approx(f(-1.95)) and max(values) == pytest.approx(f(1.95))
    assert (f(-1.0) <= 0) == field.has_signs
    lines = [strip.text for strip in drawn(chart, (60, 20))]
    ends = ("0", "1") if activation == "sigmoid" else ("−", "+")
    assert any(re.search(rf" {re.escape(ends[0])} █+ {re.escape(ends[1])}", line) for line in lines)

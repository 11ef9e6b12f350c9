"""What rounding leaves of an error that is 0 in theory is said in one way: in readings, worked lines and pictures."""

import re

import pytest

from tests.sims.runs import run_views
from tests.widgets.pictures import drawn
from tutor.sims.engine.chart import Bars, Chart
from tutor.sims.engine.view import View
from tutor.sims.table import SIMULATIONS
from tutor.text.numbers import ROUNDING_LATEX

SAID = "0 (rounding)"
POWER = re.compile(r"10⁻([⁰¹²³⁴⁵⁶⁷⁸⁹]+)|10\^\{[-−](\d+)\}")
DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def is_tiny(text: str) -> bool:
    """Whether a number below 10⁻¹² stands in it."""
    return any(int((found[1] or found[2]).translate(DIGITS)) > 12 for found in POWER.finditer(text))


def texts(view: View) -> list[str]:
    """Everything that is said of a state in words and numbers, as pictures are drawn too."""
    found = [reading.text for reading in view.readings] + [" = ".join(line.sides) for line in view.worked_lines]
    for picture in view.pictures:
        found.append(picture.description)
        if isinstance(picture, Chart) and any(isinstance(mark, Bars) for mark in picture.marks):
            found += [strip.text for strip in drawn(picture, (100, 30))]
    return [*found, view.narration]


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_state_that_has_an_error_of_rounding_shows_no_digit_of_it_anywhere(name: str) -> None:
    for _, history, view in run_views(name, draws=0, steps=14):
        if any(reading.text == SAID for reading in view.readings):
            assert not [text for text in texts(view) if is_tiny(text)], (name, history.state.step)
            keys = {reading.key for reading in view.readings if reading.text == SAID}
            lines = [line for line in view.worked_lines if line.key in keys]
            assert all(line.sides == (line.formula, ROUNDING_LATEX) for line in lines)


@pytest.mark.parametrize("name", ["overfit", "separable"])
def test_some_errors_are_nothing_but_rounding(name: str) -> None:
    views = [view for _, _, view in run_views(name, draws=0, steps=14)]
    assert any(reading.text == SAID for view in views for reading in view.readings)
    besides = [text for view in views for text in texts(view)[len(view.readings) :]]
    assert any(SAID in text.strip() or ROUNDING_LATEX in text for text in besides)

"""One quantity has one spelling on a screen: no second place rounds it further, or makes a percentage of it."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from textual.app import App

from tests.sims.runs import run_views
from tests.sims.shown_numbers import NUMBER, half_a_place, value_of
from tests.sims.test_figures import figures, read_texts
from tests.widgets.pictures import drawn
from tutor.sims.engine.chart import Bars, Chart, Diagram, Graph, Picture
from tutor.sims.engine.comparison import PinnedRuns
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.view import Reading, View, WorkedLine
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.numbers import EXACT_FIGURES, format_number, format_percent
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.simulator.readings import compared_lines

SHOWN = re.compile(rf"(?<![\w.≈])(?<!≈−){NUMBER}(?![\w.]*\d)(?:\\?%)?")
"""A number, or a percentage; none that ≈ says to be rounded for lack of room, and no letter's index."""
RAISED = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SIZES = ((38, 9), (60, 12), (100, 30))
AXES = set("┤┬")
"""Signs of an axis; the numbers beside them are ticks."""
MAX_ARRAY = 2000
"""Numbers in an array that is looked at."""


def texts(view: View) -> Iterator[str]:
    """All that a screen says of a state, picture by picture as data; where a widget writes the numbers, as drawn."""
    yield from (reading.text for reading in view.readings)
    yield from (" = ".join(line.sides[1:]) for line in view.worked_lines)
    if view.prediction is not None:
        yield view.prediction.prompt
    yield from read_texts(view)
    for picture in view.pictures:
        if isinstance(picture, Diagram):
            yield from (text for link in picture.links for _, text in link.rows)
        if writes_numbers(picture):
            lines = (strip.text for size in SIZES for strip in drawn(picture, size))
            yield from (line for line in lines if isinstance(picture, Graph) or not set(line) & AXES)


def writes_numbers(picture: Picture) -> bool:
    """Whether the widget that draws it formats its numbers."""
    if isinstance(picture, Chart):
        return bool(picture.marks) and all(isinstance(mark, Bars) for mark in picture.marks)
    return isinstance(picture, Graph)


def spellings(view: View) -> dict[str, str]:
    """Each number as it is written somewhere, with the text in which it stands; signs do not count."""
    found: dict[str, str] = {}
    for text in texts(view):
        for match in SHOWN.finditer(text):
            number = match[0].replace(r"\cdot", "·").replace(r"\%", "%").lstrip("−")
            number = re.sub(r"10\^\{(.*?)\}", lambda power: "10" + power[1].translate(RAISED), number)
            if not number.startswith(("0 (", "∞")):
                found.setdefault(number, text)
    return found


def own_spellings(simulation: Simulation[Any], history: RunHistory[Any], view: View) -> set[str]:
    """How every number of the parameters, the last two states and the traces is written; a share as a percentage."""
    states = [history.state] if history.previous is None else [history.state, history.previous]
    shares = {item.key for item in view.readings if item.is_share}
    known: dict[str, Any] = {"": simulation.values(), **{str(place): asdict(s) for place, s in enumerate(states)}}
    known["before"] = {path: list(history.trace(path).values) for path in simulation.traces}
    found = set()
    for path, value in numbers_in(known, ""):
        is_share = path.split(".", 2)[-1] in shares
        found.add((format_percent(value) if is_share else format_number(value)).lstrip("−"))
    return found


def numbers_in(value: Any, path: str) -> Iterator[tuple[str, int | float]]:
    """All numbers of a state, each with its path."""
    if isinstance(value, np.ndarray):
        value = value.tolist() if value.size <= MAX_ARRAY else ()
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from numbers_in(inner, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for place, inner in enumerate(value):
            yield from numbers_in(inner, f"{path}[{place}]")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield path, value


def clashes(found: Mapping[str, str], own: set[str], explained: set[str]) -> Iterator[tuple[str, str]]:
    """Pairs of which one rounds the other further, or is its percentage, and is no other quantity's spelling."""
    by_size = defaultdict(list)
    shown = [(text, value_of(text.rstrip("%")) / (100 if text.endswith("%") else 1)) for text in found]
    for text, value in shown:
        if figures(text.rstrip("%")) >= 2 and value:
            by_size[f"{value:.1e}"].append((text, value))
    for text, value in shown:
        is_percent = text.endswith("%")
        if text in own or text in explained or not (is_percent or figures(text) >= 2):
            continue
        room = half_a_place(text.rstrip("%")) / (100 if is_percent else 1)
        near = {f"{at:.1e}" for at in (value - room, value, value + room)}
        for longer, exact in (pair for key in near for pair in by_size.get(key, ())):
            is_other_way = longer.endswith("%") != is_percent
            is_longer = half_a_place(longer.rstrip("%")) / (100 if longer.endswith("%") else 1) < room
            is_other_way &= "." in text or exact == pytest.approx(value, rel=1e-12)  # 99% may be any 0.99…
            is_rounded = figures(text.rstrip("%")) >= 2 and is_longer and exact != value
            if longer != text and abs(exact - value) <= room and (is_other_way or is_rounded):
                yield text, longer


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_quantity_has_the_same_digits_wherever_it_stands(name: str) -> None:
    checked = 0
    for simulation, history, view in run_views(name, draws=0, steps=8):
        found = spellings(view)
        own = own_spellings(simulation, history, view)
        explained = {line.sides[-1].replace(r"\%", "%") for line in view.worked_lines if line.is_share}
        wrong = [(*pair, found[pair[0]], found[pair[1]]) for pair in clashes(found, own, explained)]
        assert not wrong, (simulation.values(), history.state.step, wrong[:3])
        checked += len(found)
    assert checked > 20


@pytest.mark.parametrize(
    "other", ["The loss is 0.5417.", "It is right about 54.2% of the points.", "It fell to 0.54167 at last."]
)
def test_a_number_that_is_rounded_further_or_a_percentage_clashes(other: str) -> None:
    view = View((), (Reading("loss", "loss", 13 / 24),), (), other)
    assert list(clashes(spellings(view), {"0.541667"}, set()))


def test_a_worked_line_may_say_which_percentage_a_share_is() -> None:
    line = WorkedLine("accuracy", "a = r/n", r"\frac{13}{24}", 13 / 24, is_share=True)
    assert line.sides == ("a = r/n", r"\frac{13}{24}", "0.541667", r"54.2\%")
    view = View((), (Reading("accuracy", "accuracy", 13 / 24, is_share=True),), (line,), "54.2% are right.")
    assert not list(clashes(spellings(view), {"54.2%"}, {"54.2%"}))


@pytest.mark.parametrize("width", [30, 36, 45, 80, 140])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_beside_those_of_a_pinned_run_values_keep_their_digits(name: str, width: int) -> None:
    player = Player(find_simulation(name).build())
    player.jump(3)
    pinned = PinnedRuns()
    pinned.pin(player)
    player.jump(2)
    readings = player.view().readings
    kept = [pinned.readings(item.key) for item in readings]
    shown = " ".join(line.text for line in compared_lines(readings, kept, theme_palette(App()), width, 400))
    for item, others in zip(readings, kept, strict=True):
        for value in (item.value, *(value for _, value in others)):
            assert item.format(value) in shown, (item.label, shown)


def test_six_figures_are_the_most() -> None:
    assert EXACT_FIGURES == 6 and format_number(1 / 3) == "0.333333" and format_percent(1 / 3) == "33.3%"

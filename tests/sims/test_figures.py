"""How many figures a number has depends on what it is for, and on nothing else: the table of `tutor.text.numbers`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sims.runs import run_histories
from tests.sims.shown_numbers import NUMBER
from tutor.sims.engine.chart import Bars, Chart, Diagram, Label, Picture
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.view import View
from tutor.sims.table import SIMULATIONS
from tutor.text.numbers import EXACT_FIGURES, PERCENT_FIGURES

NUMBERS = re.compile(NUMBER)


def figures(number: str) -> int:
    """The significant figures of a number as it is written; of a whole number none, since it is a count."""
    mantissa = re.split(r" (?:\\cdot|·) ", number)[0].replace(",", "").lstrip("−")
    return len(mantissa.replace(".", "").lstrip("0")) if "." in mantissa else 0


def read_texts(view: View) -> Iterator[str]:
    """What is read: the sentence of a state, and all that its pictures say."""
    yield view.narration
    for picture in view.pictures:
        yield from (picture.title, picture.description, *_texts_in(picture))


def _texts_in(picture: Picture) -> Iterator[str]:
    if isinstance(picture, Chart):
        for mark in picture.primitives():
            yield mark.legend_label
            yield from mark.names if isinstance(mark, Bars) else (mark.text,) if isinstance(mark, Label) else ()
    elif isinstance(picture, Diagram):
        for rows in [node.rows for column in picture.columns for node in column]:
            yield from (text for _, text in rows)


def set_by_hand(simulation: Simulation[Any]) -> set[str]:
    """The numbers that a learner typed: they are shown as they are."""
    return set(NUMBERS.findall(str(list(simulation.values().values())).replace("-", "−")))


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_number_has_six_figures_at_most_and_a_percentage_three(name: str) -> None:
    checked = 0
    for simulation, history in run_histories(name, draws=1 if name in ("playground", "digits") else 4, steps=9):
        view = simulation.view(history)
        typed = set_by_hand(simulation)
        for text in read_texts(view):
            for found in NUMBERS.finditer(text):
                share = text[found.end() :].startswith("%")
                assert figures(found[0]) <= (PERCENT_FIGURES if share else EXACT_FIGURES) or found[0] in typed, (
                    name,
                    text,
                )
                checked += 1
        for line in view.worked_lines:
            for number in NUMBERS.findall(line.numbers):
                assert figures(number) <= EXACT_FIGURES or number in typed, (name, line)
                checked += 1
    assert checked > 20


PACKAGE = Path(__file__).parents[2] / "tutor"
WRITTEN_ELSEWHERE = re.compile(
    r"\{[^{}\"']*:,?(?:\.\d+)?[efg]\}|format_(?:number|latex|factor)\([^()]*, \d+\)|\.\d+[efg]\}"
)
"""A number that is formatted on the spot."""
OTHERS = (
    "text/numbers.py",
    "expressions/",
    "reading/",
    "export/moodle.py",
    "sims/engine/nudge.py",
    "sims/engine/by_hand.py",
    "sims/functions/operations.py",
    "sims/models/graph_expression.py",
)
"""The module of numbers; what stands below it; numbers that are not for people, are typed over, or are formulas."""


def test_numbers_are_formatted_by_the_functions_for_their_purpose() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}: {match[0]}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if not str(path.relative_to(PACKAGE)).startswith(OTHERS)
        for match in WRITTEN_ELSEWHERE.finditer(path.read_text("utf-8"))
    ]
    assert not found, "\n".join(found)


def test_percentages_are_formatted_by_the_module_of_numbers_and_written_without_a_space() -> None:
    root = PACKAGE.parent
    texts = [*root.glob("lessons/*.md"), *root.glob("docs/*.md"), root / "README.md", *PACKAGE.rglob("*.py")]
    found = [
        f"{path.relative_to(root)}: {line.strip()}"
        for path in texts
        if path.name != "numbers.py"
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"[\d}$] %", line) or (path.suffix == ".py" and "%}" in line)
    ]
    assert not found, "\n".join(found)


COUNTED_FROM_0 = re.compile(
    r"\b(?:unit|neuron|entry|sample|point|channel|kernel|slice|feature|node|mask|bump|copy|image)s? 0\b", re.IGNORECASE
)
"""What is counted, by the number 0; labels of classes, places in an image, epochs and steps do begin there."""


@pytest.mark.parametrize("name", SIMULATIONS)
def test_what_is_counted_is_counted_from_1(name: str) -> None:
    for simulation, history in run_histories(name, draws=1, steps=5):
        view = simulation.view(history)
        asked = [] if view.prediction is None else [view.prediction.prompt, view.prediction.why]
        for text in (*read_texts(view), *(reading.label for reading in view.readings), *asked):
            assert not COUNTED_FROM_0.search(text), (name, text)
        for line in view.worked_lines:
            if name not in (
                "softmax",
                "vanishing",
                "initialisation",
            ):  # classes, and the input
                assert not re.search(r"_\{?0\b", line.formula), (name, line.formula)

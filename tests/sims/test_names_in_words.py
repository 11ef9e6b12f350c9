"""What a learner reads is in words: no value of a parameter stands there as the command line writes it."""

import re
from collections.abc import Iterator

import pytest

from tests.sims.runs import run_views
from tutor.sims.engine.chart import Chart, Label
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.view import View
from tutor.sims.table import SIMULATIONS, find_simulation

OF_THE_FIELD = {"cross-entropy", "warm-up"}
"""Values with a hyphen that are written so in a textbook, too."""
SHORT_FORMS = {"relu", "sgd", "xor", "rmsprop", "glorot", "newton"}
"""Values in small letters whose names have capitals: ReLU, SGD, XOR, RMSProp, Glorot, Newton's."""


def values_to_spell_out(rules: type[Simulation]) -> set[str]:  # type: ignore[type-arg]
    """The values of parameters that are no words."""
    choices = {str(choice) for known in rules.parameters().values() for choice in known.choices or ()}
    return {choice for choice in choices if not re.fullmatch("[a-z]{3,}", choice)} - OF_THE_FIELD | SHORT_FORMS


def labels_of(view: View) -> Iterator[str]:
    """The titles of the pictures, the words in them and around them."""
    for picture in view.pictures:
        yield picture.title
        if isinstance(picture, Chart):
            yield from (picture.x_label, picture.y_label)
            yield from (mark.text if isinstance(mark, Label) else mark.legend_label for mark in picture.primitives())
    yield from (reading.label for reading in view.readings)


def sentences_of(view: View) -> Iterator[str]:
    """What is said of a step, and asked before it."""
    yield view.narration
    yield from (picture.description for picture in view.pictures)
    if view.prediction is not None:
        yield view.prediction.prompt


@pytest.mark.parametrize("name", SIMULATIONS)
def test_titles_labels_and_sentences_name_things_in_words(name: str) -> None:
    rules = find_simulation(name)
    machine_names = re.compile(rf"(?<![\w\\-])({'|'.join(map(re.escape, values_to_spell_out(rules)))})(?![\w-])")
    seen = [text for preset in rules.presets for text in (preset.name, preset.reason)]
    for _, _, view in run_views(name):
        for picture in view.pictures:
            assert not picture.title[0].islower() or len(picture.title.split()[0]) == 1, picture.title
        seen += [*labels_of(view), *sentences_of(view)]
    for text in set(seen):
        assert not machine_names.search(text), text


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_subscript_is_a_word_in_letters_that_nobody_can_read(name: str) -> None:
    """The running mean was μᵣᵤₙ in a list and in its formula, in letters as small as dots."""
    for _, _, view in run_views(name, draws=0, steps=6):
        lines = [line.formula for line in view.worked_lines]
        for text in (*labels_of(view), *lines):
            assert not re.search(r"_\{\\text\{\w{2,}|[ₐₑₒₓₕₖₗₘₙₚₛₜᵢᵣᵤᵥ]{3,}", text), (name, text)

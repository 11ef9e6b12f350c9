"""What a simulation says to values that it cannot use: the label on screen, what may be given, and what was given."""

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from tutor.errors import UsageError
from tutor.sims.engine.parameters import Parameter
from tutor.sims.table import SIMULATIONS, find_simulation

TYPED = ["abc", "nan", "−1e9", "1e10", "-5,3,x", "[/x]", "\x1b[2J"]
"""Nothing of this is a choice, a switch or a number in any range."""
OTHER: list[object] = [{"a": 1}, [[1]], 10**400, -(10**400), float("inf"), [1.5] * 2000]
"""What a file may hold in the place of a value."""


def is_plain(text: str, known: dict[str, Parameter]) -> bool:
    """Whether a message is one line, of what people see: no name with an underscore, no assignment."""
    names = [name for name, item in known.items() for name in (name, item.field) if "_" in name]
    return text.isprintable() and len(text) < 400 and "=" not in text and not any(name in text for name in names)


def edges(item: Parameter) -> Iterator[object]:
    """The ends of a parameter's range, its choices, and the shortest and longest of its lists."""
    yield from {"switch": [True, False], "choice": item.choices, "names": [item.choices]}.get(item.kind, [])
    if item.kind == "list":
        yield from ([max(item.low, 0.0)] * count for count in {item.min_length, 1, 2, item.max_length})
    elif item.kind in {"whole", "number"}:
        yield from (item.low, item.high, item.default)


def refusals(rules: type[Any], **given: object) -> list[str]:
    """What is said to the values; nothing where they can be used."""
    try:
        rules.build(**given)
    except UsageError as error:
        return [str(error)]
    return []


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_value_that_cannot_be_read_is_answered_with_the_label_the_range_and_the_value(name: str) -> None:
    rules = find_simulation(name)
    for key, item in rules.parameters().items():
        for value in [*TYPED, *OTHER]:
            (said,) = refusals(rules, **{key: value})
            assert re.fullmatch(rf"{re.escape(item.label)}: give .+ \(you gave .+\)", said), said
            assert is_plain(said, rules.parameters()), said


@pytest.mark.parametrize("name", SIMULATIONS)
def test_values_that_do_not_go_together_are_answered_in_the_same_form(name: str) -> None:
    rules = find_simulation(name)
    known = rules.parameters()
    labels = "|".join(re.escape(item.label) for item in known.values())
    for (first, one), (second, other) in combinations(known.items(), 2):
        for value in edges(one):
            for with_it in edges(other):
                for said in refusals(rules, **{first: value, second: with_it}):
                    assert re.fullmatch(rf"({labels}): give .+ \((you gave|it is|it has) .+\)", said), said
                    assert is_plain(said, known), said


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("minibatch", {"batch": 70}, "Batch size: give a whole number from 1 to 64, the number of samples (it is 70)"),
        ("conv-cost", {"kernel": 13}, "Kernel size K: give at most 12, the padded height, or more padding (it is 13)"),
        ("dropout", {"w": [1], "width": 2}, "Weights W: give 4 numbers, for 2 units × 2 inputs, or none"),
        ("adam", {"start": "1"}, "Start θ: give two numbers, for example −2,1, or none (it has 1 number)"),
        ("descent", {"learning_rate": -5}, "Learning rate η: give a number above 0, at most 100 (you gave −5)"),
    ],
)
def test_some_of_them_in_full(name: str, given: dict[str, object], said: str) -> None:
    assert refusals(find_simulation(name), **given)[0].startswith(said)


def test_the_two_of_them_that_go_together_say_nothing() -> None:
    assert refusals(find_simulation("minibatch"), batch=70, samples=70) == []
    assert refusals(find_simulation("conv-cost"), kernel=13, padding=1) == []


LAST_THAT_FIT: list[tuple[str, str, dict[str, object], object, object]] = [
    ("minibatch", "batch", {"samples": 20}, 20, 21),
    ("conv-cost", "kernel", {"height": 9, "width": 30, "padding": 1}, 11, 12),
    ("conv-cost", "kernel", {"height": 30, "width": 9, "padding": 1}, 11, 12),
    ("convolution", "kernel", {"height": 6, "width": 9}, 6, 7),
    ("convolution", "kernel", {"height": 9, "width": 6}, 6, 7),
    ("convolution", "pool", {"height": 6, "width": 9, "kernel": 5}, 2, 3),
    ("overfit", "degree", {"points": 8, "beyond": 0}, 7, 8),
    ("overfit", "folds", {"points": 8, "degree": 1}, 8, 9),
    ("overfit", "folds", {"points": 8, "degree": 1}, 2, 1),
    ("overfit", "outliers", {"points": 4, "degree": 1}, 4, 5),
    ("learned-kernel", "shown", {"images": 5}, 4, 5),
    ("manifold", "neighbours", {"points": 12}, 11, 12),
    ("softmax", "target", {"logits": (1.0, 2.0, 3.0)}, 2, 3),
    ("softmax", "target", {"logits": (1.0,)}, 1, 2),
    ("dropout", "w_out", {"width": 3}, (1.0, 2.0, 3.0), (1.0, 2.0, 3.0, 4.0)),
]
"""Simulation, parameter, others beside it, the last value that goes together with them, and the first that does not."""


@pytest.mark.parametrize(("name", "key", "others", "last", "first_refused"), LAST_THAT_FIT)
def test_values_that_go_together_are_taken_up_to_the_last_and_no_further(
    name: str, key: str, others: dict[str, object], last: object, first_refused: object
) -> None:
    rules = find_simulation(name)
    assert refusals(rules, **others, **{key: last}) == []
    (said,) = refusals(rules, **others, **{key: first_refused})
    assert said.startswith(f"{rules.parameters()[key].label}: give ")

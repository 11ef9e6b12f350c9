"""What is said beside a run about what it shows is true of this run, whatever its parameters are."""

from collections.abc import Callable
from typing import Any

import pytest

from tutor.errors import UsageError
from tutor.patterns import compile_lazily
from tutor.sims.engine.simulation import Simulation
from tutor.sims.table import SIMULATIONS, find_simulation

NUMBER_WORDS = compile_lazily(r"\b(?:one|two|three|four|five|ten|twenty|\d[\d,]*)\b")
CONDITIONS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "adam": {
        "Two running averages": lambda rules: rules.start().m is not None and rules.start().v is not None,
        "A running average of the squared gradient": lambda rules: rules.start().m is None and rules.start().v,
        "the sum of those before": lambda rules: rules.optimizer == "momentum",
        "no earlier gradient counts": lambda rules: rules.start().m is None and rules.start().v is None,
    },
    "descent": {
        "goes against the gradient": lambda rules: rules.method == "gradient",
        "curvature": lambda rules: rules.start().hessian is not None,
    },
    "playground": {"separates the classes": lambda rules: rules.start().accuracy is not None},
}
"""Simulation → words of its summaries, and whether they fit a run."""
NUMBERS_THAT_HOLD = {
    "adam": {"two"},  # under a condition, above
    "autoencoder": {"one", "two"},  # both sizes of the code are named
    "bumps": {"two"},  # sigmoids to a bump, always
    "digits": {"1,797"},
    "graph": {"two"},
    "manifold": {"one"},
    "penalty": {"0"},
    "separable": {"one"},
    "vanishing": {"1"},
    "convolution": {"one"},
}
"""Simulation → the number words of its summary that no parameter changes."""


def runs(name: str) -> list[Simulation[Any]]:
    """A run with the defaults, one of each preset, and one with each choice of each parameter."""
    simulation = find_simulation(name)
    found = [simulation.build(), *(simulation.build(**preset.values) for preset in simulation.presets)]
    for parameter in simulation.parameters().values():
        for choice in parameter.choices or ((True, False) if parameter.kind == "bool" else ()):
            try:
                found.append(simulation.build(**{parameter.name: choice}))
            except UsageError:  # a choice that needs another one, or a file
                continue
    return found


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_summary_fits_every_choice_of_the_parameters(name: str) -> None:
    for words, fits in CONDITIONS[name].items():
        seen = set()
        for rules in runs(name):
            assert (words in rules.run_summary) == bool(fits(rules)), (words, rules)
            seen.add(words in rules.run_summary)
        assert seen == {True, False}, words


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_summary_counts_nothing_that_a_parameter_changes(name: str) -> None:
    for rules in runs(name):
        assert rules.run_summary.endswith(".") and len(rules.run_summary) <= 120
        assert set(NUMBER_WORDS.findall(rules.run_summary.lower())) <= NUMBERS_THAT_HOLD.get(name, set()), name

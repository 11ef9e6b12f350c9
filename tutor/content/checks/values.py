"""Checks the figures in a lesson's text: values that do not compute, and unknown names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tutor.content.markdown import without_code
from tutor.content.model import ValuesBlock
from tutor.content.runs import MAX_PAGE_STEPS, parameter_faults
from tutor.content.values import Values, fill_figures, read_run
from tutor.content.yaml_tree import Note, Place, Tree
from tutor.errors import ChainruleError, clip, nearest
from tutor.expressions.evaluate import describe_unknown_name
from tutor.expressions.parser import parse_expression
from tutor.questions.templates.placeholders import unknown_names
from tutor.questions.templates.runs import SimulationRun, cached_state_after, compute_steps, fill_values
from tutor.questions.templates.variants import check_name
from tutor.sims.engine.state import lookup
from tutor.sims.table import find_simulation
from tutor.text.numbers import counted

_NAME_IN_COMMAND = re.compile(
    r"\\(?:text|mathrm|mathbf|mathit|mathcal|mathbb|operatorname|begin|end|hat|bar|vec|tilde)\s*\{([A-Za-z_]\w*)\}"
)
"""A word in the braces of a command of LaTeX, such as `\\text{rate}`, where a value would be put in by mistake."""
_NAME_IN_BRACES = re.compile(r"\{([A-Za-z_][A-Za-z_0-9]*)\}")


def value_notes(block: ValuesBlock, tree: Tree) -> Iterator[Note]:
    """Why values of `block` do not compute, each with its line."""
    names = block.names
    assert isinstance(names, Values)
    for name, given in block.given.items():
        if not names.faulty.isdisjoint(names.dependencies(name)):  # the fault of another is reported once, there
            names.faulty.add(name)
            continue
        fault = _value_fault(name, given, names)
        if fault is not None:
            names.faulty.add(name)
            place, message = fault
            yield tree.line((name, *place)), f"value {clip(name, 30)}: {message}"


def _value_fault(name: str, given: Any, names: Values) -> tuple[Place, str] | None:
    """Find the first fault of one value, and its place within the value."""
    above = dict.fromkeys(names.above(name))
    try:
        check_name(name)
        if len(name) == 1:
            return (), "give it a name of two letters or more: one letter would be taken for a symbol in formulas"
        if isinstance(given, str) and (stranger := describe_unknown_name(parse_expression(given), above)):
            return (), stranger
        if isinstance(given, Mapping):
            return _run_fault(read_run(given), names)
        value = names[name]
    except ChainruleError as error:
        return (), str(error)
    return None if value is not None else ((), "it is empty; write an expression or a run")


def _run_fault(run: SimulationRun, names: Mapping[str, object]) -> tuple[Place, str] | None:
    """The first thing that is wrong with a run, and under which of its keys."""
    place: Place = ("simulation",)
    try:
        simulation_type = find_simulation(run.simulation)
        place = ("set",)
        values = fill_values(run.set, names)
        if faults := parameter_faults(simulation_type, values):
            return faults[0]
        simulation = simulation_type.build(**values)
        place = ("steps",)
        steps = compute_steps(run.steps, names)
        if steps > MAX_PAGE_STEPS:
            return place, f"{counted(steps, 'step')} are too many for a text; give at most {MAX_PAGE_STEPS:,}"
        state = cached_state_after(simulation, steps)
        place = ("value",)
        value = lookup(state, run.value)
    except ChainruleError as error:
        return place, str(error)
    if value is None:
        return place, f"{run.value} is not computed yet at step {state.step}"
    return None


def unknown_name_faults(
    text: str, names: Mapping[str, object], later: Mapping[str, object] | None
) -> Iterator[tuple[int, str]]:
    """(line counted from 0, message): what `text` has in braces that is no value of the lesson.

    Args:
        text: a template.
        names: the values that it may use.
        later: all values of the lesson, so that one that comes too late can be reported; `None` when some could
            not be read, so that no name can be called unknown.
    """
    for name in _NAME_IN_COMMAND.finditer(text):
        if name[1] in names:
            message = f"'{name[1]}' is a value of this lesson and would be put into {name[0]}; rename the value"
            yield text.count("\n", 0, name.start()), message
    if later is None:
        return
    for name in _NAME_IN_BRACES.finditer(text):
        if name[1] in later and name[1] not in names:
            message = f"the value '{name[1]}' comes only after this text; move its block up"
            yield text.count("\n", 0, name.start()), message
    prose = without_code(text)
    for stranger in unknown_names(prose, {**dict.fromkeys(names), **dict.fromkeys(later)}):
        base = stranger.partition(".")[0].partition("[")[0]
        position = prose.find("{" + stranger)
        near = nearest(base, later)
        advice = f"did you mean '{near}'?" if near else "define it in a block ```{values} before this text"
        if len(base) == 1:
            advice = "take its braces off if the letter stands for itself"
        yield text.count("\n", 0, position), f"there is no value '{clip(base, 30)}'; {advice}"


def fill_text(text: str, values: Mapping[str, object]) -> tuple[str, list[tuple[int, str]]]:
    """Fill in the values of `text`; where that fails, it is left as it is, with (line counted from 0, message).

    There is no message where `text` uses a value that failed itself: that is reported where the value is defined.
    """
    try:
        return fill_figures(text, values), []
    except ChainruleError as error:
        if isinstance(values, Values) and values.mentions_faulty(text):
            return text, []
        line = text.count("\n", 0, max(text.find("{="), 0))
        return text, [(line, f"a figure in this text does not compute: {error}")]

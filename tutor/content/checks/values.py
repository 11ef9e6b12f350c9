"""Checks the values in a lesson's text: values that do not compute, and unknown names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tutor.content.markdown import without_code
from tutor.content.model import ValuesBlock
from tutor.content.runs import MAX_PAGE_STEPS, parameter_faults
from tutor.content.values import Values, fill_template, read_run
from tutor.content.yaml_tree import KeyPath, Note, Tree
from tutor.errors import ChainruleError, advise_on_name, clip
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
    """A note on each value of `block` that does not compute, with the line of the part that is wrong."""
    values = block.names
    assert isinstance(values, Values)
    for name, entry in block.entries.items():
        if not values.faulty.isdisjoint(values.uncomputed_for(name)):  # a value that it needs has the fault
            values.faulty.add(name)
            continue
        fault = _value_fault(name, entry, values)
        if fault is not None:
            values.faulty.add(name)
            key_path, message = fault
            yield tree.line((name, *key_path)), f"value {clip(name, 30)}: {message}"


def _value_fault(name: str, entry: Any, values: Values) -> tuple[KeyPath, str] | None:
    """(key path within the entry, message) of the first fault of the value `name`; `None` if it computes.

    `entry` is how the value is written: an expression, a run or a constant.
    """
    defined_above = dict.fromkeys(values.above(name))
    whole_entry: KeyPath = ()
    try:
        check_name(name)
        if len(name) == 1:
            message = "give it a name of two letters or more: one letter would be taken for a symbol in formulas"
            return whole_entry, message
        if isinstance(entry, str):
            unknown_name_message = describe_unknown_name(parse_expression(entry), defined_above)
            if unknown_name_message:
                return whole_entry, unknown_name_message
        if isinstance(entry, Mapping):
            return _run_fault(read_run(entry), values)
        value = values[name]
    except ChainruleError as error:
        return whole_entry, str(error)
    return None if value is not None else (whole_entry, "it is empty; write an expression or a run")


def _run_fault(run: SimulationRun, names: Mapping[str, object]) -> tuple[KeyPath, str] | None:
    """(path of its key, message) of the first fault of a run; `None` if it gives a value."""
    key_path: KeyPath = ("simulation",)  # an error that is raised below is about this key
    try:
        simulation_type = find_simulation(run.simulation)
        key_path = ("set",)
        values = fill_values(run.set, names)
        if faults := parameter_faults(simulation_type, values):
            return faults[0]
        simulation = simulation_type.build(**values)
        key_path = ("steps",)
        steps = compute_steps(run.steps, names)
        if steps > MAX_PAGE_STEPS:
            return key_path, f"{counted(steps, 'step')} are too many for a text; give at most {MAX_PAGE_STEPS:,}"
        state = cached_state_after(simulation, steps)
        key_path = ("value",)
        value = lookup(state, run.value)
    except ChainruleError as error:
        return key_path, str(error)
    if value is None:
        return key_path, f"{run.value} is not computed yet at step {state.step}"
    return None


def unknown_name_faults(
    text: str, names: Mapping[str, object], all_values: Mapping[str, object] | None
) -> Iterator[tuple[int, str]]:
    """Find names in braces that are no values of the lesson, and values where `text` may not use them.

    Yields (line counted from 0, message).

    Args:
        text: a template.
        names: the values that it may use.
        all_values: all values of the lesson, among which a value defined only after `text` is found; `None` if some
            could not be read, since then no name is certain to be unknown.
    """
    for match in _NAME_IN_COMMAND.finditer(text):
        name = match[1]
        if name in names:
            message = f"'{name}' is a value of this lesson and would be put into {match[0]}; rename the value"
            yield text.count("\n", 0, match.start()), message
    if all_values is None:
        return
    for match in _NAME_IN_BRACES.finditer(text):
        name = match[1]
        if name in all_values and name not in names:
            message = f"the value '{name}' comes only after this text; move its block up"
            yield text.count("\n", 0, match.start()), message
    prose = without_code(text)
    known_names = {**dict.fromkeys(names), **dict.fromkeys(all_values)}
    for unknown in unknown_names(prose, known_names):
        name = unknown.partition(".")[0].partition("[")[0]  # without the attribute or index after it
        position = prose.find("{" + unknown)
        if len(name) == 1:
            advice = "take its braces off if the letter stands for itself"
        else:
            advice = advise_on_name(name, all_values, otherwise="define it in a block ```{values} before this text")
        yield text.count("\n", 0, position), f"there is no value '{clip(name, 30)}'; {advice}"


def fill_text(text: str, values: Mapping[str, object]) -> tuple[str, list[tuple[int, str]]]:
    """Fill in the values of `text`: (the filled text, its faults), each fault as (line counted from 0, message).

    If a value cannot be computed, the text is returned as it is. If the cause is a value that is faulty itself, there
    is no fault here, since one is reported where that value is defined.
    """
    try:
        return fill_template(text, values), []
    except ChainruleError as error:
        if isinstance(values, Values) and values.mentions_faulty(text):
            return text, []
        first_expression = max(
            text.find("{="), 0
        )  # the error does not tell which expression failed: the first is blamed
        line = text.count("\n", 0, first_expression)
        return text, [(line, f"a figure in this text does not compute: {error}")]

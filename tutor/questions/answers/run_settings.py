"""Reading the parameters and steps for a run as they are typed: `learning_rate=0.3 steps=20`."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from tutor.errors import ExpressionError, UsageError, advise_on_name, clip
from tutor.expressions.source import half_width, join_lines
from tutor.patterns import compile_lazily
from tutor.questions.base import Unreadable
from tutor.questions.templates.placeholders import as_argument
from tutor.reading.numbers import read_whole
from tutor.reading.outcome import as_sentence, refuse_unusable

if TYPE_CHECKING:
    from tutor.sims.engine.simulation import Simulation

_AND_BETWEEN = compile_lazily(r"(?<=[0-9\])a-z])[,;]? and (?=[A-Za-z])")
_FULL_STOP = compile_lazily(r"(?<=[0-9)\]a-z]) ?\.$")

MAX_RUN_TEXT = 500
"""The most characters of typed parameters."""
STEPS_NAMES = ("steps", "step")

_NAME_AND_SIGN = compile_lazily(r"(?:--set )? ?(?:--)?(?<![A-Za-z_0-9])([A-Za-z_][A-Za-z_0-9]*+) ?(?:=|:) ?")


class RunSetting(msgspec.Struct, frozen=True):
    """A simulation with the parameters that a learner typed, and how many steps it is to run."""

    simulation: "Simulation[Any]"
    steps: int


def read_run_setting(
    raw: str, simulation: "Simulation[Any]", allow: Iterable[str], max_steps: int
) -> RunSetting | Unreadable:
    """Read the changes to `simulation` that were typed in `raw`: the changed simulation, and the steps to run it.

    Returns advice if the text cannot be read, if a parameter is not in `allow`, or if there are more than `max_steps`.
    """
    allow = tuple(allow)
    example = f"Write it like this: {_write_example(simulation, allow, max_steps)}"
    typed = " ".join(half_width(join_lines(raw)).split())
    refusal = refuse_unusable(typed, MAX_RUN_TEXT, when_empty=example)
    if refusal is not None:
        return refusal
    try:
        line = _with_names(_FULL_STOP.sub("", typed), _list_spellings(simulation, allow))
        typed_values = _split_into_pairs(line, example)
        steps = _take_steps(typed_values, max_steps, example)
        _require_allowed(typed_values, allow, simulation)
        return RunSetting(simulation.with_values(**typed_values), steps)
    except (UsageError, ExpressionError) as error:
        return Unreadable(as_sentence(str(error)))


def _write_example(simulation: "Simulation[Any]", allow: tuple[str, ...], max_steps: int) -> str:
    """How a setting is written, with the first two parameters that may be changed: `k=3 noise=0.1 steps=20`."""
    values = simulation.values()
    changeable = [name for name in allow if name in values]
    # An empty list would be written as nothing; the example shows `1,1` instead.
    pairs = [f"{name}={as_argument(values[name]) or '1,1'}" for name in changeable[:2]]
    return " ".join([*pairs, f"steps={min(20, max_steps)}"])


def _list_spellings(simulation: "Simulation[Any]", allow: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pairs of (spelling, name of the parameter): every name itself, and `k` for a label such as `Neighbours k`."""
    from tutor.sims.engine.parameters import find_parameter_letters  # loaded by now

    parameters = simulation.parameters()
    names = [(name, name) for name in (*allow, *parameters, *STEPS_NAMES)]
    return [*names, *find_parameter_letters(parameters).items()]


def _with_names(line: str, spellings: Iterable[tuple[str, str]]) -> str:
    """Write each parameter in `line` by its name, with an equals sign: `Learning rate 0.1` → `learning_rate=0.1`."""
    line = _AND_BETWEEN.sub(" ", line)
    sign_or_number_next = r"(?: ?(?:[=:]|→|->) ?| (?=[-−+]?[.0-9\[]))"
    for spelling, name in spellings:
        pattern = re.escape(spelling).replace("_", "[-_ ]")  # also matches `learning rate`, `learning-rate`
        line = re.sub(rf"(?<![A-Za-z_0-9]){pattern}{sign_or_number_next}", f"{name}=", line, flags=re.I)
    return line


def _split_into_pairs(line: str, example: str) -> dict[str, str]:
    """Split a line in which every name has an equals sign; returns name → its value as typed.

    A value extends to the next name, since people separate entries by commas, by blanks or by nothing.

    Raises:
        UsageError: a name occurs twice; or there is no name, or a text before the first: the message is `example`.
    """
    matches = list(_NAME_AND_SIGN.finditer(line))
    if not matches or line[: matches[0].start()].strip(" ,;"):
        raise UsageError(example)
    ends = [match.start() for match in matches[1:]] + [len(line)]
    pairs: dict[str, str] = {}
    for match, end in zip(matches, ends, strict=True):
        name = "steps" if match[1].lower() in STEPS_NAMES else match[1]
        if name in pairs:
            raise UsageError(f"{name} is given twice; give it once")
        pairs[name] = line[match.end() : end].strip().rstrip(" ,;")
    return pairs


def _take_steps(typed_values: dict[str, str], max_steps: int, example: str) -> int:
    """Remove the entry `steps` from `typed_values` and return it as a number.

    Raises:
        UsageError: there is none, or it is no whole number from 0 to `max_steps`.
    """
    if "steps" not in typed_values:
        raise UsageError(f"say also after how many steps. {example}")
    steps = read_whole(typed_values.pop("steps"), 0, max_steps)
    if isinstance(steps, int):
        return steps
    if steps.is_question:
        raise UsageError(f"Steps: {steps.advice}")
    raise UsageError(f"steps must be a whole number from 0 to {max_steps}")


def _require_allowed(names: Iterable[str], allow: tuple[str, ...], simulation: "Simulation[Any]") -> None:
    """Raise `UsageError` for the first of `names` that is no parameter in `allow`."""
    for name in names:
        if name not in allow:
            changeable = [", ".join(allow), "steps"] if allow else ["steps"]
            advice = advise_on_name(name, allow, otherwise=f"you may change {' and '.join(changeable)}")
            is_fixed_parameter = name in simulation.parameters()
            reason = f"{name} stays as it is here" if is_fixed_parameter else f"there is no '{clip(name, 30)}'"
            raise UsageError(f"{reason}; {advice}")

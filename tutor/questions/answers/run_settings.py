"""Reading the parameters and steps for a run as they are typed: `learning_rate=0.3 steps=20`."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from tutor.errors import ExpressionError, UsageError, clip, nearest
from tutor.expressions.source import half_width, join_lines
from tutor.patterns import compile_lazily
from tutor.questions.base import Unreadable
from tutor.questions.templates.placeholders import as_argument
from tutor.reading.numbers import read_whole
from tutor.reading.outcome import as_sentence, refuse_unprintable

if TYPE_CHECKING:
    from tutor.sims.engine.simulation import Simulation

_AND_BETWEEN = compile_lazily(r"(?<=[0-9\])a-z])[,;]? and (?=[A-Za-z])")
_FULL_STOP = compile_lazily(r"(?<=[0-9)\]a-z]) ?\.$")

MAX_RUN_TEXT = 500
"""The most characters of typed parameters."""
STEPS_NAMES = ("steps", "step")

_NAMED = compile_lazily(r"(?:--set )? ?(?:--)?(?<![A-Za-z_0-9])([A-Za-z_][A-Za-z_0-9]*+) ?(?:=|:) ?")
_BARE_STEPS = compile_lazily(r"(?:--)?\b(steps?) (?=[0-9])")


class RunSetting(msgspec.Struct, frozen=True):
    """A simulation with the parameters that a learner typed, and how many steps it is to run."""

    simulation: "Simulation[Any]"
    steps: int


def read_run_setting(
    raw: str, simulation: "Simulation[Any]", allow: Iterable[str], most: int
) -> RunSetting | Unreadable:
    """`raw` as changes to `simulation`; only the parameters in `allow` and `steps` up to `most` may be given."""
    allow = tuple(allow)
    example = f"Write it like this: {_write_example(simulation, allow, most)}"
    raw = " ".join(half_width(join_lines(raw)).split())
    refused = refuse_unprintable(raw, MAX_RUN_TEXT)
    if refused is not None:
        return refused if raw.strip() else Unreadable(example)
    try:
        line = _with_names(_FULL_STOP.sub("", raw), _list_spellings(simulation, allow))
        given = _split_into_pairs(line, example)
        steps = _take_steps(given, most, example)
        return RunSetting(simulation.with_values(**_allowed_values(given, allow, simulation)), steps)
    except (UsageError, ExpressionError) as error:
        return Unreadable(as_sentence(str(error)))


def _write_example(simulation: "Simulation[Any]", allow: tuple[str, ...], most: int) -> str:
    """How a setting is written, with the first two parameters that may be changed."""
    known = [
        f"{name}={as_argument(simulation.values()[name]) or '1,1'}" for name in allow if name in simulation.values()
    ]
    return " ".join([*known[:2], f"steps={min(20, most)}"])


def _list_spellings(simulation: "Simulation[Any]", allow: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each spelling of a parameter and its name: `k` as well, where its label ends so: `Neighbours k`."""
    from tutor.sims.engine.parameters import parameter_letters  # loaded already where there is a simulation

    known = simulation.parameters()
    signs = parameter_letters(known).items()
    return [*((name, name) for name in (*allow, *known, *STEPS_NAMES)), *signs]


def _with_names(line: str, spellings: Iterable[tuple[str, str]]) -> str:
    """`line` with each parameter under its name and with an equals sign: `Learning rate 0.1` → `learning_rate=0.1`."""
    line = _AND_BETWEEN.sub(" ", line)
    for spelling, name in spellings:
        pattern = re.escape(spelling).replace("_", "[-_ ]")
        line = re.sub(
            rf"(?<![A-Za-z_0-9]){pattern}(?: ?(?:[=:]|→|->) ?| (?=[-−+]?[.0-9\[]))", f"{name}=", line, flags=re.I
        )
    return line


def _split_into_pairs(line: str, example: str) -> dict[str, str]:
    """Name → text up to the next name; a name given twice is refused."""
    line = _BARE_STEPS.sub(r"\1=", line)
    matches = list(_NAMED.finditer(line))
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


def _take_steps(given: dict[str, str], most: int, example: str) -> int:
    """Take the number of steps out of `given`."""
    if "steps" not in given:
        raise UsageError(f"say also after how many steps. {example}")
    steps = read_whole(given.pop("steps"), 0, most)
    if isinstance(steps, int):
        return steps
    raise UsageError(
        f"Steps: {steps.advice}" if steps.is_question else f"steps must be a whole number from 0 to {most}"
    )


def _allowed_values(given: dict[str, str], allow: tuple[str, ...], simulation: "Simulation[Any]") -> dict[str, object]:
    """`given`, unless it names a parameter that may not be changed."""
    for name in given:
        if name not in allow:
            near = nearest(name, allow)
            free = " and ".join([*([", ".join(allow)] if allow else []), "steps"])
            advice = f"did you mean {near}?" if near else f"you may change {free}"
            is_known = name in simulation.parameters()
            reason = f"{name} stays as it is here" if is_known else f"there is no '{clip(name, 30)}'"
            raise UsageError(f"{reason}; {advice}")
    return dict(given)

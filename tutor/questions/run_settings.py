"""Reading a setting of a simulation as it is typed: `learning_rate=0.3 steps=20`."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from tutor.errors import ExpressionError, UsageError, clip, nearest
from tutor.expressions.names import GREEK
from tutor.expressions.source import half_width, one_line
from tutor.patterns import late
from tutor.questions.base import Unreadable
from tutor.questions.templates.templates import as_typed
from tutor.reading.answers import refuse_unprintable, sentence
from tutor.reading.limits import read_whole

if TYPE_CHECKING:
    from tutor.sims.engine.simulation import Simulation

_AND = late(r"(?<=[0-9\])a-z])[,;]? and (?=[A-Za-z])")
_STOP = late(r"(?<=[0-9)\]a-z]) ?\.$")

LENGTH = 500
"""The most characters a typed setting may have."""
STEPS = ("steps", "step")

_NAMED = late(r"(?:--set )? ?(?:--)?(?<![A-Za-z_0-9])([A-Za-z_][A-Za-z_0-9]*+) ?(?:=|:) ?")
_BARE_STEPS = late(r"(?:--)?\b(steps?) (?=[0-9])")


class Setting(msgspec.Struct, frozen=True):
    """Rules as a learner set them, and how many steps they are to run."""

    rules: "Simulation[Any]"
    steps: int


def read_setting(raw: str, rules: "Simulation[Any]", allow: Iterable[str], most: int) -> Setting | Unreadable:
    """`raw` as changes to `rules`; only the parameters in `allow` and `steps` up to `most` may be given."""
    allow = tuple(allow)
    example = f"Write it like this: {_example(rules, allow, most)}"
    raw = " ".join(half_width(one_line(raw)).split())
    refused = refuse_unprintable(raw, LENGTH)
    if refused is not None:
        return refused if raw.strip() else Unreadable(example)
    try:
        line = _spelt(_STOP.sub("", raw), _spellings(rules, allow))
        given = _pairs(line, example)
        steps = _steps(given, most, example)
        return Setting(rules.with_values(**_allowed(given, allow, rules)), steps)
    except (UsageError, ExpressionError) as error:
        return Unreadable(sentence(str(error)))


def _example(rules: "Simulation[Any]", allow: tuple[str, ...], most: int) -> str:
    known = [f"{name}={as_typed(rules.values()[name]) or '1,1'}" for name in allow if name in rules.values()]
    return " ".join([*known[:2], f"steps={min(20, most)}"])


def _spellings(rules: "Simulation[Any]", allow: tuple[str, ...]) -> list[tuple[str, str]]:
    """What a parameter may be called, and its name: also by the letter at the end of its label, `Neighbours k`."""
    known = rules.parameters()
    ends = [(item.label.rpartition(" ")[2], name) for name, item in known.items()]
    taken = [name.casefold() for name in known] + [sign.casefold() for sign, _ in ends]
    signs = [(sign, name) for sign, name in ends if len(sign) == 1 and taken.count(sign.casefold()) == 1]
    signs += [(GREEK[sign], name) for sign, name in signs if sign in GREEK]
    return [*((name, name) for name in (*allow, *known, *STEPS)), *signs]


def _spelt(line: str, spellings: Iterable[tuple[str, str]]) -> str:
    """`line` with the parameters spelt as they are called: `Learning rate 0.1` is `learning_rate=0.1`."""
    line = _AND.sub(" ", line)
    for said, name in spellings:
        written = re.escape(said).replace("_", "[-_ ]")
        line = re.sub(
            rf"(?<![A-Za-z_0-9]){written}(?: ?(?:[=:]|→|->) ?| (?=[-−+]?[.0-9\[]))", f"{name}=", line, flags=re.I
        )
    return line


def _pairs(line: str, example: str) -> dict[str, str]:
    """Name → text up to the next name; a name given twice is refused."""
    line = _BARE_STEPS.sub(r"\1=", line)
    found = list(_NAMED.finditer(line))
    if not found or line[: found[0].start()].strip(" ,;"):
        raise UsageError(example)
    ends = [match.start() for match in found[1:]] + [len(line)]
    pairs: dict[str, str] = {}
    for match, end in zip(found, ends, strict=True):
        name = "steps" if match[1].lower() in STEPS else match[1]
        if name in pairs:
            raise UsageError(f"{name} is given twice; give it once")
        pairs[name] = line[match.end() : end].strip().rstrip(" ,;")
    return pairs


def _steps(given: dict[str, str], most: int, example: str) -> int:
    if "steps" not in given:
        raise UsageError(f"say also after how many steps. {example}")
    read = read_whole(given.pop("steps"), 0, most)
    if isinstance(read, int):
        return read
    raise UsageError(f"Steps: {read.advice}" if read.is_question else f"steps must be a whole number from 0 to {most}")


def _allowed(given: dict[str, str], allow: tuple[str, ...], rules: "Simulation[Any]") -> dict[str, object]:
    for name in given:
        if name not in allow:
            near = nearest(name, allow)
            free = " and ".join([*([", ".join(allow)] if allow else []), "steps"])
            advice = f"did you mean {near}?" if near else f"you may change {free}"
            known = name in rules.parameters()
            reason = f"{name} stays as it is here" if known else f"there is no '{clip(name, 30)}'"
            raise UsageError(f"{reason}; {advice}")
    return dict(given)

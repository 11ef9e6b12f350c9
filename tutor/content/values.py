"""The values that a lesson's text may use: expressions and runs, computed at first use and cached."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import msgspec

from tutor.budget import LESSON_BUDGET, Budget
from tutor.errors import ChainruleError
from tutor.expressions.evaluate import evaluate
from tutor.expressions.parser import parse_expression
from tutor.patterns import compile_lazily
from tutor.questions.templates.placeholders import fill
from tutor.questions.templates.runs import SimulationRun, compute_run

_WORD = compile_lazily(r"[A-Za-z_][A-Za-z_0-9]*")
_PARAGRAPHS = compile_lazily(r"(\n[ \t]*\n)")


class Values(Mapping[str, object]):
    """The names of a lesson's `{values}` blocks up to one place. Each is computed when it is asked for.

    A value may use the names before it: those of earlier blocks, and those above it in its own.
    """

    def __init__(self, given: Mapping[str, object], before: Mapping[str, object]) -> None:
        """The entries `given`, in this order, after the values `before`."""
        known = before if isinstance(before, Values) else None
        self._given: dict[str, object] = {**(known._given if known else {}), **given}
        self._computed: dict[str, object] = known._computed if known else {}
        """Name → its value, shared with the values before, because a name means one thing in a lesson."""
        self._work: Budget = known._work if known else Budget(LESSON_BUDGET, "the text of this lesson")
        self.faulty: set[str] = known.faulty if known else set()
        """Names that failed to compute in a check, so that texts using them are not reported as well."""

    def __getitem__(self, name: str) -> object:
        if name not in self._computed:
            with self._work.activate():
                for each in self.dependencies(name):
                    self._computed[each] = compute_value(self._given[each], self._computed)
        return self._computed[name]

    def __contains__(self, name: object) -> bool:
        return name in self._given

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def above(self, name: str) -> list[str]:
        """List the names defined before `name`, which it may use."""
        names = list(self._given)
        return names[: names.index(name)]

    def dependencies(self, name: str) -> list[str]:
        """`name` and, before it, those of the names above it that it needs and that are not computed.

        Raises:
            KeyError: no such name.
        """
        if name not in self._given:
            raise KeyError(name)
        needed, ordered = {name}, [name]
        words = _possible_names(self._given[name])
        for each in reversed(self.above(name)):
            if each in words and each not in needed:
                needed.add(each)
                words |= _possible_names(self._given[each])
                if each not in self._computed:
                    ordered.insert(0, each)
        return ordered

    def mentions_faulty(self, template: str) -> bool:
        """Whether `template` has the name of a value whose computation has failed."""
        return any(name in self.faulty for name in _possible_names(template))

    def has_computed(self, template: str) -> bool:
        """Whether every value that `template` may use is computed already."""
        return not any(name in template for name in self._given if name not in self._computed)


def _possible_names(given: object) -> set[str]:
    """Every word in an entry that may be the name of a value it uses."""
    if isinstance(given, str):
        return set(_WORD.findall(given))
    if isinstance(given, Mapping):
        return {word for key, value in given.items() if key != "value" for word in _possible_names(value)}
    return {word for item in given for word in _possible_names(item)} if isinstance(given, (list, tuple)) else set()


def compute_value(given: object, names: Mapping[str, object]) -> Any:
    """Compute one entry of a `{values}` block, which is an expression, a run or a constant.

    Raises:
        ChainruleError: it does not compute.
    """
    if isinstance(given, str):
        value = evaluate(parse_expression(given), names)
        return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value
    if isinstance(given, Mapping):
        return compute_run(read_run(given), names)
    return given


def read_run(given: Mapping[str, object]) -> SimulationRun:
    """Read an entry of a `{values}` block that describes a run.

    Raises:
        ChainruleError: it is none.
    """
    try:
        return msgspec.convert(dict(given), SimulationRun)
    except msgspec.ValidationError:
        raise ChainruleError("a run has simulation, set, steps and value") from None


def fill_figures(template: str, names: Mapping[str, object]) -> str:
    """Fill in the values of `template`, paragraph by paragraph, so that a lone dollar sign affects only its own.

    Raises:
        ChainruleError: a value in it does not compute.
    """
    if "{" not in template or not (names or "{=" in template):
        return template
    return "".join(fill(part, names) for part in _PARAGRAPHS.split(template))

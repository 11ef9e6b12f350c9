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
_PARAGRAPH_BREAK = compile_lazily(r"(\n[ \t]*\n)")


class Values(Mapping[str, object]):
    """Name → value, for a lesson's `{values}` blocks up to one of them; a value is computed at its first access.

    A value may use the names before it: those of earlier blocks, and those above it in its own block.
    """

    def __init__(self, entries: Mapping[str, object], earlier: Mapping[str, object]) -> None:
        """The values that `entries` define, after the values `earlier` of the blocks before.

        An entry is how a value is written: an expression, a run or a constant.
        """
        before = earlier if isinstance(earlier, Values) else None  # `NO_VALUES` for the first block of a lesson
        self._entries: dict[str, object] = {**(before._entries if before else {}), **entries}
        self._computed: dict[str, object] = before._computed if before else {}
        """Name → its value, shared with the earlier values, since a name has the same meaning in the whole lesson."""
        self._budget: Budget = before._budget if before else Budget(LESSON_BUDGET, "the text of this lesson")
        self.faulty: set[str] = before.faulty if before else set()
        """Names whose computation failed in a check; texts that use them are not reported as well."""

    def __getitem__(self, name: str) -> object:
        if name not in self._computed:
            with self._budget.activate():
                for uncomputed in self.uncomputed_for(name):
                    self._computed[uncomputed] = compute_value(self._entries[uncomputed], self._computed)
        return self._computed[name]

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def above(self, name: str) -> list[str]:
        """The names that are defined before `name`, which it may use, in their order."""
        names = list(self._entries)
        return names[: names.index(name)]

    def uncomputed_for(self, name: str) -> list[str]:
        """The names to compute for `name`, in order: those it needs that are not computed yet, then `name` itself.

        Raises:
            KeyError: no such name.
        """
        if name not in self._entries:
            raise KeyError(name)
        uncomputed = [name]
        words = _possible_names(self._entries[name])
        for earlier in reversed(self.above(name)):  # names use only names above them: one pass upwards
            if earlier in words:
                words |= _possible_names(self._entries[earlier])
                if earlier not in self._computed:
                    uncomputed.insert(0, earlier)
        return uncomputed

    def mentions_faulty(self, template: str) -> bool:
        """Whether `template` contains the name of a value whose computation has failed."""
        return any(name in self.faulty for name in _possible_names(template))

    def has_computed(self, template: str) -> bool:
        """Whether all values that `template` may use are computed. A name within another word counts as a use, too."""
        return not any(name in template for name in self._entries if name not in self._computed)


def _possible_names(entry: object) -> set[str]:
    """Every word in an entry that may be the name of another value; parts of a run are searched as well."""
    if isinstance(entry, str):
        return set(_WORD.findall(entry))
    if isinstance(entry, Mapping):  # a run: its `value` names a quantity of the simulation, not a value
        items = [item for key, item in entry.items() if key != "value"]
    else:
        items = list(entry) if isinstance(entry, (list, tuple)) else []
    return {word for item in items for word in _possible_names(item)}


def compute_value(entry: object, names: Mapping[str, object]) -> Any:
    """Compute one entry of a `{values}` block, which is an expression, a run or a constant.

    Raises:
        ChainruleError: it does not compute.
    """
    if isinstance(entry, str):
        value = evaluate(parse_expression(entry), names)
        is_whole_number = isinstance(value, Fraction) and value.denominator == 1
        return int(value) if is_whole_number else value
    if isinstance(entry, Mapping):
        return compute_run(read_run(entry), names)
    return entry


def read_run(entry: Mapping[str, object]) -> SimulationRun:
    """Read an entry of a `{values}` block that describes a run.

    Raises:
        ChainruleError: its keys are not those of a run.
    """
    try:
        return msgspec.convert(dict(entry), SimulationRun)
    except msgspec.ValidationError:
        raise ChainruleError("a run has simulation, set, steps and value") from None


def fill_template(template: str, names: Mapping[str, object]) -> str:
    """Fill in the values of `template` paragraph by paragraph: a lone dollar sign then affects its own paragraph only.

    Raises:
        ChainruleError: a value in it does not compute.
    """
    has_expression = "{=" in template
    can_be_filled = "{" in template and (names or has_expression)
    if not can_be_filled:
        return template
    # The pattern captures the blank lines between paragraphs, so `split` returns them as well.
    return "".join(fill(paragraph, names) for paragraph in _PARAGRAPH_BREAK.split(template))

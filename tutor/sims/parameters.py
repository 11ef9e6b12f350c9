"""Parameters: what a learner may change, with its label, range, choices and help, and how it is read.

A parameter is an ordinary dataclass field made by `param`; its `Parameter` lies in the metadata.
"""

import math
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, NoReturn

from tutor.errors import UsageError, clip, nearest, unknown

Value = bool | int | float | str | tuple[float, ...] | tuple[str, ...]
"""A parameter's value: a switch, a whole number, a number, one of its choices, a list of numbers or of choices."""


@dataclass(frozen=True)
class Parameter:
    """Everything a front end needs to show, edit and refuse a parameter."""

    name: str
    """What `--set` takes."""
    field: str
    """The dataclass field it lies in; the same as the name unless that is a method's."""
    label: str
    help: str
    default: Value
    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    """True when `low` itself is not allowed."""
    below: bool = False
    """True when `high` itself is not allowed."""
    choices: tuple[str, ...] = ()
    shortest: int = 0
    longest: int = 0
    """For a list: how many entries it may have."""
    whole: bool = False
    """True for a list of whole numbers."""
    live: bool = False
    """True when it may change in the middle of a run (branch) without making the state meaningless."""

    @property
    def kind(self) -> str:
        """`switch`, `choice`, `whole`, `number`, `list` (of numbers) or `names` (a list of choices)."""
        if self.choices and isinstance(self.default, tuple):
            return "names"
        kinds = {bool: "switch", str: "choice", int: "whole", float: "number", tuple: "list"}
        return kinds[type(self.default)]

    @property
    def range_text(self) -> str:
        """What may be given, in words: `0 < p < 1`-style bounds, choices, or list length."""
        if self.kind == "switch":
            return "true or false"
        if self.kind == "names":
            return f"{self.shortest}–{self.longest} of " + " | ".join(self.choices)
        if self.choices:
            return " | ".join(self.choices)
        words = {"whole": "whole number", "number": "number", "list": "numbers"}[self.kind]
        if self.kind == "list":
            count = f"{self.shortest}" if self.shortest == self.longest else f"{self.shortest}–{self.longest}"
            words = f"{count} {'whole ' if self.whole else ''}numbers"
        left = "" if self.low == -math.inf else f"{'above' if self.above else 'from'} {_bound(self.low)}"
        right = "" if self.high == math.inf else f"{'below' if self.below else 'to'} {_bound(self.high)}"
        return " ".join(part for part in (words, left, right) if part)

    def read(self, value: object) -> Value:
        """`value` (typed text, or a value from YAML or JSON) as this parameter's type, in its range.

        Raises:
            UsageError: one line with the range, when it is neither.
        """
        try:
            read = self._convert(value)
        except (ValueError, TypeError, OverflowError):
            raise self._refusal(value) from None
        if self.choices and not isinstance(read, tuple) and read not in self.choices:
            near = nearest(str(value), self.choices)
            raise self._refusal(value, f" (did you mean '{near}'?)" if near else "")
        entries = read if isinstance(read, tuple) else (read,)
        if not all(self._inside(entry) for entry in entries if not isinstance(entry, str)):
            raise self._refusal(value)
        return read

    def _convert(self, value: object) -> Value:
        if self.kind == "switch":
            words = {"true": True, "yes": True, "on": True, "1": True}
            words |= {"false": False, "no": False, "off": False, "0": False}
            word = str(value).strip().lower()
            return words[word] if word in words else _fail()
        if self.kind == "choice":
            return self._choice(str(value).strip())
        if isinstance(value, bool):
            return _fail()
        if self.kind == "whole":
            number = float(str(value).replace("_", ""))
            return int(number) if number == int(number) else _fail()
        if self.kind == "number":
            return float(str(value).replace("_", ""))
        # The name of a function ends in a bracket of its own.
        ends = "[] " if self.kind == "names" else "[]() "
        if self.shortest == 0 and str(value).strip().casefold() == "none":
            return ()
        parts = value.strip(ends).split(",") if isinstance(value, str) else value
        if isinstance(parts, (int, float)):
            parts = [parts]
        if parts == [""]:
            parts = []
        entries = tuple(self._entry(str(part).strip()) for part in parts)  # type: ignore[attr-defined]  # a sequence
        return entries if self.shortest <= len(entries) <= self.longest else _fail()  # type: ignore[return-value]

    def _choice(self, text: str) -> str:
        """The choice that `text` is but for capitals; `text` itself when it is none."""
        return next((choice for choice in self.choices if choice.casefold() == text.casefold()), text)

    def _entry(self, text: str) -> float | str:
        """One entry of a list."""
        if self.kind == "names":
            return self._choice(text) if self._choice(text) in self.choices else _fail()
        number = float(text)
        return number if not self.whole else int(number) if number == int(number) else _fail()

    def _inside(self, number: float) -> bool:
        if not math.isfinite(number):
            return False
        over = number > self.low if self.above else number >= self.low
        under = number < self.high if self.below else number <= self.high
        return over and under

    def _refusal(self, value: object, hint: str = "") -> UsageError:
        return UsageError(f"{self.name}={clip(str(value), 30)} cannot be used: give {self.range_text}{hint}")


def _fail() -> NoReturn:
    raise ValueError


def typed(value: Value) -> str:
    """`value` as one would type it after `NAME=`, exact: reading it gives the very same value."""
    if isinstance(value, tuple):
        return ",".join(typed(entry) for entry in value)
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def param(default: Value, label: str, help: str, **limits: Any) -> Any:
    """A dataclass field that is a parameter; `limits` are the other fields of `Parameter`."""
    return field(default=default, metadata={"parameter": {"label": label, "help": help, **limits}})


def parameters(rules: type) -> dict[str, Parameter]:
    """The parameters of a simulation class by name, in the order they were written."""
    found = {}
    for item in fields(rules):
        if "parameter" in item.metadata and item.default is not MISSING:
            described = {"name": item.name, **item.metadata["parameter"]}
            made = Parameter(field=item.name, default=item.default, **described)
            found[made.name] = made
    return found


def read_all(rules: type, given: Mapping[str, object]) -> dict[str, Value]:
    """`given` values read as the parameters of `rules`, by the names of their dataclass fields.

    Raises:
        UsageError: an unknown name (with the nearest known one) or a value out of range.
    """
    known = parameters(rules)
    for name in given:
        if name not in known:
            raise unknown("parameter", name, known)
    return {known[name].field: known[name].read(value) for name, value in given.items()}


def _bound(value: float) -> str:
    """An end of a range: a whole number in full."""
    return f"{value:.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:.9g}"

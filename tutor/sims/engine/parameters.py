"""Parameters: what a learner may change, with its label, range, choices and help, and how it is read.

A parameter is an ordinary dataclass field made by `param`; its `Parameter` lies in the metadata.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from fractions import Fraction
from typing import Any, NoReturn, TypeVar

from tutor.errors import UsageError, clip, nearest, unknown_name_error
from tutor.expressions.names import GREEK
from tutor.expressions.source import join_lines, plain_characters
from tutor.reading.numbers import read_number, read_within
from tutor.reading.outcome import Unreadable
from tutor.text.numbers import counted, format_number

_BLANK_BETWEEN_DIGITS = re.compile(r"[0-9] +[0-9]")
_BETWEEN_WORDS = re.compile(r"[-_ ]+")

T = TypeVar("T")

Value = bool | int | float | str | tuple[float, ...] | tuple[str, ...]
"""A parameter's value: a switch, a whole number, a number, one of its choices, a list of numbers or of choices."""


_VALUE_TYPES = (bool, int, float, str, tuple)


@dataclass(frozen=True)
class Parameter:
    """Everything a front end needs to show, edit and refuse a parameter."""

    name: str
    """What `--set` takes."""
    field: str
    """The dataclass field that holds it; the same as the name unless that is a method's."""
    label: str
    help: str
    default: Value
    low: float = -math.inf
    high: float = math.inf
    exclude_low: bool = False
    """True when `low` itself is not allowed."""
    exclude_high: bool = False
    """True when `high` itself is not allowed."""
    choices: tuple[str, ...] = ()
    other: str = ""
    """For a text: what may be given besides the choices, in words."""
    why_not: Callable[[str], str] | None = None
    """For a text: what is wrong with it; "" for nothing."""
    min_length: int = 0
    max_length: int = 0
    """For a list: how many entries it may have."""
    whole: bool = False
    """True for a list of whole numbers."""
    live: bool = False
    """True when it may change in the middle of a run (branch) without making the state meaningless."""

    @property
    def is_number(self) -> bool:
        """Whether it is one number, whole or not."""
        return self.kind in {"whole", "number"}

    @property
    def kind(self) -> str:
        """`switch`, `choice`, `text` (or a choice), `whole`, `number`, `list` (of numbers) or `names` (of choices)."""
        if self.other:
            return "text"
        if self.choices and isinstance(self.default, tuple):
            return "names"
        kinds = {bool: "switch", str: "choice", int: "whole", float: "number", tuple: "list"}
        return kinds[type(self.default)]

    @property
    def range_text(self) -> str:
        """Describe the allowed values: bounds such as `0 < p < 1`, choices, or a list's length."""
        if self.kind == "switch":
            return "true or false"
        if self.kind == "names":
            return f"{self.min_length} to {self.max_length} of " + ", ".join(self.choices)
        if self.kind == "text":
            return f"{', '.join(self.choices)}, or {self.other}"
        if self.choices:
            return ("" if len(self.choices) < 2 else "one of ") + ", ".join(self.choices)
        words = {"whole": "a whole number", "number": "a number"}.get(self.kind, self._count_text)
        if self.low == -math.inf and self.high == math.inf:
            return words
        each = "," if self.kind == "list" and self.max_length > 1 else ""
        return f"{words}{each} {'each ' if each else ''}{self._bounds_text}"

    @property
    def _count_text(self) -> str:
        """Describe the length of a list: "2 numbers", "1 to 16 whole numbers"."""
        count = (
            f"{self.min_length}" if self.min_length == self.max_length else f"{self.min_length} to {self.max_length}"
        )
        return f"{count} {'whole ' if self.whole else ''}number{'' if count == '1' else 's'}"

    @property
    def _bounds_text(self) -> str:
        """The range in words: "from 0 up to, but not including, 1"."""
        low, high = format_number(self.low), format_number(self.high)
        if self.high == math.inf:
            return f"above {low}" if self.exclude_low else f"from {low} up"
        if self.low == -math.inf:
            return f"below {high}" if self.exclude_high else f"up to {high}"
        if self.exclude_high:
            return (
                f"above {low} and below {high}" if self.exclude_low else f"from {low} up to, but not including, {high}"
            )
        return f"above {low}, at most {high}" if self.exclude_low else f"from {low} to {high}"

    def read(self, value: object) -> Value:
        """`value` (typed text, or a value from YAML or JSON) as this parameter's type, in its range.

        Raises:
            UsageError: one line with the range, when it is neither.
        """
        try:
            read = self._convert(value)
        except (ValueError, TypeError, OverflowError):
            raise self._refusal(value) from None
        if self.kind == "choice" and read not in self.choices:
            near = nearest(str(value), self.choices)
            raise self._refusal(value, f"; did you mean '{near}'?" if near else "")
        entries = read if isinstance(read, tuple) else (read,)
        if not all(self._is_in_range(entry) for entry in entries if not isinstance(entry, str)):
            raise self._refusal(value)
        return read

    def _convert(self, value: object) -> Value:
        """`value` as this parameter's type, its range not yet looked at; raises where it is none."""
        if self.kind == "switch":
            words = {"true": True, "yes": True, "on": True, "1": True}
            words |= {"false": False, "no": False, "off": False, "0": False}
            word = plain_characters(str(value)).strip().lower()
            return words[word] if word in words else _reject()
        if self.kind == "choice":
            return self._find_choice(plain_characters(str(value)).strip())
        if isinstance(value, bool):
            return _reject()
        if self.kind == "text":
            return self._read_text(value)
        if self.is_number:
            return self._read_number(value, self.kind == "whole")
        if self.min_length == 0 and str(value).strip().casefold() == "none":
            return ()
        if isinstance(value, str):
            readings = (self._read_entries(parts) for parts in _split_entries(value))
            entries = next((reading for reading in readings if reading is not None), None)
        else:
            listed = [value] if isinstance(value, (int, float)) else list(value)  # type: ignore[call-overload]  # else a TypeError
            entries = self._read_entries(listed)
        return _reject() if entries is None else entries

    def _read_text(self, value: object) -> str:
        """One of the choices, or another text that can be used."""
        text = self._find_choice(join_lines(value)) if isinstance(value, str) else _reject()
        why = "" if text in self.choices or self.why_not is None else self.why_not(text)
        if why:
            raise self._refusal(value, f": {why}")
        return text

    def _read_number(self, value: object, whole: bool) -> float | int:
        """A number as typed, or as given in YAML or JSON."""
        if isinstance(value, str):
            read = read_within(value, lambda number: self._is_in_range(float(number)), whole)
            if isinstance(read, Unreadable) and read.is_question:
                raise UsageError(f"{self.label}: {read.advice[0].lower()}{read.advice[1:]}")
            number: float | Fraction = read if isinstance(read, Fraction) else _reject()
        else:
            number = float(value)  # type: ignore[arg-type]  # what is no number raises
        return float(number) if not whole else int(number) if number == int(number) else _reject()

    def _read_entries(self, parts: Sequence[object]) -> tuple[float, ...] | tuple[str, ...] | None:
        """The entries of a list; `None` when one cannot be read, or there are too few or too many."""
        try:
            entries = tuple(self._read_entry(part) for part in parts)
        except ValueError:
            return None
        return entries if self.min_length <= len(entries) <= self.max_length else None  # type: ignore[return-value]  # all alike

    def _find_choice(self, text: str) -> str:
        """The choice that `text` names, ignoring case; otherwise `text` itself."""
        return next((choice for choice in self.choices if choice.casefold() == text.casefold()), text)

    def _read_entry(self, part: object) -> float | str:
        """One entry of a list."""
        if self.kind == "names":
            return self._find_choice(str(part)) if self._find_choice(str(part)) in self.choices else _reject()
        return self._read_number(part, self.whole)

    def _is_in_range(self, number: float) -> bool:
        """Whether a number is finite and within the bounds."""
        if not math.isfinite(number):
            return False
        over = number > self.low if self.exclude_low else number >= self.low
        under = number < self.high if self.exclude_high else number <= self.high
        return over and under

    def _refusal(self, value: object, hint: str = "") -> UsageError:
        return UsageError(f"{self.label}: give {self.range_text} (you gave {_quote_value(value)}{hint})")


def refuse_value(simulation: object, name: str, wanted: str) -> UsageError:
    """Make the error for a parameter of `simulation` whose value does not go with the other parameters."""
    item = find_parameters(type(simulation))[name]
    value = getattr(simulation, item.field)
    now = f"it has {counted(len(value), 'number')}" if isinstance(value, tuple) else f"it is {_quote_value(value)}"
    return UsageError(f"{item.label}: give {wanted} ({now})")


def _quote_value(value: object) -> str:
    """The value as it was typed; a value from a file as it would be typed."""
    if isinstance(value, str):
        text = value.strip()
    else:
        text = format_value(value) if isinstance(value, _VALUE_TYPES) else str(value)
    if not isinstance(read_number(text), Unreadable):
        return clip(text, 30).replace("-", "−")
    return f"'{clip(text, 30)}'" if text else "nothing"


def _split_entries(text: str) -> Iterator[list[str]]:
    """The ways to part the entries of a list: semicolons, commas, or blanks, of which the first that fits counts."""
    inner = plain_characters(join_lines(text)).strip("[]{} ")
    if inner.startswith("(") and inner.endswith(")") and "(" not in inner[1:]:
        inner = inner[1:-1].strip()
    if not inner:
        yield []
    elif ";" in inner:
        yield [part.strip() for part in inner.split(";")]
    else:
        parts = [part.strip() for part in inner.split(",")]
        if not any(_BLANK_BETWEEN_DIGITS.search(part) for part in parts):
            yield parts
        yield inner.split()


def _reject() -> NoReturn:
    """Give up a value: reading catches the error and says what may be given."""
    raise ValueError


def format_value(value: Value) -> str:
    """`value` as one would type it after `NAME=`, exact: reading it gives the very same value."""
    if isinstance(value, tuple):
        return ",".join(format_value(entry) for entry in value)
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def param(default: Value, label: str, help: str, **limits: Any) -> Any:
    """A dataclass field that is a parameter; `limits` are the other fields of `Parameter`."""
    return field(default=default, metadata={"parameter": {"label": label, "help": help, **limits}})


def find_parameters(simulation_type: type) -> dict[str, Parameter]:
    """The parameters of a simulation class by name, in the order they were written."""
    result = {}
    for item in fields(simulation_type):
        if "parameter" in item.metadata and item.default is not MISSING:
            described = {"name": item.name, **item.metadata["parameter"]}
            parameter = Parameter(field=item.name, default=item.default, **described)
            result[parameter.name] = parameter
    return result


def parameter_letters(known: Mapping[str, Parameter]) -> dict[str, str]:
    """Letter → parameter, where only one label ends so: `α` and `alpha` for `Learning rate α`."""
    ends = [(item.label.rpartition(" ")[2], name) for name, item in known.items()]
    taken = [name.casefold() for name in known] + [sign.casefold() for sign, _ in ends]
    signs = {sign: name for sign, name in ends if len(sign) == 1 and taken.count(sign.casefold()) == 1}
    return signs | {GREEK[sign]: name for sign, name in signs.items() if sign in GREEK}


def with_parameter_names(given: Mapping[str, T], known: Mapping[str, Parameter]) -> dict[str, T]:
    """`given` by the names of the parameters, whether they were called by name, label or letter.

    Raises:
        UsageError: two of them mean the same parameter.
    """
    by_letter = {_comparable_name(sign): name for sign, name in parameter_letters(known).items()}
    by_label = {_comparable_name(item.label): name for name, item in known.items()}
    by_name = {_comparable_name(name): name for name in known}
    spellings = by_letter | by_label | by_name
    named: dict[str, T] = {}
    for typed, value in given.items():
        name = typed if typed in known else spellings.get(_comparable_name(typed), typed)
        if name in named:
            raise UsageError(f"{name} is given twice; give it once")
        named[name] = value
    return named


def _comparable_name(name: str) -> str:
    """A name in ASCII as far as it can be, without capitals, blanks, hyphens and low lines: β₁ is beta1."""
    plain = unicodedata.normalize("NFKC", plain_characters(name))
    return _BETWEEN_WORDS.sub("", "".join(GREEK.get(sign, sign) for sign in plain).casefold())


def read_values(simulation_type: type, given: Mapping[str, object]) -> dict[str, Value]:
    """`given` values read as the parameters of a simulation class, by the names of their dataclass fields.

    Raises:
        UsageError: an unknown name (with the nearest known one) or a value out of range.
    """
    known = find_parameters(simulation_type)
    for name in given:
        if name not in known:
            raise unknown_name_error("parameter", name, known)
    return {known[name].field: known[name].read(value) for name, value in given.items()}

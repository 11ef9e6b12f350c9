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
    """The dataclass field that holds it: `name`, or another where a method of the simulation has that name."""
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
    free_text: str = ""
    """For a text: what may be given besides the choices, in words; empty for a parameter that takes no free text."""
    find_objection: Callable[[str], str] | None = None
    """For a text: a function that says what is wrong with a text that is no choice, or "" if nothing is."""
    min_length: int = 0
    max_length: int = 0
    """For a list: how many entries it may have."""
    when_empty: str = "none"
    """For a list that may be empty: the word for that, which its field shows and reads."""
    has_whole_entries: bool = False
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
        if self.free_text:
            return "text"
        if self.choices and isinstance(self.default, tuple):
            return "names"
        kind_of_type = {bool: "switch", str: "choice", int: "whole", float: "number", tuple: "list"}
        return kind_of_type[type(self.default)]

    @property
    def range_text(self) -> str:
        """Describe the allowed values: bounds such as `0 < p < 1`, choices, or a list's length."""
        if self.kind == "switch":
            return "true or false"
        if self.kind == "names":
            return f"{self.min_length} to {self.max_length} of " + ", ".join(self.choices)
        if self.kind == "text":
            return f"{', '.join(self.choices)}, or {self.free_text}"
        if self.choices:
            return ("" if len(self.choices) < 2 else "one of ") + ", ".join(self.choices)
        type_text = {"whole": "a whole number", "number": "a number", "list": self._count_text}[self.kind]
        if self.low == -math.inf and self.high == math.inf:
            return type_text
        if self.kind == "list" and self.max_length > 1:
            return f"{type_text}, each {self._bounds_text}"
        return f"{type_text} {self._bounds_text}"

    @property
    def _count_text(self) -> str:
        """Describe the length of a list: "2 numbers", "1 to 16 whole numbers"."""
        if self.min_length == self.max_length:
            count = f"{self.min_length}"
        else:
            count = f"{self.min_length} to {self.max_length}"
        noun = "number" if count == "1" else "numbers"
        return f"{count} whole {noun}" if self.has_whole_entries else f"{count} {noun}"

    @property
    def _bounds_text(self) -> str:
        """The range in words: "from 0 up to, but not including, 1"."""
        low, high = format_number(self.low), format_number(self.high)
        if self.high == math.inf:
            return f"above {low}" if self.exclude_low else f"from {low} up"
        if self.low == -math.inf:
            return f"below {high}" if self.exclude_high else f"up to {high}"
        if self.exclude_low and self.exclude_high:
            return f"above {low} and below {high}"
        if self.exclude_high:
            return f"from {low} up to, but not including, {high}"
        return f"above {low}, at most {high}" if self.exclude_low else f"from {low} to {high}"

    def read(self, value: object) -> Value:
        """`value` (typed text, or a value from YAML or JSON) converted to this parameter's type.

        Raises:
            UsageError: it has another type or is out of range; the message, one line, says what is allowed.
        """
        try:
            converted = self._convert(value)
        except (ValueError, TypeError, OverflowError):
            raise self._refusal(value) from None
        if self.kind == "choice" and converted not in self.choices:
            nearest_choice = nearest(str(value), self.choices)
            raise self._refusal(value, f"; did you mean '{nearest_choice}'?" if nearest_choice else "")
        entries = converted if isinstance(converted, tuple) else (converted,)
        if not all(self._is_in_range(entry) for entry in entries if not isinstance(entry, str)):
            raise self._refusal(value)
        return converted

    def _convert(self, value: object) -> Value:
        """Convert `value` to this parameter's type; `read` then checks the range of numbers, and a single choice.

        Raises:
            ValueError, TypeError, OverflowError: it cannot be converted.
        """
        if self.kind == "switch":
            return _read_switch(value)
        if self.kind == "choice":
            return self._find_choice(plain_characters(str(value)).strip())
        if isinstance(value, bool):  # `true` in YAML, which Python would take for the number 1
            return _reject()
        if self.kind == "text":
            return self._read_text(value)
        if self.is_number:
            return self._read_number(value, whole=self.kind == "whole")
        return self._read_list(value)

    def _read_text(self, value: object) -> str:
        """One of the choices, or another text to which `find_objection` has no objection."""
        if not isinstance(value, str):
            return _reject()
        text = self._find_choice(join_lines(value))
        if text not in self.choices and self.find_objection is not None:
            objection = self.find_objection(text)
            if objection:
                raise self._refusal(value, f": {objection}")
        return text

    def _read_number(self, value: object, *, whole: bool) -> float | int:
        """A number as typed, or as given in YAML or JSON."""
        number: float | Fraction
        if isinstance(value, str):
            outcome = read_within(value, lambda number: self._is_in_range(float(number)), wants_whole=whole)
            if isinstance(outcome, Unreadable) and outcome.is_question:  # 1,234 could be read in two ways
                raise UsageError(f"{self.label}: {outcome.advice[0].lower()}{outcome.advice[1:]}")
            number = outcome if isinstance(outcome, Fraction) else _reject()
        else:
            number = float(value)  # type: ignore[arg-type]  # what is no number raises
        if not whole:
            return float(number)
        return int(number) if number == int(number) else _reject()

    def _read_list(self, value: object) -> tuple[float, ...] | tuple[str, ...]:
        """The entries of a list: typed, as a list from YAML or JSON, or one number alone."""
        if self.min_length == 0 and str(value).strip().casefold() in {"none", self.when_empty}:
            return ()
        if isinstance(value, str):
            possible_splits = _split_entries(value)
        elif isinstance(value, (int, float)):
            possible_splits = iter([[value]])
        else:
            possible_splits = iter([list(value)])  # type: ignore[call-overload]  # what is no list is a TypeError
        for raw_entries in possible_splits:
            entries = self._read_entries(raw_entries)
            if entries is not None:
                return entries
        return _reject()

    def _read_entries(self, raw_entries: Sequence[object]) -> tuple[float, ...] | tuple[str, ...] | None:
        """The entries of a list; `None` if one of them cannot be read, or if there are too few or too many."""
        try:
            entries = tuple(self._read_entry(entry) for entry in raw_entries)
        except ValueError:
            return None
        has_allowed_length = self.min_length <= len(entries) <= self.max_length
        return entries if has_allowed_length else None  # type: ignore[return-value]  # all numbers, or all choices

    def _find_choice(self, text: str) -> str:
        """The choice that `text` names, ignoring case; `text` itself if there is none."""
        for choice in self.choices:
            if choice.casefold() == text.casefold():
                return choice
        return text

    def _read_entry(self, raw_entry: object) -> float | str:
        """One entry of a list, as typed or as given in YAML or JSON."""
        if self.kind == "names":
            choice = self._find_choice(str(raw_entry))
            return choice if choice in self.choices else _reject()
        return self._read_number(raw_entry, whole=self.has_whole_entries)

    def _is_in_range(self, number: float) -> bool:
        """Whether a number is finite and within the bounds."""
        if not math.isfinite(number):
            return False
        is_above_low = number > self.low if self.exclude_low else number >= self.low
        is_below_high = number < self.high if self.exclude_high else number <= self.high
        return is_above_low and is_below_high

    def _refusal(self, value: object, hint: str = "") -> UsageError:
        """The error that says what is allowed and what was given; `hint` is added to it."""
        return UsageError(f"{self.label}: give {self.range_text} (you gave {_quote_value(value)}{hint})")


def conflicting_value_error(simulation: object, name: str, wanted: str) -> UsageError:
    """The error that a simulation's `check` raises for a value that contradicts its other parameters.

    `wanted` says which value to give: "2 to 9 for 10 points".
    """
    parameter = find_parameters(type(simulation))[name]
    value = getattr(simulation, parameter.field)
    if isinstance(value, tuple):
        present_value = f"it has {counted(len(value), 'number')}"
    else:
        present_value = f"it is {_quote_value(value)}"
    return UsageError(f"{parameter.label}: give {wanted} ({present_value})")


def _read_switch(value: object) -> bool:
    """True or False, as typed (`on`, `no`, `1`) or from YAML or JSON."""
    word = plain_characters(str(value)).strip().lower()
    if word in {"true", "yes", "on", "1"}:
        return True
    return False if word in {"false", "no", "off", "0"} else _reject()


def _quote_value(value: object) -> str:
    """How a message quotes `value`: a number bare, other text in quotes, and no text as "nothing".

    A value that is no text, as from a file, is written as it would be typed.
    """
    if isinstance(value, str):
        text = value.strip()
    else:
        text = format_value(value) if isinstance(value, _VALUE_TYPES) else str(value)
    is_number = not isinstance(read_number(text), Unreadable)
    if is_number:
        return clip(text, 30).replace("-", "−")
    return f"'{clip(text, 30)}'" if text else "nothing"


def _split_entries(text: str) -> Iterator[list[object]]:
    """The ways to split a typed list into entries, the likeliest first: at semicolons, at commas, at blanks.

    The caller takes the first in which every entry can be read.
    """
    inner = plain_characters(join_lines(text)).strip("[]{} ")
    if inner.startswith("(") and inner.endswith(")") and "(" not in inner[1:]:  # one pair, unlike "(1+2), (3+4)"
        inner = inner[1:-1].strip()
    if not inner:
        yield []
    elif ";" in inner:
        yield [part.strip() for part in inner.split(";")]
    else:
        parts = [part.strip() for part in inner.split(",")]
        # In "0,5 0,3" the commas are decimal commas: splitting at them would give the part "5 0".
        if not any(_BLANK_BETWEEN_DIGITS.search(part) for part in parts):
            yield [*parts]
        yield [*inner.split()]


def _reject() -> NoReturn:
    """Raise the error for a value that cannot be converted: `Parameter.read` catches it and says what may be given."""
    raise ValueError


def format_value(value: Value) -> str:
    """`value` as one would type it after `NAME=`, exact: reading it gives the very same value."""
    if isinstance(value, tuple):
        return ",".join(format_value(entry) for entry in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def param(default: Value, label: str, help: str, **limits: Any) -> Any:
    """A dataclass field that is a parameter; `limits` are the other fields of `Parameter`."""
    return field(default=default, metadata={"parameter": {"label": label, "help": help, **limits}})


def find_parameters(simulation_type: type) -> dict[str, Parameter]:
    """The parameters of a simulation class by name, in the order they were written."""
    parameters = {}
    for item in fields(simulation_type):
        if "parameter" in item.metadata and item.default is not MISSING:
            attributes = {"name": item.name, **item.metadata["parameter"]}  # `param` may have given another name
            parameter = Parameter(field=item.name, default=item.default, **attributes)
            parameters[parameter.name] = parameter
    return parameters


def find_parameter_letters(parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """Letter → parameter name, for labels that end in a letter of their own.

    The label `Learning rate α` gives two entries, for `α` and `alpha`. A letter has no entry if several labels end in
    it, or if it is the name of a parameter.
    """
    last_words = {name: parameter.label.split(" ")[-1] for name, parameter in parameters.items()}
    names_and_last_words = [word.casefold() for word in (*parameters, *last_words.values())]
    names_by_letter: dict[str, str] = {}
    for name, letter in last_words.items():
        if len(letter) == 1 and names_and_last_words.count(letter.casefold()) == 1:
            names_by_letter[letter] = name
    spelled_out = {GREEK[letter]: name for letter, name in names_by_letter.items() if letter in GREEK}
    return {**names_by_letter, **spelled_out}


def with_parameter_names(values: Mapping[str, T], parameters: Mapping[str, Parameter]) -> dict[str, T]:
    """Parameter name → value, from `values` whose keys may be names, labels or letters of parameters.

    A key that is none of these stays as it is.

    Raises:
        UsageError: two keys mean the same parameter.
    """
    # Later entries replace earlier ones of the same spelling: a label takes precedence over a letter, a name over both.
    names_by_spelling: dict[str, str] = {}
    for letter, name in find_parameter_letters(parameters).items():
        names_by_spelling[_comparable_name(letter)] = name
    for name, parameter in parameters.items():
        names_by_spelling[_comparable_name(parameter.label)] = name
    for name in parameters:
        names_by_spelling[_comparable_name(name)] = name
    values_by_name: dict[str, T] = {}
    for typed_name, value in values.items():
        name = typed_name
        if typed_name not in parameters:
            name = names_by_spelling.get(_comparable_name(typed_name), typed_name)
        if name in values_by_name:
            raise UsageError(f"{name} is given twice; give it once")
        values_by_name[name] = value
    return values_by_name


def _comparable_name(name: str) -> str:
    """`name` in ASCII where possible, in small letters, without blanks, hyphens and underscores: β₁ is beta1."""
    plain = unicodedata.normalize("NFKC", plain_characters(name))
    in_ascii = "".join(GREEK.get(character, character) for character in plain)
    return _BETWEEN_WORDS.sub("", in_ascii.casefold())


def read_values(simulation_type: type, raw_values: Mapping[str, object]) -> dict[str, Value]:
    """Read `raw_values`, parameter name → value, for a simulation class; return dataclass field → value.

    Raises:
        UsageError: an unknown name (with the nearest known one) or a value out of range.
    """
    parameters = find_parameters(simulation_type)
    for name in raw_values:
        if name not in parameters:
            raise unknown_name_error("parameter", name, parameters)
    return {parameters[name].field: parameters[name].read(value) for name, value in raw_values.items()}

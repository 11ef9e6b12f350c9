"""`show:` links: `[show me](show:adam?learning_rate=0.3&step=20)` names a state that the reader is taken to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from tutor.errors import UsageError, clip, unknown
from tutor.sims.table import TABLE

SCHEME = "show:"
FORM = "show:adam?learning_rate=0.3&step=20"

LESSON = "lesson:"
"""Begins the address of a lesson: `[lesson 6](lesson:backprop)`."""
ELSEWHERE = ("https://", "http://", "mailto:")
"""What an address outside the course begins with."""

_LINK = re.compile(r"\]\([ \t]{0,9}<?([^)\s>]{0,500}+)>?[^)\n]{0,200}+\)")
_CODE = re.compile(
    r"^(?:`{3,}|~{3,}).*?(?:^(?:`{3,}|~{3,})[ \t]*$|\Z)"
    r"|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)"
    r"|(?<!\\)\$\$?[^$\n]+\$",
    re.MULTILINE | re.DOTALL,
)
_SIGN = re.compile(r"[^\n]")


@dataclass(frozen=True)
class Show:
    """A state of a simulation: its parameters, those not given at their defaults, and the step."""

    name: str
    values: dict[str, object]
    step: int


def read_show(address: str) -> Show:
    """The state that a link's `address` names.

    Raises:
        UsageError: it names none; the message says why.
    """
    name, _, query = address.removeprefix(SCHEME).partition("?")
    name = unquote(name)
    if name not in TABLE:
        raise unknown("simulation", name, TABLE)
    values: dict[str, object] = {}
    for key, value in _pairs(query):
        if key in values:
            raise UsageError(f"{key} is given twice; give it once")
        values[key] = value
    step = str(values.pop("step", "0"))
    if not (step.isascii() and step.isdigit()):
        raise UsageError(f"step={clip(step, 30)} cannot be used: give a whole number from 0")
    return Show(name, values, int(step))


def _pairs(query: str) -> list[tuple[str, str]]:
    if not query:
        return []
    try:
        # A plus is a sign in a number, not a space.
        return parse_qsl(query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=True, max_num_fields=100)
    except ValueError:
        raise UsageError(f"'{clip(query, 40)}' cannot be read; write it like {FORM}") from None


def links_in(markdown: str) -> Iterator[tuple[int, str]]:
    """(line counted from 0, address) of each link in a text; code and formulas have none."""
    if "](" not in markdown:
        return
    shown = _CODE.sub(lambda found: _SIGN.sub(" ", found[0]), markdown)
    for found in _LINK.finditer(shown):
        yield markdown.count("\n", 0, found.start()), found[1]


def shows_in(markdown: str) -> Iterator[tuple[int, str]]:
    """(line counted from 0, address) of each `show:` link in a text."""
    return ((line, address) for line, address in links_in(markdown) if address.startswith(SCHEME))


def command_line(name: str, values: dict[str, object], step: int) -> str:
    """The command that opens a simulation at a state."""
    words = ["chainrule sim", name]
    for key, value in values.items():
        items = value if isinstance(value, (list, tuple)) else [value]
        text = ",".join(str(item).lower() if isinstance(item, bool) else str(item) for item in items)
        words += [f"--set {key}={text}" if key != "seed" else f"--seed {text}"]
    return " ".join([*words, *([f"--step {step}"] if step else [])])


def spelled(address: str) -> str:
    """The command that an address within the course stands for; any other address itself."""
    if address.startswith(LESSON):
        return f"chainrule learn {address.removeprefix(LESSON)}"
    if not address.startswith(SCHEME):
        return address
    try:
        show = read_show(address)
    except UsageError:
        return address
    return command_line(show.name, show.values, show.step)

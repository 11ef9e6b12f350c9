"""`show:` links: `[show me](show:adam?learning_rate=0.3&step=20)` names a state that the reader is taken to."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

import msgspec

from tutor.content.links import LESSON, SCHEME, links_in
from tutor.errors import UsageError, clip, unknown_name_error
from tutor.sims.table import TABLE

FORM = "show:adam?learning_rate=0.3&step=20"


class Show(msgspec.Struct, frozen=True):
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
        raise unknown_name_error("simulation", name, TABLE)
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

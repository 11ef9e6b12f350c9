"""Links: where they may lead, and the states that `show:adam?learning_rate=0.3&step=20` leads to."""

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from tutor.content.markdown import parse, walk_inline
from tutor.errors import UsageError, clip, unknown_name_error
from tutor.sims.table import SIMULATIONS

SHOW_SCHEME = "show:"
"""Begins the address of a state: `[show me](show:adam?step=20)`."""
LESSON_SCHEME = "lesson:"
"""Begins the address of a lesson: `[lesson 6](lesson:backprop)`."""
WEB_SCHEMES = ("https", "http")
"""The schemes of links that may be opened in a browser; links with any other scheme are never opened."""
MAX_ADDRESS_LENGTH = 2_000
"""The most characters of an address."""
LINK_MARKS = ("](", "]:", "<")
"""A text that contains none of these has no link, and is not parsed to look for one."""


def is_own(address: str) -> bool:
    """Whether a link leads to a place within the course: a state of a simulation, or a lesson."""
    return address.startswith((SHOW_SCHEME, LESSON_SCHEME))


def web_fault(address: str) -> str:
    """Why `address` must not be opened in a browser; empty when it may be opened, after the learner was asked."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port  # read for its error: it raises when the port is no number
    except ValueError:
        return "it is no address"
    if parts.scheme not in WEB_SCHEMES:
        return "write https://… for a page, lesson:ID for a lesson, or show:… for a state"
    if not host or host.startswith(".") or ".." in host:
        return "it names no host"
    if len(address) > MAX_ADDRESS_LENGTH:
        return f"it is longer than {MAX_ADDRESS_LENGTH:,} characters"
    if not address.isascii() or not address.isprintable() or " " in address:
        return "it holds characters that an address does not have; write them as %20 and the like"
    return ""


def host_of(address: str) -> str:
    """The host of a web address, without a user name or port; "" if it names none."""
    return urlsplit(address).hostname or ""


@lru_cache(maxsize=512)
def find_links(markdown: str) -> tuple[tuple[int, str], ...]:
    """Find each link and picture in a text, except in code: (line counted from 0, address)."""
    if not any(mark in markdown for mark in LINK_MARKS):
        return ()
    return tuple(_walk_links(markdown))


def _walk_links(markdown: str) -> Iterator[tuple[int, str]]:
    """Do the work of `find_links`, by parsing the text."""
    for token in parse(markdown):
        first_line = token.map[0] if token.map else 0
        for child, line in walk_inline(token):
            if child.type == "link_open":
                yield first_line + line, str(child.attrs.get("href", ""))
            elif child.type == "image":
                yield first_line + line, str(child.attrs.get("src", ""))


EXAMPLE_ADDRESS = "show:adam?learning_rate=0.3&step=20"


class ShownState(msgspec.Struct, frozen=True):
    """A state of a simulation: the step, and the parameters that differ from their defaults."""

    name: str
    values: dict[str, object]
    step: int


def read_show(address: str) -> ShownState:
    """The state that a link's `address` names.

    Raises:
        UsageError: it names no state; the message says why.
    """
    name, _, query = address.removeprefix(SHOW_SCHEME).partition("?")
    name = unquote(name)
    if name not in SIMULATIONS:
        raise unknown_name_error("simulation", name, SIMULATIONS)
    values: dict[str, object] = {}
    for key, value in _parse_query(query):
        if key in values:
            raise UsageError(f"{key} is given twice; give it once")
        values[key] = value
    step = str(values.pop("step", "0"))  # the only key that is not a parameter
    if not (step.isascii() and step.isdigit()):
        raise UsageError(f"step={clip(step, 30)} cannot be used: give a whole number from 0")
    return ShownState(name, values, int(step))


def _parse_query(query: str) -> list[tuple[str, str]]:
    """(name, value) of each parameter in the part of an address behind the `?`.

    Raises:
        UsageError: it is not made of `name=value`.
    """
    if not query:
        return []
    try:
        # A plus is a sign in a number, not a space.
        return parse_qsl(query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=True, max_num_fields=100)
    except ValueError:
        raise UsageError(f"'{clip(query, 40)}' cannot be read; write it like {EXAMPLE_ADDRESS}") from None


def find_show_links(markdown: str) -> Iterator[tuple[int, str]]:
    """(line counted from 0, address) of each `show:` link in a text."""
    return ((line, address) for line, address in find_links(markdown) if address.startswith(SHOW_SCHEME))


def command_line(name: str, values: dict[str, object], step: int) -> str:
    """The command that opens a simulation at a state: `chainrule sim adam --set learning_rate=0.3 --step 20`."""
    words = ["chainrule sim", name]
    for key, value in values.items():
        typed = _format_parameter(value)
        words.append(f"--seed {typed}" if key == "seed" else f"--set {key}={typed}")
    if step:
        words.append(f"--step {step}")
    return " ".join(words)


def _format_parameter(value: object) -> str:
    """A parameter's value as it is typed in a command: `0.3`, `true`; the items of a list with commas: `2,1`."""
    items = value if isinstance(value, (list, tuple)) else [value]
    return ",".join(str(item).lower() if isinstance(item, bool) else str(item) for item in items)


def spell_address(address: str) -> str:
    """The command for an address within the course; any other address unchanged."""
    if address.startswith(LESSON_SCHEME):
        return f"chainrule learn {address.removeprefix(LESSON_SCHEME)}"
    if not address.startswith(SHOW_SCHEME):
        return address
    try:
        shown_state = read_show(address)
    except UsageError:
        return address
    return command_line(shown_state.name, shown_state.values, shown_state.step)

"""Reading a settings file: every entry is judged by itself, and a fault costs that entry only."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from tutor.errors import clip, nearest
from tutor.settings import FILE, LARGEST, Settings

THEMES = (
    "chainrule-dark",
    "chainrule-light",
    "chainrule-contrast",
    "chainrule-contrast-light",
    "chainrule-safe",
    "textual-dark",
    "textual-light",
    "nord",
    "gruvbox",
    "catppuccin-mocha",
    "dracula",
    "tokyo-night",
    "monokai",
    "flexoki",
    "catppuccin-latte",
    "catppuccin-frappe",
    "catppuccin-macchiato",
    "solarized-light",
    "solarized-dark",
    "rose-pine",
    "rose-pine-moon",
    "rose-pine-dawn",
    "atom-one-dark",
    "atom-one-light",
    "ansi-dark",
    "ansi-light",
)
"""The names of the course's themes and of Textual's; a list of its own, since reading must not load the screens."""
MOST_QUESTIONS = 500
LAST_HOUR = 23
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_TABLE = re.compile(r"\s*+\[\[?([^\]]*+)\]")
_ENTRY = re.compile(r"([^=#\[]++)=")
_PART = re.compile(r"""["']([^"']*+)["']|([\w-]++)""")
OTHER_NAMES = {"NO_COLOR": "the environment variable NO_COLOR takes the colours away"}


def read(data: bytes) -> tuple[Settings, list[str]]:
    """The settings that the bytes of a file say, and its faults, in the order of their lines."""
    if len(data) > LARGEST:
        return Settings(), [f"{FILE}:1: this is larger than any settings file; the defaults are used"]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Settings(), [f"{FILE}:{line}: this is not UTF-8; the defaults are used until it is"]
    try:
        found = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return Settings(), [_not_toml(text, error)]
    return _judge(found, text)


def _not_toml(text: str, error: Exception) -> str:
    place = _AT_LINE.search(str(error))
    line = int(place[1]) if place else text.rstrip("\n").count("\n") + 1
    said = clip(str(error).partition("(at ")[0].rstrip()).rstrip(".") or "too deep"
    return f"{FILE}:{line}: this is not TOML ({said}); the defaults are used until it is"


@dataclass(frozen=True)
class Fault:
    """What is wrong with an entry, and where."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"{FILE}:{self.line}: {self.message}"


def _judge(found: Mapping[str, Any], text: str) -> tuple[Settings, list[str]]:
    """Take what can be used; the rest is named."""
    from tutor.settings.keymap import judge_keys

    lines = Lines(text)
    taken: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in found.items():
        if name == "keys":
            continue
        wrong = _wrong(name, value)
        if wrong:
            faults.append(Fault(lines.of(name), wrong))
        else:
            taken[name] = value
    if "keys" in found:
        keys, wrong_keys = judge_keys(found["keys"])
        taken["keys"] = keys
        faults += [Fault(lines.of(f"keys.{name}"), message) for name, message in wrong_keys]
    return Settings(**taken), [str(fault) for fault in sorted(faults, key=lambda fault: fault.line)]


def _wrong(name: str, value: object) -> str:
    """What is wrong with one entry, or an empty string."""
    if name not in {item.name for item in fields(Settings)}:
        return _unknown(name)
    if name == "theme":
        return _wrong_theme(value)
    if name == "quiz_count":
        sound = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST_QUESTIONS
        return "" if sound else f"quiz_count is a whole number from 1 to {MOST_QUESTIONS}, not {_quoted(value)}"
    if name == "day_starts":
        sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_HOUR
        return "" if sound else f"day_starts is a whole number of hours from 0 to {LAST_HOUR}, not {_quoted(value)}"
    return "" if isinstance(value, bool) else f"{name} is true or false, not {_quoted(value)}"


def _unknown(name: str) -> str:
    known = [item.name for item in fields(Settings)]
    near = nearest(name.replace("-", "_"), known)
    return f"there is no setting '{clip(name)}'; " + (
        f"did you mean '{near}'?" if near else f"known: {', '.join(known)}"
    )


def _wrong_theme(value: object) -> str:
    if value in THEMES:
        return ""
    if not isinstance(value, str):
        return f"theme is the name of a theme in quotes, not {_quoted(value)}"
    near = nearest(value, THEMES)
    return f"there is no theme '{clip(value)}'; " + (
        f"did you mean '{near}'?" if near else f"known: {', '.join(THEMES)}"
    )


def _quoted(value: object) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    return clip(f'"{value}"' if isinstance(value, str) else str(value))


class Lines:
    """On which line of a settings file each entry stands; tomllib does not say."""

    def __init__(self, text: str) -> None:
        self._at: dict[str, int] = {}
        table: list[str] = []
        for number, line in enumerate(text.splitlines(), start=1):
            heading = _TABLE.match(line)
            entry = _ENTRY.match(line)
            if heading:
                table = list(_names(heading[1]))
                self._note(table, number)
            elif entry:
                self._note([*table, *_names(entry[1])], number)

    def _note(self, path: list[str], number: int) -> None:
        """An entry is known by its whole path, and every table by the line that first names it."""
        for end in range(1, len(path) + 1):
            self._at.setdefault(".".join(path[:end]), number)

    def of(self, path: str) -> int:
        """The line of the entry, or else of the table it stands in; 1 when neither is found."""
        while path not in self._at and "." in path:
            path = path.rpartition(".")[0]
        return self._at.get(path, 1)


def _names(written: str) -> Iterator[str]:
    """The parts of a dotted name, without their quotes."""
    for quoted, bare in _PART.findall(written):
        yield quoted or bare

"""Reads a settings file: each entry is checked by itself, and a faulty one does not affect the others."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tutor.errors import clip, nearest
from tutor.settings.checks import ScreenNames
from tutor.settings.table import MAX_SETTINGS_BYTES, SETTINGS, SETTINGS_FILE, Settings

_ERROR_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_TABLE = re.compile(r"\s*+\[\[?([^\]]*+)\]")
_ENTRY = re.compile(r"([^=#\[]++)=")
_NAME_PART = re.compile(r"""["']([^"']*+)["']|([\w-]++)""")


class EntryLines:
    """Finds the line number of each entry of a settings file, which tomllib does not tell."""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, int] = {}
        table: list[str] = []
        for number, line in enumerate(text.splitlines(), start=1):
            heading = _TABLE.match(line)
            entry = _ENTRY.match(line)
            if heading:
                table = list(_split_name(heading[1]))
                self._add(table, number)
            elif entry:
                self._add([*table, *_split_name(entry[1])], number)

    def _add(self, path: list[str], number: int) -> None:
        """Note the line of an entry under its full path, and that of every table which it is the first to name."""
        for end in range(1, len(path) + 1):
            self._lines.setdefault(".".join(path[:end]), number)

    def line_of(self, path: str) -> int:
        """Return the line of an entry, otherwise that of its table; 1 when neither is found."""
        while path not in self._lines and "." in path:
            path = path.rpartition(".")[0]
        return self._lines.get(path, 1)


def _split_name(dotted: str) -> Iterator[str]:
    """Split a dotted name into its parts, without their quotes."""
    for quoted, bare in _NAME_PART.findall(dotted):
        yield quoted or bare


@dataclass(frozen=True)
class SettingFault:
    """A message about one entry, and its line."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"{SETTINGS_FILE}:{self.line}: {self.message}"


def parse_settings(data: bytes, screens: ScreenNames | None = None) -> tuple[Settings, list[str]]:
    """Parse the bytes of a settings file into settings, and its faults in the order of their lines."""
    if len(data) > MAX_SETTINGS_BYTES:
        return Settings(), [f"{SETTINGS_FILE}:1: this is larger than any settings file; the defaults are used"]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Settings(), [f"{SETTINGS_FILE}:{line}: this is not UTF-8; the defaults are used until it is"]
    try:
        entries = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        return Settings(), [_syntax_fault(text, error)]
    return _check_entries(entries, EntryLines(text), screens)


def _syntax_fault(text: str, error: Exception) -> str:
    """Say where and why a text is no TOML; the end of the text is meant where the error names no line."""
    place = _ERROR_LINE.search(str(error))
    line = int(place[1]) if place else text.rstrip("\n").count("\n") + 1
    reason = clip(str(error).partition("(at ")[0].rstrip()).rstrip(".") or "too deep"
    return f"{SETTINGS_FILE}:{line}: this is not TOML ({reason}); the defaults are used until it is"


def _check_entries(
    entries: Mapping[str, Any], lines: EntryLines, screens: ScreenNames | None
) -> tuple[Settings, list[str]]:
    """Make settings from the entries that can be used, and messages about the others."""
    values: dict[str, Any] = {}
    faults: list[SettingFault] = []
    for name, value in entries.items():
        if name not in SETTINGS:
            faults.append(SettingFault(lines.line_of(name), _unknown_setting(name)))
            continue
        usable = value
        if name == "keys" and isinstance(value, dict):  # TOML takes a setting below [keys] for a key binding
            misplaced = [each for each in value if each in SETTINGS]
            faults += [SettingFault(lines.line_of(f"{name}.{each}"), _misplaced_setting(each)) for each in misplaced]
            usable = {binding: keys for binding, keys in value.items() if binding not in misplaced}
        checked = SETTINGS[name].check(name, usable, screens)
        faults += [SettingFault(lines.line_of(path), message) for path, message in checked.faults]
        if checked.value is not None:
            values[name] = checked.value
    return Settings(**values), [str(fault) for fault in sorted(faults, key=lambda fault: fault.line)]


def _unknown_setting(name: str) -> str:
    near = nearest(name.replace("-", "_"), SETTINGS)
    advice = f"did you mean '{near}'?" if near else f"known: {', '.join(SETTINGS)}"
    return f"there is no setting '{clip(name)}'; {advice}"


def _misplaced_setting(name: str) -> str:
    return f"there is no key binding '{name}': it is a setting, so it belongs above [keys]"

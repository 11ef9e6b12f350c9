"""Reads a settings file: each entry is checked by itself, and a faulty one does not affect the others."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tutor.errors import advise_on_name, clip
from tutor.settings.checks import ScreenNames
from tutor.settings.table import MAX_SETTINGS_BYTES, SETTINGS, SETTINGS_FILE, Settings

_ERROR_LINE = re.compile(r"\(at line (\d+), column \d+\)")
"""The place in a message of tomllib that gives the line of the error."""
_TABLE = re.compile(r"\s*+\[\[?([^\]]*+)\]")
"""The heading of a table: `[name]` or `[[name]]`."""
_ENTRY = re.compile(r"([^=#\[]++)=")
"""The name of an entry, before its `=`."""
_NAME_PART = re.compile(r"""["']([^"']*+)["']|([\w-]++)""")
"""A part of a dotted name, in quotes or without."""


class EntryLines:
    """Finds the line number of each entry of a settings file, which tomllib does not tell."""

    def __init__(self, text: str) -> None:
        """Note the line of each table and each entry of a settings file."""
        self._lines: dict[str, int] = {}
        """Dotted name of a table or an entry → its line, counted from 1."""
        table: list[str] = []
        for number, line in enumerate(text.splitlines(), start=1):
            heading = _TABLE.match(line)
            entry = _ENTRY.match(line)
            if heading:
                table = list(_split_name(heading[1]))
                self._add(table, number)
            elif entry:
                self._add([*table, *_split_name(entry[1])], number)

    def _add(self, names: list[str], line_number: int) -> None:
        """Note the line of an entry, and of each table above it that no earlier line has named.

        `names` are those of the tables, the outermost first, and of the entry itself.
        """
        for depth in range(1, len(names) + 1):
            self._lines.setdefault(".".join(names[:depth]), line_number)

    def line_of(self, dotted_name: str) -> int:
        """Return the line of the entry with this name, otherwise that of its table; 1 when neither is found."""
        while dotted_name not in self._lines and "." in dotted_name:
            dotted_name, _, _ = dotted_name.rpartition(".")  # the table above
        return self._lines.get(dotted_name, 1)


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
    """Parse the bytes of a settings file: return the settings, and the faults of the file in the order of lines."""
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
    """Say in which line and why a text is not TOML; an error without a line is at the end of the text."""
    line_match = _ERROR_LINE.search(str(error))
    last_line = text.rstrip("\n").count("\n") + 1
    line = int(line_match[1]) if line_match else last_line
    reason, _, _ = str(error).partition("(at ")
    reason = clip(reason.rstrip()).rstrip(".") or "too deep"  # a RecursionError may have no message
    return f"{SETTINGS_FILE}:{line}: this is not TOML ({reason}); the defaults are used until it is"


def _check_entries(
    entries: Mapping[str, Any], lines: EntryLines, screens: ScreenNames | None
) -> tuple[Settings, list[str]]:
    """Return settings made from the entries that can be used, and the faults of the others in the order of lines."""
    values: dict[str, Any] = {}
    faults: list[SettingFault] = []
    for name, value in entries.items():
        if name not in SETTINGS:
            faults.append(SettingFault(lines.line_of(name), _unknown_setting_message(name)))
            continue
        value_to_check = value
        if name == "keys" and isinstance(value, dict):
            # A setting written below the heading [keys] is an entry of that table: it is taken out, and its line named.
            value_to_check = {binding: keys for binding, keys in value.items() if binding not in SETTINGS}
            for misplaced in value:
                if misplaced in SETTINGS:
                    line = lines.line_of(f"keys.{misplaced}")
                    faults.append(SettingFault(line, _misplaced_setting_message(misplaced)))
        checked = SETTINGS[name].check(name, value_to_check, screens)
        faults += [SettingFault(lines.line_of(dotted_name), message) for dotted_name, message in checked.faults]
        if checked.value is not None:
            values[name] = checked.value
    faults.sort(key=lambda fault: fault.line)
    return Settings(**values), [str(fault) for fault in faults]


def _unknown_setting_message(name: str) -> str:
    advice = advise_on_name(name.replace("-", "_"), SETTINGS, otherwise=f"known: {', '.join(SETTINGS)}")
    return f"there is no setting '{clip(name)}'; {advice}"


def _misplaced_setting_message(name: str) -> str:
    return f"there is no key binding '{name}': it is a setting, so it belongs above [keys]"

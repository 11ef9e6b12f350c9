"""Writes the settings file: a commented one to begin with, later a single entry; all other lines stay."""

import io
import json
import re
from pathlib import Path

from tutor.errors import ChainruleError
from tutor.files import TargetExistsError, create_private_folder, follow_links, open_to_read, system_reason, write_file
from tutor.patterns import compile_lazily
from tutor.settings.reader import parse_settings
from tutor.settings.table import MAX_SETTINGS_BYTES, SETTINGS_FILE, commented_file

_ENTRY = compile_lazily(r"^(?P<comment>#?)[ \t]*+(?P<name>\w+)[ \t]*+=.*$", re.MULTILINE)
"""A line that sets a setting, or that would if the `#` before it were taken away."""
_TABLE_START = re.compile(r"^[ \t]*+\[", re.MULTILINE)
"""The beginning of a table's heading."""


def create_file(folder: Path) -> Path:
    """Write a commented settings file into `folder` and return its path.

    Raises:
        ChainruleError: there is one already, or it cannot be written.
    """
    path = folder / SETTINGS_FILE
    try:
        create_private_folder(folder)
        write_file(path, commented_file(), is_own=True)
    except TargetExistsError:
        raise ChainruleError(f"{path} is there already and is left as it is; open it in an editor") from None
    except OSError as error:
        raise ChainruleError(f"{path} cannot be written ({system_reason(error)}); make the folder writable") from None
    return path


def save_theme(folder: Path, theme: str) -> None:
    """Set the theme in the settings file in `folder`; all other lines stay as they are.

    Raises:
        ChainruleError: the file cannot be written, or has a fault that must be mended first.
    """
    save_text(folder, "theme", theme)


def save_text(folder: Path, name: str, value: str) -> None:
    """Set the setting `name`, which must be a text, in the file in `folder`; all other lines stay as they are.

    Raises:
        ChainruleError: the file cannot be written, or has a fault that must be mended first.
    """
    path = folder / SETTINGS_FILE
    failure = f"the {name} was not kept"  # every error message begins with this
    try:
        new_text = _with_entry(_current_text(path, failure), name, value)
        new_settings, _ = parse_settings(new_text.encode())  # with a fault elsewhere in the file it would not count
        if getattr(new_settings, name) != value:
            raise ChainruleError(f"{failure}: mend {path} first; chainrule settings names its faults")
        create_private_folder(folder)
        _replace_file(path, new_text, failure)
    except (OSError, UnicodeDecodeError) as error:
        raise ChainruleError(f"{failure}: {path} cannot be written ({system_reason(error)})") from None


def _current_text(path: Path, failure: str) -> str:
    """Return the text of the settings file, or that of a new one if there is none."""
    try:
        with open_to_read(path) as file:
            data = file.read(MAX_SETTINGS_BYTES + 1)
    except FileNotFoundError:
        return commented_file()
    if len(data) > MAX_SETTINGS_BYTES:
        raise ChainruleError(f"{failure}: {path} is too large; chainrule settings names its faults")
    return io.TextIOWrapper(io.BytesIO(data), "utf-8").read()  # a text file, so that all ends of lines become "\n"


def _with_entry(text: str, name: str, value: str) -> str:
    """Return the text of a settings file with `name` set to `value`.

    The line that sets it is replaced, otherwise the comment that shows how to; without either, a line is added at the
    top.
    """
    entry = f"{name} = {json.dumps(value, ensure_ascii=False)}"  # a string of JSON is one of TOML too
    # TOML's tables come last, and what stands below the first of them belongs to a table.
    table_start = _TABLE_START.search(text)
    end_of_settings = table_start.start() if table_start else len(text)
    matches = [match for match in _ENTRY.finditer(text[:end_of_settings]) if match["name"] == name]
    matches.sort(key=lambda match: match["comment"])  # "" before "#": a line that sets it before a comment
    if not matches:
        return f"{entry}\n{text}"
    replaced = matches[0]
    return text[: replaced.start()] + entry + text[replaced.end() :]


def _replace_file(path: Path, text: str, failure: str) -> None:
    """Replace the file atomically; if `path` is a symbolic link, the file that it leads to."""
    try:
        write_file(follow_links(path), text, force=True, is_own=True)
    except ChainruleError as error:
        raise ChainruleError(f"{failure}: {error}") from None

"""Writes the settings file: a commented one to begin with, later a single entry; all other lines stay."""

import io
import json
import re
from pathlib import Path

from tutor.errors import ChainruleError
from tutor.files import TargetExistsError, follow_links, open_to_read, private_folder, system_reason, write_file
from tutor.patterns import compile_lazily
from tutor.settings.reader import parse_settings
from tutor.settings.table import MAX_SETTINGS_BYTES, SETTINGS_FILE, commented_file

_ENTRY = compile_lazily(r"^(#?)[ \t]*+(\w+)[ \t]*+=.*$", re.MULTILINE)
"""A line that sets a setting, or that would if it were no comment: the sign of the comment, and the name."""
_TABLE_START = re.compile(r"(^[ \t]*+\[)", re.MULTILINE)


def create_file(folder: Path) -> Path:
    """Write a commented settings file into `folder` and return its path.

    Raises:
        ChainruleError: there is one already, or it cannot be written.
    """
    path = folder / SETTINGS_FILE
    try:
        private_folder(folder)
        write_file(path, commented_file(), own=True)
    except TargetExistsError:
        raise ChainruleError(f"{path} is there already and is left as it is; open it in an editor") from None
    except OSError as error:
        raise ChainruleError(f"{path} cannot be written ({system_reason(error)}); make the folder writable") from None
    return path


def save_theme(folder: Path, theme: str) -> None:
    """Write the theme into the settings in `folder`; all other lines stay as they are.

    Raises:
        ChainruleError: the file cannot be written, or has a fault that must be mended first.
    """
    save_text(folder, "theme", theme)


def save_text(folder: Path, name: str, value: str) -> None:
    """Write a setting that is a text into the settings in `folder`; all other lines stay as they are.

    Raises:
        ChainruleError: the file cannot be written, or has a fault that must be mended first.
    """
    path, failed = folder / SETTINGS_FILE, f"the {name} was not kept"
    try:
        new = _with_entry(_current_text(path, failed), name, value)
        if getattr(parse_settings(new.encode())[0], name) != value:
            raise ChainruleError(f"{failed}: mend {path} first; chainrule settings names its faults")
        private_folder(folder)
        _replace_file(path, new, failed)
    except (OSError, UnicodeDecodeError) as error:
        raise ChainruleError(f"{failed}: {path} cannot be written ({system_reason(error)})") from None


def _current_text(path: Path, failed: str) -> str:
    """Read the settings file; the text of a new one if there is none."""
    try:
        with open_to_read(path) as file:
            data = file.read(MAX_SETTINGS_BYTES + 1)
    except FileNotFoundError:
        return commented_file()
    if len(data) > MAX_SETTINGS_BYTES:
        raise ChainruleError(f"{failed}: {path} is too large; chainrule settings names its faults")
    return io.TextIOWrapper(io.BytesIO(data), "utf-8").read()


def _with_entry(text: str, name: str, value: str) -> str:
    """Replace the line that sets `name`, or add one at the top."""
    entry = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    # TOML's tables come last, and a setting below the first of them would be an entry of it.
    head, mark, tail = _TABLE_START.split(text, maxsplit=1) if _TABLE_START.search(text) else (text, "", "")
    for comment in ("", "#"):
        lines = (line for line in _ENTRY.finditer(head) if line.groups() == (comment, name))
        found = next(lines, None)
        if found is not None:
            return head[: found.start()] + entry + head[found.end() :] + mark + tail
    return f"{entry}\n{text}"


def _replace_file(path: Path, text: str, failed: str) -> None:
    """Replace the file atomically; a symbolic link stays a link."""
    try:
        write_file(follow_links(path), text, force=True, own=True)
    except ChainruleError as error:
        raise ChainruleError(f"{failed}: {error}") from None

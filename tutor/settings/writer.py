"""Writes the settings file: a commented one to begin with, later the theme alone; all other lines stay."""

import io
import re
from pathlib import Path

from tutor.errors import ChainruleError
from tutor.files import TargetExistsError, follow_links, open_to_read, private_folder, system_reason, write_file
from tutor.settings.reader import parse_settings
from tutor.settings.table import MAX_SETTINGS_BYTES, SETTINGS_FILE, commented_file

_TABLE = re.compile(r"(^[ \t]*+\[)", re.MULTILINE)
_THEME_LINES = tuple(re.compile(rf"^{mark}[ \t]*+theme[ \t]*+=.*$", re.MULTILINE) for mark in ("", "#"))


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
    path = folder / SETTINGS_FILE
    try:
        text = _current_text(path)
        new = _with_theme(text, theme)
        if parse_settings(new.encode())[0].theme != theme:
            raise ChainruleError(f"the theme was not kept: mend {path} first; chainrule settings names its faults")
        private_folder(folder)
        _replace(path, new)
    except (OSError, UnicodeDecodeError) as error:
        raise ChainruleError(f"the theme was not kept: {path} cannot be written ({system_reason(error)})") from None


def _current_text(path: Path) -> str:
    """Read the settings file; the text of a new one if there is none."""
    try:
        with open_to_read(path) as file:
            data = file.read(MAX_SETTINGS_BYTES + 1)
    except FileNotFoundError:
        return commented_file()
    if len(data) > MAX_SETTINGS_BYTES:
        raise ChainruleError(f"the theme was not kept: {path} is too large; chainrule settings names its faults")
    return io.TextIOWrapper(io.BytesIO(data), "utf-8").read()


def _with_theme(text: str, theme: str) -> str:
    """Replace the line that sets the theme, or add one at the top."""
    entry = f'theme = "{theme}"'
    head, mark, tail = _TABLE.split(text, maxsplit=1) if _TABLE.search(text) else (text, "", "")
    for pattern in _THEME_LINES:
        edited, count = pattern.subn(entry, head, count=1)
        if count:
            return edited + mark + tail
    return f"{entry}\n{text}"


def _replace(path: Path, text: str) -> None:
    """Replace the file atomically; a symbolic link stays a link."""
    try:
        write_file(follow_links(path), text, force=True, own=True)
    except ChainruleError as error:
        raise ChainruleError(f"the theme was not kept: {error}") from None

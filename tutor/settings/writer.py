"""Writing settings: a commented file to begin with, and one entry at a time; nothing else in the file is touched."""

import io
import re
from pathlib import Path

from tutor.errors import ChainruleError
from tutor.files import FileThereError, end_of, open_to_read, private_folder, write_file
from tutor.settings import FILE, LARGEST
from tutor.settings.reader import read

_TABLE = re.compile(r"(^[ \t]*+\[)", re.MULTILINE)
_THEME_LINES = tuple(re.compile(rf"^{mark}[ \t]*+theme[ \t]*+=.*$", re.MULTILINE) for mark in ("", "#"))

TEMPLATE = """\
# Settings of Chainrule. A line that begins with # says nothing: take the # away to set it.
# `chainrule settings` shows what is in effect, and names every fault by its line.

# Colours: chainrule-dark, chainrule-light, chainrule-contrast, chainrule-contrast-light, chainrule-safe
# (told apart by every kind of colour vision), or a theme of Textual's, such as nord or gruvbox.
# theme = "chainrule-dark"

# true: nothing moves unasked.
# reduced_motion = false

# true: formulas in plain letters. Left out: the terminal decides.
# ascii = true

# Whether a quiz asks how sure you are.
# confidence = true

# How many questions a quiz has, from 1 to 500.
# quiz_count = 10

# The hour at which a day begins, from 0 to 23. With 4, what you do at two in the night counts as the evening before.
# day_starts = 0

# Other keys for what you do often, with commas between; `chainrule settings` lists the names.
[keys]
# "quiz.next" = "n,space"
# "app.quit" = "ctrl+q,f10"
"""


def init(folder: Path) -> Path:
    """Write a commented settings file into `folder`; its path.

    Raises:
        ChainruleError: there is one already, or it cannot be written.
    """
    path = folder / FILE
    try:
        private_folder(folder)
        write_file(path, TEMPLATE, own=True)
    except FileThereError:
        raise ChainruleError(f"{path} is there already and is left as it is; open it in an editor") from None
    except OSError as error:
        raise ChainruleError(f"{path} cannot be written ({error.strerror}); make the folder writable") from None
    return path


def save_theme(folder: Path, theme: str) -> None:
    """Write the theme into the settings in `folder`; all other lines stay as they are.

    Raises:
        ChainruleError: the file cannot be written, or has a fault that would be made worse.
    """
    path = folder / FILE
    try:
        text = _kept(path)
        new = _with_theme(text, theme)
        if read(new.encode())[0].theme != theme:
            raise ChainruleError(f"the theme was not kept: mend {path} first; chainrule settings names its faults")
        private_folder(folder)
        _replace(path, new)
    except (OSError, UnicodeDecodeError) as error:
        raise ChainruleError(f"the theme was not kept: {path} cannot be written ({error})") from None


def _kept(path: Path) -> str:
    """What stands in the settings, the template where there are none."""
    try:
        with open_to_read(path) as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        return TEMPLATE
    if len(data) > LARGEST:
        raise ChainruleError(f"the theme was not kept: {path} is too large; chainrule settings names its faults")
    return io.TextIOWrapper(io.BytesIO(data), "utf-8").read()


def _with_theme(text: str, theme: str) -> str:
    """`text` with its one line on the theme exchanged, or with such a line at the top."""
    entry = f'theme = "{theme}"'
    head, mark, tail = _TABLE.split(text, maxsplit=1) if _TABLE.search(text) else (text, "", "")
    for pattern in _THEME_LINES:
        found, count = pattern.subn(entry, head, count=1)
        if count:
            return found + mark + tail
    return f"{entry}\n{text}"


def _replace(path: Path, text: str) -> None:
    """Put the whole file in place of the old one at once; a link stays a link."""
    try:
        write_file(end_of(path), text, force=True, own=True)
    except ChainruleError as error:
        raise ChainruleError(f"the theme was not kept: {error}") from None

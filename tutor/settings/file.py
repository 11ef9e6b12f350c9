"""Finds and loads the settings file; the parser is imported only if there is a file."""

import os
from collections.abc import Sequence
from pathlib import Path

from tutor.files import open_to_read, show_path
from tutor.progress.tables.paths import NoHomeError, home, user_folder
from tutor.settings.checks import ScreenNames
from tutor.settings.table import MAX_SETTINGS_BYTES, SETTINGS_FILE, Settings
from tutor.text.numbers import counted


def settings_folder() -> Path:
    """Return the settings folder: `CHAINRULE_HOME`, or the platform's user-config folder. Touches no disk.

    Raises:
        UsageError: `CHAINRULE_HOME` cannot be used, or the platform names no folder either.
    """
    if os.environ.get("CHAINRULE_HOME", "").strip():
        return home()
    return user_folder("config")


def current_settings() -> Settings:
    """Load the learner's settings without the keymap, which only screens need; defaults if there is no folder."""
    try:
        settings, _ = load_settings(settings_folder())
    except NoHomeError:
        return Settings()
    return settings


def load_settings(folder: Path, screens: ScreenNames | None = None) -> tuple[Settings, list[str]]:
    """Load the settings file in `folder`: return the settings and the faults as `settings.toml:LINE: message`.

    Never raises: a setting that cannot be used gets its default. Themes and the keymap are checked against `screens`;
    without it, themes are used unchecked and the keymap is ignored.
    """
    try:
        with open_to_read(folder / SETTINGS_FILE) as file:
            data = file.read(MAX_SETTINGS_BYTES + 1)  # one more than allowed, so that a file too large is noticed
    except (FileNotFoundError, NotADirectoryError):
        return Settings(), []
    except (OSError, ValueError) as error:
        return Settings(), [f"{SETTINGS_FILE}:1: this file cannot be read ({error}); the defaults are used"]
    from tutor.settings.reader import parse_settings

    return parse_settings(data, screens)


def settings_faults_message(folder: Path, faults: Sequence[str]) -> str:
    """Say in one line the first fault of the settings file in `folder`, with the full path, and how many others follow.

    `faults` are as `load_settings` returns them, at least one.
    """
    path = show_path(folder / SETTINGS_FILE)
    message = path + faults[0].removeprefix(SETTINGS_FILE)
    more_faults = len(faults) - 1
    if more_faults:
        message += f" (and {counted(more_faults, 'more fault')}; chainrule settings names all)"
    return message

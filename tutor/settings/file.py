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
    """Load the settings that matter without a screen; defaults if the user has no settings folder."""
    try:
        return load_settings(settings_folder())[0]
    except NoHomeError:
        return Settings()


def load_settings(place: Path, screens: ScreenNames | None = None) -> tuple[Settings, list[str]]:
    """Load the settings in the folder `place`, with the faults of the file as `settings.toml:LINE: message`.

    Never raises: a setting that cannot be used gets its default. Themes and keys are checked against the names in
    `screens`; without it themes are not checked, and keys, which only screens have, are left out.
    """
    try:
        with open_to_read(place / SETTINGS_FILE) as file:
            data = file.read(MAX_SETTINGS_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Settings(), []
    except (OSError, ValueError) as error:
        return Settings(), [f"{SETTINGS_FILE}:1: this file cannot be read ({error}); the defaults are used"]
    from tutor.settings.reader import parse_settings

    return parse_settings(data, screens)


def name_faults(place: Path, faults: Sequence[str]) -> str:
    """The first of the faults of the file in the folder `place`, with its path, and how many more there are."""
    first = show_path(place / SETTINGS_FILE) + faults[0].removeprefix(SETTINGS_FILE)
    more = len(faults) - 1
    return first + (f" (and {counted(more, 'more fault')}; chainrule settings names all)" if more else "")

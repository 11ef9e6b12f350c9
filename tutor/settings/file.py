"""Where the settings file lies, and loading it: nothing is parsed, nor a parser imported, where there is no file."""

import os
from pathlib import Path

from tutor.files import open_to_read
from tutor.progress.tables.paths import NoHomeError, home, user_folder
from tutor.settings.checks import ScreenNames
from tutor.settings.table import MAX_SETTINGS_BYTES, SETTINGS_FILE, Settings


def folder() -> Path:
    """The folder of the settings: `CHAINRULE_HOME`, else the platform's user-config folder. Touches no disk.

    Raises:
        UsageError: `CHAINRULE_HOME` cannot be used, or there is neither.
    """
    if os.environ.get("CHAINRULE_HOME", "").strip():
        return home()
    return user_folder("config")


def current_settings() -> Settings:
    """The settings that matter without a screen; all defaults where the user has no folder for them."""
    try:
        return load(folder())[0]
    except NoHomeError:
        return Settings()


def load(place: Path, screens: ScreenNames | None = None) -> tuple[Settings, list[str]]:
    """The settings in the folder `place`, and the faults of its file as `settings.toml:LINE: message`.

    Never raises: a setting that cannot be used has its default. Themes and keys are judged by the names that `screens`
    gives; without it keys are left out, since nothing but a screen has any.
    """
    try:
        with open_to_read(place / SETTINGS_FILE) as file:
            data = file.read(MAX_SETTINGS_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Settings(), []
    except (OSError, ValueError) as error:
        return Settings(), [f"{SETTINGS_FILE}:1: this file cannot be read ({error}); the defaults are used"]
    from tutor.settings.reader import read

    return read(data, screens)

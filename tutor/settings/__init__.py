"""What a learner may set: one TOML file, read when the program starts; its faults are named and never stop it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tutor.files import open_to_read
from tutor.progress.record.paths import NoHomeError, home, users_folder
from tutor.progress.review.days import STARTS

FILE = "settings.toml"
LARGEST = 2**18
"""Bytes of a settings file beyond which it is taken for something else."""


@dataclass(frozen=True)
class Settings:
    """The settings in effect; each default is what a file that says nothing means."""

    theme: str = "chainrule-dark"
    reduced_motion: bool = False
    """Whether nothing moves unasked: no animation, and no simulation that plays by itself."""
    ascii: bool | None = None
    """Whether formulas are written in plain letters; `None` leaves it to the terminal."""
    confidence: bool = True
    """Whether a quiz asks how sure one is."""
    quiz_count: int = 10
    """Questions in a quiz, from 1 to 500."""
    day_starts: int = STARTS
    """The hour at which a day of reviews begins, from 0 to 23."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """The name of a key binding → the keys that do it instead, as Textual's keymaps have them."""


def folder() -> Path:
    """The folder of the settings: `CHAINRULE_HOME`, else the platform's user-config folder. Touches no disk.

    Raises:
        UsageError: `CHAINRULE_HOME` cannot be used, or there is neither.
    """
    if os.environ.get("CHAINRULE_HOME", "").strip():
        return home()
    return users_folder("config")


def current_settings() -> Settings:
    """The settings, for what needs no place of the user's own: all defaults where there is none."""
    try:
        return load(folder())[0]
    except NoHomeError:
        return Settings()


def load(place: Path) -> tuple[Settings, list[str]]:
    """The settings in the folder `place`, and the faults of its file as `settings.toml:LINE: message`.

    Never raises: what cannot be used has its default.
    """
    try:
        with open_to_read(place / FILE) as file:
            data = file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Settings(), []
    except (OSError, ValueError) as error:
        return Settings(), [f"{FILE}:1: this file cannot be read ({error}); the defaults are used"]
    from tutor.settings.reader import read

    return read(data)

"""Where the learner's record lies: the one module that knows."""

import os
from pathlib import Path

RECORD = "record.sqlite3"


def home() -> Path:
    """The folder of the record: `CHAINRULE_HOME`, else the platform's user-data folder. Touches no disk."""
    given = os.environ.get("CHAINRULE_HOME", "").strip()
    if given:
        return Path(given).expanduser()
    from platformdirs import user_data_path

    return user_data_path("chainrule", appauthor=False)


def record_path(folder: Path | None = None) -> Path:
    """The record itself."""
    return (folder or home()) / RECORD


def copies_folder(folder: Path) -> Path:
    """Where the daily copies lie."""
    return folder / "copies"

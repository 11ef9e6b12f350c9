"""Where the program keeps what it can make again: compiled code, and which lessons were checked."""

import os
from pathlib import Path


def cache_folder(name: str) -> Path | None:
    """The folder `name` in `CHAINRULE_HOME`, else in the platform's cache; `None` for a user without a home directory.

    It need not exist yet.
    """
    import platformdirs

    try:
        chosen = os.environ.get("CHAINRULE_HOME", "").strip()
        folder = Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("chainrule", appauthor=False)
    except (RuntimeError, KeyError, OSError):  # the user's home directory cannot be found
        return None
    if not chosen and not folder.is_absolute():  # what the platform gives to a user without a home directory
        return None
    return folder / name

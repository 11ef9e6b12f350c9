"""Where the program keeps what it can make again: compiled code, and which lessons were checked."""

import os
from pathlib import Path


def cache_folder(name: str) -> Path | None:
    """The folder `name` in `CHAINRULE_HOME`, else in the platform's cache; `None` if there is no home.

    It need not exist yet.
    """
    import platformdirs

    try:
        home = os.environ.get("CHAINRULE_HOME", "").strip()
        folder = Path(home).expanduser() if home else platformdirs.user_cache_path("chainrule", appauthor=False)
    except (RuntimeError, KeyError, OSError):
        return None
    if not home and not folder.is_absolute():  # the platform's folder is relative if there is no home
        return None
    return folder / name

"""Where the program keeps what it can make again: compiled code, and which lessons were checked."""

import os
from pathlib import Path


def cache_folder(name: str) -> Path | None:
    """The cache folder `name`, in `CHAINRULE_HOME` or otherwise in the platform's cache folder.

    The folder need not exist yet. `None` for a user without a home directory.
    """
    import platformdirs

    try:
        home = os.environ.get("CHAINRULE_HOME", "").strip()
        folder = Path(home).expanduser() if home else platformdirs.user_cache_path("chainrule", appauthor=False)
    except (RuntimeError, KeyError, OSError):  # the user's home directory cannot be found
        return None
    if not home and not folder.is_absolute():  # what the platform gives to a user without a home directory
        return None
    return folder / name

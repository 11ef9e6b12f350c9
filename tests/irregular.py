"""What may stand at a path without being a file that can be read to its end."""

import os
from pathlib import Path


def pipe(path: Path) -> None:
    """Nobody writes into it: a reader would wait for ever."""
    os.mkfifo(path)


def endless(path: Path) -> None:
    """A link to a device without an end."""
    path.symlink_to("/dev/zero")


IRREGULAR = (pipe, Path.mkdir, endless)

"""What may stand at a path without being a file that can be read to its end."""

import os
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path


def pipe(path: Path) -> None:
    """Nobody writes into it: a reader would wait for ever."""
    os.mkfifo(path)


def endless(path: Path) -> None:
    """A link to a device without an end."""
    path.symlink_to("/dev/zero")


def plug(path: Path) -> None:
    """A socket on which nobody listens; its address must be short."""
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with closing(socket.socket(socket.AF_UNIX)) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


def linked(make: Callable[[Path], object], steps: int = 1) -> Callable[[Path], None]:
    """The same behind so many links."""

    def link(path: Path) -> None:
        end = path.with_name(f"{path.name}.end")
        make(end)
        for step in range(1, steps):
            path.with_name(f"{path.name}.{step}").symlink_to(end)
            end = path.with_name(f"{path.name}.{step}")
        path.symlink_to(end)

    link.__name__ = f"{steps}_links_to_{make.__name__}"
    return link


def loop(path: Path) -> None:
    """A link to itself."""
    with suppress(FileExistsError):
        path.symlink_to(path.name)


IRREGULAR = (pipe, Path.mkdir, endless)
LINKED = (linked(pipe), linked(pipe, 2), linked(plug), linked(Path.mkdir), plug, loop)
"""The same behind links, and what can be neither opened nor followed."""

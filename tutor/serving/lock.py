"""Lets one program at a time read, change and write a file that several keep, such as a roster."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of the file at `path`, which is an empty file beside it, while the block runs; others wait.

    If the system has no such locks (Windows), or the lock cannot be made, the block runs without it.
    """
    with contextlib.ExitStack() as opened:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            opened.callback(os.close, handle)  # closing also releases the lock
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield

"""Lets one program at a time read, change and write a file that several keep, such as a roster."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of the file at `path`, an empty file beside it, while the block runs; others wait.

    Where there are no such locks (Windows), or none can be made there, the block runs all the same.
    """
    with contextlib.ExitStack() as opened:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            handle = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            opened.callback(os.close, handle)  # which also gives the lock back
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield

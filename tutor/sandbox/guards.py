"""Restricts the process in which a learner's code runs, and reports which restrictions this system supports."""

import errno
import math
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from tutor.sandbox.landlock import allow_own_folders_only, allow_reading_only, landlock_version
from tutor.sandbox.seccomp import allow_computing_only, forbid_new_privileges, has_seccomp

_MAX_OPEN_FILES = 32
ALL_GUARDS = ("time", "memory", "files", "network", "processes")
"""Every wall there is, in the order in which they are named."""


def active_guards() -> tuple[str, ...]:
    """List the restrictions in force on this system: `time`, `memory`, `files`, `network`, `processes`."""
    if sys.platform == "win32":
        return ("time",)
    files = landlock_version() > 0
    calls = has_seccomp()
    return (
        "time",
        *(("memory",) if sys.platform == "linux" else ()),
        *(("files",) if files else ()),
        *(("network", "processes") if calls else ()),
    )


def restrict_files() -> None:
    """Let this process and its children read Python's own modules and NumPy's, and no other file.

    Raises:
        OSError: the kernel has this wall and refuses to put it up.
    """
    if not landlock_version():
        return
    import numpy as np

    package = Path(np.__file__).parent
    libraries = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    parts = [
        item for folder in libraries for item in folder.iterdir() if item.name not in {"site-packages", "dist-packages"}
    ]
    folders = [package, package.with_name("numpy.libs"), *(item for item in parts if item.is_dir())]
    forbid_new_privileges()
    allow_reading_only(folders, (item for item in parts if not item.is_dir()), libraries)


def shut_into(read: Iterable[Path], write: Iterable[Path]) -> None:
    """Restrict this process and its children to reading below `read` and writing below `write`.

    Python finds the program by looking into the folder where it lies, so the names in that can be seen, too.

    Raises:
        OSError: the kernel has no such wall, or refuses to put it up.
    """
    if not landlock_version():
        raise OSError(errno.ENOSYS, "this kernel has no Landlock")
    forbid_new_privileges()
    allow_own_folders_only(read, write, [Path(__file__).parents[2]], [Path("/dev/null")])


def restrict_process(seconds: float, megabytes: int) -> None:
    """Limit this process to `seconds` of processor time, `megabytes` of memory, and pure computation.

    Raises:
        OSError: a wall that this machine has cannot be put up.
    """
    if sys.platform == "win32":
        return
    _set_limits(seconds, megabytes)
    if has_seccomp():
        forbid_new_privileges()
        allow_computing_only()


def _set_limits(seconds: float, megabytes: int) -> None:
    """Set the system's resource limits. Memory and process limits are enforced on Linux only."""
    import resource

    whole = max(1, math.ceil(seconds))
    limits = {
        resource.RLIMIT_CPU: (whole, whole + 1),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_NOFILE: (_MAX_OPEN_FILES, _MAX_OPEN_FILES),
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = (megabytes << 20, megabytes << 20)
        limits[resource.RLIMIT_NPROC] = (0, 0)
    for name, pair in limits.items():
        resource.setrlimit(name, pair)

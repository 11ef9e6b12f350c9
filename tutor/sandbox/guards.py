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
"""Every restriction, in the order in which messages list them."""


def active_guards() -> tuple[str, ...]:
    """The restrictions of `ALL_GUARDS` that are in force on this system."""
    if sys.platform == "win32":
        return ("time",)
    guards = ["time"]
    if sys.platform == "linux":
        guards.append("memory")
    if landlock_version() > 0:
        guards.append("files")
    if has_seccomp():
        guards += ["network", "processes"]
    return tuple(guards)


def restrict_files() -> None:
    """Let this process and its children read Python's own modules and NumPy's, and no other file.

    Raises:
        OSError: the kernel supports this restriction, but refuses it.
    """
    if not landlock_version():
        return
    import numpy as np

    numpy_folder = Path(np.__file__).parent
    library_folders = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    library_entries = [path for folder in library_folders for path in folder.iterdir()]
    # Installed packages lie below the standard library; of them only NumPy may be read.
    modules = [path for path in library_entries if path.name not in {"site-packages", "dist-packages"}]
    numpy_libraries = numpy_folder.with_name("numpy.libs")  # the shared libraries of NumPy's wheel
    folders = [numpy_folder, numpy_libraries, *(path for path in modules if path.is_dir())]
    files = [path for path in modules if not path.is_dir()]
    forbid_new_privileges()
    allow_reading_only(folders, files, names_only=library_folders)


def restrict_to_folders(readable: Iterable[Path], writable: Iterable[Path]) -> None:
    """Restrict this process and its children to reading below `readable`, and to reading and writing below `writable`.

    The names in the program's own folder stay visible too, since Python lists that folder to find the program.

    Raises:
        OSError: the kernel does not support this restriction, or refuses it.
    """
    if not landlock_version():
        raise OSError(errno.ENOSYS, "this kernel has no Landlock")
    forbid_new_privileges()
    program_folder = Path(__file__).parents[2]
    allow_own_folders_only(readable, writable, names_only=[program_folder], devices=[Path("/dev/null")])


def restrict_process(seconds: float, megabytes: int) -> None:
    """Limit this process to `seconds` of processor time, `megabytes` of memory, and pure computation.

    Raises:
        OSError: a restriction that this machine has cannot be set.
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

    whole_seconds = max(1, math.ceil(seconds))
    limits = {  # (soft, hard)
        # At the soft limit the kernel sends SIGXCPU, which tells the reason; a second later SIGKILL, which is final.
        resource.RLIMIT_CPU: (whole_seconds, whole_seconds + 1),
        resource.RLIMIT_FSIZE: (0, 0),  # no byte into any file
        resource.RLIMIT_CORE: (0, 0),  # no core dump
        resource.RLIMIT_NOFILE: (_MAX_OPEN_FILES, _MAX_OPEN_FILES),
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = (megabytes << 20, megabytes << 20)  # address space, in bytes
        limits[resource.RLIMIT_NPROC] = (0, 0)  # no further process or thread
    for kind, soft_and_hard in limits.items():
        resource.setrlimit(kind, soft_and_hard)

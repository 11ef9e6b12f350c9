"""Limits on a program that runs for somebody else: memory, processes, the size of a file."""

import sys

FILE_MEGABYTES = 512
"""No file that it writes grows beyond this: a disk is shared."""
FILES_OPEN = 256
NICENESS = 5
"""The server comes first."""


def limit_served_program(megabytes: int, processes: int | None = None) -> None:
    """Limit this process and those that it starts; on Windows, which has no such limits, do nothing.

    Args:
        megabytes: of address space.
        processes: how many processes and threads the user may have in all; `None` sets no limit.
    """
    if sys.platform == "win32":
        return
    import os
    import resource

    os.nice(NICENESS)
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: FILE_MEGABYTES << 20,
        resource.RLIMIT_NOFILE: FILES_OPEN,
    }
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = megabytes << 20
        if processes is not None:
            limits[resource.RLIMIT_NPROC] = processes
    for name, value in limits.items():
        hard = resource.getrlimit(name)[1]
        # The hard limit stays: walls around a learner's code, which are narrower, are put up below this one.
        resource.setrlimit(name, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))

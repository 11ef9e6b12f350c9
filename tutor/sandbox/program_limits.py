"""Limits on a program that runs for somebody else: memory, processes, the size of a file."""

import sys

MAX_FILE_MEGABYTES = 512
"""The largest size of a file that the program writes, since learners share the disk."""
MAX_OPEN_FILES = 256
NICENESS = 5
"""Added to the nice value of a learner's program, so that the server has priority."""


def limit_this_process(megabytes: int, processes: int | None = None) -> None:
    """Lower the priority of this process, and limit its memory, files and processes; Windows has no such limits.

    Processes that it starts later have the same limits.

    Args:
        megabytes: the address space; limited on Linux only.
        processes: how many processes and threads the operating system's user may have in all; limited on Linux only.
            `None` sets no limit.
    """
    if sys.platform == "win32":
        return
    import os
    import resource

    os.nice(NICENESS)
    soft_limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: MAX_FILE_MEGABYTES << 20,
        resource.RLIMIT_NOFILE: MAX_OPEN_FILES,
    }
    if sys.platform == "linux":
        soft_limits[resource.RLIMIT_AS] = megabytes << 20
        if processes is not None:
            soft_limits[resource.RLIMIT_NPROC] = processes
    for kind, wanted_limit in soft_limits.items():
        _, hard_limit = resource.getrlimit(kind)
        soft_limit = wanted_limit if hard_limit == resource.RLIM_INFINITY else min(wanted_limit, hard_limit)
        # Only the soft limit is set: the process that runs an exercise sets limits of its own, and a lowered hard limit
        # would refuse one that is higher.
        resource.setrlimit(kind, (soft_limit, hard_limit))

"""Memory: what the history of 100,000 steps holds, measured in a process of its own."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.table import Row
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

NAMES = ("adam", "backprop", "dropout")


def rows() -> Iterator[Row]:
    """The rows of this family: the growth of the process from step 0 to step 100,000."""
    for name in NAMES:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.memory", name], check=True, stdout=subprocess.PIPE, text=True
        )
        before, after = (float(part) for part in done.stdout.split())
        yield Row(f"{name}: history of 100,000 steps", after - before, "MB", "before", before, 64)


def peak_megabytes() -> float:
    """The most memory that this process has held, in megabytes; on Linux without what its parent held before it."""
    import resource

    with contextlib.suppress(OSError):
        held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
        if held:
            return int(held[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(name: str) -> None:
    """Print what this process holds before the 100,000 steps of a simulation, and after them."""
    player = Player(find_simulation(name).build())
    before = peak_megabytes()
    player.jump(100_000)
    print(before, peak_megabytes())


if __name__ == "__main__":
    main(sys.argv[1])

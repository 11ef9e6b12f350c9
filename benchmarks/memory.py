"""Memory: what the history of 100,000 steps holds, measured in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.table import Row

CODE = """
import resource, sys
from tutor.sims.engine.player import Player
from tutor.sims.table import find
player = Player(find({name!r}).build())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
player.jump(100_000)
print(before / 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def rows() -> Iterator[Row]:
    """The rows of this family: the growth of the process from step 0 to step 100,000."""
    for name in ("adam", "backprop", "dropout"):
        done = subprocess.run(
            [sys.executable, "-c", CODE.format(name=name)], check=True, capture_output=True, text=True
        )
        before, after = (float(part) for part in done.stdout.split())
        yield Row(f"{name}: history of 100,000 steps", after - before, "MB", "before", before, 64)

"""Work that is measured in processor time, in a process for each processor: it takes half as long on two."""

import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context

from benchmarks.table import Row


@dataclass(frozen=True)
class Part:
    """Some rows of a family: what is called for them, in a process of its own, so that their memory is its own too."""

    work: Callable[..., list[Row]]
    """A function of a module."""
    given: tuple[str, ...] = ()
    seconds: float = 1.0
    """About how long it takes: the longest begin first."""
    late: bool = False
    """Whether it takes the time that the others leave: it comes after them, and the shortest first."""
    waits: bool = False
    """Whether it waits nearly all the time, as a user at a terminal does: it takes no processor from the others."""


def run_parts(parts: Sequence[Part]) -> Iterator[list[Row]]:
    """The rows of each part, in their order."""
    context = get_context("forkserver")
    context.set_forkserver_preload(sorted({part.work.__module__ for part in parts}))
    found: dict[int, Future[list[Row]]] = {}
    with ExitStack() as stack:
        for waits in (True, False):
            numbers = [number for number, part in enumerate(parts) if part.waits is waits]
            own = sorted(numbers, key=lambda number: _start_order(parts[number]))
            if not own:
                continue
            count = len(own) if waits else None
            executor = ProcessPoolExecutor(count, context, _yield_to_others, (waits,), max_tasks_per_child=1)
            pool = stack.enter_context(executor)
            found |= {number: pool.submit(parts[number].work, *parts[number].given) for number in own}
        for number, part in enumerate(parts):
            try:
                rows = found[number].result()
            except Exception as error:  # what else was measured is shown
                name = " ".join((part.work.__module__.rpartition(".")[2], part.work.__name__, *part.given))
                print(f"{name} failed: {error}", file=sys.stderr)
                rows = [Row(f"{name}: FAILED", math.nan, "", goal=0.0)]
            yield rows


def _start_order(part: Part) -> tuple[bool, float]:
    """What parts are sorted by before they begin: the longest first, then those that come late, the shortest first."""
    return part.late, part.seconds if part.late else -part.seconds


def _yield_to_others(waits: bool) -> None:
    """Let what waits for a terminal come first, always: it takes little, soon waits again, and takes longest in all."""
    if not waits:
        os.nice(19)

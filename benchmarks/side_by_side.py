"""Work that is measured in processor time, in a process for each processor: it takes half as long on two."""

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
    waits: bool = False
    """Whether it waits nearly all the time, as a user at a terminal does: it takes no processor from the others."""


def run_parts(parts: Sequence[Part]) -> Iterator[list[Row]]:
    """The rows of each part, in their order."""
    context = get_context("forkserver")
    context.set_forkserver_preload(sorted({part.work.__module__ for part in parts}))
    found: dict[int, Future[list[Row]]] = {}
    with ExitStack() as stack:
        for waits in (True, False):
            own = sorted((n for n, part in enumerate(parts) if part.waits is waits), key=lambda n: -parts[n].seconds)
            if not own:
                continue
            count = len(own) if waits else None
            pool = stack.enter_context(ProcessPoolExecutor(count, context, max_tasks_per_child=1))
            found |= {number: pool.submit(parts[number].work, *parts[number].given) for number in own}
        for number in range(len(parts)):
            yield found[number].result()

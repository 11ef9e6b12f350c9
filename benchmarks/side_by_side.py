"""Work that is measured in processor time, in a process for each processor: it takes half as long on two."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(work: Callable[[T], R], given: Iterable[T]) -> Iterator[R]:
    """What `work`, a function of a module, makes of each of the things given, in their order."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, given)

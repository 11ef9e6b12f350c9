"""One row of the table, and how the table is printed."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time


@dataclass(frozen=True)
class Row:
    """A figure, the floor it stands beside, and the goal. `goal` bounds the ratio, or the value itself."""

    name: str
    value: float
    unit: str
    floor_name: str = ""
    floor: float | None = None
    goal: float | None = None
    goal_is_ratio: bool = False
    at_least: bool = False

    @property
    def ratio(self) -> float | None:
        """The figure over its floor."""
        return self.value / self.floor if self.floor else None

    @property
    def holds(self) -> bool | None:
        """Whether the goal was met in this run."""
        measured = self.ratio if self.goal_is_ratio else self.value
        if self.goal is None or measured is None:
            return None
        return measured >= self.goal if self.at_least else measured <= self.goal


HEADINGS = ("what", "figure", "floor or peer", "ratio", "goal", "")


def table(rows: Iterable[Row]) -> str:
    """The rows as an aligned text table."""
    cells = [HEADINGS, *(_format_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _format_cells(row: Row) -> tuple[str, ...]:
    sign = "≥" if row.at_least else "≤"
    goal = "" if row.goal is None else f"{sign} {row.goal:g}{' ×' if row.goal_is_ratio else ' ' + row.unit}"
    floor = "" if row.floor is None else f"{row.floor_name} {row.floor:.3g} {row.unit}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} ×"
    return (
        row.name,
        f"{row.value:.3g} {row.unit}",
        floor,
        ratio,
        goal,
        {None: "", True: "holds", False: "MISSED"}[row.holds],
    )


def milliseconds(work: Callable[[], object], times: int) -> list[float]:
    """How long `work` took each of `times` times, sorted, in milliseconds."""
    found = []
    for _ in range(times):
        started = perf_counter()
        work()
        found.append(1000 * (perf_counter() - started))
    return sorted(found)


def middle(found: list[float]) -> float:
    """The median."""
    return median(found)


def worst_of_100(found: list[float]) -> float:
    """The value that 99 of 100 stay within."""
    return sorted(found)[min(len(found) - 1, int(0.99 * len(found)))]


def processor_time(work: Callable[[], object], times: int, blocks: int = 5) -> float:
    """Milliseconds of processor time of one `work`: the best of several blocks, each of so many times.

    Processes that it waits for count; what other programs do on a busy machine does not.
    """
    best = float("inf")
    for _ in range(blocks):
        started = process_time() + _children_time()
        for _ in range(times):
            work()
        best = min(best, process_time() + _children_time() - started)
    return 1000 * best / times


def processor_times(work: Callable[[], object], times: int) -> list[float]:
    """How much processor time `work` took each of `times` times, sorted, in milliseconds."""
    found = []
    for _ in range(times):
        started = process_time()
        work()
        found.append(1000 * (process_time() - started))
    return sorted(found)


def fastest(work: Callable[[], object], times: int) -> float:
    """Milliseconds by the clock of the quickest of so many times: for what several threads do together."""
    return milliseconds(work, times)[0]


def _children_time() -> float:
    """Seconds of processor time of the processes that have ended."""
    spent = os.times()
    return spent.children_user + spent.children_system

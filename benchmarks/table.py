"""One row of the table, and how the table is printed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


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
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
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

"""Lays out a graph's nodes in columns from left to right, with tracks for the lines between them.

A layered drawing (Sugiyama, Tagawa and Toda 1981): a line that passes a column has a place in it as a node has.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from statistics import fmean

SWEEPS = 8
"""How often the order and the rows are improved, from left to right and back."""


@dataclass
class Slot:
    """A node in a column, or a line that passes the column on its way."""

    node: int
    """The node, or the one that the line comes from."""
    passing: bool
    row: int = 0
    before: list["Slot"] = field(default_factory=list)
    """Slots of the column at the left from which a line comes in."""
    after: list["Slot"] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """All lines from one slot to the next column: they share one upright piece."""

    source: Slot
    targets: tuple[Slot, ...]
    track: float
    """Counted from the left, 0, 1 and so on."""

    @property
    def rows(self) -> list[int]:
        """The rows that it connects."""
        return [self.source.row, *(target.row for target in self.targets)]


@dataclass(frozen=True)
class Layout:
    """Columns of slots, and the lines between each and the next."""

    columns: tuple[tuple[Slot, ...], ...]
    runs: tuple[tuple[Run, ...], ...]
    height: int


@lru_cache(maxsize=64)
def lay_out(inputs: tuple[tuple[int, ...], ...], height: int, gap: int, room: int, above: int = 0) -> Layout:
    """Places for nodes `height` rows high with `gap` rows between; in `room` rows if that is enough.

    As many rows as `above` says are left free at the top. It is kept, since a graph has the same nodes in each step.
    """
    columns = _assign_columns(inputs)
    _order_columns(columns)
    needed = max(_column_height(column, height, gap) for column in columns)
    _assign_rows(columns, height, gap, max(needed, room - above))
    top = min(slot.row for column in columns for slot in column)
    bottom = 0
    for column in columns:
        for slot in column:
            slot.row += above - top
            bottom = max(bottom, slot.row + (1 if slot.passing else height))
    return Layout(tuple(map(tuple, columns)), tuple(_route_lines(column) for column in columns[:-1]), bottom)


def _assign_columns(inputs: Sequence[tuple[int, ...]]) -> list[list[Slot]]:
    """Put every node in the column after its last input, and inputs just before their first user."""
    level = [0] * len(inputs)
    users: list[list[int]] = [[] for _ in inputs]
    for node, sources in enumerate(inputs):
        level[node] = 1 + max((level[source] for source in sources), default=-1)
        for source in dict.fromkeys(sources):
            users[source].append(node)
    for node, sources in enumerate(inputs):
        if not sources and users[node]:
            level[node] = min(level[user] for user in users[node]) - 1
    columns: list[list[Slot]] = [[] for _ in range(max(level) + 1)]
    at: dict[tuple[int, int], Slot] = {}
    for node in range(len(inputs)):
        for column in range(level[node], max([level[user] for user in users[node]], default=level[node] + 1)):
            at[node, column] = Slot(node, column > level[node])
            columns[column].append(at[node, column])
    for (node, column), slot in at.items():
        reached = [at[user, column + 1] for user in users[node] if level[user] == column + 1]
        slot.after = reached + ([at[node, column + 1]] if (node, column + 1) in at else [])
        for target in slot.after:
            target.before.append(slot)
    return columns


def _order_columns(columns: list[list[Slot]]) -> None:
    """Order each column so that few lines cross."""
    best, fewest = [list(column) for column in columns], _count_crossings(columns)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for index in range(len(columns)) if forward else reversed(range(len(columns))):
            place = {id(slot): k for column in columns for k, slot in enumerate(column)}

            def mean_place(slot: Slot, place: dict[int, int] = place, forward: bool = forward) -> float:
                near = slot.before if forward else slot.after
                return fmean(place[id(other)] for other in near) if near else place[id(slot)]

            columns[index].sort(key=mean_place)
        crossings = _count_crossings(columns)
        if crossings < fewest:
            best, fewest = [list(column) for column in columns], crossings
    columns[:] = best


def _count_crossings(columns: list[list[Slot]]) -> int:
    count = 0
    for left, right in pairwise(columns):
        place = {id(slot): k for k, slot in enumerate(right)}
        lines = [(k, place[id(target)]) for k, slot in enumerate(left) for target in slot.after]
        count += sum((a - c) * (b - d) < 0 for n, (a, b) in enumerate(lines) for c, d in lines[:n])
    return count


def _slot_height(slot: Slot, height: int) -> int:
    return 1 if slot.passing else height


def _column_height(column: list[Slot], height: int, gap: int) -> int:
    """The rows that a column needs at least."""
    return sum(_slot_height(slot, height) for slot in column) + gap * (len(column) - 1)


def _assign_rows(columns: list[list[Slot]], height: int, gap: int, room: int) -> None:
    """Give all slots their rows, each as near to its neighbours as those of its column allow."""
    for column in columns:
        row = (room - _column_height(column, height, gap)) // 2
        for slot in column:
            slot.row = row
            row += _slot_height(slot, height) + gap
    for sweep in range(SWEEPS):
        order = columns if sweep % 2 == 0 else list(reversed(columns))
        for column in order:
            _settle_column(column, height, gap, room)


def _settle_column(column: list[Slot], height: int, gap: int, room: int) -> None:
    """Move the slots of a column towards the middle of their neighbours, in order and without overlap."""
    wanted = []
    for slot in column:
        near = [other.row for other in (*slot.before, *slot.after)]
        wanted.append(fmean(near) if near else float(slot.row))
    down, row = [], 0.0
    for slot, want in zip(column, wanted, strict=True):
        row = max(row, want)
        down.append(row)
        row += _slot_height(slot, height) + gap
    up: list[float] = []
    row = float(room + gap)
    for slot, want in zip(reversed(column), reversed(wanted), strict=True):
        row = min(row - _slot_height(slot, height) - gap, want)
        up.insert(0, row)
    row = 0.0
    for slot, high, low in zip(column, down, up, strict=True):
        slot.row = int(max(row, round((high + low) / 2)))
        row = slot.row + _slot_height(slot, height) + gap
    excess = column[-1].row + _slot_height(column[-1], height) - room
    for slot in reversed(column):
        if excess <= 0:
            break
        slot.row -= excess
        at = column.index(slot)
        excess = column[at - 1].row + _slot_height(column[at - 1], height) + gap - slot.row if at else 0


def _route_lines(column: Sequence[Slot]) -> tuple[Run, ...]:
    """The lines out of a column, each in a track where it meets no other but at a node that both lead to."""
    laid: list[Run] = []  # straight lines last
    for slot in sorted((slot for slot in column if slot.after), key=lambda slot: (_is_straight(slot), slot.row)):
        laid.append(Run(slot, tuple(slot.after), _find_free_track(laid, slot)))
    tracks = sorted({run.track for run in laid})
    return tuple(Run(run.source, run.targets, tracks.index(run.track)) for run in laid)


def _find_free_track(laid: Sequence[Run], slot: Slot) -> float:
    """A track in which no line runs along another: one of those in use, else a new one before, between or after."""
    used = sorted({run.track for run in laid}) or [0.0]
    between = [(one + other) / 2 for one, other in pairwise(used)]
    choices = [*used, *between, used[0] - 1, used[-1] + 1]
    clear = [track for track in choices if not any(_overlaps(run, slot, track) for run in laid)]
    return next((track for track in clear if not any(_runs_along(run, slot, track) for run in laid)), clear[-1])


def _is_straight(slot: Slot) -> bool:
    """Whether all lines from this slot run along its row, so that they need no track."""
    return all(target.row == slot.row for target in slot.after)


def _overlaps(other: Run, slot: Slot, track: float) -> bool:
    """Whether the vertical pieces of two lines would meet, and not for all that they lead to."""
    shared = {target.row for target in other.targets if target in slot.after}
    mine, theirs = [slot.row, *(target.row for target in slot.after)], other.rows
    if other.track != track or len(set(mine)) == 1 or len(set(theirs)) == 1:
        return False
    if len(slot.after) == len(other.targets) == len(shared):  # all go to the same nodes: one line may join the other
        return False
    return max(min(mine), min(theirs)) <= min(max(mine), max(theirs))


def _runs_along(other: Run, slot: Slot, track: float) -> bool:
    """Whether along a row one line would still come in from the left where the other has left its track already."""
    shared = {target.row for target in other.targets if target in slot.after}
    out_of_mine = {target.row for target in slot.after} - shared
    out_of_theirs = {target.row for target in other.targets} - shared
    return (other.source.row in out_of_mine and track < other.track) or (
        slot.row in out_of_theirs and other.track < track
    )

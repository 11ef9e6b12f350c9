"""Lays out a graph's nodes in columns from left to right, with tracks for the lines between the columns.

This is a layered drawing (Sugiyama, Tagawa and Toda 1981): a line that passes through a column takes a slot in it, as a
node does, and is called a *dummy node* there. The order in a column comes from the barycentre heuristic.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, combinations, pairwise
from statistics import fmean

SWEEPS = 8
"""How often the order of the slots, and then their rows, are improved; rightward and leftward sweeps alternate."""


@dataclass
class Slot:
    """The place of a node in a column, or of a line that passes through the column on its way to a later one.

    Its *neighbours* are the slots with which lines connect it, those in `predecessors` and `successors`.
    """

    node: int
    """The index of the node, or of the node from which the line comes."""
    is_dummy: bool
    """Whether a line passes here, and not a node."""
    row: int = 0
    """The row in which the node begins, or in which the line passes."""
    height: int = 1
    """Its rows; a line has one."""
    predecessors: list["Slot"] = field(default_factory=list)
    """Slots in the column to the left from which a line comes in."""
    successors: list["Slot"] = field(default_factory=list)
    """Slots in the column to the right to which a line goes out."""


@dataclass(frozen=True)
class Bundle:
    """All lines from one slot to the next column; they share one vertical piece, in which they part."""

    source: Slot
    targets: tuple[Slot, ...]
    track: float
    """The track of the vertical piece: 0, 1, 2 … from the left; fractions occur only while tracks are chosen."""

    @property
    def rows(self) -> list[int]:
        """The rows that its lines connect."""
        return [self.source.row, *(target.row for target in self.targets)]


@dataclass(frozen=True)
class Layout:
    """Columns of slots, and the lines between each and the next."""

    columns: tuple[tuple[Slot, ...], ...]
    bundles: tuple[tuple[Bundle, ...], ...]
    """The lines between each column and the next, so one entry fewer than columns."""
    height: int
    """The rows of the whole graph."""


@lru_cache(maxsize=64)
def lay_out(
    inputs: tuple[tuple[int, ...], ...], heights: tuple[int, ...], gap: int, rows: int, rows_above: int = 0
) -> Layout:
    """Place nodes of these heights, with at least `gap` rows between them, in `rows` rows if these are enough.

    `inputs` has, for each node, the nodes from which it is computed; these come before it. `rows_above` rows are left
    free at the top. The result is cached, since a graph has the same nodes in each step.
    """
    columns = _assign_columns(inputs)
    for slot in chain.from_iterable(columns):
        slot.height = 1 if slot.is_dummy else heights[slot.node]
    _order_columns(columns)
    needed_rows = max(_column_height(column, gap) for column in columns)
    _assign_rows(columns, gap, max(needed_rows, rows - rows_above))
    top = min(slot.row for column in columns for slot in column)
    bottom = 0
    for column in columns:
        for slot in column:
            slot.row += rows_above - top
            bottom = max(bottom, slot.row + slot.height)
    bundles = tuple(_route_lines(column) for column in columns[:-1])
    return Layout(tuple(map(tuple, columns)), bundles, bottom)


def _assign_columns(inputs: Sequence[tuple[int, ...]]) -> list[list[Slot]]:
    """Assign the nodes to columns: a node comes right after its last input, and an input right before its first user.

    Each slot is connected with its neighbours. A line to a later column has a slot in each column that it passes
    through.
    """
    column_of = [0] * len(inputs)
    users: list[list[int]] = [[] for _ in inputs]  # for each node, the nodes that are computed from it
    for node, sources in enumerate(inputs):
        # Column 0 for a node without inputs.
        column_of[node] = 1 + max((column_of[source] for source in sources), default=-1)
        for source in dict.fromkeys(sources):  # without repeats: in x · x, x is an input twice
            users[source].append(node)
    for node, sources in enumerate(inputs):
        if not sources and users[node]:  # move an input to the right, next to its first user
            column_of[node] = min(column_of[user] for user in users[node]) - 1
    columns: list[list[Slot]] = [[] for _ in range(max(column_of) + 1)]
    # (node, column) → the slot in this column of the node, or of the line from it.
    slot_at: dict[tuple[int, int], Slot] = {}
    for node in range(len(inputs)):
        last_user_column = max([column_of[user] for user in users[node]], default=column_of[node] + 1)
        # The node's own column and those that its line passes through.
        for column in range(column_of[node], last_user_column):
            slot_at[node, column] = Slot(node, is_dummy=column > column_of[node])
            columns[column].append(slot_at[node, column])
    for (node, column), slot in slot_at.items():
        slot.successors = [slot_at[user, column + 1] for user in users[node] if column_of[user] == column + 1]
        if (node, column + 1) in slot_at:  # the line passes through the next column
            slot.successors.append(slot_at[node, column + 1])
        for target in slot.successors:
            target.predecessors.append(slot)
    return columns


def _order_columns(columns: list[list[Slot]]) -> None:
    """Order each column, in place, so that few lines cross.

    In each sweep, the slots of a column are sorted by the mean index of their neighbours in the previous column of the
    sweep. The order with the fewest crossings is kept, since a sweep may also add some.
    """
    best_order, fewest_crossings = [list(column) for column in columns], _count_crossings(columns)
    for sweep in range(SWEEPS):
        is_rightward = sweep % 2 == 0
        for column in columns if is_rightward else reversed(columns):
            _sort_by_neighbours(column, columns, is_rightward)
        crossings = _count_crossings(columns)
        if crossings < fewest_crossings:
            best_order, fewest_crossings = [list(column) for column in columns], crossings
    columns[:] = best_order


def _sort_by_neighbours(column: list[Slot], columns: list[list[Slot]], is_rightward: bool) -> None:
    """Sort a column by the mean index of each slot's neighbours, to its left if `is_rightward`, else to its right."""
    # Slot → its index in its column; keyed by `id`, since slots are mutable and have no hash.
    index_of = {id(slot): index for any_column in columns for index, slot in enumerate(any_column)}

    def mean_index(slot: Slot) -> float:
        neighbours = slot.predecessors if is_rightward else slot.successors
        if not neighbours:
            return index_of[id(slot)]
        return fmean(index_of[id(neighbour)] for neighbour in neighbours)

    column.sort(key=mean_index)


def _count_crossings(columns: list[list[Slot]]) -> int:
    """The number of pairs of lines between neighbouring columns that cross."""
    count = 0
    for left, right in pairwise(columns):
        index_at_right = {id(slot): index for index, slot in enumerate(right)}
        lines = [(start, index_at_right[id(target)]) for start, slot in enumerate(left) for target in slot.successors]
        for (start, end), (other_start, other_end) in combinations(lines, 2):
            # Two lines cross if their order at the right is the reverse of their order at the left.
            count += (start - other_start) * (end - other_end) < 0
    return count


def _column_height(column: list[Slot], gap: int) -> int:
    """The fewest rows that a column needs."""
    return sum(slot.height for slot in column) + gap * (len(column) - 1)


def _assign_rows(columns: list[list[Slot]], gap: int, rows: int) -> None:
    """Choose a row, of `rows` in all, for each slot, as near to the rows of its neighbours as its column allows."""
    for column in columns:  # first: stacked, centred in the rows
        row = (rows - _column_height(column, gap)) // 2
        for slot in column:
            slot.row = row
            row += slot.height + gap
    for sweep in range(SWEEPS):  # then: moved in sweeps, rightward and leftward in turn
        order = columns if sweep % 2 == 0 else list(reversed(columns))
        for column in order:
            _settle_column(column, gap, rows)


def _settle_column(column: list[Slot], gap: int, rows: int) -> None:
    """Move the slots of a column towards the mean row of their neighbours, in the same order and without overlap.

    Slots that are stacked from above are pushed down by those before them, and slots stacked from below are pushed up.
    Each slot gets the middle of these two rows.
    """
    mean_rows = []
    for slot in column:
        neighbour_rows = [neighbour.row for neighbour in (*slot.predecessors, *slot.successors)]
        mean_rows.append(fmean(neighbour_rows) if neighbour_rows else float(slot.row))
    rows_from_above, row = [], 0.0  # `row` is the first free row
    for slot, mean_row in zip(column, mean_rows, strict=True):
        row = max(row, mean_row)
        rows_from_above.append(row)
        row += slot.height + gap
    rows_from_below: list[float] = []
    row = float(rows + gap)  # the row of an imaginary slot below the last one
    for slot, mean_row in zip(reversed(column), reversed(mean_rows), strict=True):
        row = min(row - slot.height - gap, mean_row)
        rows_from_below.insert(0, row)
    row = 0.0  # the first free row
    for slot, row_from_above, row_from_below in zip(column, rows_from_above, rows_from_below, strict=True):
        slot.row = int(max(row, round((row_from_above + row_from_below) / 2)))
        row = slot.row + slot.height + gap
    _push_up(column, gap, rows)


def _push_up(column: list[Slot], gap: int, rows: int) -> None:
    """Move the last slots of a column up if they reach beyond `rows`."""
    end = rows  # the row below the last one that the slot may fill
    for slot in reversed(column):
        slot.row = min(slot.row, end - slot.height)
        end = slot.row - gap


def _route_lines(column: Sequence[Slot]) -> tuple[Bundle, ...]:
    """Choose tracks for the lines out of a column; two lines in one track touch only if they lead to the same node."""
    sources = [slot for slot in column if slot.successors]
    bundles: list[Bundle] = []
    # Straight lines come last, since any track will do for them.
    straight_last = sorted(sources, key=lambda slot: (_is_straight(slot), slot.row))
    for slot in straight_last:
        bundles.append(Bundle(slot, tuple(slot.successors), _find_free_track(bundles, slot)))
    # So far tracks may be fractions or negative, so they are replaced by their ranks: 0, 1, 2 …
    tracks = sorted({bundle.track for bundle in bundles})
    return tuple(Bundle(bundle.source, bundle.targets, tracks.index(bundle.track)) for bundle in bundles)


def _find_free_track(bundles: Sequence[Bundle], slot: Slot) -> float:
    """Find a track for the lines from `slot` beside `bundles`: one in use, otherwise a new one between or around those.

    No vertical pieces overlap in it. If possible, no horizontal pieces overlap either.
    """
    used = sorted({bundle.track for bundle in bundles}) or [0.0]
    between = [(left + right) / 2 for left, right in pairwise(used)]
    candidates = [*used, *between, used[0] - 1, used[-1] + 1]
    free = [track for track in candidates if not any(_overlaps(bundle, slot, track) for bundle in bundles)]
    for track in free:
        if not any(_runs_along(bundle, slot, track) for bundle in bundles):
            return track
    return free[-1]  # not empty: the last candidate, to the right of all tracks in use, is always free


def _is_straight(slot: Slot) -> bool:
    """Whether all lines from this slot run along its row, so that they need no track."""
    return all(target.row == slot.row for target in slot.successors)


def _overlaps(other: Bundle, slot: Slot, track: float) -> bool:
    """Whether the vertical piece of the lines from `slot`, in this track, would touch the vertical piece of `other`.

    Lines that lead to exactly the same nodes may touch, since then one joins the other.
    """
    rows, other_rows = [slot.row, *(target.row for target in slot.successors)], other.rows
    has_vertical_pieces = len(set(rows)) > 1 and len(set(other_rows)) > 1
    if other.track != track or not has_vertical_pieces:
        return False
    shared_rows = {target.row for target in other.targets if target in slot.successors}
    have_same_targets = len(slot.successors) == len(other.targets) == len(shared_rows)
    if have_same_targets:
        return False
    first_shared_row, last_shared_row = max(min(rows), min(other_rows)), min(max(rows), max(other_rows))
    return first_shared_row <= last_shared_row


def _runs_along(other: Bundle, slot: Slot, track: float) -> bool:
    """Whether the lines from `slot`, with this track, would run along the lines of `other` in some row.

    This happens in the row of one line's source, up to its track, if the other line has turned into that row further
    left, on its way to a target that the two do not share.
    """
    shared_rows = {target.row for target in other.targets if target in slot.successors}
    own_target_rows = {target.row for target in slot.successors} - shared_rows
    other_target_rows = {target.row for target in other.targets} - shared_rows
    is_along_other_source = other.source.row in own_target_rows and track < other.track
    is_along_own_source = slot.row in other_target_rows and other.track < track
    return is_along_other_source or is_along_own_source

"""Shares out the cells in which lines run together, so that every one of them is seen there.

A cell has only one colour. Where lines merely cross, the later one has the cells. Where they run together, they have
pieces of a few cells in turn. References are only glimpsed there; lines without a name are not seen there at all if
enough of them is seen elsewhere. Without colours the later line has all cells, and can be followed; the others have
their signs on it, at their own points (see `line_markers.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from tutor.widgets.plots.dot_signs import Dot

CellPosition = tuple[int, int]
"""Row, from the top, and column."""

MIN_LONG_RUN = 6
"""From so many cells on, lines run together; with fewer, they cross."""
MIN_SHARE_OF_LINE = 2 / 3
"""A shorter run is shared out too if it is so large a share of a line, of which little would be seen otherwise."""
CELLS_PER_PIECE = 4
"""About how many cells in a row belong to one of the lines that run together."""
CELLS_PER_GLIMPSE = 8
"""Of so many cells of a line that lies on a reference, the reference has two."""
MAX_CELLS_APART = 2
"""So many cells may lie between two shared ones of a run: two lines that are nearly the same are not always in one."""

MIN_SHOWN = 1 / 3
"""The share of a line's cells in which it is still seen if its specks are left out."""


@dataclass(frozen=True)
class LineCells:
    """The cells through which one line passes, in their order."""

    cells: Sequence[CellPosition]
    look: int
    """The number of its look: lines with the same look need not be told apart. Later looks are drawn later."""
    is_marked: bool = False
    """Whether its sign stands on it where others cover it, so that it needs no cells there."""
    is_quiet: bool = False
    """Whether it is a reference, which is only glimpsed where another line lies on it."""
    has_name: bool = True
    """Whether the legend names it; another line may be covered for long if enough of it is seen elsewhere."""


def cells_along(dots: Iterable[Dot], rows: int) -> list[CellPosition]:
    """The cells of a line of dots, in its order; a cell that is left and entered again is in it twice."""
    cells = [(rows - 1 - y // 4, x // 2) for x, y in dots]
    return [*cells[:1], *(cell for before, cell in pairwise(cells) if cell != before)]


def share_out(courses: Sequence[LineCells]) -> dict[CellPosition, int]:
    """Find the cells where lines run together; for each of these, the look of the line that has it.

    Of all other cells, the line that is drawn last has each.
    """
    looks_in: dict[CellPosition, set[int]] = {}
    for course in courses:
        for cell in course.cells:
            looks_in.setdefault(cell, set()).add(course.look)
    owners: dict[CellPosition, int] = {}
    if len({course.look for course in courses}) < 2:
        return owners
    marked_looks = {course.look for course in courses if course.is_marked}
    # The line beneath others is the one that would be hidden, so runs are looked for along it.
    for course in sorted(courses, key=lambda course: course.look):
        is_hidden = [max(looks_in[cell]) > course.look and cell not in owners for cell in course.cells]
        is_seen_elsewhere = is_hidden.count(False) > MIN_SHOWN * len(is_hidden)
        if course.is_marked or (is_seen_elsewhere and not course.has_name):
            continue
        for cells in long_runs(course.cells, is_hidden):
            if course.is_quiet or not course.has_name:
                _let_show_through(course.look, cells, looks_in, owners)
            else:
                _take_turns(cells, looks_in, owners, marked_looks)
    _drop_specks(courses, looks_in, owners)
    return owners


def _drop_specks(
    courses: Iterable[LineCells], looks_in: Mapping[CellPosition, set[int]], owners: dict[CellPosition, int]
) -> None:
    """Where a line leaves a run for a single cell within another line's piece, leave that cell empty.

    The dots in it, at most a cell off the other line, would be a speck beside it. A line that is seen in few other
    places keeps its specks.
    """
    cell_counts = Counter(look for looks in looks_in.values() for look in looks)
    shown_counts = Counter(owners.get(cell, max(looks)) for cell, looks in looks_in.items())
    for course in courses:
        cells = course.cells
        for before, cell, after in zip(cells, cells[1:], cells[2:], strict=False):
            around = {owners.get(before, course.look), owners.get(after, course.look)}
            is_seen_elsewhere = shown_counts[course.look] > MIN_SHOWN * cell_counts[course.look] + 1
            if cell not in owners and course.look not in around and is_seen_elsewhere:
                owners[cell] = owners[before]
                shown_counts[course.look] -= 1


def long_runs(cells: Sequence[CellPosition], is_hidden: Sequence[bool]) -> Iterator[list[CellPosition]]:
    """Yield the hidden cells of each run along a line that is no mere crossing."""
    for run in _find_runs(is_hidden):
        hidden_cells = [cells[index] for index in run if is_hidden[index]]
        if len(hidden_cells) >= MIN_LONG_RUN or len(hidden_cells) >= max(2.0, MIN_SHARE_OF_LINE * len(cells)):
            yield hidden_cells


def _find_runs(is_hidden: Sequence[bool]) -> list[range]:
    """The ranges of indices in which a line is hidden, with at most `MAX_CELLS_APART` cells in which it is not."""
    runs: list[range] = []
    for index in (index for index, hidden in enumerate(is_hidden) if hidden):
        if runs and index - runs[-1].stop <= MAX_CELLS_APART:
            runs[-1] = range(runs[-1].start, index + 1)
        else:
            runs.append(range(index, index + 1))
    return runs


def _let_show_through(
    look: int,
    cells: Sequence[CellPosition],
    looks_in: Mapping[CellPosition, set[int]],
    owners: dict[CellPosition, int],
) -> None:
    """Give a reference two cells in every `CELLS_PER_GLIMPSE` of a run, and the others to the line on top."""
    middle = CELLS_PER_GLIMPSE // 2
    for index, cell in enumerate(cells):
        is_glimpse = index % CELLS_PER_GLIMPSE in (middle - 1, middle)
        owners[cell] = look if is_glimpse else max(looks_in[cell])


def _take_turns(
    cells: Sequence[CellPosition],
    looks_in: Mapping[CellPosition, set[int]],
    owners: dict[CellPosition, int],
    marked_looks: AbstractSet[int],
) -> None:
    """Give the cells of a run to its lines in equal pieces: each to the one that had its turn longest ago.

    The first piece is the latest line's. A line that is not in a cell of its piece leaves it to the others. Lines that
    are marked have no turn, except the one on top.
    """
    on_top = {max(looks_in[cell]) for cell in cells}
    all_looks = set().union(*(looks_in[cell] for cell in cells)) - (marked_looks - on_top)
    piece_count = min(len(cells), max(len(all_looks), round(len(cells) / CELLS_PER_PIECE)))
    last_turn = dict.fromkeys(all_looks, -1)
    for turn in range(piece_count):
        start, end = (len(cells) * number // piece_count for number in (turn, turn + 1))
        piece = cells[start:end]
        cell_counts = {look: sum(look in looks_in[cell] for cell in piece) for look in all_looks}
        present = [look for look, count in cell_counts.items() if 2 * count > len(piece)]
        owner = min(present, key=lambda look: (last_turn[look], -look))
        last_turn[owner] = turn
        owners.update((cell, owner) for cell in piece if owner in looks_in[cell])

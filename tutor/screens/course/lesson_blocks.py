"""The simulations of a lesson: which stands beside which page, and which of their tasks are done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutor.content.model import Lesson, SimulationBlock
from tutor.statistics.completion import flag_of

if TYPE_CHECKING:
    from tutor.progress.record.store import Store


def simulation_blocks(lesson: Lesson) -> list[tuple[int, SimulationBlock]]:
    """(page, block) of every simulation in `lesson`, in reading order."""
    return [
        (index, block)
        for index, section in enumerate(lesson.sections)
        for block in section.blocks
        if isinstance(block, SimulationBlock)
    ]


def nearest_block(blocks: Sequence[tuple[int, SimulationBlock]], place: int) -> SimulationBlock | None:
    """The first simulation of the page `place`; else that of the nearest page before; else the first to come."""
    before = [(index, block) for index, block in blocks if index <= place]
    if before:
        nearest = before[-1][0]
        return next(block for index, block in before if index == nearest)
    return blocks[0][1] if blocks else None


def tasks_on_record(lesson: Lesson, store: "Store") -> dict[int, list[int]]:
    """The line of each block → the indices of its tasks that are on record as done."""
    known = store.done_tasks(lesson.id)
    return {
        block.line: [index for index, task in enumerate(block.tries) if flag_of(lesson.id, block, task) in known]
        for _, block in simulation_blocks(lesson)
    }

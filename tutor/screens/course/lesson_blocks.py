"""The simulations of a lesson: where each is shown, what the text says about it, which tasks are done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutor.content.links import SHOW_SCHEME, find_show_links
from tutor.content.model import Lesson, Section, SimulationBlock, texts_of
from tutor.patterns import compile_lazily
from tutor.statistics.completion import stored_name_of
from tutor.widgets.simulator.keys import KEYS_FROM_TEXT

if TYPE_CHECKING:
    from tutor.progress.record.store import Store

NAMED_KEY = compile_lazily(r"\b(?:[Pp]ress|[Kk]ey) [`“]?(\w+|\S)(?!\w)")
"""A key that a text tells the reader to press."""


def simulation_blocks(lesson: Lesson) -> list[tuple[int, SimulationBlock]]:
    """(page, block) of every simulation in `lesson`, in reading order."""
    return [
        (index, block)
        for index, section in enumerate(lesson.sections)
        for block in section.blocks
        if isinstance(block, SimulationBlock)
    ]


def nearest_block(blocks: Sequence[tuple[int, SimulationBlock]], page: int) -> SimulationBlock | None:
    """The page's first simulation, otherwise the nearest one before it, otherwise the next one."""
    so_far = [(index, block) for index, block in blocks if index <= page]
    if so_far:
        nearest_page = so_far[-1][0]
        return next(block for index, block in so_far if index == nearest_page)
    return blocks[0][1] if blocks else None


def page_show_links(section: Section) -> list[str]:
    """The `show:` links of a page in reading order, except those whose figures are not computed yet."""
    texts = (text for block in section.blocks for text in texts_of(block))
    ready = (text for text in texts if text.is_ready and SHOW_SCHEME in text.source)
    return [address for text in ready for _, address in find_show_links(text.text)]


def mentions_key(section: Section, action: str) -> bool:
    """Whether a page tells the reader to press the simulation's key for `action`."""
    signs = {"." if key == "full_stop" else key for key, name in KEYS_FROM_TEXT.items() if name == action}
    texts = (text.source for block in section.blocks for text in texts_of(block))
    return any(not signs.isdisjoint(NAMED_KEY.findall(text)) for text in texts)


def tasks_on_record(lesson: Lesson, store: "Store") -> dict[int, list[int]]:
    """Map the line of each block to the indices of its tasks recorded as done."""
    known = store.done_tasks(lesson.id)
    return {
        block.line: [index for index, task in enumerate(block.tries) if stored_name_of(lesson.id, block, task) in known]
        for _, block in simulation_blocks(lesson)
    }

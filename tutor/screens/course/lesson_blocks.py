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
"""Matches an instruction to press a key, such as `press k`; the group is the key."""


def simulation_blocks(lesson: Lesson) -> list[tuple[int, SimulationBlock]]:
    """(page, block) of every simulation in `lesson`, in reading order."""
    return [
        (index, block)
        for index, section in enumerate(lesson.sections)
        for block in section.blocks
        if isinstance(block, SimulationBlock)
    ]


def nearest_block(blocks: Sequence[tuple[int, SimulationBlock]], page: int) -> SimulationBlock | None:
    """Return the simulation that goes with a page: the first simulation on it.

    A page without a simulation gets the first one of the nearest page before it that has any, or, if no page before it
    has any, the first one of the lesson. The result is `None` if the lesson has no simulation.

    Args:
        blocks: (page, block) of every simulation of the lesson, in reading order.
        page: counted from 0.
    """
    if not blocks:
        return None
    pages_so_far = [block_page for block_page, _ in blocks if block_page <= page]
    if not pages_so_far:
        _, first_block = blocks[0]
        return first_block
    nearest_page = pages_so_far[-1]
    return next(block for block_page, block in blocks if block_page == nearest_page)


def page_show_links(section: Section) -> list[str]:
    """List the addresses of a page's `show:` links in reading order, without those in texts still being computed."""
    addresses = []
    for block in section.blocks:
        for text in texts_of(block):
            if text.is_ready and SHOW_SCHEME in text.source:
                addresses += [address for _, address in find_show_links(text.text)]
    return addresses


def mentions_key(section: Section, action: str) -> bool:
    """Whether a page tells the reader to press the simulation's key for `action`."""
    keys = [key for key, key_action in KEYS_FROM_TEXT.items() if key_action == action]
    written_keys = {"." if key == "full_stop" else key for key in keys}
    texts = [text.source for block in section.blocks for text in texts_of(block)]
    return any(written_keys & set(NAMED_KEY.findall(text)) for text in texts)


def tasks_on_record(lesson: Lesson, store: "Store") -> dict[int, list[int]]:
    """The tasks that are recorded as done: line of a simulation's block in the lesson's file → indices of its tasks.

    The key is the line, since two blocks may have the same simulation.
    """
    done_names = store.done_tasks(lesson.id)
    done_tasks = {}
    for _, block in simulation_blocks(lesson):
        names = [stored_name_of(lesson.id, block, task) for task in block.tries]
        done_tasks[block.line] = [index for index, name in enumerate(names) if name in done_names]
    return done_tasks

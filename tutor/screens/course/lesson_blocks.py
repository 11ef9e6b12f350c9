"""The simulations of a lesson: where each is shown, what the text says about it, which tasks are done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutor.content.links import SHOW_SCHEME, find_show_links
from tutor.content.model import Lesson, PictureBlock, Section, SimulationBlock, texts_of
from tutor.patterns import compile_lazily
from tutor.statistics.completion import stored_name_of
from tutor.widgets.simulator.keys import KEYS_FROM_TEXT

if TYPE_CHECKING:
    from tutor.progress.record.store import Store

NAMED_KEY = compile_lazily(r"\b(?:[Pp]ress|[Kk]ey) [`“]?(\w+|\S)(?!\w)")
"""Matches an instruction to press a key, such as `press k`; the group is the key."""
SHOWN_NAME = compile_lazily(r"\]\(show:([\w-]+)")
"""Matches the address of a link to a state; the group is the simulation's name."""


def simulation_blocks(lesson: Lesson) -> list[tuple[int, SimulationBlock]]:
    """(page, block) of every simulation in `lesson`, in reading order."""
    return [
        (index, block)
        for index, section in enumerate(lesson.sections)
        for block in section.blocks
        if isinstance(block, SimulationBlock)
    ]


def nearest_block(lesson: Lesson, page: int) -> SimulationBlock | None:
    """Return the simulation that goes with a page: the first simulation on it.

    A page without a simulation goes with the one that its picture or a link on it shows, if the lesson has that one,
    otherwise with that of the page before. The first pages, if nothing on them or before them shows any, go with the
    first simulation of the lesson. The result is `None` if the lesson has no simulation.

    Args:
        lesson: whose page it is.
        page: counted from 0.
    """
    blocks = simulation_blocks(lesson)
    chosen = None
    for index, section in enumerate(lesson.sections[: page + 1]):
        chosen = _block_of_page(blocks, index, section, chosen)
    if chosen is None and blocks:
        _, chosen = blocks[0]
    return chosen


def _block_of_page(
    blocks: Sequence[tuple[int, SimulationBlock]], page: int, section: Section, block_before: SimulationBlock | None
) -> SimulationBlock | None:
    """The simulation of a page, if that of the page before it is `block_before`; see `nearest_block`."""
    own_blocks = [block for block_page, block in blocks if block_page == page]
    if own_blocks:
        return own_blocks[0]
    names = shown_simulation_names(section)
    if block_before is not None and block_before.name in names:
        return block_before
    names_in_lesson = {block.name for _, block in blocks}
    candidates = [name for name in names if name in names_in_lesson]
    if not candidates:
        return block_before
    name = candidates[0]
    earlier = [block for block_page, block in blocks if block.name == name and block_page < page]
    later = [block for block_page, block in blocks if block.name == name and block_page > page]
    return earlier[-1] if earlier else later[0]


def shown_simulation_names(section: Section) -> list[str]:
    """The simulations that a page shows without having their controls on it: in its pictures, then behind its links."""
    names = [block.name for block in section.blocks if isinstance(block, PictureBlock)]
    for block in section.blocks:
        for text in texts_of(block):
            names += SHOWN_NAME.findall(text.source)
    return names


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
        names = [stored_name_of(lesson.id, block, task) for task in block.tasks]
        done_tasks[block.line] = [index for index, name in enumerate(names) if name in done_names]
    return done_tasks

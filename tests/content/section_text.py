"""A page as lines of text, as a learner reads it line by line."""

from rich.cells import cell_len

from tutor.content.model import Section, SimulationBlock
from tutor.content.plain import DEFAULT_WIDTH, block_lines, finding_lines


def section_text(section: Section, width: int = DEFAULT_WIDTH, ascii: bool = False) -> list[str]:
    """A page as lines: its title and its blocks, without the questions, which are asked one by one.

    What the tasks of its simulations bring to light comes last.
    """
    lines = [section.title, "=" * cell_len(section.title), *([section.note] if section.note else [])]
    tasks = [task for block in section.blocks if isinstance(block, SimulationBlock) for task in block.tasks]
    for text in (*(block_lines(block, ascii, width) for block in section.blocks), finding_lines(tasks, ascii, width)):
        lines += ["", *text] if text else []
    return lines

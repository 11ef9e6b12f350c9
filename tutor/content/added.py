"""Lessons of a learner's own folders: proved whole before they are offered, for nobody else did."""

import re
from collections.abc import Sequence
from pathlib import Path

from tutor.content.find import text_of
from tutor.content.model import Fault, QuestionBlock
from tutor.content.notes import all_block_notes
from tutor.content.read import Reading


def added_faults(reading: Reading, before: Sequence[Path]) -> list[Fault]:
    """What keeps an added lesson from being offered, beyond what reading it found.

    Args:
        reading: the lesson.
        before: the files whose lessons come first when a question id is used twice.
    """
    faults = [Fault(reading.path, line, message) for line, message in all_block_notes(reading)]
    texts = {path: text_of(path) for path in before}
    for page in reading.pages:
        for block in page.blocks:
            if isinstance(block, QuestionBlock):
                faults += _taken(block, reading.path, texts)
    return sorted(faults)


def _taken(block: QuestionBlock, path: Path, texts: dict[Path, str]) -> list[Fault]:
    """The question's id in one of `texts`, as it is usually written, on a line of its own."""
    name = block.question.id
    line = re.compile(rf"^id:\s*(['\"]?){re.escape(name)}\1\s*$", re.MULTILINE)
    taken = next((other for other, text in texts.items() if name in text and line.search(text)), None)
    if taken is None:
        return []
    return [Fault(path, block.line, f"the question id '{name}' is also in {taken}, which is used; rename one")]

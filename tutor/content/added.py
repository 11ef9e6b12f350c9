"""Lessons of a learner's own folders: proved whole before they are offered, for nobody else did."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from tutor.content.find import text_of
from tutor.content.model import Fault, QuestionBlock
from tutor.content.notes import all_block_notes
from tutor.content.read import Reading

_ID = re.compile(r"^id:[ \t]*+(['\"]?)([a-z0-9-]++)\1[ \t]*+$", re.MULTILINE)


def added_faults(reading: Reading, taken: Callable[[str], Path | None]) -> list[Fault]:
    """What keeps an added lesson from being offered, beyond what reading it found.

    Args:
        reading: the lesson.
        taken: a question's id → the file of the lesson that has it already and comes first.
    """
    faults = [Fault(reading.path, line, message) for line, message in all_block_notes(reading)]
    for page in reading.pages:
        for block in page.blocks:
            if isinstance(block, QuestionBlock) and (other := taken(block.question.id)):
                text = f"the question id '{block.question.id}' is also in {other}, which is used; rename one"
                faults.append(Fault(reading.path, block.line, text))
    return sorted(faults)


def ids_in(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Question id → the files of `paths` in which it stands as it is usually written, on a line of its own."""
    found: dict[str, list[Path]] = {}
    for path in paths:
        for name in {line[2] for line in _ID.finditer(text_of(path))}:
            found.setdefault(name, []).append(path)
    return found

"""Finds the faults in the blocks of a page: formulas, values, links, runs and questions."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tutor.budget import LESSON_BUDGET, Budget, BudgetSpentError
from tutor.content.blocks import yaml_of
from tutor.content.checks.markup import html_notes, title_notes
from tutor.content.checks.values import fill_text, unknown_name_faults, value_notes
from tutor.content.find import text_of
from tutor.content.formulas import text_notes
from tutor.content.links import LESSON_SCHEME, SHOW_SCHEME, find_links, read_show, web_fault
from tutor.content.model import (
    NO_VALUES,
    Block,
    CodeBlock,
    Erratum,
    Glossary,
    LessonFault,
    PictureBlock,
    Prose,
    QuestionBlock,
    SimulationBlock,
    TextTemplate,
    ValuesBlock,
)
from tutor.content.read import ParsedLesson
from tutor.content.runs import parameter_faults, picture_notes, run_notes, show_faults
from tutor.content.sections import RawBlock
from tutor.content.yaml_tree import KeyPath, Note, Tree
from tutor.errors import ChainruleError, clip
from tutor.questions.templates.runs import cached_state_after
from tutor.sims.table import SIMULATIONS, find_simulation

_ID = re.compile(r"^id:[ \t]*+(['\"]?)([a-z0-9-]++)\1[ \t]*+$", re.MULTILINE)
_KEY_PATH = re.compile(r"(?P<key>[a-z_]+)(?:\[(?P<index>\d+)\]|(?: (?P<name>\w+))?:)")
"""A key path in the YAML, as the message of a fault may begin with it: `answer:`, `let b:` or `mistakes[0]`."""
_COMPUTED_VALUE = re.compile(r"\{=[^{}]*\}")
"""A value that the lesson computes in its text, such as `{= 2 * a}`."""
_ANY_VALUE = "{1}"
"""Stands in for every computed value while the formula around it is checked."""
BUDGET_SPENT = "with this block the lesson takes more work than it may"
_COMPUTED_KEYS = frozenset(
    (
        "goal",
        "answer",
        "where",
        "given",
        "let",
        "set",
        "value",
        "expected",
        "id",
        "simulation",
        "reference",
        "code",
        "change",
        "cases",
        "hard",
        "judge",
        "then",
    )
)
"""Keys whose values are expressions and are not shown as text, so that a < in them begins no HTML."""

Names = Mapping[str, object]


def lesson_values(parsed_lesson: ParsedLesson) -> Names | None:
    """All values of a lesson; `None` when some of its values blocks could not be read."""
    read_blocks = [
        block for section in parsed_lesson.sections for block in section.blocks if isinstance(block, ValuesBlock)
    ]
    block_count = sum(raw.name == "values" for section in parsed_lesson.sections for raw in section.raw.blocks)
    if len(read_blocks) < block_count:
        return None
    return read_blocks[-1].names if read_blocks else NO_VALUES  # the last block also has the names of those before


def all_block_notes(parsed_lesson: ParsedLesson) -> Iterator[Note]:
    """Check the blocks of a lesson within its work budget; a lesson that exceeds it gets one fault that says so."""
    budget = Budget(LESSON_BUDGET, "this lesson")
    with budget.activate():
        notes = list(prove_blocks(parsed_lesson, budget))  # all work is done before the first note is handed out
    yield from notes


def prove_blocks(parsed_lesson: ParsedLesson, budget: Budget) -> Iterator[Note]:
    """Check the blocks of a lesson one by one, until its work budget is spent."""
    cached_state_after.cache_clear()  # so that what a lesson costs does not depend on the lessons checked before
    values = lesson_values(parsed_lesson)
    for section in parsed_lesson.sections:
        blocks = {block.line: block for block in section.blocks}
        for raw in section.raw.blocks:
            notes = list(block_notes(raw, blocks.get(raw.line), values))
            if budget.is_spent:
                yield (
                    raw.line,
                    f"{BUDGET_SPENT}; ask for fewer steps, numbers, conditions or answers, or divide the lesson",
                )
                return
            yield from notes


def block_notes(raw: RawBlock, block: Block | ValuesBlock | None, values: Names | None) -> Iterator[Note]:
    """Find the faults of one block, `None` if it could not be read; `values` are those of its lesson."""
    try:
        if raw.name in {"prose", "erratum"}:
            yield from html_notes(raw.text, raw.first_line)
            yield from title_notes(raw.text, raw.first_line)
        if isinstance(block, (Prose, Erratum)):
            yield from _text_notes(block.template, raw, values)
        elif raw.name in {"prose", "erratum"}:
            yield from text_notes(raw.text, raw.first_line)
        else:
            yield from _yaml_notes(raw, block, values)
    except BudgetSpentError as error:
        yield raw.line, str(error)


def _text_notes(template: TextTemplate, raw: RawBlock, values: Names | None) -> Iterator[Note]:
    """Notes on a text outside YAML; its lines are those of the file, so that each fault gets its exact line."""
    filled, value_faults = fill_text(raw.text, template.names)
    if values is None:  # values that use an unreadable one fail too, without a fault of their own
        value_faults = []
    name_faults = unknown_name_faults(raw.text, template.names, values)
    # If a value cannot be computed, all `{= …}` remain; a stand-in lets the formulas around them be checked.
    yield from text_notes(_COMPUTED_VALUE.sub(_ANY_VALUE, filled), raw.first_line)
    for line, message in [*value_faults, *name_faults, *link_faults(filled)]:
        yield raw.first_line + line, message


def link_faults(text: str) -> Iterator[tuple[int, str]]:
    """(line counted from 0, message) of each link that leads nowhere; lessons are looked up elsewhere."""
    for line, address in find_links(text):
        if address.startswith(LESSON_SCHEME):
            continue
        try:
            if address.startswith(SHOW_SCHEME):
                messages = show_faults(read_show(address))
            else:
                fault = web_fault(address)
                messages = [fault] if fault else []
        except ChainruleError as error:
            messages = [str(error)]
        yield from ((line, f"the link {clip(address)} leads nowhere: {message}") for message in messages)


def _yaml_notes(raw: RawBlock, block: Block | ValuesBlock | None, values: Names | None) -> Iterator[Note]:
    """Check a block that is written in YAML: all its formulas, then what its kind of block needs."""
    if raw.name == "values":
        if isinstance(block, ValuesBlock):
            yield from value_notes(block, yaml_of(raw))
        return
    tree = yaml_of(raw)
    if not tree.notes:
        yield from formula_notes(tree, tree.value, ())
    if block is None and raw.argument in SIMULATIONS and raw.name in {"simulation", "picture"}:
        yield from _parameter_notes(raw.argument, tree)
    elif isinstance(block, QuestionBlock):
        yield from question_notes(block, tree)
    elif isinstance(block, SimulationBlock):
        yield from run_notes(block, tree)
        for index, task in enumerate(block.tasks):
            for template in task.templates:
                yield from _template_notes(template, tree.line(("try", index)), values)
    elif isinstance(block, PictureBlock):
        yield from picture_notes(block, tree)
        yield from _template_notes(block.caption, tree.line(("caption",)), values)
    elif isinstance(block, CodeBlock):
        from tutor.content.checks.exercises import exercise_notes

        yield from exercise_notes(block, tree)
    elif isinstance(block, Glossary):
        for term, meaning in block.terms:
            yield from _template_notes(meaning, tree.line((term,)), values)


def _parameter_notes(name: str, tree: Tree) -> Iterator[Note]:
    """Notes on parameters that the simulation `name` does not accept, in a block that could not be read."""
    parameters = tree.value.get("set") if isinstance(tree.value, dict) else None
    if isinstance(parameters, dict):
        for key_path, message in parameter_faults(find_simulation(name), parameters):
            yield tree.line(key_path), message


def _template_notes(template: TextTemplate, line: int, values: Names | None) -> Iterator[Note]:
    """Notes on a text inside YAML; every fault gets the line on which the text begins."""
    filled, value_faults = fill_text(template.source, template.names)
    if values is None:  # some values could not be read: see `_text_notes`
        value_faults = []
    name_faults = unknown_name_faults(template.source, template.names, values)
    for _, message in [*value_faults, *name_faults, *link_faults(filled)]:
        yield line, message


def formula_notes(tree: Tree, value: Any, key_path: KeyPath) -> Iterator[Note]:
    """Find faulty formulas, and HTML, in `value` and in every text inside it; `key_path` is where it is in the YAML."""
    if isinstance(value, str):
        line = tree.line(key_path)
        if "$" in value:
            yield from ((line, message) for _, message in text_notes(_COMPUTED_VALUE.sub(_ANY_VALUE, value)))
        if not _COMPUTED_KEYS.intersection(map(str, key_path)):
            yield from ((line, message) for _, message in html_notes(value, 1))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from formula_notes(tree, item, (*key_path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from formula_notes(tree, item, (*key_path, index))


def question_notes(block: QuestionBlock, tree: Tree) -> Iterator[Note]:
    """Check a question over many seeds, and give each fault its line.

    A message that begins with a key path in the YAML, such as `answer: …`, `let b: …` or `mistakes[0] …`, gets the line
    of that value, any other the line of the block.
    """
    try:
        messages = block.question.check()
    except ChainruleError as error:
        messages = [str(error)]
    for message in messages:
        match = _KEY_PATH.match(message)
        line = block.line
        if match and (match["key"],) in tree.lines:
            entry = int(match["index"]) if match["index"] else match["name"] or ""
            line = tree.line((match["key"], entry))  # if there is no such entry: the line of the key
        yield line, f"question {block.question.id}: {message}"


def added_lesson_faults(
    parsed_lesson: ParsedLesson, earlier_lesson_with: Callable[[str], Path | None], *, is_proved: bool = False
) -> list[LessonFault]:
    """The faults that keep an added lesson from being offered, beyond those found in reading it.

    Args:
        parsed_lesson: the lesson.
        earlier_lesson_with: called with a question's id; returns the file of a lesson that has a question of the same
            id and takes precedence, or `None`.
        is_proved: whether its blocks are known to be sound.
    """
    notes = () if is_proved else all_block_notes(parsed_lesson)
    faults = [LessonFault(parsed_lesson.path, line, message) for line, message in notes]
    for section in parsed_lesson.sections:
        for block in section.blocks:
            if isinstance(block, QuestionBlock) and (other := earlier_lesson_with(block.question.id)):
                text = f"the question id '{block.question.id}' is also in {other}, which is used; rename one"
                faults.append(LessonFault(parsed_lesson.path, block.line, text))
    return sorted(faults)


def find_question_ids(paths: Iterable[Path]) -> dict[str, list[Path]]:
    """Question id → the files of `paths` in which `id: …` is written on a line of its own, as is usual."""
    files_by_id: dict[str, list[Path]] = {}
    for path in paths:
        for id in {match[2] for match in _ID.finditer(text_of(path))}:
            files_by_id.setdefault(id, []).append(path)
    return files_by_id

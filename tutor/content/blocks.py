"""Reads the blocks of a lesson from their YAML or text, and notes every fault with its line."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tutor.characters import visible
from tutor.content.model import (
    Block,
    CodeBlock,
    Erratum,
    Glossary,
    PictureBlock,
    Prose,
    QuestionBlock,
    SimulationBlock,
    Task,
    TextTemplate,
    ValuesBlock,
)
from tutor.content.sections import BLOCK_NAMES, RawBlock
from tutor.content.values import Values
from tutor.content.yaml_reader import convert_tree, parse
from tutor.content.yaml_tree import Note, Tree
from tutor.errors import clip, unknown_name_error
from tutor.exercises.exercise import EXERCISE_KEYS, MISTAKE_KEYS, CodeMistake, Exercise
from tutor.sims.table import SIMULATIONS
from tutor.text.ids import ID

ReadResult = tuple[Block | ValuesBlock | None, list[Note]]
"""A block as it was read, `None` if it has a fault; and notes on its faults."""
Names = Mapping[str, object]
"""The values of a lesson that a text may use, by name."""

MAX_VALUES = 200
"""Values that a lesson may have."""


class TaskKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of a task; with a `goal` the simulator can tick it."""

    do: str
    goal: str = ""
    found: str = ""


class SimulationKeys(msgspec.Struct, frozen=True):
    """The YAML of a simulation block."""

    set: dict[str, Any] = {}
    step: int = 0
    tries: tuple[str | TaskKeys, ...] = msgspec.field(name="try", default=())


class PictureKeys(msgspec.Struct, frozen=True):
    """The YAML of a picture block."""

    caption: str
    set: dict[str, Any] = {}
    step: int = 0
    chart: int = 0


_STATE_KEY_HELP = {
    "set": "parameters and their values, for example set: {learning_rate: 0.1}",
    "step": "a whole number from 0, for example step: 3",
}
_SIMULATION_KEY_HELP = {**_STATE_KEY_HELP, "try": 'a list of tasks, for example try: ["Step twice. What changes?"]'}
_TASK_KEY_HELP = {
    "do": 'what to do, for example do: "Step twice."',
    "goal": "when it is done, for example goal: step == 2",
    "found": 'what is then said, for example found: "The cost has halved."',
}
_PICTURE_KEY_HELP = {
    **_STATE_KEY_HELP,
    "chart": "which picture, a whole number from 0, for example chart: 1",
    "caption": 'what one sees, for example caption: "The cost after twenty steps."',
}
"""Key of a picture block → what belongs there, with an example; the two tables above have those of the others."""
VALUES_ADVICE = "write a name and what it stands for on each line, for example ratio: separable / standard"
GLOSSARY_ADVICE = "write a term and its meaning on each line, for example gradient: the slope in every direction"


def read_block(raw: RawBlock, names: Names) -> ReadResult:
    """Read one block, and return it with notes on its faults; its texts may use the values `names`."""
    read = _READERS.get(raw.name)
    if read is None:
        return None, [(raw.line, str(unknown_name_error("block", raw.name, BLOCK_NAMES)))]
    return read(raw, names)


def yaml_of(raw: RawBlock) -> Tree:
    """Parse the YAML of a block."""
    return parse(raw.text, raw.first_line)


def _read_prose(raw: RawBlock, names: Names) -> ReadResult:
    return Prose(raw.line, TextTemplate(visible(raw.text), names)), []


def _read_simulation(raw: RawBlock, names: Names) -> ReadResult:
    """Read a simulation block, and check its keys and its tasks; whether it runs is checked elsewhere (`runs.py`)."""
    tree = yaml_of(raw)
    keys, notes = convert_tree(
        tree, SimulationKeys, _SIMULATION_KEY_HELP, entry_forms={"try": (TaskKeys, _TASK_KEY_HELP)}
    )
    notes += _unknown_simulation_notes(raw)
    if keys is not None:
        notes += _negative_number_notes(tree, {"step": keys.step}, _SIMULATION_KEY_HELP)
        notes += _task_notes(keys, tree)
    if notes or keys is None:
        return None, notes
    tasks = tuple(_make_task(task, names) for task in keys.tries)
    return SimulationBlock(raw.line, raw.argument, keys.set, keys.step, tasks), []


def _task_notes(keys: SimulationKeys, tree: Tree) -> list[Note]:
    """Notes on a `found` without a `goal`, which would never be shown, and on an empty `try` or an empty task."""
    notes: list[Note] = []
    for index, task in enumerate(keys.tries):
        if isinstance(task, TaskKeys) and task.found and not task.goal:
            notes.append((tree.line(("try", index)), "found is shown once the task is done: give it a goal"))
    instructions = [task if isinstance(task, str) else task.do for task in keys.tries]
    has_key_try = bool(tree.value) and "try" in tree.value  # a block without any keys has no value
    has_empty_task = not all(text.strip() for text in instructions)
    if has_key_try and (not instructions or has_empty_task):
        notes.append((tree.line(("try",)), f"try is empty; try is {_SIMULATION_KEY_HELP['try']}"))
    return notes


def _make_task(task: str | TaskKeys, names: Names) -> Task:
    """Make a task from its form in the lesson: an instruction alone, or the keys of `TaskKeys`."""
    if isinstance(task, str):
        return Task(TextTemplate(task, names))
    finding = TextTemplate(task.found, names) if task.found else None
    return Task(TextTemplate(task.do, names), task.goal, finding)


def _read_picture(raw: RawBlock, names: Names) -> ReadResult:
    """Read a picture block, and check its keys; whether the picture can be drawn is checked elsewhere (`runs.py`)."""
    tree = yaml_of(raw)
    keys, notes = convert_tree(tree, PictureKeys, _PICTURE_KEY_HELP)
    notes += _unknown_simulation_notes(raw)
    if keys is not None:
        notes += _negative_number_notes(tree, {"step": keys.step, "chart": keys.chart}, _PICTURE_KEY_HELP)
        if not keys.caption.strip():
            notes.append((tree.line(("caption",)), f"caption is empty; caption is {_PICTURE_KEY_HELP['caption']}"))
    if notes or keys is None:
        return None, notes
    caption = TextTemplate(keys.caption, names)
    return PictureBlock(raw.line, raw.argument, keys.set, keys.step, keys.chart, caption), []


def _unknown_simulation_notes(raw: RawBlock) -> list[Note]:
    """A note if the block names a simulation that does not exist."""
    if raw.argument in SIMULATIONS:
        return []
    return [(raw.line, str(unknown_name_error("simulation", raw.argument, SIMULATIONS)))]


def _negative_number_notes(tree: Tree, numbers: Mapping[str, int], key_help: Mapping[str, str]) -> list[Note]:
    """Notes on negative `numbers` (key → value), which types cannot exclude; `key_help` says what belongs there."""
    return [
        (tree.line((key,)), f"{key}: {value} cannot be used; {key} is {key_help[key]}")
        for key, value in numbers.items()
        if value < 0
    ]


def _read_values(raw: RawBlock, names: Names) -> ReadResult:
    """Read a values block; a name that an earlier block has defined is a fault."""
    tree, notes = _read_entries(raw, VALUES_ADVICE)
    if notes:
        return None, notes
    entries = {name: entry for name, entry in tree.value.items() if name not in names}
    for name in tree.value.keys() & names.keys():
        notes.append((tree.line((name,)), f"the value '{clip(name, 40)}' is already there; choose another name"))
    if len(names) + len(entries) > MAX_VALUES:
        notes.append((raw.line, f"more than {MAX_VALUES} values in one lesson are too many; leave some out"))
    if notes:
        return None, notes
    return ValuesBlock(raw.line, entries, Values(entries, names)), []


def _read_glossary(raw: RawBlock, names: Names) -> ReadResult:
    """Read a glossary, in which each term needs a meaning."""
    tree, notes = _read_entries(raw, GLOSSARY_ADVICE)
    if notes:
        return None, notes
    for term, meaning in tree.value.items():
        if not isinstance(meaning, str) or not meaning.strip() or not term.strip():
            notes.append((tree.line((term,)), f"'{clip(term, 30)}' has no explanation; {GLOSSARY_ADVICE}"))
    if notes:
        return None, notes
    terms = tuple((term, TextTemplate(meaning, names)) for term, meaning in tree.value.items())
    return Glossary(raw.line, terms), []


def _read_entries(raw: RawBlock, advice: str) -> tuple[Tree, list[Note]]:
    """Parse the YAML of a block that must be a mapping, with any keys; if it is not, the note is `advice`."""
    tree = yaml_of(raw)
    if tree.notes:
        return tree, list(tree.notes)
    if not isinstance(tree.value, dict) or not tree.value:
        return tree, [(tree.line(), advice)]
    return tree, []


def _read_erratum(raw: RawBlock, names: Names) -> ReadResult:
    """Read an erratum, whose argument is its number in the list of errata, or nothing."""
    number = raw.argument or "0"
    notes = []
    if not (number.isascii() and number.isdigit() and len(number) <= 3):
        notes.append((raw.line, f"'{raw.argument}' is no number; write the erratum's number or nothing"))
    if not raw.text.strip():
        notes.append((raw.line, "this erratum is empty; say what is often written, why it fails and how to check it"))
    if notes:
        return None, notes
    return Erratum(raw.line, int(number), TextTemplate(visible(raw.text.strip("\n")), names)), []


def _read_question(raw: RawBlock, names: Names) -> ReadResult:
    """Read a question, whose keys are converted by its kind instead of `convert_tree`."""
    from tutor.questions.kinds.table import QuestionFault, read_question

    tree = yaml_of(raw)
    if tree.notes:
        return None, list(tree.notes)
    try:
        return QuestionBlock(raw.line, read_question(raw.argument, tree.value)), []
    except QuestionFault as fault:
        notes = []
        for key_fault in (fault, *fault.more):
            line = tree.line(key_fault.path) if key_fault.path else raw.line
            notes.append((line, key_fault.message))
        return None, notes


def _read_exercise(raw: RawBlock, names: Names) -> ReadResult:
    """Read an exercise, whose argument is its id; whether its reference passes is checked elsewhere (`checks/`)."""
    tree = yaml_of(raw)
    exercise, notes = convert_tree(tree, Exercise, EXERCISE_KEYS, entry_forms={"mistakes": (CodeMistake, MISTAKE_KEYS)})
    if not (raw.argument.startswith("code-") and ID.fullmatch(raw.argument)):
        notes.append(
            (raw.line, f"'{clip(raw.argument, 30)}' is no id of an exercise; write code- and a name: code-adam")
        )
    if exercise is not None:
        notes += [(tree.line((key,)), message) for key, message in exercise.faults()]
    if notes or exercise is None:
        return None, notes
    return CodeBlock(raw.line, raw.argument, exercise), []


_READERS: dict[str, Callable[[RawBlock, Names], ReadResult]] = {
    "prose": _read_prose,
    "simulation": _read_simulation,
    "picture": _read_picture,
    "values": _read_values,
    "glossary": _read_glossary,
    "erratum": _read_erratum,
    "question": _read_question,
    "code": _read_exercise,
}

"""A lesson as data: sections (the pages) and the blocks in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import msgspec

from tutor.content.front_matter import FrontMatter, Heading, LessonFault
from tutor.exercises.exercise import Exercise
from tutor.questions.base import Question
from tutor.text.sentences import furthest_step_in, numbered

__all__ = [
    "NO_VALUES",
    "Block",
    "CodeBlock",
    "Erratum",
    "FrontMatter",
    "Glossary",
    "Heading",
    "Lesson",
    "LessonFault",
    "PictureBlock",
    "Prose",
    "QuestionBlock",
    "Section",
    "SimulationBlock",
    "Task",
    "TextTemplate",
    "ValuesBlock",
    "texts_of",
]


NO_VALUES: Mapping[str, object] = MappingProxyType({})
"""No values."""


@dataclass(frozen=True)
class TextTemplate:
    """A text with placeholders: each `{name}` is replaced by a value of the lesson, which a run may compute."""

    source: str
    """Markdown as written in the file."""
    names: Mapping[str, object] = field(default_factory=lambda: NO_VALUES, compare=False, repr=False)
    """The values that it may use; each is computed when it is first asked for."""

    @cached_property
    def text(self) -> str:
        """The text with its values filled in; computed at the first access, then cached.

        Raises:
            ChainruleError: a value in it cannot be computed.
        """
        from tutor.content.values import fill_template

        return fill_template(self.source, self.names)

    @property
    def is_ready(self) -> bool:
        """Whether `text` can be read without running a simulation first."""
        from tutor.content.values import Values

        if "text" in self.__dict__:  # cached by an earlier access
            return True
        return not isinstance(self.names, Values) or self.names.has_computed(self.source)


class Prose(msgspec.Struct, frozen=True):
    """A piece of running text: Markdown with formulas."""

    line: int
    template: TextTemplate

    @property
    def text(self) -> str:
        """The Markdown to show, with its values filled in."""
        return self.template.text


class Task(msgspec.Struct, frozen=True):
    """A task for the learner to carry out in a simulation."""

    template: TextTemplate
    goal: str = ""
    """A condition on the simulator's state and parameters; where it holds, the task is done."""
    finding: TextTemplate | None = None
    """What the learner finds by doing the task; shown once it is done."""
    number: int = 0
    """Its number among the tasks of the lesson that have a goal; 0 for a task without a goal, which is not counted."""
    count: int = 0
    """How many tasks of the lesson have a goal, so that they can be ticked."""

    @property
    def name(self) -> str:
        """The task's name, such as `Task 2 of 4`; a task without a goal has no number, and is called `Try`."""
        return numbered("Task", self.number, self.count) if self.number else "Try"

    @property
    def text(self) -> str:
        """The instruction, as Markdown."""
        return self.template.text

    def text_when(self, *, done: bool) -> str:
        """The instruction in one line; if the task is `done`, followed by what the learner finds by doing it."""
        text = self.text
        if done and self.finding is not None:
            text += f" {self.finding.text}"
        return " ".join(text.split())

    @property
    def templates(self) -> tuple[TextTemplate, ...]:
        """Its texts that may contain placeholders."""
        return (self.template,) if self.finding is None else (self.template, self.finding)


class SimulationBlock(msgspec.Struct, frozen=True):
    """An interactive simulation in the text, with its parameters and step when the page opens."""

    line: int
    name: str
    values: dict[str, object]
    step: int
    tasks: tuple[Task, ...]

    def named_step(self, done: Collection[int]) -> int:
        """The furthest step that its tasks name, up to the first that is not done; 0 if they name none.

        `done` has the indices of the tasks that are done. A task without a goal is never done, and does not hide those
        that follow.
        """
        furthest_step = 0
        for index, task in enumerate(self.tasks):
            furthest_step = max(furthest_step, furthest_step_in(f"{task.template.source}\n{task.goal}"))
            if task.goal and index not in done:
                break
        return furthest_step


class PictureBlock(msgspec.Struct, frozen=True):
    """A still picture: what a simulation shows at a given step."""

    line: int
    name: str
    values: dict[str, object]
    step: int
    chart: int
    """Which of the simulation's pictures is shown, counted from 0."""
    caption: TextTemplate


@dataclass(frozen=True)
class ValuesBlock:
    """Defines values for the texts after it. It is not shown, and belongs to no section."""

    line: int
    entries: dict[str, object]
    """Name → how its value is computed, as written: an expression, a run or a constant."""
    names: Mapping[str, object] = field(compare=False, repr=False)
    """Name → its value, for the entries of this block and of the values blocks before it."""


class Glossary(msgspec.Struct, frozen=True):
    """Terms of the lesson and letters of its formulas, each with its meaning in one sentence."""

    line: int
    terms: tuple[tuple[str, TextTemplate], ...]

    @property
    def title(self) -> str:
        """What the list is called."""
        has_letters = any(is_letter(term) for term, _ in self.terms)
        return "Words and letters of this lesson" if has_letters else "Words of this lesson"


def is_letter(term: str) -> bool:
    """Whether a term of a glossary is a letter or sign of formulas, such as `$C$`."""
    return term.startswith("$")


class Erratum(msgspec.Struct, frozen=True):
    """A common slip, as screens call it: what is often written or thought, why it fails, and how to check it."""

    line: int
    number: int
    """Its number in the list of errata; 0 when it has none."""
    template: TextTemplate

    @property
    def text(self) -> str:
        """The Markdown to show, with its values filled in."""
        return self.template.text


class QuestionBlock(msgspec.Struct, frozen=True):
    """A question in the text."""

    line: int
    question: Question


class CodeBlock(msgspec.Struct, frozen=True):
    """A function that the learner writes."""

    line: int
    id: str
    exercise: Exercise


Block = Prose | SimulationBlock | PictureBlock | Erratum | QuestionBlock | Glossary | CodeBlock
"""What a page shows."""


def texts_of(block: Block) -> tuple[TextTemplate, ...]:
    """List every text in a block that may contain placeholders or links, in reading order."""
    if isinstance(block, (Prose, Erratum)):
        return (block.template,)
    if isinstance(block, SimulationBlock):
        return tuple(template for task in block.tasks for template in task.templates)
    if isinstance(block, PictureBlock):
        return (block.caption,)
    if isinstance(block, Glossary):
        return tuple(meaning for _, meaning in block.terms)
    return ()


DEEPER_START = "Deeper:"
"""Titles begin with this on pages that a reader may skip without losing the main line of the lesson."""
DEEPER_NOTE = "You may skip this page on a first reading; the main line does not need it."


class Section(msgspec.Struct, frozen=True):
    """One page of a lesson."""

    title: str
    line: int
    blocks: tuple[Block, ...]

    @property
    def note(self) -> str:
        """The line below the title of a page that may be skipped; "" on all other pages."""
        return DEEPER_NOTE if self.title.startswith(DEEPER_START) else ""


class Lesson(msgspec.Struct, frozen=True):
    """A complete lesson: its front matter and its sections."""

    heading: Heading
    sections: tuple[Section, ...]

    @property
    def id(self) -> str:
        """The lesson's id, by which commands and links refer to it."""
        return self.heading.front_matter.id

    @property
    def questions(self) -> tuple[Question, ...]:
        """All its questions, in reading order."""
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(block.question for block in blocks if isinstance(block, QuestionBlock))

    @property
    def exercises(self) -> tuple[CodeBlock, ...]:
        """Its exercises in which code is written, in reading order."""
        return tuple(block for section in self.sections for block in section.blocks if isinstance(block, CodeBlock))

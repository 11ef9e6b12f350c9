"""Makes the widget for each block of a lesson."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.widget import Widget

from tutor.content.model import (
    Block,
    CodeBlock,
    Erratum,
    Glossary,
    PictureBlock,
    Prose,
    QuestionBlock,
    Section,
    SimulationBlock,
    texts_of,
)
from tutor.errors import ChainruleError
from tutor.widgets.lesson.exercise_box import ExerciseBox
from tutor.widgets.lesson.inline_picture import InlinePicture
from tutor.widgets.lesson.page_parts import ErratumBox, GlossaryBox
from tutor.widgets.lesson.simulation_note import SimulationNote
from tutor.widgets.literal import Button, Static
from tutor.widgets.markdown.mathdown import MathMarkdown

if TYPE_CHECKING:
    from tutor.widgets.answers.question_card import QuestionCard

MakeQuestionCard = Callable[[str], "QuestionCard"]
"""Question id → its card."""
MakeNote = Callable[[SimulationBlock], SimulationNote]
"""A simulation in the text → its note, with the tasks that are done."""


TURNS_BESIDE = 2
"""The most buttons at the foot of a page that stand beside each other; more stand below each other."""


def turn_buttons(turns: Sequence[tuple[str, str]]) -> Horizontal:
    """The buttons at the foot of a page, for its `turns` as (action, words)."""
    buttons = [Button(words, name=action, compact=True) for action, words in turns]
    return Horizontal(*buttons, classes="turner -column" if len(buttons) > TURNS_BESIDE else "turner")


def make_block_widget(block: Block, make_question_card: MakeQuestionCard, make_note: MakeNote) -> Widget:
    """The widget of a block.

    Raises:
        ChainruleError: a text or a question in which something does not compute.
    """
    for text in texts_of(block):
        _ = text.text  # computed and kept here, where an error is expected, and not while the widget is drawn
    if isinstance(block, Prose):
        return MathMarkdown(block.text)
    if isinstance(block, Erratum):
        return ErratumBox(block.number, block.text)
    if isinstance(block, SimulationBlock):
        return make_note(block)
    if isinstance(block, PictureBlock):
        return InlinePicture(block)
    if isinstance(block, Glossary):
        return GlossaryBox(block)
    if isinstance(block, CodeBlock):
        return ExerciseBox(block)
    return make_question_card(block.question.id)


def make_widget_or_reason(block: Block, make_question_card: MakeQuestionCard, make_note: MakeNote) -> Widget:
    """The widget of a block, or why there is none."""
    try:
        return make_block_widget(block, make_question_card, make_note)
    except ChainruleError as error:
        what = "question cannot be asked" if isinstance(block, QuestionBlock) else "text cannot be shown"
        return Static(f"! This {what}: {error}")


def compute_texts(section: Section) -> Iterator[None]:
    """Compute the figures in a page's texts, one after the other; those that fail show their error in their place."""
    for text in (text for block in section.blocks for text in texts_of(block)):
        with suppress(ChainruleError):
            _ = text.text  # computing it keeps it
        yield

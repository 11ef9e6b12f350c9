"""Makes the widget for each block of a lesson."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.cells import cell_len
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
"""The block of a simulation → its box, in which finished tasks are ticked."""


FootButton = tuple[str, str]
"""(action, label) of a button at the foot of a page."""
MAX_BUTTONS_IN_ROW = 2
"""The most buttons at the foot of a page that are side by side; more than these are below each other."""
MAX_ROW_LABEL_CELLS = 66
"""The most cells of the labels of buttons that are side by side: with their margins, they fit beside each other."""


def make_foot_buttons(foot_buttons: Sequence[FootButton]) -> Horizontal:
    """Make the buttons at the foot of a page, side by side if they fit.

    In a row the button to the page before is on the left, as its arrow is, but the focus comes to it last.
    """
    buttons = [Button(label, name=action, compact=True, classes=f"-{action}") for action, label in foot_buttons]
    if buttons and not buttons[0].has_class("-previous"):
        buttons[0].variant = "primary"
    label_cells = sum(cell_len(label) for _, label in foot_buttons)
    is_column = len(buttons) > MAX_BUTTONS_IN_ROW or label_cells > MAX_ROW_LABEL_CELLS
    return Horizontal(*buttons, classes="turner -column" if is_column else "turner")


def make_block_widget(block: Block, make_question_card: MakeQuestionCard, make_note: MakeNote) -> Widget:
    """Make the widget of a block.

    Raises:
        ChainruleError: a figure in one of its texts, or its question, cannot be computed.
    """
    for text in texts_of(block):
        # The text is computed and cached here, where an error is handled, and not while the widget is drawn.
        _ = text.text
    if isinstance(block, Prose):
        return MathMarkdown(block.text)
    if isinstance(block, Erratum):
        return ErratumBox(block.text)
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
    """Make the widget of a block, or one that says why the block cannot be shown."""
    try:
        return make_block_widget(block, make_question_card, make_note)
    except ChainruleError as error:
        failure = "question cannot be asked" if isinstance(block, QuestionBlock) else "text cannot be shown"
        return Static(f"! This {failure}: {error}")


def compute_texts(section: Section) -> Iterator[None]:
    """Compute the numbers in a page's texts, one text per step, for `run_in_thread`.

    Errors are ignored here: `make_widget_or_reason` shows them in place of the text.
    """
    for block in section.blocks:
        for text in texts_of(block):
            with suppress(ChainruleError):
                _ = text.text  # computes and caches it
            yield

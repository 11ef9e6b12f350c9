"""Goes to the target for which a page was opened: a question, or the first open one or task; and on from there."""

from functools import partial
from typing import Any

from textual.widget import Widget

from tutor.widgets.deferred import call_after_paint
from tutor.widgets.lesson.simulation_note import SimulationNote


def go_to_question(page: Widget, question_id: str) -> None:
    """Focus the card of the question with this id, and scroll to its top."""
    cards: list[Any] = list(page.query("QuestionCard"))
    for card in cards:
        if card.instance.id == question_id:
            _show_from_top(card)


async def go_to_open(page: Widget) -> None:
    """Focus the first open question, or scroll to the box of a simulation with open tasks if that comes first.

    Questions that were not answered right are asked again before this, and Enter leads to the simulations once more.
    """
    stops: list[Any] = list(page.query_children("QuestionCard, SimulationNote"))
    for stop in stops:
        if isinstance(stop, SimulationNote):
            stop.was_visited = False  # Enter stops at its open tasks again
        elif stop.grade is not None and stop.grade.verdict != "right" and not stop.was_right:
            await stop.action_again()
    first_open = next((stop for stop in stops if stop.is_waiting), None)
    if isinstance(first_open, SimulationNote):
        call_after_paint(first_open, partial(page.scroll_to_widget, first_open, animate=False))
    elif first_open is not None:
        _show_from_top(first_open)


def _show_from_top(card: Any) -> None:
    """Focus the card's answer, and scroll to the top of the card."""
    card.focus_answer()
    call_after_paint(card, partial(card.scroll_visible, animate=False, top=True))


UNBROKEN_PARTS = "MathBlock, MarkdownTable, CodeFence, InlinePicture, SimulationNote, QuestionCard"
"""The parts of a page that nobody wants to read in two pieces; a paragraph or list may be cut by the lower edge."""


def row_to_go_on_to(page: Widget) -> int:
    """The row of a page to scroll to for what is below the lower edge; a part that the edge cuts is then seen whole.

    A part that is higher than the screen goes on where it was cut.
    """
    height = page.scrollable_content_region.height
    top, edge = page.scroll_offset.y, page.region.bottom
    cut_rows = [
        edge - part.region.y
        for part in page.query(UNBROKEN_PARTS)
        if part.region.y < edge < part.region.bottom and part.region.height <= height
    ]
    shown_again = max((rows for rows in cut_rows if rows < height), default=0)
    return top + height - shown_again

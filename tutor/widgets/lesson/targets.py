"""Where a page scrolls: to the question or the open task for which it was opened, and on to the next screen of it."""

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

    Before that, questions that were not answered right are asked again, and Enter may lead to the simulations again.
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


def next_screen_row(page: Widget) -> int:
    """The row of a page to scroll to, so that what is below the lower edge comes into sight.

    A part that the lower edge cuts is shown again, whole; one that is higher than the screen goes on where it was cut.
    """
    visible_rows = page.scrollable_content_region.height
    first_visible_row, lower_edge = page.scroll_offset.y, page.region.bottom
    # For each part that the edge cuts, how many of its rows are visible above the edge.
    rows_above_edge = [
        lower_edge - part.region.y
        for part in page.query(UNBROKEN_PARTS)
        if part.region.y < lower_edge < part.region.bottom and part.region.height <= visible_rows
    ]
    # A part that takes the whole screen is not shown again, since the page would not move then.
    rows_shown_again = max((rows for rows in rows_above_edge if rows < visible_rows), default=0)
    return first_visible_row + visible_rows - rows_shown_again

"""Goes to what a page was opened for: a question by its name, or the first thing on it that is open."""

from functools import partial
from typing import Any

from textual.widget import Widget

from tutor.widgets.deferred import call_after_paint
from tutor.widgets.lesson.simulation_note import SimulationNote


def go_to_question(page: Widget, question_id: str) -> None:
    """Focus the card of a question, and show it from its top."""
    cards: list[Any] = list(page.query("QuestionCard"))
    for card in cards:
        if card.instance.id == question_id:
            _show_from_top(card)


async def go_to_open(page: Widget) -> None:
    """Focus the first open question; of a simulation with open tasks show the box, from which Enter leads there."""
    stops: list[Any] = list(page.query_children("QuestionCard, SimulationNote"))
    for stop in stops:
        if isinstance(stop, SimulationNote):
            stop.was_visited = False
        elif stop.grade is not None and stop.grade.verdict != "right" and not stop.was_right:
            await stop.action_again()
    first = next((stop for stop in stops if stop.is_waiting), None)
    if isinstance(first, SimulationNote):
        call_after_paint(first, partial(page.scroll_to_widget, first, animate=False))
    elif first is not None:
        _show_from_top(first)


def _show_from_top(card: Any) -> None:
    card.focus_answer()
    call_after_paint(card, partial(card.scroll_visible, animate=False, top=True))

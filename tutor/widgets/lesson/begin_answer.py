"""Starts an answer with a key pressed on a page, so that nothing typed is lost."""

from functools import partial
from typing import Any

from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from tutor.widgets.deferred import call_after_paint

ANSWER_WIDGETS = "Input, SingleChoiceList"
"""The selector of the widgets that take an answer: an input line, or a list whose options have letters."""


def begin_answer(page: Widget, next_card: Widget | None, event: Key) -> None:
    """Start an answer with the character that was pressed on `page`; `next_card` is the question that Enter goes to.

    In a list, a letter picks its option. In an input line, any character is typed that is not bound on the screen.
    """
    character = event.character or ""
    card = _card_to_answer(page, next_card)
    if card is None or not character.isprintable() or not character.strip():
        return
    for widget in _enabled_answer_widgets(card):
        if isinstance(widget, Input):
            if not _is_bound(page, event.key):
                _focus_card(card)
                widget.insert_text_at_cursor(character)
                event.stop()
                event.prevent_default()
        elif widget.offers(character):
            _focus_card(card)
            widget.on_key(event)


def _card_to_answer(page: Widget, next_card: Widget | None) -> Any:
    """Choose the card for an answer that starts with a pressed character; `None` if there is none.

    It is the first open question whose answer widget is visible, otherwise `next_card`, otherwise a visible question
    that was answered right earlier.
    """
    visible_cards: list[Any] = [card for card in page.query_children("QuestionCard") if _is_in_sight(card, page)]
    for card in visible_cards:
        if card.is_waiting:
            return card
    if next_card is not None:
        return next_card
    return next((card for card in visible_cards if card.grade is None), None)


def _enabled_answer_widgets(card: Widget) -> list[Any]:
    """The widgets of a card that take an answer now."""
    return [widget for widget in card.query(ANSWER_WIDGETS) if not widget.disabled]


def _is_in_sight(card: Widget, page: Widget) -> bool:
    """Whether an answer widget of the card is wholly visible on the page."""
    widgets = _enabled_answer_widgets(card)
    return any(widget.size and page.region.contains_region(widget.region) for widget in widgets)


def _is_bound(page: Widget, key: str) -> bool:
    """Whether the key is bound on the page's screen and works now."""
    active = page.screen.active_bindings.get(key)
    return active is not None and active.enabled


def _focus_card(card: Any) -> None:
    """Focus the card's answer, and scroll to the card."""
    card.focus_answer()
    call_after_paint(card, partial(card.scroll_visible, animate=False))

"""Starts an answer with a key pressed on a page, so that nothing typed is lost."""

from functools import partial
from typing import Any

from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from tutor.widgets.deferred import call_after_paint

LISTS = "SingleChoiceList"
PLACES = f"Input, {LISTS}"
"""Where an answer goes: a line to type on, or a list whose letters pick."""


def begin_answer(page: Widget, asked: Widget | None, event: Key) -> None:
    """Start an answer with the character pressed on `page`, in the first open question that is visible.

    Where there is none, in `asked`, the question that Enter would go to, or else in a visible one that was answered
    right before. The letter of an option picks it; on a line anything is typed that is no key of the screen.
    """
    seen = [card for card in page.query_children("QuestionCard") if _is_in_sight(card, page)]
    waiting = next((card for card in seen if getattr(card, "is_waiting", False)), asked)
    card: Any = waiting or next((card for card in seen if getattr(card, "grade", None) is None), None)
    character = event.character or ""
    if card is None or not character.isprintable() or not character.strip():
        return
    for place in _enabled_places(card):
        if isinstance(place, Input):
            if not _is_key(page, event.key):
                _focus_card(card)
                place.insert_text_at_cursor(character)
                event.stop()
                event.prevent_default()
        elif place.offers(character):
            _focus_card(card)
            place.on_key(event)


def _enabled_places(card: Widget) -> list[Any]:
    return [place for place in card.query(PLACES) if not place.disabled]


def _is_in_sight(card: Widget, page: Widget) -> bool:
    return any(place.size and page.region.contains_region(place.region) for place in _enabled_places(card))


def _is_key(page: Widget, key: str) -> bool:
    """Whether the key has a binding here."""
    active = page.screen.active_bindings.get(key)
    return active is not None and active.enabled


def _focus_card(card: Any) -> None:
    card.focus_answer()
    call_after_paint(card, partial(card.scroll_visible, animate=False))

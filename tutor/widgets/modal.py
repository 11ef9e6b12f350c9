"""Screens for a terminal whose size changes quickly, and what lies over them for a while and is closed once."""

from typing import TypeVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, Screen

Result = TypeVar("Result")


class ResizeSafeScreen(Screen[Result]):
    """A screen that takes the size of the terminal, and none that it had before.

    Of two sizes that come quickly, each is told to the screen again while the other waits, for ever.
    """

    async def on_event(self, event: events.Event) -> None:
        """Leave out a size that is over."""
        if not isinstance(event, events.Resize) or event.size == self.app.size:
            await super().on_event(event)


class Modal(ModalScreen[Result], ResizeSafeScreen[Result]):
    """A screen over another one. Closing it twice, by two quick keys, closes nothing beneath it."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close it, unless it is closed already or something lies above it."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

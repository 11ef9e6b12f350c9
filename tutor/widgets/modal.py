"""What lies over a screen for a while, and is closed once."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

Result = TypeVar("Result")


class Modal(ModalScreen[Result]):
    """A screen over another one. Whoever closes it twice, by two quick keys, closes nothing beneath it."""

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close it, unless it is closed already or something lies above it."""
        return super().dismiss(result) if self.is_active else AwaitComplete()

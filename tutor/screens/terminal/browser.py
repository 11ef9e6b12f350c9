"""The driver of a browser: frames go to the server that speaks for it, keys and sizes come from there."""

import asyncio
from typing import Any

from textual import events, messages
from textual.app import App
from textual.drivers.web_driver import WebDriver
from textual.geometry import Size

from tutor.screens.terminal.driver import MAX_SIZE

START_CODES = "\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?25l\x1b[?2004h\x1b[2J"
"""The codes sent once at the start: alternate screen, mouse, no cursor, bracketed paste, clear."""


class BrowserDriver(WebDriver):
    """Draws everything again when another window looks, bounds the size drawn, and ends when the server has gone."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._loop = asyncio.get_running_loop()
        self._size = _clamp_size(*(self._size or (80, 24)))

    def start_application_mode(self) -> None:
        """Begin, with the focus: a window that opens is looked at. Textual's own waits to be told, and may miss it."""
        super().start_application_mode()
        self._app.call_later(self._app.post_message, events.AppFocus())

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Do what the server asks for; called in the thread that reads."""
        if packet_type == "repaint":
            self._loop.call_soon_threadsafe(self._repaint)
            return
        if packet_type == "resize":
            width, height = payload.get("width"), payload.get("height")
            if not (isinstance(width, int) and isinstance(height, int)):
                return
            size = _clamp_size(width, height)
            payload = payload | {"width": size[0], "height": size[1]}
        super().on_meta(packet_type, payload)

    def run_input_thread(self) -> None:
        """Read until there is nothing more to read: then the server has gone, and the program ends in order."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            asyncio.run_coroutine_threadsafe(self._app._post_message(messages.ExitApp()), self._loop)

    def _repaint(self) -> None:
        """Draw everything, for a terminal that shows nothing yet."""
        self.write(START_CODES)
        if self._app.screen_stack:
            self._app.refresh(layout=True)


def _clamp_size(width: int, height: int) -> tuple[int, int]:
    """The size that is drawn for a window of `width` and `height`: at least a cell, at most `MAX_SIZE`."""
    size = Size(max(1, min(width, MAX_SIZE.width)), max(1, min(height, MAX_SIZE.height)))
    return size.width, size.height

"""The driver for a browser: it sends what is drawn to the server, and receives keys and sizes from it."""

import asyncio
from typing import Any

from textual import events, messages
from textual.app import App
from textual.drivers.web_driver import WebDriver

from tutor.screens.terminal.driver import MAX_SIZE

START_CODES = "\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?25l\x1b[?2004h\x1b[2J"
"""The codes sent once at the start: alternate screen, mouse, no cursor, bracketed paste, clear."""


class BrowserDriver(WebDriver):
    """Draws everything again when a window is reopened, bounds the size drawn, and ends when the server has gone."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._loop = asyncio.get_running_loop()
        self._size = _clamp_size(*(self._size or (80, 24)))

    def start_application_mode(self) -> None:
        """Begin, and tell the app that it has the focus.

        Textual's own driver waits for the browser to say so, but the browser may have done that before the program
        listened.
        """
        super().start_application_mode()
        self._app.call_later(self._app.post_message, events.AppFocus())

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Carry out what the server asks for.

        The thread that reads the input calls this, so the app's loop does the work.
        """
        if packet_type == "repaint":
            self._loop.call_soon_threadsafe(self._repaint)
            return
        if packet_type == "resize":
            width, height = payload.get("width"), payload.get("height")
            if not (isinstance(width, int) and isinstance(height, int)):
                return
            drawn_width, drawn_height = _clamp_size(width, height)
            payload = {**payload, "width": drawn_width, "height": drawn_height}
        super().on_meta(packet_type, payload)

    def run_input_thread(self) -> None:
        """Read until the input ends, which means that the server has gone; then let the program exit in order."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            asyncio.run_coroutine_threadsafe(self._app._post_message(messages.ExitApp()), self._loop)

    def _repaint(self) -> None:
        """Draw everything for a window that shows nothing yet."""
        self.write(START_CODES)
        if self._app.screen_stack:
            self._app.refresh(layout=True)


def _clamp_size(width: int, height: int) -> tuple[int, int]:
    """The width and height to draw for a window of this size, in cells: at least 1 each, at most `MAX_SIZE`."""
    return max(1, min(width, MAX_SIZE.width)), max(1, min(height, MAX_SIZE.height))

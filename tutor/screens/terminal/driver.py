"""A terminal driver for terminals that may be slow, absurdly large, or stopped at any moment."""

import sys
import threading
from contextlib import AbstractContextManager, suppress
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from tutor.screens.terminal.outlet import Outlet
from tutor.screens.terminal.signals import install_signal_handlers

if TYPE_CHECKING:
    from tutor.widgets.plots.pixels import PixelTerminal

MAX_SIZE = Size(500, 200)
"""The most columns and rows that are drawn, whatever size a terminal or the environment reports."""
SYNCHRONISED_BEGIN = "\x1b[?2026h"
SYNCHRONISED_END = "\x1b[?2026l"
"""Begin and end a synchronised update, in which the terminal shows nothing until the frame is complete."""
STRING_END = "\x1b\\"
"""Ends a picture of which the rest was discarded; a terminal that is not reading one ignores it."""


class SteadyDriver(LinuxDriver):
    """Drops frames that a slow terminal cannot take, bounds the size drawn, and always restores the terminal."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._size = self._size or self._get_terminal_size()
        self._drawing_pause: AbstractContextManager[None] | None = None
        """A batch update of the app that is kept open: nothing is drawn until the terminal has caught up."""
        self._is_on = False
        """Whether the program has the terminal."""
        self._is_suspended = False
        self.outbox: dict[int, str] = {}
        """What to write of pictures in pixels together with the next frame, by the number of the picture."""
        install_signal_handlers(app)

    # -- size

    def _get_terminal_size(self) -> tuple[int, int]:
        """The columns and rows to draw: those of the terminal, at most `MAX_SIZE`."""
        columns, rows = super()._get_terminal_size()
        return min(columns, MAX_SIZE.width), min(rows, MAX_SIZE.height)

    def process_message(self, message: Message) -> None:
        """Forward a message from the terminal, limiting a size that it reports."""
        if isinstance(message, events.Resize):
            size = Size(min(message.size.width, MAX_SIZE.width), min(message.size.height, MAX_SIZE.height))
            message = events.Resize(size, size, pixel_size=message.pixel_size)
        super().process_message(message)

    # -- frames

    def write(self, data: str) -> None:
        """Queue `data` without waiting; if the terminal is behind with earlier output, pause drawing."""
        outlet = self._writer_thread
        if outlet is None:  # the terminal was already given back
            return
        # While the terminal is being taken over, the writer is still Textual's own, which cannot fall behind.
        if isinstance(outlet, Outlet) and self._must_pause_drawing(outlet):
            self._drawing_pause = self._app.batch_update()
            self._drawing_pause.__enter__()  # `_resume_drawing` calls `__exit__`
            outlet.is_awaited = True
        # Pictures belong inside a frame, and Textual writes the marker that begins one by itself: they go before what
        # is written next.
        if self.outbox and data != SYNCHRONISED_BEGIN:
            data = "".join(self.outbox.values()) + data
            self.outbox.clear()
        outlet.write(data)

    def _must_pause_drawing(self, outlet: Outlet) -> bool:
        """Whether the terminal is behind with its output, and drawing can be paused and is not paused already."""
        if not outlet.is_behind or self._drawing_pause is not None:
            return False
        # The app draws in the main thread, and its batch update can only be entered there.
        is_in_drawing_thread = threading.current_thread() is threading.main_thread()
        return self._is_on and is_in_drawing_thread

    def _resume_drawing_soon(self) -> None:
        """Ask the app's loop to resume drawing; the outlet's thread calls this once everything is written."""
        with suppress(RuntimeError):  # the loop may have ended
            self._loop.call_soon_threadsafe(self._resume_drawing)

    def _resume_drawing(self) -> None:
        """End the pause, if there is one, and draw the current screen in one frame."""
        pause = self._drawing_pause
        if pause is not None:
            self._drawing_pause = None
            pause.__exit__(None, None, None)
            if self._app.screen_stack:
                self._app.screen.check_idle()  # `check_idle` makes the screen draw what has changed

    # -- taking the terminal, and giving it back

    def start_application_mode(self) -> None:
        """Take over the terminal, unless that is done already: SIGCONT may also reach a running program."""
        if self._is_on:
            return
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual's own
        if self._writer_thread is not None:
            self._writer_thread.stop()
            stream = self._file or sys.stdout
            # `Outlet` replaces Textual's own writer, which makes the program wait for the terminal.
            outlet: Any = Outlet(stream.fileno(), self._resume_drawing_soon, stream.encoding)
            self._writer_thread = outlet
            outlet.start()
            self._is_on = True

    def stop_application_mode(self) -> None:
        """Release the terminal at once, discarding queued frames."""
        if not self._is_on:
            return
        self._is_on = False
        pixel_terminal: PixelTerminal | None = getattr(self._app, "pixel_terminal", None)
        outlet = self._writer_thread
        if isinstance(outlet, Outlet) and not outlet.is_empty:
            outlet.discard()
            # The sequences that end the current picture and the current frame may have been discarded.
            outlet.write((STRING_END if pixel_terminal else "") + SYNCHRONISED_END)
        if pixel_terminal is not None:
            self.write(pixel_terminal.take_deletions())
        super().stop_application_mode()

    def close(self) -> None:
        """Stop the outlet once the last output is written."""
        super().close()
        self._writer_thread = None

    def suspend_application_mode(self) -> None:
        """Release the terminal temporarily."""
        if self._is_on:
            super().suspend_application_mode()
            self._is_suspended = True
            self._resume_drawing()  # a pause must end here, since the outlet that would have ended it is stopped

    def resume_application_mode(self) -> None:
        """Take the terminal back if it was released. SIGCONT asks for this, and may arrive at any time."""
        if self._is_suspended:
            self._is_suspended = False
            super().resume_application_mode()

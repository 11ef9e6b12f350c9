"""An app that survives early and late keys, and screens that close while they work."""

from contextlib import AbstractContextManager
from time import time
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from textual import widgets
from textual._context import active_message_pump
from textual.binding import Binding
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Event, InputEvent, Key, Resize
from textual.geometry import Offset
from textual.screen import Screen
from textual.widgets import Input

from tutor.errors import ChainruleError
from tutor.screens.terminal.cursor import HOME, find_cursor_position
from tutor.screens.terminal.garbage import CHECK_SECONDS, IdleGarbageCollector, clear_style_cache
from tutor.screens.terminal.signals import install_signal_handlers
from tutor.screens.terminal.styles import QuickStylesheet
from tutor.screens.terminal.type_ahead import TypeAhead
from tutor.widgets.deferred import (
    MISSING_NODE_ERRORS,
    PausableTimer,
    call_after,
    call_repeatedly,
    is_moot,
    wait_until_mounted,
)
from tutor.widgets.key_bar import is_function_key
from tutor.widgets.literal import LiteralApp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.actions import ActionParseResult

    from tutor.widgets.plots.pixels import PixelTerminal


MAX_WAITING_KEYS = 2
"""With more keys waiting in the queue, the app counts as flooded, and draws less often."""
NOTICE_SECONDS, WARNING_SECONDS = 2.0, 4.0
"""A key removes notices shown for longer than this, and warnings: by then there was time to read them."""
FLOODED_FRAME_SECONDS = 0.1
"""Seconds from one frame to the next while the app is flooded."""


class SteadyApp(LiteralApp):
    """Base class of the app: handles early keys, faults, signals and idle time."""

    def __init__(self) -> None:
        super().__init__()
        # Textual's own style sheet already has the theme's variables, for which there is no public name.
        self.stylesheet = QuickStylesheet(variables=self.stylesheet._variables)
        self.crash: ChainruleError | None = None
        """The error to show once the terminal is restored, if the program itself had a fault."""
        self._collector: IdleGarbageCollector | None = None
        self._collector_timer: PausableTimer | None = None
        self._drawing_pause: AbstractContextManager[None] | None = None
        """A batch update that is kept open, so that nothing is drawn while keys arrive faster than they are handled."""
        self._has_lost_frame = False
        """Whether a frame was left out since drawing was paused; the screen then lacks what it would have shown."""
        self._type_ahead = TypeAhead(self)
        self._covered_inputs: list[Input] = []
        """The inputs that have the focus in screens that are covered now; their cursors do not blink."""
        self.pixel_terminal: PixelTerminal | None = None
        """The terminal, if it shows fields in pixels."""
        self.pixels = "auto"
        """Whether fields may be drawn in pixels, as the setting says: "auto", "on" or "off"."""

    def get_driver_class(self) -> type[Driver]:
        """Use `SteadyDriver` in place of Textual's `LinuxDriver`, which also runs on macOS; keep any other driver."""
        default_class = super().get_driver_class()
        if default_class.__name__ != "LinuxDriver":  # a driver for Windows or a browser, or one set in the environment
            return default_class
        from tutor.screens.terminal.driver import SteadyDriver

        return SteadyDriver

    @property
    def cursor_position(self) -> Offset:
        """Where the terminal's own cursor is put after each frame, on the focused widget."""
        return find_cursor_position(self.focused) if self.screen_stack else HOME

    @cursor_position.setter
    def cursor_position(self, position: Offset) -> None:
        """Ignore the position that Textual's inputs set: the getter always finds the current one."""

    # -- keys and faults

    def get_key_display(self, binding: Binding) -> str:
        """Return a key's name as it is printed on the keyboard: F3, not f3."""
        name = super().get_key_display(binding)
        return name.upper() if is_function_key(binding.key) else name

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: "Mapping[str, DOMNode] | None" = None,
    ) -> bool:
        """Run a key's action once its screen is ready, or drop it if the screen has gone.

        A key may be pressed before a new screen has all its parts, or while the screen is being removed.
        """
        owner = default_namespace or self
        await wait_until_mounted(owner)
        if isinstance(owner, widgets.OptionList) and not owner.scrollable_content_region:
            return False  # the list is not laid out yet, so it cannot tell how far a page scrolls
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except MISSING_NODE_ERRORS as error:
            if not is_moot(error, owner):
                raise
            return False  # the screen has been removed with all that the action needs

    def _handle_exception(self, error: Exception) -> None:
        """Write a report to a file, and keep one line to print at the end; Textual would print a long traceback.

        An error in a widget that has been removed meanwhile is ignored.
        """
        failed_widget = active_message_pump.get(self)  # the widget whose message was being handled, or the app
        if is_moot(error, failed_widget):
            return
        from tutor.screens.terminal.crash import crash_error

        self.crash = self.crash or crash_error(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End the app without the traceback that Textual would print at the end: the report contains it."""
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Print nothing at the end: `open_app` raises `crash`, which is one line."""
        self._exit_renderables.clear()

    # -- signals, garbage and cursors

    def on_mount(self) -> None:
        """Subscribe to changes of the screen, and install the handlers of signals."""
        self.screen_change_signal.subscribe(self, self._pause_covered_cursor, immediate=True)
        self.screen_change_signal.subscribe(self, lambda _: clear_style_cache(), immediate=True)
        self.screen_change_signal.subscribe(self, self._forget_covered_pixels, immediate=True)
        if not self.is_headless:
            install_signal_handlers(self)

    def on_ready(self) -> None:
        """Begin to collect garbage in idle moments, now that the first screen is painted."""
        if not self.is_headless:
            self._collector = IdleGarbageCollector()
            self._collector_timer = call_repeatedly(self, CHECK_SECONDS, self._collect_garbage)

    def on_resize(self, event: Resize) -> None:
        """Take note of the size of a cell in pixels, which some terminals say with their size."""
        if event.pixel_size is not None:
            from tutor.screens.terminal.pixels import take_cell_size

            terminal = self.pixel_terminal
            known_size = None if terminal is None else terminal.cell_size
            self.pixel_terminal = take_cell_size(terminal, self._driver, self.pixels, event.size, event.pixel_size)
            if self.pixel_terminal is not None and self.pixel_terminal.cell_size != known_size:
                self.refresh(layout=True)

    async def on_event(self, event: Event) -> None:
        """Handle an event.

        Before a key or mouse event, put off garbage collection; drawing may pause, notices may go.
        """
        if isinstance(event, InputEvent):
            if self._collector is not None and self._collector_timer is not None:
                self._collector.note_input()
                self._collector_timer.resume()
            self._pause_drawing_if_flooded()
        if isinstance(event, Key):
            # The key was just read; a widget that does not use it forwards it to the app later.
            if not event.is_forwarded:
                self._type_ahead.note(event)
                self._clear_read_notices()
            elif await self._type_ahead.redirect(event):
                return
        await super().on_event(event)

    def _clear_read_notices(self) -> None:
        """Remove the notices, which may cover what the learner looks at, if all were shown long enough to be read."""
        notices = list(self._notifications)
        for notice in notices:
            reading_seconds = NOTICE_SECONDS if notice.severity == "information" else WARNING_SECONDS
            if time() - notice.raised_at <= reading_seconds:
                return
        if notices:
            self.clear_notifications()

    def _pause_drawing_if_flooded(self) -> None:
        """If too many keys wait, pause drawing for a moment, so that all their changes are drawn in one frame."""
        if self._drawing_pause is None and self.message_queue_size > MAX_WAITING_KEYS:
            self._drawing_pause = self.batch_update()
            self._drawing_pause.__enter__()  # `_resume_drawing` calls `__exit__`
            call_after(self, FLOODED_FRAME_SECONDS, self._resume_drawing)

    def _resume_drawing(self) -> None:
        """End the pause and draw what the keys have changed."""
        pause = self._drawing_pause
        if pause is not None:
            self._drawing_pause = None
            pause.__exit__(None, None, None)
            if self.screen_stack:
                self.screen.check_idle()  # `check_idle` makes the screen draw what has changed

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Draw a frame, or note that it is lost because drawing is paused.

        Textual composes a frame for each new layout even during a batch update, and counts it as drawn.
        """
        if renderable is not None and self._batch_count:
            self._has_lost_frame = True
        super()._display(screen, renderable)

    def _end_batch(self) -> None:
        """End a batch update; if a frame was lost, the whole screen is drawn, and not only what changes from now on."""
        super()._end_batch()
        if self._has_lost_frame and not self._batch_count and self.screen_stack:
            self._has_lost_frame = False
            self.screen.refresh()

    def _forget_covered_pixels(self, screen: Screen[Any]) -> None:
        """Let the terminal forget the pictures of screens that are covered now."""
        if self.pixel_terminal is not None:
            from tutor.widgets.plots.plot import PictureView

            for covered_screen in self.screen_stack[:-1]:
                for view in covered_screen.query(PictureView):
                    view.forget_pixels()

    def _collect_garbage(self) -> None:
        """Collect garbage if the program is idle; then stop the timer until there is input again."""
        if self._collector is not None and self._collector_timer is not None:
            self._collector.collect_if_idle()
            if not self._collector.has_recent_input:
                self._collector_timer.pause()

    def _pause_covered_cursor(self, screen: Screen[Any]) -> None:
        """Let an input's cursor blink only while its screen is on top; called whenever the top screen changes."""
        for uncovered_input in self._covered_inputs:
            uncovered_input.cursor_blink = True
        focused_widgets = [covered_screen.focused for covered_screen in self.screen_stack[:-1]]
        self._covered_inputs = [widget for widget in focused_widgets if isinstance(widget, Input)]
        for covered_input in self._covered_inputs:
            covered_input.cursor_blink = False

"""An app that survives early and late keys, and screens that close while they work."""

from contextlib import AbstractContextManager
from time import time
from typing import TYPE_CHECKING, Any

from textual import widgets
from textual._context import active_message_pump
from textual.binding import Binding
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Event, InputEvent, Key
from textual.geometry import Offset
from textual.screen import Screen
from textual.widgets import Input

from tutor.errors import ChainruleError
from tutor.screens.terminal.cursor import HOME, cursor_place
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


MAX_WAITING_KEYS = 2
"""Keys that may wait before they count as many."""
NOTICE_SECONDS, WARNING_SECONDS = 2.0, 4.0
"""Seconds after which a key takes away a notice, or a warning: by then it could be read."""
FLOODED_FRAME_SECONDS = 0.1
"""Seconds until what many keys have changed is drawn."""


class SteadyApp(LiteralApp):
    """Base class of the app: handles early keys, faults, signals and idle time."""

    def __init__(self) -> None:
        super().__init__()
        # The sheet that Textual made has the theme's variables already, for which it has no public name.
        self.stylesheet = QuickStylesheet(variables=self.stylesheet._variables)
        self.crash: ChainruleError | None = None
        """What to say once the terminal is restored, after a fault of the program itself."""
        self._collector: IdleGarbageCollector | None = None
        self._collector_timer: PausableTimer | None = None
        self._drawing_pause: AbstractContextManager[None] | None = None
        """While this is held, nothing is drawn: keys come faster than they are answered."""
        self._type_ahead = TypeAhead(self)
        self._covered_input: Input | None = None
        """The line that was typed into when its screen was covered."""

    def get_driver_class(self) -> type[Driver]:
        """Use `SteadyDriver` instead of Textual's driver for Linux and macOS; elsewhere Textual's own."""
        usual = super().get_driver_class()
        if usual.__name__ != "LinuxDriver":  # Windows, a browser, or what the environment names
            return usual
        from tutor.screens.terminal.driver import SteadyDriver

        return SteadyDriver

    @property
    def cursor_position(self) -> Offset:
        """Where the terminal's own cursor is put after each frame: on what has the focus."""
        return cursor_place(self.focused) if self.screen_stack else HOME

    @cursor_position.setter
    def cursor_position(self, place: Offset) -> None:
        """Ignore what Textual's inputs set here: the position is looked up when it is needed."""

    # -- keys and faults

    def get_key_display(self, binding: Binding) -> str:
        """Show a key's name as printed on it: F3, not f3."""
        shown = super().get_key_display(binding)
        return shown.upper() if is_function_key(binding.key) else shown

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: "Mapping[str, DOMNode] | None" = None,
    ) -> bool:
        """Run a key's action once its screen is ready, or drop it if the screen has gone.

        A key may be pressed before a new screen has all its parts, or while it is taken away.
        """
        owner = default_namespace or self
        await wait_until_mounted(owner)
        if isinstance(owner, widgets.OptionList) and not owner.scrollable_content_region:
            return False  # it is not laid out yet, and does not know what a page is
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except MISSING_NODE_ERRORS as error:
            if not is_moot(error, owner):
                raise
            return False

    def _handle_exception(self, error: Exception) -> None:
        """A report in a file, and one line once the terminal is restored; Textual would print a hundred."""
        if is_moot(error, active_message_pump.get(self)):
            return
        from tutor.screens.terminal.crash import crash_error

        self.crash = self.crash or crash_error(error)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End the app, without the traceback that Textual would keep to print: the report has it."""
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """Print nothing at the end: `open_app` raises `crash`, which is one line."""
        self._exit_renderables.clear()

    # -- signals, garbage and cursors

    def on_mount(self) -> None:
        """Hear of signals, and of screens that are covered."""
        self.screen_change_signal.subscribe(self, self._pause_covered_cursor, immediate=True)
        self.screen_change_signal.subscribe(self, lambda _: clear_style_cache(), immediate=True)
        if not self.is_headless:
            install_signal_handlers(self)

    def on_ready(self) -> None:
        """The first screen is painted: garbage can be collected now."""
        if not self.is_headless:
            self._collector = IdleGarbageCollector()
            self._collector_timer = call_repeatedly(self, CHECK_SECONDS, self._collect_garbage)

    async def on_event(self, event: Event) -> None:
        """Note that somebody is there, who should not wait."""
        if self._collector is not None and self._collector_timer is not None and isinstance(event, InputEvent):
            self._collector.note_input()
            self._collector_timer.resume()
        if isinstance(event, InputEvent):
            self._pause_drawing_if_flooded()
        if isinstance(event, Key):
            if not event.is_forwarded:
                self._type_ahead.note(event)
                self._clear_read_notices()
            elif await self._type_ahead.redirect(event):
                return
        await super().on_event(event)

    def _clear_read_notices(self) -> None:
        """Remove notices at a key once they could be read: they may cover what the learner looks at."""
        shown = [*self._notifications]
        ages = [
            (time() - each.raised_at, NOTICE_SECONDS if each.severity == "information" else WARNING_SECONDS)
            for each in shown
        ]
        if shown and all(age > seconds for age, seconds in ages):
            self.clear_notifications()

    def _pause_drawing_if_flooded(self) -> None:
        """While more keys wait than were answered, what they change is drawn together, a few times a second."""
        if self._drawing_pause is None and self.message_queue_size > MAX_WAITING_KEYS:
            self._drawing_pause = self.batch_update()
            self._drawing_pause.__enter__()
            call_after(self, FLOODED_FRAME_SECONDS, self._resume_drawing)

    def _resume_drawing(self) -> None:
        """Draw what the keys have changed."""
        if self._drawing_pause is not None:
            pause, self._drawing_pause = self._drawing_pause, None
            pause.__exit__(None, None, None)
            if self.screen_stack:
                self.screen.check_idle()

    def _collect_garbage(self) -> None:
        """Collect garbage while nobody waits; then look no more until somebody has been there."""
        if self._collector is not None and self._collector_timer is not None:
            self._collector.collect_if_idle()
            if not self._collector.has_recent_input:
                self._collector_timer.pause()

    def _pause_covered_cursor(self, screen: Screen[Any]) -> None:
        """The cursor of a line blinks only while its screen lies on top."""
        if self._covered_input is not None:
            self._covered_input.cursor_blink = True
            self._covered_input = None
        for below in self.screen_stack[:-1]:
            if isinstance(below.focused, Input):
                below.focused.cursor_blink = False
                self._covered_input = below.focused

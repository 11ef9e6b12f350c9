"""Schedules work for later: after the next paint, after a delay, repeatedly, or in a thread.

Screens and widgets schedule all later work here. This module checks that the widget still exists and is visible:
repeated work and work in a thread pause while the widget is hidden or its screen is covered.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from inspect import isawaitable
from threading import Thread
from time import monotonic
from typing import Any, Protocol

from textual import events
from textual.app import App, ScreenStackError
from textual.css.query import NoMatches
from textual.dom import DOMNode, NoScreen
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import MountError, Widget
from textual.worker import WorkerFailed, get_current_worker

from tutor.widgets.signals import follow

Work = Callable[..., Any]
"""A function or a coroutine function."""

MISSING_NODE_ERRORS = (NoMatches, MountError, NoScreen, ScreenStackError)
"""Errors raised when a widget, its parent or its screen no longer exists."""


def is_alive(owner: MessagePump) -> bool:
    """Whether `owner` is mounted in a running app and not about to be removed."""
    return owner.is_running and owner.is_attached and not any(_is_leaving(node) for node in _with_ancestors(owner))


def _with_ancestors(owner: MessagePump) -> Iterator[MessagePump]:
    """`owner`, its parent, and so on up to the app."""
    node: MessagePump | None = owner
    while node is not None:
        yield node
        node = node._parent


def _is_leaving(node: MessagePump) -> bool:
    """Whether `node` is being removed; it may still be mounted. Textual has no public way to ask."""
    if isinstance(node, App):
        return node._closing or node._exit
    return node._closing or (isinstance(node, Widget) and node._pruning)


async def wait_until_mounted(owner: DOMNode) -> None:
    """Wait until `owner` is mounted with its children, or is removed again."""
    while isinstance(owner, Widget) and is_alive(owner) and not owner.is_mounted:
        await asyncio.sleep(0.001)


def is_moot(error: BaseException, owner: MessagePump) -> bool:
    """Whether `error` may be ignored: it reports a missing widget, and `owner`, which asked for the work, has gone too.

    The app asks this of each error that a widget or a worker did not handle.
    """
    cause = error
    if isinstance(error, WorkerFailed):
        # Textual reports the failure from within the worker's own task, so the current worker is the one that failed.
        cause, owner = error.error, get_current_worker().node
    return isinstance(cause, MISSING_NODE_ERRORS) and not is_alive(owner)


MAX_DRAW_DELAY = 0.1
"""How many seconds coalesced work is put off at most, while keys arrive faster than they are handled."""
THREAD_NAME = "deferred"
"""The name of the threads of `run_in_thread`."""
QUEUE_POLL_SECONDS = 0.01
"""Seconds between two checks of whether keys still wait to be handled."""


async def run_if_alive(owner: DOMNode, work: Work, *arguments: Any) -> None:
    """Do `work` if `owner` still exists; ignore errors that arise because `owner` is removed meanwhile."""
    if not is_alive(owner):
        return
    try:
        result = work(*arguments)
        if isawaitable(result):
            await result
    except MISSING_NODE_ERRORS:
        if is_alive(owner):
            raise


def focus_now(widget: Widget) -> None:
    """Give `widget` the focus before the next key is handled, even if it was hidden until now.

    Textual's own `focus` is queued behind the keys that were pressed meanwhile.
    """
    if is_alive(widget):
        for node in reversed(widget.ancestors_with_self):  # from the app inwards, since a style may depend on ancestors
            if isinstance(node, Widget) and not node.display:
                # Applies the CSS class that shows the node: Textual has only queued this.
                widget.app.stylesheet.update(node)
        widget.screen.set_focus(widget)


def call_soon(owner: Widget, work: Work, *arguments: Any) -> None:
    """Do `work` as soon as `owner` has handled its current message."""
    owner.call_next(run_if_alive, owner, work, *arguments)


def call_after_paint(owner: Widget, work: Work, *arguments: Any) -> None:
    """Do `work` after the next paint of the screen."""
    owner.call_after_refresh(run_if_alive, owner, work, *arguments)


def call_after(owner: DOMNode, seconds: float, work: Work, *arguments: Any) -> "PausableTimer":
    """Do `work` once after `seconds`, or later if `owner` is not visible then."""
    return PausableTimer(owner, seconds, work, arguments, repeats=False)


def call_repeatedly(owner: DOMNode, seconds: float, work: Work) -> "PausableTimer":
    """Do `work` at this interval while `owner` is visible, until it is stopped or `owner` is removed.

    An app is always visible.
    """
    return PausableTimer(owner, seconds, work, (), repeats=True)


def run_in_thread(owner: DOMNode, steps: Callable[[], Iterator[None]], then: Work | None = None) -> None:
    """Run the generator `steps` in a thread, one step after another, then call `then` on the screen's own thread.

    No step begins while `owner` is hidden, or after it was removed. A step that is already running is not interrupted,
    and nobody waits for it. An app counts as always visible.
    """
    ThreadJob(owner, steps(), then)


class CoalescedCall:
    """Work that may be requested often but is done once, such as drawing while many keys arrive.

    After a single key, the work is done at once. While keys arrive faster than they are handled, it is done once for
    many.
    """

    def __init__(self, owner: Widget, work: Work) -> None:
        self._owner, self._work = owner, work
        self._requested_at = 0.0
        """Time of the first request since the work was last done; 0 if there is no request."""

    def ask(self) -> None:
        """Request the work; several requests before it starts count as one."""
        if not self._requested_at and is_alive(self._owner):
            self._requested_at = monotonic()
            call_soon(self._owner, self._run_unless_flooded)

    def _run_unless_flooded(self) -> Any:
        """Do the work, unless more keys wait.

        If they do, check again a moment later, until `MAX_DRAW_DELAY` is over.
        """
        are_keys_waiting = self._owner.app.message_queue_size > 0
        if are_keys_waiting and monotonic() - self._requested_at < MAX_DRAW_DELAY:
            self._owner.set_timer(QUEUE_POLL_SECONDS, partial(run_if_alive, self._owner, self._run_unless_flooded))
            return None
        self._requested_at = 0.0
        return self._work()


class Pausable(Protocol):
    """Work that is paused while its widget is not visible."""

    def pause(self) -> None:
        """Do nothing from now on."""

    def resume(self) -> None:
        """Continue after a pause."""


class VisibilityMonitor:
    """Watches whether a widget is visible, and pauses or resumes the work scheduled for it."""

    def __init__(self, owner: Widget) -> None:
        self._owner = owner
        self._is_shown = True
        self._scheduled: set[Pausable] = set()
        follow(owner, owner.app.screen_change_signal, self._screen_changed)
        owner.message_signal.subscribe(owner, self._on_message_sent, immediate=True)

    @classmethod
    def of(cls, owner: Widget) -> "VisibilityMonitor":
        """Return the monitor of `owner`, creating it at the first call."""
        # The attribute is set on any widget, though no class declares it.
        monitor = vars(owner).get("_visibility_monitor")
        if monitor is None:
            vars(owner)["_visibility_monitor"] = monitor = cls(owner)
        assert isinstance(monitor, VisibilityMonitor)
        return monitor

    @property
    def is_visible(self) -> bool:
        """Whether the widget is shown, and its screen is not covered by another one."""
        return self._is_shown and is_alive(self._owner) and self._owner.app.screen is self._owner.screen

    def add(self, scheduled: Pausable) -> None:
        """Pause and resume `scheduled` from now on."""
        self._scheduled.add(scheduled)
        self._pause_or_resume(scheduled)

    def discard(self, scheduled: Pausable) -> None:
        """Stop pausing and resuming `scheduled`."""
        self._scheduled.discard(scheduled)

    def _screen_changed(self, _: Screen[Any]) -> None:
        """Pause or resume all work, since the widget's screen may be covered now, or not be covered any more."""
        self._pause_or_resume(*self._scheduled)

    def _on_message_sent(self, message: Message) -> None:
        """Note whether the widget was shown or hidden; called for each message that Textual sends to it."""
        if isinstance(message, (events.Show, events.Hide)):
            self._is_shown = isinstance(message, events.Show)
            self._pause_or_resume(*self._scheduled)

    def _pause_or_resume(self, *scheduled: Pausable) -> None:
        for work in scheduled:
            if self.is_visible:
                work.resume()
            else:
                work.pause()


class PausableTimer:
    """A timer for repeated or single work, which is paused while its widget is not visible."""

    def __init__(self, owner: DOMNode, seconds: float, work: Work, arguments: tuple[Any, ...], repeats: bool) -> None:
        self._owner, self._work, self._arguments, self._repeats = owner, work, arguments, repeats
        schedule = owner.set_interval if repeats else owner.set_timer
        self._timer = schedule(seconds, self._run_when_due)
        if isinstance(owner, Widget):
            VisibilityMonitor.of(owner).add(self)

    async def _run_when_due(self) -> None:
        """Do the work; called by Textual's timer."""
        if not self._repeats:  # the timer has ended, so there is nothing left to pause
            self._stop_monitoring()
        await run_if_alive(self._owner, self._work, *self._arguments)

    def pause(self) -> None:
        """Stop the timer for the time being."""
        self._timer.pause()

    def resume(self) -> None:
        """Start the timer again; it is due one interval from now."""
        self._timer.resume()

    def stop(self) -> None:
        """Stop the timer for good."""
        self._timer.stop()
        self._stop_monitoring()

    def _stop_monitoring(self) -> None:
        if isinstance(self._owner, Widget):
            VisibilityMonitor.of(self._owner).discard(self)


class ThreadJob:
    """Work in a thread, step by step; it can be paused between two steps."""

    def __init__(self, owner: DOMNode, steps: Iterator[None], then: Work | None) -> None:
        self._owner, self._steps, self._then = owner, steps, then
        self._loop = asyncio.get_running_loop()
        self._may_continue = False
        """Whether another step may begin."""
        self._thread: Thread | None = None
        """The thread that takes the steps; `None` while it is paused."""
        if isinstance(owner, Widget):
            VisibilityMonitor.of(owner).add(self)  # if the widget is visible, this resumes the job at once
        else:
            self.resume()

    def pause(self) -> None:
        """Begin no further step; the current step still ends."""
        self._may_continue = False

    def resume(self) -> None:
        """Continue with the next steps, in a new thread unless one is still running."""
        self._may_continue = True
        if self._thread is None:
            run_in_context = copy_context().run  # the thread gets the context variables of the current one
            self._thread = Thread(target=run_in_context, args=(self._run_steps,), name=THREAD_NAME, daemon=True)
            self._thread.start()

    def _run_steps(self) -> None:
        """Run steps until the last one is done, one fails, or no further one may begin; runs in the thread."""
        is_finished, error = False, None
        try:
            while self._may_continue and is_alive(self._owner) and not is_finished:
                try:
                    next(self._steps)
                except StopIteration:
                    is_finished = True
        except Exception as raised:
            is_finished, error = True, raised
        with suppress(RuntimeError):  # the event loop is closed if the program has ended meanwhile
            self._loop.call_soon_threadsafe(self._end_thread, is_finished, error)

    def _end_thread(self, is_finished: bool, error: Exception | None) -> None:
        """Forget the ended thread, and call back if the steps are finished; called on the screen's thread."""
        self._thread = None
        if not is_alive(self._owner):
            return
        if is_finished:
            if isinstance(self._owner, Widget):
                VisibilityMonitor.of(self._owner).discard(self)
            self._owner.call_later(run_if_alive, self._owner, self._run_then, error)
        elif self._may_continue:  # it was resumed after the thread had noticed the pause
            self.resume()

    def _run_then(self, error: Exception | None) -> Any:
        """Call back; if a step failed, raise its error here, where Textual reports it."""
        if error is not None:
            raise error
        return self._then() if self._then is not None else None

"""When a program under test has nothing left to do: asked of its event loop, not of a clock.

Textual's pilot takes a program for idle that used little processor time in the last 20 ms. On a busy machine that is
so while keys are still waiting; on an idle one every key costs 60 ms. Here a program has settled when its loop has
nothing to run, nothing to paint, no thread at work and no timer that rings at once.

What changed is drawn once it has settled, not each time that a part of it changes, and put together where a test looks
at it: half of the time would go into screens that nobody sees. A widget that cannot draw itself fails all the same.
"""

import asyncio
import threading
from asyncio import TimerHandle
from typing import Any
from weakref import WeakSet

import textual.app
import textual.pilot
from rich.console import RenderableType
from textual._compositor import Compositor
from textual._context import active_app, visible_screen_stack
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen

from tutor.widgets.deferred import THREAD_NAME

SOON = 0.02
"""Seconds within which a timer counts as work that is still to be done."""
LONGEST = 1.0
"""Seconds after which a program that never settles, such as one that plays, is left as it is."""
PAINTS = "screen_update"
"""The name of the timer that paints a screen; it rings once more when there is nothing left to paint."""

_waited_for: WeakSet[threading.Thread] = WeakSet()


async def settle(min_sleep: float = SOON, max_sleep: float = LONGEST) -> None:
    """Wait until nothing is left to do, as Textual's `wait_for_idle` tries to, whose place this takes."""
    loop: Any = asyncio.get_running_loop()
    begun = loop.time()
    while loop.time() - begun < max_sleep:
        await asyncio.sleep(0)
        if loop._ready or _paint():
            continue
        if _threads_at_work():
            await asyncio.sleep(0.001)
            continue
        rings = min((timer.when() for timer in loop._scheduled if _is_work(timer)), default=begun + max_sleep)
        if rings <= begun + SOON:
            await asyncio.sleep(max(0.0, rings - loop.time()))
        elif not _draw():
            return
    _draw()
    _waited_for.update(_threads_at_work())


def _paint() -> bool:
    """Paint the screens that wait for it, instead of waiting for the next frame; say whether one did."""
    app = active_app.get(None)
    if app is None or app._exit or not app._screen_stacks:
        return False
    waiting = [screen for screen in app.screen_stack if _awaits_paint(screen)]
    for screen in waiting:
        screen._on_timer_update()
    return bool(waiting)


def _awaits_paint(screen: Any) -> bool:
    timer = screen._Screen__update_timer
    return timer is not None and timer._task is not None and timer._active.is_set()


def _draw() -> bool:
    """Let every widget draw itself that stands where something changed; say whether anything did."""
    app = active_app.get(None)
    if app is None or app._exit or not app._screen_stacks or not app.is_headless:
        return False
    compositor = app.screen._compositor
    if not compositor._dirty_regions:
        return False
    changed = Region.from_union(compositor._dirty_regions)
    compositor._dirty_regions.clear()
    for widget, (region, clip) in compositor.visible_widgets.items():
        seen = region.intersection(clip).intersection(changed)
        for y in range(seen.y - region.y, min(seen.bottom - region.y, widget.size.height)):
            widget.render_line(y)
    return True


_draw_update = Compositor.render_update
"""Draws at once."""


def _draw_later(
    self: Compositor, full: bool = False, screen_stack: list[Screen[Any]] | None = None, **options: Any
) -> RenderableType | None:
    """Stand in for what draws the parts that changed: where there is no terminal to draw on, keep them in mind."""
    app = active_app.get(None)
    if full or app is None or not app.is_headless:
        return _draw_update(self, full, screen_stack, **options)
    visible_screen_stack.set(screen_stack or [])  # whoever looks at the screen sees what lies beneath it, too
    return None


def _threads_at_work() -> list[threading.Thread]:
    """Threads of the program that may soon end: not those that were waited for in vain."""
    return [thread for thread in threading.enumerate() if thread.name == THREAD_NAME and thread not in _waited_for]


def _is_work(timer: TimerHandle) -> bool:
    """Whether a timer of the loop belongs to something else than a screen that waits for its next frame."""
    if timer.cancelled():
        return False
    future: Any = timer._args[0] if timer._args else None  # what a sleep waits for
    waiting = getattr(future, "_callbacks", None) or ()
    tasks = [getattr(callback, "__self__", None) for callback, _ in waiting]
    return not any(isinstance(task, asyncio.Task) and task.get_name() == PAINTS for task in tasks)


async def _settle_screen(self: "Pilot[Any]", timeout: float = 30.0) -> bool:
    """Stand in for what posts a message to every widget of the screen, and waits until all have come."""
    await settle()
    return not self.app._exception_event.is_set()


def settle_instead() -> None:
    """Let the pilots of this process settle."""
    for module in (textual.app, textual.pilot):
        setattr(module, "wait_for_idle", settle)  # noqa: B010  # the modules do not export the name
    setattr(Compositor, "render_update", _draw_later)  # noqa: B010  # it takes other options
    Pilot._wait_for_screen = _settle_screen  # type: ignore[method-assign]

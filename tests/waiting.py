"""Waiting for what a program puts off: until it holds, not for one turn of the loop, which a busy machine may miss."""

from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot


async def until(pilot: Pilot[Any], holds: Callable[[], bool]) -> None:
    """Wait until `holds()`; fail with what the screen shows otherwise."""
    for _ in range(300):
        await pilot.pause()
        if holds():
            return
        await pilot.pause(0.02)
    lines = pilot.app.screen._compositor.render_strips()
    raise AssertionError("it never came; the screen was:\n" + "\n".join(line.text.rstrip() for line in lines))

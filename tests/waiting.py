"""Waiting for what a program puts off: until it holds, not for one turn of the loop, which a busy machine may miss."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from textual.pilot import Pilot

from tests.settling import settle

PATIENCE = 60.0
"""Seconds after which something is taken never to come; a machine that does much else is slow."""


async def until(pilot: Pilot[Any], holds: Callable[[], bool], what: str = "it") -> None:
    """Wait until `holds()`; fail with what the screen shows otherwise, and say `what` never came."""
    begun = monotonic()
    await settle()
    while not holds():
        if monotonic() - begun > PATIENCE:
            raise AssertionError(f"{what} never came; the screen was:\n{shown(pilot)}")
        await asyncio.sleep(0.005)
        await settle()


def shown(pilot: Pilot[Any]) -> str:
    """What the screen shows now, as lines of text."""
    lines = pilot.app.screen._compositor.render_strips()  # the one place that has the lines as a person sees them
    return "\n".join(line.text.rstrip() for line in lines)

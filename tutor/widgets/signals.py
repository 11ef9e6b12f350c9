"""Following what an app or a screen publishes, without being kept alive by it."""

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakMethod

from textual.signal import Signal
from textual.widget import Widget

Published = TypeVar("Published")
"""What a signal tells those that follow it."""


def follow(owner: Widget, signal: Signal[Published], method: Callable[[Published], None]) -> None:
    """Call `method` at once for all that `signal` publishes, as long as `owner` is mounted.

    A signal keeps what it calls: a widget that subscribed by itself would be held, with its screen, until the next time
    that something is published.
    """
    known = WeakMethod(method)

    def tell(published: Published) -> None:
        call = known()
        if call is not None:
            call(published)

    signal.subscribe(owner, tell, immediate=True)

"""Subscribes widgets to the signals of an app or a screen, without being kept in memory by them."""

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakMethod

from textual.signal import Signal
from textual.widget import Widget

Published = TypeVar("Published")
"""The value that a signal publishes."""


def follow(owner: Widget, signal: Signal[Published], method: Callable[[Published], None]) -> None:
    """Call `method` of `owner` with each value that `signal` publishes, as long as `owner` is mounted.

    A signal holds a strong reference to what it calls, so until it publishes next it would keep a removed widget in
    memory, with its whole screen. It therefore gets a function that refers to the method weakly.
    """
    weak_method = WeakMethod(method)

    def call_if_alive(value: Published) -> None:
        live_method = weak_method()
        if live_method is not None:
            live_method(value)

    signal.subscribe(owner, call_if_alive, immediate=True)

"""Where the processor time of a first paint goes: `python -m benchmarks.first_paint course|lesson|empty`, as JSON.

The screen is drawn without a terminal. What runs inside another kind of work counts as its own kind, so the kinds add
up to the whole.
"""

import builtins
import functools
import gc
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.table import Row

TIMES = 3
INTERPRETER, IMPORTS, SHEETS, STYLES = "Python itself", "imports", "style sheets read", "styles applied"
REST = "content read, mounted, laid out, drawn"
KINDS = (INTERPRETER, IMPORTS, SHEETS, STYLES, REST)


class Stopwatch:
    """Processor time by kind of work, of which one runs at a time."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(KINDS, 0.0)
        self.seconds[INTERPRETER] = self._noted_at = process_time()
        self._running_kinds = [REST]

    def note(self) -> None:
        """Count the time since the last note to what runs now."""
        now = process_time()
        self.seconds[self._running_kinds[-1]] += now - self._noted_at
        self._noted_at = now

    def watch(self, kind: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """`work`, counted as that kind."""

        @functools.wraps(work)
        def watched(*given: Any, **named: Any) -> Any:
            self.note()
            self._running_kinds.append(kind)
            try:
                return work(*given, **named)
            finally:
                self.note()
                self._running_kinds.pop()

        return watched


def main(what: str, home: str) -> None:
    """Paint the first screen and print what that took."""
    stopwatch = Stopwatch()
    builtins.__import__ = stopwatch.watch(IMPORTS, builtins.__import__)
    gc.disable()
    from textual.css.stylesheet import Stylesheet

    for kind, name in ((SHEETS, "parse"), (SHEETS, "reparse"), (STYLES, "apply"), (STYLES, "update_nodes")):
        setattr(Stylesheet, name, stopwatch.watch(kind, getattr(Stylesheet, name)))

    def stop(app: Any) -> None:
        stopwatch.note()
        print(json.dumps(stopwatch.seconds), flush=True)
        app.exit()

    app = _make_empty_app() if what == "empty" else _make_course_app(what, home)
    type(app).on_ready = stop
    app.run(headless=True, size=(80, 24))


def _make_empty_app() -> Any:
    from textual.app import App
    from textual.widgets import Static

    class Empty(App[None]):
        """As little as an app can be."""

        def compose(self) -> Iterator[Any]:
            """One line."""
            yield Static("an empty app is painted")

    return Empty()


def _make_course_app(what: str, home: str) -> Any:
    from pathlib import Path

    from tutor.content.course import open_course
    from tutor.progress.record.store import Store
    from tutor.screens.app import ChainruleApp, Opening

    opening = Opening("home") if what == "course" else Opening("lesson", lesson="backprop")
    return ChainruleApp(open_course(), Store.open(Path(home)), opening)


def cost_rows() -> Iterator[Row]:
    """What a first paint of the course and of a lesson costs by kind of work, beside the empty app."""
    found: dict[str, dict[str, list[float]]] = {}
    with TemporaryDirectory() as home:
        for turn in range(TIMES + 1):
            for what in ("empty", "course", "lesson"):
                command = [sys.executable, "-m", "benchmarks.first_paint", what, home]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                for kind, seconds in json.loads(done.stdout.splitlines()[0]).items():
                    if turn:  # the first turn fills the file cache
                        found.setdefault(what, {}).setdefault(kind, []).append(1000 * seconds)
    for what in ("course", "lesson"):
        for kind in KINDS:
            floor = median(found["empty"][kind])
            yield Row(f"{what}, processor time: {kind}", median(found[what][kind]), "ms", "empty app", floor)


if __name__ == "__main__":
    main(*sys.argv[1:])

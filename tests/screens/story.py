"""What the stories about the screens share: a small course, a record under tmp_path, a clock that stands."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from tests import waiting
from tutor.content.course import Course
from tutor.progress.record.store import Store
from tutor.screens.app import ChainruleApp, Opening
from tutor.widgets.key_bar import KeyBar

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SMALL = (80, 24)
WIDE = (140, 44)

DOUBLING = r"""---
id: doubling
title: "Doubling, and what it costs"
part: First steps
concepts: [doubling, squares]
minutes: 5
---

## Why it matters

A thing that doubles outgrows everything. Here $y = 2 x + 1$ and nothing else.

## The idea

Twice as much each time:

$$y = \frac{2 x}{1}$$

```{erratum} 1
The notes say three. It is **two**.
```

## Questions

One after the other.

```{question} number
id: double-it
concepts: [doubling]
given: {n: [3, 5, 7]}
ask: "What is twice ${n}$?"
answer: 2 * n
mistakes:
  - {value: n * n, say: "That is $n^2$, the square."}
hints: ["Add it to itself.", "${n} + {n}$."]
why: "$2 \\times {n} = {= 2 * n}$."
```

```{question} choice
id: which-is-more
concepts: [squares]
ask: "Which is more, for $n = 9$?"
options:
  - {text: "$n^2$", right: true, why: "It is 81."}
  - {text: "$2 n$", why: "It is only 18."}
  - {text: "neither", why: "81 and 18 differ."}
hints: ["Put the number in."]
why: "81 is more than 18."
```
"""

RATES = r"""---
id: rates
title: "Rates, seen in a simulation"
part: First steps
concepts: [rates]
needs: [doubling]
minutes: 10
---

## See it

```{simulation} adam
set: {learning_rate: 0.1}
step: 2
try:
  - "Step twice. Which way does $\\theta$ go?"
```

## Questions

```{question} predict
id: next-step
simulation: adam
set: {learning_rate: 0.1}
step: 2
value: loss
ask: "What is the loss after the next step?"
hints: ["It is a little less than now."]
why: "It is `{= then.loss}`."
```

```{question} challenge
id: get-down
simulation: adam
set: {learning_rate: 0.001}
allow: [learning_rate]
goal: "step == 3 and loss < 5.61"
most: 10
solution: "learning_rate=0.1 steps=3"
ask: "Bring the loss below 5.61 in exactly three steps."
hints: ["Take larger steps."]
why: "Larger steps get there."
```
"""


def course(folder: Path, *, broken: bool = False) -> Course:
    """A course of two short lessons in `folder`; with `broken` a third one that cannot be read."""
    folder.mkdir(exist_ok=True)
    (folder / "01-doubling.md").write_text(DOUBLING, "utf-8")
    (folder / "02-rates.md").write_text(RATES, "utf-8")
    if broken:
        (folder / "03-broken.md").write_text("---\nid: broken\n---\n\n## A\n\ntext\n", "utf-8")
    return Course(folder)


def record(folder: Path) -> Store:
    """A record in `folder` by a clock that stands."""
    return Store.open(folder, clock=lambda: NOW)


def app(folder: Path, opening: Opening | None = None, *, broken: bool = False) -> ChainruleApp:
    """The program on that course and record, as after the command."""
    return ChainruleApp(course(folder / "lessons", broken=broken), record(folder / "home"), opening or Opening())


def text(app: ChainruleApp) -> str:
    """What the screen shows now, as lines of text."""
    screen = app.screen
    lines = screen._compositor.render_strips()  # the one place that has the lines as a person sees them
    return "\n".join(line.text.rstrip() for line in lines)


async def until(pilot: Pilot[Any], seen: str | Callable[[], bool]) -> None:
    """Wait until the screen shows `seen`, or a condition holds; fail with the screen otherwise."""
    program = pilot.app
    assert isinstance(program, ChainruleApp)
    await waiting.until(pilot, (lambda: seen in text(program)) if isinstance(seen, str) else seen, f"{seen!r}")


async def press(pilot: Pilot[Any], keys: Sequence[str]) -> None:
    """Press keys one after the other, each after the one before has had its effect."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


def focused(app: ChainruleApp) -> Widget:
    """What has the focus; there must be something."""
    assert app.focused is not None
    return app.focused


def shown_keys(screen: Screen[Any]) -> list[str]:
    """The keys in the last line, as they stand there."""
    bars = list(screen.query(KeyBar))
    if not bars or not bars[0].size.width:
        return []
    line = bars[0].render().plain
    assert len(line) <= bars[0].size.width, line
    return [part.strip() for part in line.split("  ") if part.strip()]

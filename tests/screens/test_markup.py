"""What looks like markup in a lesson, a record, a file's name or an answer is shown as it stands, on every screen."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.progress.helping import attempt
from tests.screens.story import press, record, text, until
from tutor.content.check import check
from tutor.content.course import Course
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.requests import OpenQuizSetup, OpenScreen
from tutor.settings.table import Settings
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

SIZE = (140, 60)
MARKS = ("[/x]", "[@click=app.bell]y[/]", "[red]x[i]")
"""One that would crash, one that would act, one that would look otherwise; others are tried widget by widget."""
OURS = ("press(", "link(")
"""What the actions of our own begin with."""

LESSON = r"""---
id: odd
title: 'T MARK'
part: 'P MARK'
concepts: [odd]
minutes: 5
---

## One MARK

Prose MARK, *soft MARK*, **strong MARK**, [a link MARK](lesson:odd), `code MARK` and $a_{1}$.

### Within MARK

- An item MARK

> A quote MARK

| head MARK | b |
|---|---|
| cell MARK | d |

```
fenced MARK
```

$$a = b$$ (named)

$$\text{f MARK}$$ (other)

```{erratum} 1
Erratum MARK.
```

```{glossary}
'term MARK': 'meaning MARK'
```

```{picture} conv-cost
step: 1
caption: 'Caption MARK'
```

```{simulation} adam
try:
  - 'Task MARK'
  - {do: 'Other MARK', goal: step == 2}
```

## Two MARK

```{question} choice
id: odd-choice
ask: 'Ask MARK'
options:
  - {text: 'Right MARK', right: true, why: 'Yes MARK'}
  - {text: 'Wrong MARK', why: 'No MARK'}
hints: ['Hint MARK']
why: 'Because MARK'
```

```{question} text
id: odd-text
ask: 'Term MARK'
answers: ['term']
mistakes:
  - {value: ['slip'], say: 'Slip MARK'}
hints: ['Hint MARK']
why: 'Because MARK'
```

```{question} match
id: odd-match
ask: 'Match MARK'
pairs:
  - {left: 'L MARK', right: 'R MARK', why: 'W MARK'}
  - {left: 'M MARK', right: 'S MARK', why: 'V MARK'}
  - {left: 'N MARK', right: 'T MARK', why: 'U MARK'}
hints: ['Hint MARK']
why: 'Because MARK'
```

```{question} order
id: odd-order
ask: 'Order MARK'
items:
  - {id: first, text: 'first MARK'}
  - {id: second, text: 'second MARK', after: [first], why: 'Why MARK'}
  - {id: third, text: 'third MARK', after: [second]}
  - {id: fourth, text: 'fourth MARK', after: [third]}
  - {id: fifth, text: 'fifth MARK', after: [fourth]}
distractors:
  - {text: 'other MARK', why: 'Not MARK'}
hints: ['Hint MARK']
why: 'Because MARK'
```
"""


def pack(place: Path, mark: str) -> Path:
    """A folder, oddly named itself, with a lesson that has `mark` wherever it has text, and one that is broken."""
    lessons = place / "l [red] x[i]"
    lessons.mkdir()
    quoted = mark.replace("'", "''")
    (lessons / "50-odd.md").write_text(LESSON.replace("MARK", quoted), "utf-8")
    (lessons / "51-broken.md").write_text(f"---\nid: broken\ntitle: '{quoted}'\n---\n", "utf-8")
    return lessons


def program(place: Path, mark: str, opening: Opening) -> ChainruleApp:
    store = record(place / "home")
    for number in range(3):
        odd = attempt(number, score=0.0)
        store.add(replace(odd, question=f"q {mark}", lesson=f"l {mark}", concepts=(f"c {mark}", "odd")))
    made = ChainruleApp(Course(pack(place, mark)), store, opening, Settings())
    made.settings_faults = [f"settings.toml:1: {mark}"]
    return made


def seen(app: ChainruleApp, mark: str) -> bool:
    """That nothing of `mark` acts; whether it is shown."""
    lines = app.screen._compositor.render_strips()
    styles = [segment.style for line in lines for segment in line if segment.style is not None]
    acts = {str(style.meta["@click"]) for style in styles if "@click" in style.meta}
    assert all(action.startswith(OURS) for action in acts), acts
    assert not [style.link for style in styles if style.link], "a link of the terminal's own"
    return mark in text(app)


async def walked(pilot: Pilot[Any], app: ChainruleApp, mark: str, keys: list[str]) -> int:
    """On how many of the pictures, one after each key, `mark` is shown."""
    found = 0
    for key in ["", *keys]:
        if key:
            await press(pilot, [key])
        await pilot.pause(0.01)
        found += seen(app, mark)
    return found


OPENINGS: dict[str, tuple[Opening, list[str]]] = {
    "map": (Opening("home"), ["j", "k", "question_mark", "escape"]),
    "first page": (Opening("lesson", lesson="odd", section=0), ["pagedown", "pagedown", "s", "escape", "n", "p"]),
    "questions": (
        Opening("lesson", lesson="odd", section=1),
        ["enter", "f2", "down", "enter", "tab", "pagedown", "pagedown", "enter", *"slip", "enter", "pagedown"],
    ),
    "quiz": (
        Opening("quiz", options=QuizOptions(Scope("odd"), count=4)),
        ["f2", "enter", "n", "n", "n", "n", "v", "escape"],
    ),
    "exam": (
        Opening("quiz", options=QuizOptions(Scope("odd"), count=3, exam=True)),
        ["enter", "m", "n", "n", "n", "h"],
    ),
    "placement": (Opening("placement"), ["enter", "n", "n"]),
}


def test_such_a_lesson_is_no_fault(tmp_path: Path) -> None:
    for number, mark in enumerate(MARKS):
        (tmp_path / str(number)).mkdir()
        faults = check([pack(tmp_path / str(number), mark) / "50-odd.md"])
        assert [fault for fault in faults if "give it at least" not in fault.message] == []


@pytest.mark.parametrize("name", OPENINGS)
@pytest.mark.parametrize("mark", MARKS)
async def test_every_screen_shows_what_looks_like_markup_as_it_stands(tmp_path: Path, name: str, mark: str) -> None:
    opening, keys = OPENINGS[name]
    app = program(tmp_path, mark, opening)
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await until(pilot, "Chainrule" if name == "map" else lambda: bool(text(app).strip()))
        assert await walked(pilot, app, mark, keys) > 1, text(app)


@pytest.mark.parametrize("sheet", ["glossary", "formulas", "errata", "placement", "progress", "setup"])
@pytest.mark.parametrize("mark", MARKS)
async def test_every_sheet_does_so_too(tmp_path: Path, sheet: Any, mark: str) -> None:
    app = program(tmp_path, mark, Opening("home"))
    requests = {"setup": OpenQuizSetup()}
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        app.post_message(requests.get(sheet) or OpenScreen(sheet))
        await pilot.pause(0.1)
        assert await walked(pilot, app, mark, ["tab", *["down"] * 4, "tab", "enter", "question_mark"]) > 0


@pytest.mark.parametrize("mark", MARKS)
async def test_the_palette_finds_it_by_its_letters(tmp_path: Path, mark: str) -> None:
    app = program(tmp_path, mark, Opening("home"))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        assert await walked(pilot, app, mark, ["ctrl+p", *"odd"]) > 0
        await until(pilot, lambda: "Question on odd" in text(app))
        assert seen(app, mark)


@pytest.mark.parametrize("mark", MARKS)
async def test_what_is_typed_is_quoted_as_it_is(tmp_path: Path, mark: str) -> None:
    app = program(tmp_path, mark, Opening("simulation", player=Player(find_simulation("adam").build())))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await press(pilot, ["g", *mark, "enter", "escape", "question_mark", "escape"])
        await pilot.pause()
        seen(app, mark)
        app.screen.notify(f"said {mark}", title=f"title {mark}")
        await until(pilot, lambda: seen(app, f"said {mark}"))
        assert seen(app, f"title {mark}")

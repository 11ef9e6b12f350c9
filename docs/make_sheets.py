"""Make contact sheets of every screen and every simulation: `python docs/make_sheets.py FOLDER [NAME …]`.

Each screen becomes an SVG file for each size and theme, and each size and theme a page of them all, to be looked at one
by one. Where `rsvg-convert`, `resvg` or the Python package `resvg_py` is installed, each has a PNG beside it. With
names, only the screens whose names contain one of these are made.
"""

import asyncio
import os
import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape, unescape
from importlib import import_module
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from shutil import which
from subprocess import run
from tempfile import TemporaryDirectory
from typing import Any

from textual.pilot import Pilot

from tutor.content.course import Course, open_course
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import Attempt
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.table import SCREENS
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

SIZES = ((80, 24), (100, 30), (140, 44))
THEMES = ("chainrule-dark", "chainrule-light", "chainrule-contrast")
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LEARNT = ("node", "folding")
"""Lessons that the learner of the sheets has worked through."""
STEPS = {"playground": 100, "overfit": 100, "descent": 6, "backprop": 6}
"""The steps that simulations stand at, where it is not `STEP`."""
DEFAULT_STEP = 12
COLUMNS = 3
"""Screens beside each other on a page."""
FONT, FONT_SIZE = "DejaVu Sans Mono", 20.264
"""A font that has all signs, for the PNGs, and the size at which its characters are as wide as the cells of the SVG.

`rsvg-convert` ignores the length that the SVG gives to a text: at the size there, 20, a line of 80 characters would end
a cell too early.
"""
GAP = 24
"""Pixels between two screens on a page."""
BRAILLE_TEXT = re.compile(
    r'<text(?P<before>[^>]*) x="(?P<x>[\d.]+)"(?P<between>[^>]*) textLength="(?P<length>[\d.]+)"(?P<after>[^>]*)>'
    r"(?P<characters>[^<]*[\u2801-\u28ff][^<]*)</text>"
)
"""A text of an SVG that has dots of braille in it."""
VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class Scene:
    """A screen: what to open, and the keys that lead to it from there."""

    opening: Opening
    keys: tuple[str, ...] = ()
    has_begun: bool = True
    """Whether the learner has something on record."""
    follows_theme: bool = True
    """Whether what is open follows a change of theme; otherwise Esc closes it, and the keys open it again."""


def _simulation_opening(name: str) -> Opening:
    player = Player(find_simulation(name).build())
    player.jump(STEPS.get(name, DEFAULT_STEP))
    return Opening("simulation", player=player)


def _quiz_opening(lesson: str, **options: Any) -> Opening:
    return Opening("quiz", options=QuizOptions(Scope(lesson), seed=3, **options))


def scenes(course: Course) -> dict[str, Scene]:
    """Name → scene, for every screen and every simulation."""
    found = {
        "welcome": Scene(Opening("start"), has_begun=False),
        "map-new": Scene(Opening("home"), has_begun=False),
        "map": Scene(Opening("home")),
        "help": Scene(Opening("home"), ("question_mark",)),
        "palette": Scene(Opening("home"), ("ctrl+p",), follows_theme=False),
        "progress-new": Scene(Opening("home"), ("i",), has_begun=False),
        "quiz-setup": Scene(Opening("home"), ("z",)),
        "quiz-question": Scene(_quiz_opening("backprop", count=5)),
        "quiz-answered": Scene(_quiz_opening("backprop", count=5), ("a", "enter", "enter", "f9")),
        "quiz-due": Scene(Opening("home"), ("d",)),
        "exam-review": Scene(_quiz_opening("node", count=3, exam=True), ("ctrl+n", "ctrl+n", "ctrl+n")),
        "quiz-end": Scene(_quiz_opening("node", count=2, exam=True), ("ctrl+s", "ctrl+s")),
        "lesson-pages": Scene(Opening("lesson", lesson="backprop", section=0), ("g",)),
        "lesson-end": Scene(Opening("lesson", lesson="node", section=99)),
    }
    for name in SCREENS:
        found[f"screen-{name}"] = Scene(Opening("home"), ("open:" + name,))
    for heading in course.headings:
        found[f"lesson-{heading.front_matter.id}"] = Scene(Opening("lesson", lesson=heading.front_matter.id, section=1))
    for name in SIMULATIONS:
        found[f"sim-{name}"] = Scene(_simulation_opening(name))
    for act, key in {"presets": "o", "edit": "e", "predict": "a", "source": "S", "stage": "full_stop"}.items():
        found[f"sim-backprop-{act}"] = Scene(_simulation_opening("backprop"), (key,))
    found["sim-playground-edit"] = Scene(_simulation_opening("playground"), ("e",))
    found["sim-playground-weight"] = Scene(_simulation_opening("playground"), ("x",))
    found["sim-adam-compare"] = Scene(_simulation_opening("adam"), ("c", "right_square_bracket", "right", "right"))
    return found


def make_record(folder: Path, course: Course) -> Store:
    """A learner's record after three days: two lessons worked through, a third begun."""
    store = Store.open(folder, clock=lambda: NOW)
    for day, id in enumerate((*LEARNT, "backprop")):
        lesson = course.lesson(id)
        questions = lesson.questions if id in LEARNT else lesson.questions[:4]
        for place, question in enumerate(questions):
            for score in (0.0, 1.0) if place % 4 == day else (1.0,):
                at = NOW - timedelta(days=3 - day, minutes=60 - 2 * place - score)
                store.add(_make_attempt(question, id, score, at))
        for page in range(len(lesson.sections) if id in LEARNT else 3):
            store.save_page_read(id, page)
        store.save_reading_position(id, 2)
    return store


def _make_attempt(question: Any, lesson: str, score: float, at: datetime) -> Attempt:
    return Attempt(
        question=question.id,
        lesson=lesson,
        kind=question.kind,
        concepts=tuple(question.concepts),
        seed=0,
        answer="",
        score=score,
        verdict="right" if score else "wrong",
        hints=0,
        seconds=20.0,
        at=at,
        program="sheets",
    )


async def shoot(scene: Scene, course: Course) -> dict[tuple[tuple[int, int], str], str]:
    """The scene as SVG, for each size and theme; one program is opened for each size."""
    found = {}
    for size in SIZES:
        with TemporaryDirectory() as home:
            os.environ["CHAINRULE_HOME"] = home
            folder = Path(home)
            store = make_record(folder, course) if scene.has_begun else Store.open(folder, clock=lambda: NOW)
            app = ChainruleApp(course, store, scene.opening)
            async with app.run_test(size=size) as pilot:
                await _press_keys(pilot, app, scene.keys)
                for theme in THEMES:
                    if not scene.follows_theme:
                        await pilot.press("escape")
                    app.theme = theme
                    await pilot.pause(0.2)
                    if not scene.follows_theme:
                        await _press_keys(pilot, app, scene.keys)
                    found[size, theme] = app.export_screenshot()
            store.close()
    return found


async def _press_keys(pilot: Pilot[Any], app: ChainruleApp, keys: Sequence[str]) -> None:
    """Press the keys of a scene, with time to draw after each; `open:NAME` opens a screen by its name."""
    from tutor.screens.requests import OpenScreen

    await pilot.pause(0.8)
    for key in keys:
        if key.startswith("open:"):
            app.screen.post_message(OpenScreen(key.removeprefix("open:")))
        else:
            await pilot.press(key)
        await pilot.pause(0.5)


def join_screens(screens: Sequence[str]) -> str:
    """One SVG in which these stand side by side."""
    sizes = [[float(side) for side in VIEW_BOX.findall(svg)[0]] for svg in screens]
    wide, tall = max(size[0] for size in sizes) + GAP, max(size[1] for size in sizes) + GAP
    rows = ceil(len(screens) / COLUMNS)
    placed = []
    for index, (svg, size) in enumerate(zip(screens, sizes, strict=True)):
        place = f'x="{index % COLUMNS * wide}" y="{index // COLUMNS * tall}" width="{size[0]}" height="{size[1]}"'
        placed.append(svg.replace("<svg ", f"<svg {place} ", 1))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {COLUMNS * wide} {rows * tall}">'
    return "\n".join([head, *placed, "</svg>"])


def write_picture(path: Path, svg: str) -> None:
    """Write `svg`, and a PNG beside it where something is installed that draws one.

    Texts keep the spaces that they begin with: without `xml:space`, `rsvg-convert` drops them and shifts what follows.
    """
    svg = BRAILLE_TEXT.sub(_place_characters, svg).replace("font-size: 20px", f"font-size: {FONT_SIZE}px")
    path.write_text(svg.replace("<text class", '<text xml:space="preserve" class'), "utf-8")
    picture = path.with_suffix(".png")
    if which("rsvg-convert"):
        run(["rsvg-convert", "-o", str(picture), str(path)], check=True)
    elif which("resvg"):
        run(["resvg", str(path), str(picture)], check=True)
    elif find_spec("resvg_py"):
        draw = import_module("resvg_py").svg_to_bytes
        picture.write_bytes(bytes(draw(svg_string=svg, monospace_family=FONT)))


def _place_characters(text: re.Match[str]) -> str:
    """Place each character of a text with dots of braille by itself.

    Braille comes from a font with wider characters, and `rsvg-convert` ignores the text's length: it would draw the end
    of a line some cells away from its place.
    """
    characters = list(unescape(text["characters"]))
    left, cell_width = float(text["x"]), float(text["length"]) / len(characters)
    placed = (
        f'<text{text["before"]} x="{left + index * cell_width:g}"{text["between"]} textLength="{cell_width:g}"'
        f"{text['after']}>{escape(character)}</text>"
        for index, character in enumerate(characters)
    )
    return "".join(placed)


def choose_names(names: Sequence[str], wanted: Sequence[str]) -> Iterator[str]:
    """Those of `names` that contain one of the words that are wanted; all where nothing is."""
    return (name for name in names if not wanted or any(word in name for word in wanted))


def main(folder: Path, wanted: Sequence[str]) -> None:
    """Make the sheets."""
    course = open_course()
    table = scenes(course)
    shots = {name: asyncio.run(shoot(table[name], course)) for name in choose_names(list(table), wanted)}
    for size in SIZES:
        for theme in THEMES:
            sheet = folder / f"{size[0]}x{size[1]}-{theme.removeprefix('chainrule-')}"
            sheet.mkdir(parents=True, exist_ok=True)
            for name, found in shots.items():
                write_picture(sheet / f"{name}.svg", found[size, theme])
            write_picture(sheet.with_suffix(".svg"), join_screens([found[size, theme] for found in shots.values()]))
            print(sheet.with_suffix(".svg"))


def parse_arguments(arguments: Sequence[str]) -> Namespace:
    """The folder and the names that were asked for."""
    parser = ArgumentParser(
        prog="python docs/make_sheets.py", description="Make contact sheets of every screen and simulation."
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where the sheets go; it is made if it is missing")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="make only the screens whose names contain one of these"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    asked = parse_arguments(sys.argv[1:])
    main(asked.folder, asked.names)

"""Make the README's moving picture from the program itself: `python docs/make_film.py`.

The frames are screens of a session, one on top of the other in a single SVG; a style shows one at a time.
A reader who has asked for less motion sees only the first.
"""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tutor.content.course import open_course
from tutor.progress.record.store import Store
from tutor.quiz.quiz import open_quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.quiz.session import Session
from tutor.screens.app import ChainruleApp, Opening
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

FILM = Path(__file__).parent.parent / "assets" / "film.svg"
SIZE = (88, 26)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
WAIT = "wait"
"""In place of a key: let a second pass."""
FILMED_QUESTION = "backprop-to-the-left"
"""The question of the film: the slope that is passed on to the neuron before."""


def choose_quiz() -> tuple[QuizOptions, str, str]:
    """A quiz of the filmed question, a wrong answer to it whose mistake it names, and the right one."""
    with TemporaryDirectory() as home:
        store = Store.open(Path(home), clock=lambda: NOW)
        session = Session(open_course(), store)
        for seed in range(1000):
            options = QuizOptions(Scope("backprop"), count=1, seed=seed)
            quiz = open_quiz(session, options)
            if quiz.current.question == FILMED_QUESTION:
                numbers = quiz.current_instance().names
                wrong, right = numbers["delta"] * numbers["v"], numbers["delta"] * numbers["w"]
                store.close()
                return options, f"{wrong:.6g}", f"{right:.6g}"
    raise ValueError(f"no seed asks {FILMED_QUESTION}")


def scenes() -> list[tuple[Opening, list[tuple[list[str], float]]]]:
    """What is opened, and then for each frame the keys before it and the seconds that it stands."""
    quiz, wrong, right = choose_quiz()
    descent = Player(find_simulation("descent").build(function="ravine", learning_rate=0.12))
    steps = [(["right"], 0.7) for _ in range(5)]
    back = [(["left"], 0.7) for _ in range(2)]
    return [
        (
            Opening("start"),
            [([WAIT], 1.0), ([WAIT] * 2, 0.8), ([WAIT] * 2, 0.8), ([WAIT] * 3, 1.2), (["enter", WAIT], 3.0)],
        ),
        (Opening("simulation", player=descent), [([WAIT], 1.5), *steps, *back, (["a", WAIT], 2.5)]),
        (
            # What is typed first is the slope of the weight, a mistake that the question names.
            Opening("quiz", options=quiz),
            [
                ([WAIT], 2.5),
                ([*keys_of(wrong), "enter", WAIT], 3.5),
                (["ctrl+u", *keys_of(right), "enter", WAIT], 3.5),
            ],
        ),
    ]


def keys_of(text: str) -> list[str]:
    """The keys that type a number."""
    return [{".": "full_stop", "-": "minus"}.get(character, character) for character in text]


async def record_frames(opening: Opening, shots: list[tuple[list[str], float]]) -> list[tuple[str, float]]:
    """The screens of a scene as SVG, each with the seconds that it stands."""
    found = []
    with TemporaryDirectory() as home:
        store = Store.open(Path(home), clock=lambda: NOW)
        app = ChainruleApp(open_course(), store, opening)
        async with app.run_test(size=SIZE) as pilot:
            for keys, seconds in shots:
                for key in keys:
                    if key == WAIT:
                        await pilot.pause(1.0)
                    else:
                        await pilot.press(key)
                await pilot.pause(0.1)
                found.append((app.export_screenshot(simplify=True), seconds))
    return found


def join_frames(found: list[tuple[str, float]]) -> str:
    """All frames in one SVG, shown one after the other."""
    box = re.search(r'viewBox="[^"]+"', found[0][0])
    if box is None:
        raise ValueError("the screenshot has no size")
    total = sum(seconds for _, seconds in found)
    style = [".frame { visibility: hidden }", ".frame.first { visibility: visible }"]
    body: list[str] = []
    moving: list[str] = []
    begun = 0.0
    for number, (svg, seconds) in enumerate(found):
        start, end = 100 * begun / total, 100 * (begun + seconds) / total
        style.append(
            f"@keyframes f{number} {{ 0%, {start:.2f}% {{ visibility: {'visible' if not number else 'hidden'} }} "
            f"{start + 0.01:.2f}%, {end:.2f}% {{ visibility: visible }} "
            f"{end + 0.01:.2f}%, 100% {{ visibility: hidden }} }}"
        )
        moving.append(f"#f{number} {{ animation: f{number} {total}s step-end infinite }}")
        inner = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
        body.append(f'<g id="f{number}" class="frame{"" if number else " first"}">{inner}</g>')
        begun += seconds
    style.append(f"@media (prefers-reduced-motion: no-preference) {{ {' '.join(moving)} }}")
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box[0]}><style>{" ".join(style)}</style>{"".join(body)}</svg>\n'


async def main() -> None:
    """Play all scenes, and write the film."""
    found = []
    for opening, shots in scenes():
        found += await record_frames(opening, shots)
    FILM.write_text(join_frames(found), "utf-8")
    print(FILM, f"{len(found)} frames, {FILM.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    asyncio.run(main())

"""Keys at key-repeat pace on every screen, and an end at a random moment; every fault that is raised is caught.

`python -m benchmarks.storms --runs 2000 --pace mixed` runs many and prints the seed of each that failed;
`python -m benchmarks.storms --seed N --pace mixed` repeats that one.
"""

import asyncio
import gc
import json
import os
import random
import subprocess
import sys
import threading
import traceback
import warnings
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from unittest.mock import patch

from textual import events
from textual.geometry import Size
from textual.message import Message

from tutor.content.course import Course, open_course
from tutor.errors import ChainruleError
from tutor.progress.record.store import Store
from tutor.quiz.quiz import Quiz
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens import requests
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.table import SCREENS
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation

Pace = Literal["fast", "30ms", "mixed"]
PACES: tuple[Pace, ...] = ("fast", "30ms", "mixed")
SIZES = ((80, 24), (140, 44), (60, 20), (200, 50))
RUNS_IN_A_PROCESS = 50
"""Runs in one process."""
PATIENCE = 60.0
"""Seconds that a run may take to begin, and to end once it was told to."""

KEYS = (
    *("n", "p", "right", "left", "down", "up", "space", "enter", "escape", "tab", "shift+tab"),
    *("pagedown", "pageup", "home", "end", *"bhljksmgdtwurqzi"),
    *(*"eoacCvxyfSW", "full_stop", "plus", "minus", "right_square_bracket", "slash"),
    *("f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9"),
    *("ctrl+g", "ctrl+o", "ctrl+s", "ctrl+n", "ctrl+b", "ctrl+p", "question_mark", "backspace", "ctrl+z"),
    *("0", "1", "2", "7", "comma", "shift+down", *"izTS", "f5", "f7", "f8", "ctrl+o", "ctrl+g"),
)
OFTEN = ("n", "n", "n", "p", "right", "left", "enter", "space", "escape", "tab", "b", "down")
SIGNS = {"space": " ", "full_stop": ".", "plus": "+", "minus": "-", "slash": "/", "comma": ","}
SIGNS |= {"question_mark": "?", "right_square_bracket": "]"}


class WatchedApp(ChainruleApp):
    """The program, with every exception kept that reached the top of a handler, a worker or a timer."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.raised: list[str] = []

    def _handle_exception(self, error: Exception) -> None:
        super()._handle_exception(error)
        if self.crash is not None:  # else the program knew it to be no fault
            self.raised.append("".join(traceback.format_exception(error)))


Begin = Callable[[WatchedApp], Awaitable[None] | None]


@dataclass(frozen=True)
class Start:
    """Where a run begins."""

    name: str
    opening: Opening = Opening()  # it is frozen
    begin: Begin = lambda _: None
    fresh: bool = False
    """Whether nothing is on record yet."""


@dataclass
class Outcome:
    """What one run did, and what went wrong in it."""

    seed: int
    start: str = ""
    keys: int = 0
    ended: str = ""
    faults: list[str] = field(default_factory=list)
    presses: list[str] = field(default_factory=list)


def starts(course: Course) -> list[Start]:
    """Every screen: each lesson, each simulation, each kind of question, and all that a request or an action opens."""
    starts = [Start("welcome", Opening("start"), fresh=True), Start("map"), Start("placement", Opening("placement"))]
    starts += [
        Start(f"lesson {heading.front_matter.id}", Opening("lesson", lesson=heading.front_matter.id))
        for heading in course.headings
    ]
    starts += [Start(f"simulation {name}", _simulation_opening(name)) for name in SIMULATIONS]
    kinds = sorted({question.kind for question in course.questions()})
    starts += [Start(f"quiz {kind}", begin=_begin_quiz_of(kind)) for kind in kinds]
    for name, options in (
        ("practice", QuizOptions(count=5, asks_confidence=True)),
        ("exam", QuizOptions(count=4, exam=True)),
        ("minutes", QuizOptions(Scope(), minutes=0.02, exam=True)),
        ("nothing due", QuizOptions(Scope(due=True))),
    ):
        starts.append(Start(f"quiz {name}", Opening("quiz", options=options)))
    starts += [Start(f"screen {name}", begin=_begin_by_request(requests.OpenScreen, name)) for name in SCREENS]
    starts.append(Start("exercise", begin=_begin_by_request(requests.OpenScreen, "exercise", course.exercises()[0].id)))
    starts.append(Start("quiz setup", begin=_begin_by_request(requests.OpenQuizSetup)))
    for name in ("help", "settings", "command_palette", "change_theme"):
        starts.append(Start(name.replace("_", " "), begin=_begin_by_action(name)))
    for name in ("presets", "source", "predict", "jump", "edit"):
        starts.append(Start(f"simulator {name}", _simulation_opening("adam"), _begin_by_action(name, "focused")))
    challenge = next(question.id for question in course.questions() if question.kind == "challenge")
    starts.append(Start("challenge", begin=_begin_challenge(challenge)))
    return starts


def _begin_by_request(request: Callable[..., Message], *arguments: str) -> Begin:
    def begin(app: WatchedApp) -> None:
        app.post_message(request(*arguments))

    return begin


def _simulation_opening(name: str) -> Opening:
    return Opening("simulation", player=Player(find_simulation(name).build()))


def _begin_quiz_of(kind: str) -> Begin:
    def begin(app: WatchedApp) -> None:
        from tutor.screens.quiz.quiz import QuizScreen

        chosen = [(question.id, None) for question in app.course.questions() if question.kind == kind][:6]
        app.push_screen(QuizScreen(Quiz(app.session, chosen), kind))

    return begin


def _begin_challenge(question: str) -> Begin:
    def begin(app: WatchedApp) -> None:
        from tutor.screens.quiz.cards import ChallengeScreen

        instance = app.session.make_instance(question)
        assert instance.scene is not None
        app.push_screen(ChallengeScreen(instance, instance.scene))

    return begin


def _begin_by_action(name: str, namespace: str = "app") -> Begin:
    return lambda app: _run_action(app, name, namespace)


async def _run_action(app: WatchedApp, name: str, namespace: str) -> None:
    target = app if namespace == "app" else app.focused
    if target is not None:
        await app.run_action(name, target)


def presses(rng: random.Random, count: int) -> Iterator[str]:
    """Keys as hands press them: now this, now that, and now one that is held down."""
    made = 0
    while made < count:
        key = rng.choice(OFTEN if rng.random() < 0.4 else KEYS)
        held = rng.randint(5, 15) if rng.random() < 0.2 else 1
        for _ in range(min(held, count - made)):
            yield key
            made += 1


def press(app: WatchedApp, key: str) -> None:
    """Hand a key to the program as its driver would, without waiting for what it does."""
    character = SIGNS.get(key, key if len(key) == 1 else None)
    event = events.Key(key, character)
    event.set_sender(app)
    app.post_message(event)


def resize(app: WatchedApp, rng: random.Random) -> None:
    """Change the size of the terminal."""
    size = Size(*rng.choice((*SIZES, (30, 8))))
    app.post_message(events.Resize(size, size))


def pause(pace: Pace, rng: random.Random) -> float:
    """Seconds until the next key."""
    if pace == "fast":
        return 0.0
    return 0.03 if pace == "30ms" else rng.choice((0.0, 0.0, 0.005, 0.03, 0.03, 0.1))


ENDS = ("ctrl+q", "ctrl+q", "exit", "signal")


async def play(app: WatchedApp, start: Start, rng: random.Random, pace: Pace, outcome: Outcome) -> None:
    """One run, from the first paint or before it until the program has ended."""
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: outcome.faults.append(_describe_context(context)))
    running = asyncio.create_task(app.run_async(headless=True, size=rng.choice(SIZES)))
    await _wait_until(lambda: app.is_running and app._running and bool(app.screen_stack), running, outcome)
    app.call_later(start.begin, app)
    if rng.random() < 0.7:
        await asyncio.sleep(rng.choice((0.0, 0.02, 0.1, 0.3)))
    count = rng.randint(1, 40)
    for key in presses(rng, count):
        if running.done():
            break
        press(app, key)
        outcome.keys += 1
        outcome.presses.append(key)
        if rng.random() < 0.02:
            resize(app, rng)
        await asyncio.sleep(pause(pace, rng))
    if rng.random() < 0.5:
        await asyncio.sleep(rng.random() * 0.4)
    await _end_app(app, rng, outcome)
    await _wait_until(running.done, running, outcome)
    if not running.done():
        outcome.faults.append(f"it did not end within {PATIENCE:g} s")
        for task in asyncio.all_tasks():
            task.print_stack(file=sys.stderr)
        os._exit(3)  # the process is stuck; the one that started it sees that runs are missing
    try:
        await running
    except Exception as error:
        outcome.faults.append("".join(traceback.format_exception(error)))


async def _end_app(app: WatchedApp, rng: random.Random, outcome: Outcome) -> None:
    """Tell the program to end, and go on typing."""
    outcome.ended = rng.choice(ENDS)
    if outcome.ended == "ctrl+q":
        press(app, "ctrl+q")
        await asyncio.sleep(0.3)  # a screen may be typed into; whoever wants to leave presses it again
        if not app._exit:
            press(app, "ctrl+q")
    else:
        app.exit(return_code=0 if outcome.ended == "exit" else 143)
    for key in presses(rng, rng.randint(0, 6)):
        press(app, key)


async def _wait_until(holds: Callable[[], bool], running: "asyncio.Task[None]", outcome: Outcome) -> None:
    end = asyncio.get_running_loop().time() + PATIENCE
    while not holds() and not running.done() and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.005)


def _describe_context(context: dict[str, Any]) -> str:
    error = context.get("exception")
    details = "".join(traceback.format_exception(error)) if error is not None else ""
    return f"the loop: {context['message']}\n{details}"


@contextmanager
def listening(outcome: Outcome) -> Iterator[None]:
    """Hear of what is raised where nobody looks: in threads, in finalisers, in coroutines never awaited."""

    def thread(arguments: threading.ExceptHookArgs) -> None:
        outcome.faults.append("thread: " + "".join(traceback.format_exception(arguments.exc_value)))

    def lost(arguments: Any) -> None:
        outcome.faults.append(f"lost: {arguments.err_msg} {arguments.object!r} {arguments.exc_value!r}")

    with (
        patch.object(threading, "excepthook", thread),
        patch.object(sys, "unraisablehook", lost),
        warnings.catch_warnings(record=True) as warned,
    ):
        warnings.simplefilter("always")
        yield
        gc.collect()
    outcome.faults += [f"warning: {warning.message}" for warning in warned if warning.category is RuntimeWarning]


def run_seed(seed: int, pace: Pace, course: Course | None = None, only: str = "") -> Outcome:
    """The run with this seed. The same seed presses the same keys; how they meet the work is up to the machine."""
    rng, outcome = random.Random(seed), Outcome(seed)
    course = course or open_course()
    chosen = [start for start in starts(course) if only in start.name]
    start = chosen[seed % len(chosen)]  # in turn, so that none is left out
    outcome.start = start.name
    with TemporaryDirectory() as folder, patch.dict(os.environ, CHAINRULE_HOME=folder), listening(outcome):
        store = Store.open(Path(folder))
        if not start.fresh:
            store.save_reading_position("node", 1)
        app = WatchedApp(course, store, start.opening)
        try:
            asyncio.run(play(app, start, rng, pace, outcome))
        except ChainruleError as error:
            outcome.faults.append(f"{error}")
        outcome.faults += app.raised
        store.close()
    return outcome


def run_piece(first: int, count: int, pace: Pace, only: str) -> None:
    """Some runs in this process, each told in a line of JSON when it is over."""
    course = open_course()
    for seed in range(first, first + count):
        print(json.dumps(asdict(run_seed(seed, pace, course, only))), flush=True)


def run_many(runs: int, pace: Pace, *, first: int = 0, jobs: int = 2, only: str = "") -> list[Outcome]:
    """So many runs, in pieces: each piece is a process of its own, so that one that hangs or dies is seen, too."""
    pieces = [
        (start, min(RUNS_IN_A_PROCESS, first + runs - start)) for start in range(first, first + runs, RUNS_IN_A_PROCESS)
    ]
    with ThreadPoolExecutor(jobs) as pool:
        found = list(pool.map(lambda part: _run_in_process(part[0], part[1], pace, only), pieces))
    return [outcome for part in found for outcome in part]


def _run_in_process(first: int, count: int, pace: Pace, only: str) -> list[Outcome]:
    command = [sys.executable, "-m", "benchmarks.keystorm", str(first), str(count), pace, only]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]
    if len(found) < count:
        fault = f"the process ended with {done.returncode}:\n{done.stderr[-3000:]}"
        found.append(Outcome(first + len(found), faults=[fault]))
    for outcome in found:
        if outcome.faults:
            print(failure_report(outcome, pace), flush=True)
    return found


def failure_report(outcome: Outcome, pace: Pace) -> str:
    """What went wrong in a run, and how to see it again."""
    again = f"python -m benchmarks.storms --seed {outcome.seed} --pace {pace}"
    keys = " ".join(outcome.presses)
    where = f"FAILED seed {outcome.seed}, {outcome.start}, ended by {outcome.ended or 'nothing'}, after: {keys}"
    return "\n".join([where, *outcome.faults, f"again: {again}", ""])


def summary(outcomes: Sequence[Outcome], pace: Pace, seconds: float) -> str:
    """The figures in one line."""
    failed = [outcome.seed for outcome in outcomes if outcome.faults]
    keys, starts = sum(outcome.keys for outcome in outcomes), len({outcome.start for outcome in outcomes})
    seeds = f"; seeds: {', '.join(map(str, failed))}" if failed else ""
    return (
        f"{len(outcomes):,} runs at pace {pace} from {starts} starts, {keys:,} keys, {seconds:.0f} s: "
        f"{len(failed)} with a fault{seeds}"
    )


if __name__ == "__main__":
    chosen = next(pace for pace in PACES if pace == sys.argv[3])
    run_piece(int(sys.argv[1]), int(sys.argv[2]), chosen, sys.argv[4])

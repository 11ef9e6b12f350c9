"""Work that is put off: done for whoever is still there, and only while somebody can see it."""

import ast
from asyncio import sleep
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Semaphore
from threading import enumerate as enumerate_threads
from time import sleep as wait

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.pilot import Pilot
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

import tutor
from tests.waiting import PATIENCE, until
from tutor.widgets.deferred import (
    THREAD_NAME,
    Work,
    call_after,
    call_after_paint,
    call_repeatedly,
    is_moot,
    run_in_thread,
)

RAW = {
    "call_after_refresh",
    "call_later",
    "call_next",
    "call_from_thread",
    "create_task",
    "ensure_future",
    "is_attached",
    "is_mounted",
    "is_running",
    "run_in_executor",
    "run_worker",
    "set_interval",
    "set_timer",
    "Thread",
    "work",
}
"""What schedules, or asks whether a widget is there. `work` is Textual's decorator, which no method here is called."""
DOORS = [path for part in ("screens", "widgets") for path in sorted((Path(tutor.__file__).parent / part).rglob("*.py"))]


@pytest.mark.parametrize("path", DOORS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_nothing_is_scheduled_but_in_one_place(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    used |= {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
    # A walk of the desk is called so; the outlet and the driver work for no widget, but for the terminal.
    allowed = {"simulator.py": {"work"}, "outlet.py": {"Thread"}, "browser.py": {"call_later"}}.get(path.name, set())
    if path.name == "deferred.py":
        assert used & RAW
    else:
        assert not (used & RAW) - allowed, f"schedule by tutor.widgets.deferred, which knows who is still there: {path}"


@pytest.mark.parametrize("path", DOORS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_whatever_lies_over_a_screen_can_be_closed_only_once(path: Path) -> None:
    bases = [
        ast.unparse(base)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    ]
    assert path.name == "modal.py" or not [base for base in bases if base.startswith(("ModalScreen", "Screen"))]


class Place(Vertical):
    """Where work is put off."""

    def compose(self) -> ComposeResult:
        yield Static("here", id="part")


class Room(App[None]):
    """A program with one place."""

    def compose(self) -> ComposeResult:
        yield Place()

    @property
    def place(self) -> Place:
        return self.screen_stack[0].query_one(Place)


class Count:
    """How often something was done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def short_walk() -> Iterator[None]:
    wait(0.03)
    yield


async def holds(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait until something holds, as long as a busy machine may take; fail when it never does."""
    await until(pilot, condition)


SCHEDULE: dict[str, Work] = {
    "after a paint": call_after_paint,
    "after a while": lambda place, work: call_after(place, 0.02, work),
    "again and again": lambda place, work: call_repeatedly(place, 0.02, work),
    "in a thread": lambda place, work: run_in_thread(place, short_walk, work),
}


@pytest.mark.parametrize("how", SCHEDULE)
async def test_what_is_put_off_is_done_for_whoever_is_there(how: str) -> None:
    app, done = Room(), Count()
    async with app.run_test() as pilot:
        SCHEDULE[how](app.place, done)
        await holds(pilot, lambda: done.times > (how == "again and again"))
        await pilot.pause(0.1)
        assert done.times > 1 if how == "again and again" else done.times == 1


@pytest.mark.parametrize("how", SCHEDULE)
async def test_nothing_is_done_for_whoever_has_gone(how: str) -> None:
    app, done = Room(), Count()
    async with app.run_test() as pilot:
        place = app.place
        SCHEDULE[how](place, done)
        await place.remove()
        await pilot.pause(0.1)
        assert done.times == 0


@pytest.mark.parametrize("how", SCHEDULE)
async def test_whoever_goes_in_the_middle_of_it_raises_nothing(how: str) -> None:
    app, begun = Room(), Count()
    async with app.run_test() as pilot:
        place = app.place

        async def look() -> None:
            begun()
            place.remove()
            await sleep(0.05)
            place.query_one("#part")

        SCHEDULE[how](place, look)
        await holds(pilot, lambda: begun.times == 1)
        await pilot.pause(0.1)


@pytest.mark.parametrize("how", ["after a paint", "again and again"])
async def test_whoever_is_there_and_lacks_a_part_has_a_fault(how: str) -> None:
    app = Room()
    with pytest.raises(NoMatches):
        async with app.run_test() as pilot:
            SCHEDULE[how](app.place, lambda: app.place.query_one("#nowhere"))
            await pilot.pause(0.5)


class Cover(ModalScreen[None]):
    """Something that lies above."""


async def cover(app: Room) -> None:
    await app.push_screen(Cover())


async def open_another(app: Room) -> None:
    await app.push_screen(Screen())


async def hide(app: Room) -> None:
    app.place.display = False


async def hide_around(app: Room) -> None:
    app.screen.styles.layout = "vertical"
    app.place.styles.display = "none"


async def uncover(app: Room) -> None:
    if len(app.screen_stack) > 1:
        await app.pop_screen()
    app.place.display = True


@pytest.mark.parametrize("out_of_sight", [cover, open_another, hide, hide_around])
async def test_what_repeats_stands_still_while_it_cannot_be_seen(out_of_sight: Work) -> None:
    app, done = Room(), Count()
    async with app.run_test() as pilot:
        call_repeatedly(app.place, 0.01, done)
        await pilot.pause(0.05)
        await out_of_sight(app)
        await pilot.pause(0.05)
        before = done.times
        await pilot.pause(0.15)
        assert done.times == before
        await uncover(app)
        await holds(pilot, lambda: done.times > before)


async def test_what_is_due_while_its_screen_is_covered_is_done_when_it_is_seen_again() -> None:
    app, done = Room(), Count()
    async with app.run_test() as pilot:
        call_after(app.place, 0.02, done)
        await cover(app)
        await pilot.pause(0.1)
        assert done.times == 0
        await uncover(app)
        await holds(pilot, lambda: done.times == 1)


async def test_a_thread_begins_no_step_for_a_covered_screen_and_ends_when_it_is_seen_again() -> None:
    app, steps, done, may_step = Room(), Count(), Count(), Semaphore(0)

    def walk() -> Iterator[None]:
        for _ in range(20):
            assert may_step.acquire(timeout=PATIENCE)
            steps()
            yield

    async with app.run_test() as pilot:
        run_in_thread(app.place, walk, done)
        await cover(app)
        may_step.release(20)  # one step was begun before
        await holds(pilot, lambda: THREAD_NAME not in {thread.name for thread in enumerate_threads()})
        assert steps.times == 1
        await uncover(app)
        await holds(pilot, lambda: done.times > 0)
        assert steps.times == 20


async def test_a_fault_in_a_thread_is_a_fault_of_the_program() -> None:
    app = Room()

    def walk() -> Iterator[None]:
        yield
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with app.run_test() as pilot:
            run_in_thread(app.place, walk)
            await pilot.pause(0.2)


async def test_a_beat_that_is_stopped_is_forgotten() -> None:
    app, done = Room(), Count()
    async with app.run_test() as pilot:
        beat = call_repeatedly(app.place, 0.01, done)
        await pilot.pause(0.05)
        beat.stop()
        before = done.times
        await pilot.pause(0.05)
        await cover(app)
        await uncover(app)
        await pilot.pause(0.05)
        assert done.times == before


async def test_only_what_is_missing_can_be_moot() -> None:
    app = Room()
    async with app.run_test():
        place = app.place
        assert not is_moot(NoMatches("there is none"), place)
        await place.remove()
        assert is_moot(NoMatches("there is none"), place)
        assert not is_moot(KeyError("a fault"), place)
        await sleep(0)

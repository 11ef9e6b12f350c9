"""Stories about a lesson that guides: pictures, figures from runs, tasks that tick themselves, links to states."""

from pathlib import Path

import pytest
from textual.binding import Binding

from tests.content.lessons import RICH, folder
from tests.screens.story import SMALL, WIDE, focused, press, record, text, until
from tutor.content import values as values_module
from tutor.content.course import Course
from tutor.questions.templates.runs import SimulationRun, compute_run
from tutor.screens.app import ChainruleApp, Opening
from tutor.widgets.lesson.simulation_note import SimulationNote
from tutor.widgets.lesson.task_line import TaskLine
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.simulator.keys import KEYS, KEYS_FROM_TEXT
from tutor.widgets.simulator.simulator import Simulator


def drawn(program: ChainruleApp) -> bool:
    """Whether the simulator at the side stands and is drawn."""
    found = program.screen.query("Simulator PictureView")
    return bool(found) and found.last().size.height > 0


def app(tmp_path: Path, section: int = 0, lesson: str = RICH) -> ChainruleApp:
    course = Course(folder(tmp_path, toy=lesson))
    return ChainruleApp(course, record(tmp_path / "home"), Opening("lesson", lesson="toy", section=section))


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])
async def test_a_page_shows_its_picture_and_the_figures_of_its_runs(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Two ways to count 125 kernels.")
        await until(pilot, lambda: bool(program.screen.query("InlinePicture PictureView")))
        picture = program.screen.query("InlinePicture PictureView").only_one(PictureView)
        assert picture.picture is not None
        await until(pilot, lambda: picture.size.height >= 12)
        assert picture.picture.title in text(program)
        await press(pilot, ["G"])
        await until(pilot, "takes 600,000 products, the pair 0.048 of that")
        assert "(saving)" not in text(program)


async def test_while_figures_are_computed_the_page_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    let_go = Event()

    def waiting(run: SimulationRun, names: dict[str, object]) -> object:
        assert let_go.wait(10)
        return compute_run(run, names)

    monkeypatch.setattr(values_module, "compute_run", waiting)
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "the numbers in this text are being computed")
        assert "Why it matters" in text(program)
        let_go.set()
        await until(pilot, "Two ways to count 125 kernels.")
        assert "being computed" not in text(program)


async def test_a_figure_that_does_not_compute_leaves_the_rest_of_the_page(tmp_path: Path) -> None:
    program = app(tmp_path, 1, RICH.replace("kernels: 125\nstandard", "kernels: 1 / 0\nstandard"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "! This text cannot be shown: ")
        await until(pilot, "Show me the third term.")


async def test_a_task_ticks_itself_when_its_goal_holds_in_the_simulator_beside(tmp_path: Path) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=WIDE, notifications=True) as pilot:
        await until(pilot, "○ Task.")
        await until(pilot, lambda: bool(program.screen.query(Simulator)))
        assert "✓" not in text(program)
        await press(pilot, ["s", "right"])
        assert "✓" not in text(program)
        await press(pilot, ["right"] * 9)
        await until(pilot, "✓ Task.")
        await until(pilot, "Done.")
        assert "Try." in text(program)
        assert not program._notifications  # nothing lies over the derivation


async def test_a_task_that_was_done_is_done_after_a_restart_until_it_asks_for_something_else(tmp_path: Path) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(program.screen.query(Simulator)))
        await press(pilot, ["s", *["right"] * 10])
        await until(pilot, "✓ Task.")
    program = app(tmp_path, 1)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "✓ Task.")
        await until(pilot, "✓ Every task here is done.")
    program = app(tmp_path, 1, RICH.replace("goal: standard.multiplications == 600000", "goal: step == 2"))
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "○ Task.")


@pytest.mark.parametrize("size", [SMALL, (100, 30), WIDE], ids=["80×24", "100×30", "140×44"])
async def test_the_tasks_stand_in_one_line_above_the_simulator_and_open_on_a_key_or_a_click(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "○ Task.")
        await press(pilot, ["s"])
        await until(pilot, lambda: drawn(program))
        line = program.screen.query_one(TaskLine)
        await until(pilot, "○ Task (t: all)")
        assert line.size.height == 1
        await press(pilot, ["t"])
        await until(pilot, lambda: line.size.height > 1)
        assert "Try" in text(program)
        await pilot.click(TaskLine)
        await until(pilot, lambda: line.size.height == 1)
        await press(pilot, ["t"])
        await until(pilot, lambda: line.size.height > 1)
        await press(pilot, ["escape"])
        await until(pilot, lambda: line.size.height == 1)
        assert program.screen.query_one("#side") in focused(program).ancestors, "Esc closes the list alone"
        await press(pilot, ["right"] * 10)
        await until(pilot, "✓ Done.")
        assert line.size.height == 1


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])
async def test_going_back_from_a_state_that_a_link_shows_ticks_no_task(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path, 1, RICH.replace("goal: standard.multiplications == 600000", "goal: step == 2"))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Show me the third term.")
        await press(pilot, ["w"])
        await until(pilot, lambda: drawn(program))
        await until(pilot, lambda: program.screen.query(Simulator).last().player.position == 3)
        note = program.screen.query_one(SimulationNote)
        note.post_message(SimulationNote.Opened(note.block))
        await until(pilot, lambda: program.screen.query(Simulator).last().player.position == 0)
        await press(pilot, ["s", "w"])
        await until(pilot, lambda: program.screen.query(Simulator).last().player.position == 3)
        await press(pilot, ["left"] if size == SMALL else ["s", "left"])
        await until(pilot, lambda: program.screen.query(Simulator).last().player.position == 2)
        assert "Done" not in text(program)
        await press(pilot, ["left", "left", "right", "right"])
        await until(pilot, "Done.")


async def test_a_ticked_task_stays_ticked_when_one_steps_back(tmp_path: Path) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "○ Task.")
        await press(pilot, ["s", *["right"] * 10, "left", "left", "0", "s"])
        await until(pilot, "✓ Task.")
        assert len(program.screen.query(SimulationNote)) == 1


async def test_a_changed_parameter_ticks_a_task_too(tmp_path: Path) -> None:
    program = app(tmp_path, 1, RICH.replace("goal: standard.multiplications == 600000", "goal: kernels > 300"))
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: drawn(program))
        simulator = program.screen.query_one(Simulator)
        simulator._change_parameter("kernels", 301)  # what typing a value ends in
        await until(pilot, "✓ Task.")


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])
async def test_show_me_sets_the_simulation_to_the_stated_state(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Show me the third term.")
        await until(pilot, lambda: size != WIDE or drawn(program))
        await press(pilot, ["w"])
        await until(pilot, lambda: bool(program.screen.query(Simulator)))
        await until(pilot, lambda: program.screen.query_one(Simulator).player.position == 3)
        assert program.screen.query_one(Simulator).player.simulation.values()["kernels"] == 125
        assert program.screen.query_one("#side").display


async def test_clicking_the_link_does_the_same(tmp_path: Path) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: drawn(program))
        await until(pilot, "Show me the third term.")
        await pilot.click("MathParagraph", offset=(3, 0))
        await until(pilot, lambda: program.screen.query_one(Simulator).player.position == 3)


async def test_a_state_that_a_link_shows_counts_for_the_tasks_that_follow(tmp_path: Path) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: drawn(program))
        await press(pilot, ["w"])
        await until(pilot, lambda: bool(program.screen.query(Simulator)))
        await press(pilot, ["s", *["right"] * 7])
        await until(pilot, "✓ Task.")


async def test_a_page_without_links_offers_no_show_me(tmp_path: Path) -> None:
    program = app(tmp_path, 2)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "Questions")
        assert "w Show me" not in text(program)
        await press(pilot, ["p"])
        await until(pilot, "w Show me")


async def test_the_words_of_a_lesson_are_boxed(tmp_path: Path) -> None:
    program = app(tmp_path, 2)
    async with program.run_test(size=(80, 60)) as pilot:
        await until(pilot, "Words of this lesson")
        await until(pilot, "kernel  A small grid of numbers; here there are 125.")


async def test_a_watched_lesson_is_shown_anew_when_its_file_is_written(tmp_path: Path) -> None:
    path = folder(tmp_path, toy=RICH) / "20-toy.md"
    opening = Opening("lesson", lesson="toy", section=1, watch=True)
    program = ChainruleApp(Course(path.parent), record(tmp_path / "home"), opening)
    async with program.run_test(size=WIDE, notifications=True) as pilot:
        await until(pilot, "Show me the third term.")
        await until(pilot, lambda: drawn(program))
        path.write_text(
            RICH.replace("third term", "third and last term").replace("## See it", "## Look at it"), "utf-8"
        )
        await until(pilot, "Show me the third and last term.")
        assert "Look at it" in text(program)
        assert "2 of 3" in text(program)
        path.write_text(RICH.replace("} conv-cost\nset", "} conv-cots\nset"), "utf-8")
        await until(pilot, "The lesson has faults")
        assert "third and last term" in text(program)
        path.write_text(RICH[: RICH.index("## See it")].replace("a lesson", "one page"), "utf-8")
        await until(pilot, "one page")
        await until(pilot, "Toy: one page with every block")


async def test_a_lesson_that_is_not_watched_stays_as_it_was_opened(tmp_path: Path) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Show me the third term.")
        (tmp_path / "lessons" / "20-toy.md").write_text(RICH.replace("third term", "last term"), "utf-8")
        await pilot.pause(0.8)
        assert "Show me the third term." in text(program)


async def test_states_asked_for_one_on_top_of_the_other_end_with_the_last(tmp_path: Path) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "Show me the third term.")
        for _ in range(6):
            program.simulate_key("w")
            await pilot.pause(0.02)
        await until(pilot, lambda: len(program.screen.query(Simulator)) == 1)
        assert program.screen.query_one(Simulator).player.position == 3


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])
@pytest.mark.parametrize("key", KEYS_FROM_TEXT)
async def test_a_key_of_the_simulation_works_from_the_text_that_names_it(
    tmp_path: Path, key: str, size: tuple[int, int]
) -> None:
    done: list[str] = []
    sign = "." if key == "full_stop" else key
    program = app(tmp_path, 1, RICH.replace("Step once.", f"Step once, then press {sign} and look."))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "○ Task.")
        await until(pilot, lambda: size != WIDE or drawn(program))
        actions = {f"action_{name}" for name in KEYS_FROM_TEXT.values()}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Simulator, "check_action", lambda *_: True)  # whatever its simulation lets one do
            for name in actions:
                patch.setattr(Simulator, name, lambda _, name=name: done.append(name))
            await press(pilot, [key])
            await until(pilot, lambda: bool(done))
        assert done == [f"action_{KEYS_FROM_TEXT[key]}"]
        assert drawn(program)


async def test_a_key_of_the_simulation_does_nothing_where_neither_is_in_sight_nor_named(tmp_path: Path) -> None:
    program = app(tmp_path, 1)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "○ Task.")
        await press(pilot, [*KEYS_FROM_TEXT, "down"])
        await until(pilot, "F3 Simulation")
        assert not program.screen.has_class("-simulation")
        assert not program.screen.query(Simulator)


def test_the_keys_that_work_from_the_text_are_those_of_the_simulator() -> None:
    own = {key: each.action for each in KEYS if isinstance(each, Binding) for key in each.key.split(",")}
    assert KEYS_FROM_TEXT.items() <= own.items()


async def test_a_long_task_stands_whole_above_its_simulator_on_a_tall_screen(tmp_path: Path) -> None:
    words = "Step on and look at how the numbers change, " * 5 + "then say which of them came last."
    program = app(tmp_path, 1, RICH.replace("Go on until {standard} is there.", words))
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: drawn(program))
        line = program.screen.query_one(TaskLine)
        shown = [strip.text for strip in line.render_lines(line.outer_size.region)]
        assert "which of them came last." in " ".join(" ".join(shown).split())
        assert len(shown) > 3

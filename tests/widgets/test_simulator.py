"""The simulator: every key does what it says, and nothing is lost on the way."""

from inspect import getsource
from itertools import pairwise
from sys import modules

import pytest
from textual.widgets import Input, OptionList

from tests.waiting import until
from tests.widgets.bench import bench, said, typed
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.markdown.mathtext import MathText
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.simulator.controls import Controls
from tutor.widgets.simulator.dialogs import SourceScreen
from tutor.widgets.simulator.entry import RunPrompt
from tutor.widgets.simulator.pictures import Pictures
from tutor.widgets.simulator.readings import Readings, label_text
from tutor.widgets.simulator.source_lines import wrap_source
from tutor.widgets.simulator.timeline import Timeline

SIZES = ((80, 24), (140, 44), (57, 41))
"""The two that are promised, and a lesson's pane at 140×44."""


@pytest.mark.parametrize("name", SIMULATIONS)
async def test_every_simulation_is_stepped_back_and_compared_at_every_size(name: str) -> None:
    async with bench(find_simulation(name).build(), SIZES[0]) as (simulator, pilot):
        start = simulator.player.state
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.press("right", "right", "left", "left")
            assert simulator.player.state is start, size
            shown = [view for view in simulator.query(PictureView) if view.region.height]
            assert shown, size
            assert all(view.description for view in shown), size
        await pilot.press("right", "c", "right", "right")
        for size in SIZES:
            await pilot.resize_terminal(*size)
            lines = simulator.query_one(Readings)._lines
            words = " ".join(" ".join(line.text for line in lines).split())
            assert "…" not in words, size
            labels = map(label_text, simulator.player.view().readings)
            assert [label for label in labels if label not in words and not in_order(label, words)] == [], size


def in_order(label: str, words: str) -> bool:
    """Whether a label is there, with its value after its first line."""
    there = iter(words.split())
    return all(word in there for word in label.split())


async def test_a_jump_asks_for_the_step() -> None:
    async with bench(find_simulation("adam").build()) as (simulator, pilot):
        await pilot.press("g", "4", "2", "enter")
        assert simulator.player.position == 42
        assert simulator.has_focus
        await pilot.press("g", "x", "enter")
        assert simulator.query_one(RunPrompt).is_open
        await pilot.press("escape")
        assert not simulator.query_one(RunPrompt).is_open
        assert simulator.player.position == 42


async def test_a_kept_run_is_laid_over_what_comes_next() -> None:
    async with bench(find_simulation("adam").build()) as (simulator, pilot):
        await pilot.press("c")
        simulator.session.change("learning_rate", 0.3)
        await pilot.press("right")
        assert "A: Learning rate α = 0.1" in str(simulator.query_one("#heading", MathText).render())
        described = " ".join(view.description for view in simulator.query(PictureView))
        assert "A: " in described
        await pilot.press("C")
        described = " ".join(view.description for view in simulator.query(PictureView))
        assert "A: " not in described


async def test_the_list_of_presets_gives_reasons_and_runs_the_chosen_one() -> None:
    rules = find_simulation("adam")
    async with bench(rules.build()) as (simulator, pilot):
        await pilot.press("o")
        options = pilot.app.screen.query_one(OptionList)
        assert options.option_count == len(rules.presets)
        assert rules.presets[1].reason in str(options.get_option_at_index(1).prompt)
        for preset, option in zip(rules.presets, options.options, strict=True):
            words = str(option.prompt)
            assert "=" not in words.replace(preset.reason, "")
            assert all(rules.parameters()[name].label in words for name in preset.values)
        await pilot.press("down", "enter")
        await until(pilot, lambda: simulator.player.simulation == rules.build(**rules.presets[1].values))
        assert rules.presets[1].name in said(simulator)


async def test_stages_come_one_by_one_before_the_step() -> None:
    async with bench(find_simulation("adam").build()) as (simulator, pilot):
        await pilot.press("full_stop")
        assert "stage 1 of" in said(simulator)
        assert simulator.player.position == 0
        await pilot.press("escape")
        assert "stage" not in said(simulator)


async def test_the_command_line_is_copied_and_shown() -> None:
    async with bench(find_simulation("adam").build(learning_rate=0.25)) as (simulator, pilot):
        await pilot.press("right", "y")
        assert pilot.app.clipboard == "chainrule sim adam --set learning_rate=0.25 --step 1"
        assert "chainrule sim adam" in said(simulator)


async def test_the_source_can_be_read_and_closed() -> None:
    async with bench(find_simulation("adam").build()) as (_, pilot):
        await pilot.press("S")
        screen = pilot.app.screen
        assert isinstance(screen, SourceScreen)
        assert "class Adam(" in str(screen.query_one("Static").render())
        await pilot.press("escape")
        assert not isinstance(pilot.app.screen, SourceScreen)


@pytest.mark.parametrize(("width", "words"), [(140, "seed 0"), (62, "(v)"), (57, "(v)"), (38, "· 1 of 2 (v)")])
async def test_a_heading_drops_the_seed_then_the_unit_of_a_step_and_the_word_picture_before_it_needs_a_second_line(
    width: int, words: str
) -> None:
    async with bench(find_simulation("descent").build(), (width, 38)) as (simulator, pilot):
        await pilot.pause()
        heading = simulator.query_one("#heading", MathText)
        assert heading.region.height == 1
        assert str(heading.render()).endswith(words)
        assert "Gradient descent" in str(heading.render())


def test_a_broken_line_of_the_source_hangs_under_its_beginning() -> None:
    long = '    """The gradient of the cost: ' + "each weight has its part of it, " * 4 + '"""'
    first, *rest = wrap_source(f"def f():\n\n{long}", 60).splitlines()[2:]
    assert first.startswith('    """The gradient')
    assert rest
    assert all(line.startswith("      ") and line[6] != " " and len(line) <= 60 for line in rest)
    assert wrap_source("def f():\n    return 1", 60) == "def f():\n    return 1"


@pytest.mark.parametrize("columns", [72, 92])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_source_of_every_simulation_keeps_its_words_and_its_columns(name: str, columns: int) -> None:
    source = getsource(modules[find_simulation(name).step.__module__])
    shown = wrap_source(source, columns)
    assert "".join(shown.split()) == "".join(source.split())
    assert max(map(len, shown.splitlines())) <= columns
    said = shown.split('"""')[1].splitlines()
    for line, below in pairwise(said):  # prose is filled line by line: no short rest between two long lines
        if line.strip() and below[:1].strip() and line[:1].strip() and "   " not in line + below:
            assert len(line) + 1 + len(below.split()[0]) > columns or line in source, line
    for line in source.split('"""')[1].splitlines():  # what is below a column of formulas stays below it
        if line.startswith(" " * 10) and len(line) <= columns:
            assert line in said or line.strip() not in said, line


def test_what_is_broken_off_a_row_of_equations_stays_in_the_column_of_the_equations_above() -> None:
    source = (
        '"""Steps.\n\n    forward:   z = w v + b\n               a = 1      b = 2       a long sum = 1 + 2 + 3\n"""'
    )
    assert wrap_source(source, 50).splitlines()[3:-1] == [
        "               a = 1      b = 2",
        "               a long sum = 1 + 2 + 3",
    ]


async def test_playing_walks_on_and_stops_at_the_end() -> None:
    async with bench(find_simulation("conv-cost").build()) as (simulator, pilot):
        await pilot.press("minus", "minus", "space")
        assert simulator.query_one(Timeline).state.is_playing
        await pilot.press("plus", "plus", "plus", "plus")
        await until(pilot, lambda: not simulator.query_one(Timeline).state.is_playing)
        assert not simulator.player.can_step
        assert not simulator.query_one(Timeline).state.is_playing


async def test_a_challenge_hides_what_would_give_it_away() -> None:
    async with bench(find_simulation("adam").build(), allow=("learning_rate",)) as (simulator, pilot):
        await pilot.press("o", "c", "right_square_bracket", "r")
        assert simulator.player.simulation == find_simulation("adam").build()
        assert [field.id for field in simulator.query_one(Controls).query(Input)] == ["p-learning_rate"]


async def test_another_seed_is_another_run_and_start_repeats_the_same() -> None:
    async with bench(find_simulation("minibatch").build()) as (simulator, pilot):
        await pilot.press("right")
        first = simulator.player.state
        await pilot.press("0", "right")
        assert simulator.player.state is first
        await pilot.press("r")
        assert simulator.player.simulation.seed == 1
        assert simulator.player.state != first


async def test_the_next_picture_comes_to_the_front() -> None:
    async with bench(find_simulation("adam").build(), (80, 24)) as (simulator, pilot):
        pictures = simulator.query_one(Pictures)
        first = pictures.query_one(PictureView).picture
        assert pictures.position_words.startswith("picture 1 of ")
        await pilot.press("v")
        assert pictures.query_one(PictureView).picture != first
        await until(pilot, lambda: "picture 2 of" in str(simulator.query_one("#heading", MathText).content))


async def test_a_long_jump_can_be_stopped() -> None:
    async with bench(find_simulation("adam").build()) as (simulator, pilot):
        await pilot.press("g")
        await typed(pilot, "100000")
        await pilot.press("enter")
        await pilot.press("escape")
        assert simulator.player.target == simulator.player.position
        assert not simulator.query_one(Timeline).state.is_running_to_target


async def test_a_key_looks_at_the_test_data_once_where_there_are_some() -> None:
    async with bench(find_simulation("digits").build(train=60)) as (simulator, pilot):
        await pilot.press("right", "right", "L")
        assert simulator.player.state.tested_epoch == simulator.player.position == 2
        assert "looked at once, after epoch 2" in said(simulator)
        await pilot.press("right", "L")
        assert "a second look" in said(simulator)
        assert simulator.player.state.tested_epoch == 2
    async with bench(find_simulation("adam").build()) as (simulator, pilot):
        await pilot.press("right", "L")
        assert (simulator.player.position, simulator.session.message) == (1, "")


@pytest.mark.parametrize("name", ["softmax", "manifold"])
async def test_the_picture_that_the_last_step_brought_is_never_the_one_that_is_hidden(name: str) -> None:
    async with bench(find_simulation(name).build(), (80, 24)) as (simulator, pilot):
        while simulator.player.can_step:
            await pilot.press("right")
        view = simulator.player.view()
        newest = view.pictures[view.newest].title
        assert newest in ("Gradient", "Unrolled")
        shown = simulator.query_one(Pictures)
        await until(pilot, lambda: newest in {seen.picture and seen.picture.title for seen in shown.query(PictureView)})
        assert shown.position_words
        first = shown.query(PictureView).first().picture
        await pilot.press("v")
        await until(pilot, lambda: shown.query(PictureView).first().picture != first)


@pytest.mark.parametrize(("size", "words"), [((80, 24), "picture 1 of 5"), ((140, 44), "pictures 1")], ids=str)
async def test_the_heading_names_every_picture_in_sight(size: tuple[int, int], words: str) -> None:
    async with bench(find_simulation("learned-kernel").build(), size) as (simulator, pilot):
        pictures = simulator.query_one(Pictures)
        await until(pilot, lambda: words in pictures.position_words)
    async with bench(find_simulation("overfit").build(), (140, 44)) as (simulator, pilot):
        await pilot.pause()
        assert simulator.query_one(Pictures).position_words == "", "all are in sight"

"""The simulator: every key does what it says, and nothing is lost on the way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.waiting import until
from tutor.sims.engine.json_lines import state_after
from tutor.sims.engine.prediction import describe_verdict, is_right
from tutor.sims.engine.simulation import Simulation
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.literal import Select, Static
from tutor.widgets.markdown.mathtext import MathText
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.simulator.controls import Controls, ValueLine
from tutor.widgets.simulator.dialogs import SourceScreen
from tutor.widgets.simulator.entry import RunPrompt
from tutor.widgets.simulator.pictures import Pictures
from tutor.widgets.simulator.readings import Readings, label_text
from tutor.widgets.simulator.simulator import Simulator
from tutor.widgets.simulator.timeline import Timeline


class Bench(App[None]):
    """One simulator."""

    def __init__(self, simulation: Simulation[Any], allow: tuple[str, ...] | None = None) -> None:
        super().__init__()
        self.simulator = Simulator(simulation, allow=allow)

    def compose(self) -> ComposeResult:
        yield self.simulator


@asynccontextmanager
async def bench(
    simulation: Simulation[Any], size: tuple[int, int] = (140, 44), allow: tuple[str, ...] | None = None
) -> AsyncIterator[tuple[Simulator, Pilot[None]]]:
    app = Bench(simulation, allow)
    async with app.run_test(size=size) as pilot:
        app.simulator.focus()
        await pilot.pause()
        yield app.simulator, pilot


def said(simulator: Simulator) -> str:
    return str(simulator.query_one("#narration", MathText).render())


async def typed(pilot: Pilot[None], text: str) -> None:
    names = {".": "full_stop", "-": "minus"}
    await pilot.press(*(names.get(sign, sign) for sign in text))


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


async def test_a_prediction_is_judged_before_the_step_is_shown() -> None:
    async with bench(find_simulation("conv-cost").build()) as (simulator, pilot):
        await pilot.press("a", "right")
        ask = simulator.player.view().prediction
        assert ask is not None
        assert ask.prompt[:10] in said(simulator)
        assert simulator.player.position == 0
        await typed(pilot, f"{ask.answer:g}")
        await pilot.press("enter")
        assert simulator.player.position == 1
        assert "Right:" in said(simulator)
        assert "What comes next?" in said(simulator)
        await pilot.press("right")
        await typed(pilot, "-3")
        await pilot.press("enter")
        assert "Not quite:" in said(simulator)


@pytest.mark.parametrize("form", ["{0}*1", "-1*({0})*-1", "{0} + sigmoid(0) - 1/2", "ln(e^({0}))", "  {0} "])
async def test_a_prediction_is_worked_out_where_it_is_an_expression(form: str) -> None:
    async with bench(find_simulation("conv-cost").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("a")
        ask = simulator.query_one(RunPrompt).ask
        assert ask is not None
        simulator.query_one(RunPrompt).value = form.format(repr(ask.answer))
        await pilot.press("enter")
        assert "Right:" in said(simulator)


async def test_what_cannot_be_worked_out_costs_nothing_and_is_told_what_can() -> None:
    async with bench(find_simulation("conv-cost").build()) as (simulator, pilot):
        await pilot.press("a", *"w2", "enter")
        assert simulator.player.position == 0
        assert simulator.query_one(RunPrompt).value == "w2"
        assert "sigmoid(" in said(simulator)  # an example is drawn anew, and never the answer


async def test_what_cannot_be_read_is_said_in_place_and_gone_with_the_next_answer_or_with_esc() -> None:
    async with bench(find_simulation("conv-cost").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("a")
        prompt = simulator.query_one(RunPrompt)
        assert "0.5%" in prompt.placeholder
        assert "sigmoid(2)" in prompt.placeholder
        ask = prompt.ask
        assert ask is not None
        await pilot.press(*"abc", "enter")
        assert "Not read:" in said(simulator)
        assert "What comes next?" in said(simulator)
        prompt.value = f"{ask.answer:g}"
        await pilot.press("enter")
        assert "Right:" in said(simulator)
        assert "Not read" not in said(simulator)
        await pilot.press(*"abc", "enter", "escape")
        assert "Not read" not in said(simulator)
        assert "Predictions are off; a asks again." in said(simulator)
        assert not simulator.app._notifications


async def test_a_list_of_values_names_its_keys_while_it_is_open_and_takes_no_key_of_the_run() -> None:
    simulation = find_simulation("playground").build()
    async with bench(simulation) as (simulator, pilot):
        await pilot.press("right", "e")
        await until(pilot, lambda: simulator.controls is not None and simulator.controls.has_focus_within)
        assert simulator.controls is not None
        field = simulator.controls.query(Select).first(Select)
        field.focus()
        await pilot.press("0")
        assert simulator.player.position == 1
        await pilot.press("enter")
        await until(pilot, lambda: bool(field.expanded))
        named = [simulator.screen.active_bindings[key].binding.description for key in ("down", "enter", "escape")]
        assert named == ["Pick", "Take this", "Close"]
        await pilot.press("escape")
        await until(pilot, lambda: not field.expanded)


async def test_the_playground_asks_whether_the_loss_will_fall_and_takes_an_estimate() -> None:
    async with bench(find_simulation("playground").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("a")
        ask = simulator.query_one(RunPrompt).ask
        assert ask is not None
        assert ask.before is not None
        assert ask.key == "loss_train"
        assert "Will it fall" in said(simulator)
        change = ask.answer - ask.before
        assert is_right(ask.before + 0.6 * change, ask)
        assert not is_right(ask.before, ask)
        assert "as you said, but by" in describe_verdict(ask, ask.before + 3 * change, "")
        assert "You expected it to" in describe_verdict(ask, ask.before - change, "")
        simulator.query_one(RunPrompt).value = str(ask.before + 1.4 * change)
        await pilot.press("enter")
        assert "Right:" in said(simulator)
        assert simulator.player.state.loss_train == ask.answer


async def test_while_predictions_are_asked_for_what_is_typed_is_an_answer_and_no_key() -> None:
    async with bench(find_simulation("conv-cost").build()) as (simulator, pilot):
        await pilot.press("a", "right")
        ask = simulator.player.view().prediction
        assert ask is not None
        await typed(pilot, f"{ask.answer:g}")
        await pilot.press("enter")
        await pilot.press(*"aboutqb", "space", "0")
        assert simulator.query_one(RunPrompt).value == "aboutqb 0"
        assert simulator.desk.is_predicting
        assert simulator.player.position == 1
        await pilot.press("escape", "right", "escape", "escape")
        assert not simulator.desk.is_predicting
        assert simulator.has_focus


async def test_a_parameter_is_edited_in_place_and_a_wrong_value_is_refused_beside_it() -> None:
    async with bench(find_simulation("adam").build()) as (simulator, pilot):
        await pilot.press("right", "right")
        field = simulator.query_one("#p-learning_rate", Input)
        field.focus()
        field.value = "-1"
        await pilot.press("enter")
        help_line = simulator.query_one("#help")
        assert "Learning rate α: give a number" in str(help_line.render())
        assert simulator.player.state == state_after(find_simulation("adam").build(), 2)
        field.value = "0.3"
        await pilot.press("enter")
        assert simulator.player.state == state_after(find_simulation("adam").build(learning_rate=0.3), 2)
        await pilot.press("escape")
        assert simulator.has_focus


async def test_the_parameter_that_is_edited_is_marked_by_a_sign_and_the_colour_of_a_picked_line() -> None:
    async with bench(find_simulation("playground").build()) as (simulator, pilot):
        await pilot.press("e")
        await pilot.pause()
        picked = simulator.app.theme_variables["block-cursor-background"]
        for name in ("dataset", "features", "hidden"):
            value = simulator.query_one(f"#p-{name}")
            shown = next(iter(value.query("SelectCurrent")), value)
            assert value.has_focus
            assert shown.styles.background.hex.lower() == picked.lower()
            labels = {label.id: str(label.render()) for label in simulator.query("Controls .name").results(Static)}
            assert [id for id, words in labels.items() if words.startswith("▸ ")] == [f"n-{name}"]
            await pilot.press("down")
            await pilot.pause()


async def test_a_value_is_typed_in_ascii_and_shown_at_rest_as_every_other_number() -> None:
    async with bench(find_simulation("adam").build(), (140, 44)) as (simulator, pilot):
        await until(pilot, lambda: bool(simulator.query("#p-epsilon")))
        field, start = (simulator.query_one(f"#p-{name}", ValueLine) for name in ("epsilon", "start"))
        field.value, start.value = "1e-08", "-1.5,0.5"
        await until(pilot, lambda: line_of(field) == "10⁻⁸" and line_of(start) == "−1.5,0.5")
        start.focus()
        await until(pilot, lambda: line_of(start) == "-1.5,0.5")
        assert start.value == "-1.5,0.5"


def line_of(field: ValueLine) -> str:
    return field.render_line(0).text.strip()


async def test_the_line_for_a_prediction_has_a_sign_before_it_and_a_blank_row_below_a_short_question() -> None:
    async with bench(find_simulation("backprop").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("a")
        await pilot.pause()
        line, sign = simulator.query_one("#entry").region, simulator.query_one("#entry-sign").region
        assert (sign.right, sign.y) == (line.x, line.y)
        assert simulator.query_one("#readings").region.y == line.bottom + 1


async def test_what_was_typed_acts_when_its_field_is_left_and_arrows_go_from_field_to_field() -> None:
    async with bench(find_simulation("neuron").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("e", "down", "up")
        first = simulator.query_one("#p-x1", Input)
        first.focus()
        await typed(pilot, "0.25")
        await pilot.press("down")
        second = simulator.screen.focused
        assert isinstance(second, Input)
        assert second.id == "p-x2"
        await typed(pilot, "0.75")
        await pilot.press("escape")
        found = {"x1": 0.25, "x2": 0.75}.items()
        await until(pilot, lambda: found <= simulator.player.simulation.values().items())


async def test_a_wrong_value_in_a_field_that_is_left_is_said_and_taken_back() -> None:
    async with bench(find_simulation("adam").build()) as (simulator, pilot):
        field = simulator.query_one("#p-learning_rate", Input)
        field.focus()
        field.value = "-1"
        await pilot.press("tab")
        await until(pilot, lambda: "Learning rate α: give a number" in str(simulator.query_one("#help").render()))
        assert simulator.player.simulation.values()["learning_rate"] == 0.1


async def test_asking_where_there_is_nothing_to_ask_says_so() -> None:
    async with bench(find_simulation("neuron").build()) as (simulator, pilot):
        await pilot.press("a")
        assert "nothing to predict before this step" in said(simulator)


async def test_a_kept_run_is_laid_over_what_comes_next() -> None:
    async with bench(find_simulation("adam").build()) as (simulator, pilot):
        await pilot.press("c")
        simulator.desk.change("learning_rate", 0.3)
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
        assert pictures.place_words.startswith("picture 1 of ")
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
        assert (simulator.player.position, simulator.desk.message) == (1, "")


@pytest.mark.parametrize("name", ["softmax", "manifold"])
async def test_the_picture_that_the_last_step_brought_is_never_the_one_that_is_hidden(name: str) -> None:
    async with bench(find_simulation(name).build(), (80, 24)) as (simulator, pilot):
        while simulator.player.can_step:
            await pilot.press("right")
        newest = simulator.player.view().pictures[-1]
        assert newest.title in ("Gradient", "Unrolled")
        shown = simulator.query_one(Pictures)
        await until(pilot, lambda: newest in [view.picture for view in shown.query(PictureView)])
        assert shown.place_words
        first = shown.query(PictureView).first().picture
        await pilot.press("v")
        await until(pilot, lambda: shown.query(PictureView).first().picture != first)

"""What is typed into the simulator: predictions before a step, and values of parameters."""

from typing import cast

import pytest
from textual.widget import Widget
from textual.widgets import Input

from tests.waiting import until
from tests.widgets.bench import bench, said, typed
from tutor.sims.engine.json_lines import state_after
from tutor.sims.engine.prediction import describe_verdict, is_right
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.numbers import typeset_numbers
from tutor.widgets.literal import Select, Static
from tutor.widgets.simulator.controls import Controls, ValueLine
from tutor.widgets.simulator.entry import RunPrompt


async def test_a_prediction_is_judged_before_the_step_is_shown() -> None:
    async with bench(find_simulation("conv-cost").build()) as (simulator, pilot):
        await pilot.press("a", "right")
        prediction = simulator.player.view().prediction
        assert prediction is not None
        assert prediction.prompt[:10] in said(simulator)
        assert simulator.player.position == 0
        await typed(pilot, f"{prediction.answer:g}")
        await pilot.press("enter")
        assert simulator.player.position == 1
        assert "Right:" in said(simulator)
        assert "Predict: " in said(simulator)
        await pilot.press("right")
        await typed(pilot, "-3")
        await pilot.press("enter")
        assert "Not quite:" in said(simulator)


@pytest.mark.parametrize("form", ["{0}*1", "-1*({0})*-1", "{0} + sigmoid(0) - 1/2", "ln(e^({0}))", "  {0} "])
async def test_a_prediction_is_worked_out_where_it_is_an_expression(form: str) -> None:
    async with bench(find_simulation("conv-cost").build(), (80, 24)) as (simulator, pilot):
        await pilot.press("a")
        prediction = simulator.query_one(RunPrompt).prediction
        assert prediction is not None
        simulator.query_one(RunPrompt).value = form.format(repr(prediction.answer))
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
        prediction = prompt.prediction
        assert prediction is not None
        await pilot.press(*"abc", "enter")
        assert "Not read:" in said(simulator)
        assert "Predict: " in said(simulator)
        prompt.value = f"{prediction.answer:g}"
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
        prediction = simulator.query_one(RunPrompt).prediction
        assert prediction is not None
        assert prediction.before is not None
        assert prediction.key == "loss_train"
        assert "Will it fall" in said(simulator)
        change = prediction.answer - prediction.before
        assert is_right(prediction.before + 0.6 * change, prediction)
        assert not is_right(prediction.before, prediction)
        assert "as you said, but by" in describe_verdict(prediction, prediction.before + 3 * change, "")
        assert "You expected it to" in describe_verdict(prediction, prediction.before - change, "")
        simulator.query_one(RunPrompt).value = str(prediction.before + 1.4 * change)
        await pilot.press("enter")
        assert "Right:" in said(simulator)
        assert simulator.player.state.loss_train == prediction.answer


async def test_while_predictions_are_asked_for_what_is_typed_is_an_answer_and_no_key() -> None:
    async with bench(find_simulation("conv-cost").build()) as (simulator, pilot):
        await pilot.press("a", "right")
        prediction = simulator.player.view().prediction
        assert prediction is not None
        await typed(pilot, f"{prediction.answer:g}")
        await pilot.press("enter")
        await pilot.press(*"aboutqb", "space", "0")
        assert simulator.query_one(RunPrompt).value == "aboutqb 0"
        assert simulator.session.is_predicting
        assert simulator.player.position == 1
        await pilot.press("escape", "right", "escape", "escape")
        assert not simulator.session.is_predicting
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


@pytest.mark.parametrize("size", [(80, 23), (100, 28), (140, 42)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
async def test_no_help_and_no_value_of_a_parameter_is_cut_without_a_mark(name: str, size: tuple[int, int]) -> None:
    async with bench(find_simulation(name).build(), size) as (simulator, pilot):
        await pilot.press("e")
        await pilot.pause()
        pane, text = simulator.query_one("#help-pane"), simulator.query_one("#help")
        assert text.size.height <= pane.size.height or pane.show_vertical_scrollbar
        for line in simulator.query(ValueLine):
            if not line.has_focus and line.size.width:
                shown = line.render_line(0).text.rstrip()
                whole = (typeset_numbers(line.value), line.value, "" if line.value else line.placeholder)
                assert shown in whole or shown.endswith("…")


async def test_a_list_that_is_empty_says_what_that_means_and_can_be_typed_so() -> None:
    async with bench(find_simulation("adam").build(), (120, 28)) as (simulator, _):
        assert simulator.query_one("#p-start", ValueLine).placeholder == "auto"
    for name in ("adam", "descent", "dropout", "graph", "playground", "digits"):
        for parameter in find_simulation(name).parameters().values():
            if parameter.kind == "list" and parameter.min_length == 0:
                assert parameter.read(parameter.when_empty.title()) == ()


async def test_a_list_of_values_that_has_room_beside_short_names_is_shown_whole() -> None:
    async with bench(find_simulation("graph").build(), (100, 28)) as (simulator, pilot):
        await pilot.pause()
        shown = [line.render_line(0).text.strip() for line in simulator.query(ValueLine)]
        assert "2,−1,−1.5,−2,−0.5" in shown


@pytest.mark.parametrize("key", ["down", "tab"])
@pytest.mark.parametrize("name", SIMULATIONS)
async def test_the_fields_of_the_form_are_gone_through_column_by_column(name: str, key: str) -> None:
    rules = find_simulation(name).build()
    async with bench(rules, (80, 24)) as (simulator, pilot):
        await pilot.press("e")
        for size in ((80, 24), (140, 44)):
            await pilot.resize_terminal(*size)
            simulator.query_one(Controls).focus_first()
            await pilot.pause()
            places, names = [], []
            for _ in rules.parameters():
                field = simulator.screen.focused
                assert field is not None
                column = cast("Widget", field.parent)
                at = column.virtual_region.offset + field.virtual_region.offset
                places.append((at.x, at.y))
                names.append((field.id or "").removeprefix("p-"))
                await pilot.press(key)
            assert names == list(rules.parameters())
            assert places == sorted(places), (size, places)

"""What every simulation in the table keeps to. A new one is tested by being registered."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

import pytest

from tests.sims.typed import mistyped
from tutor.errors import UsageError
from tutor.sims.engine.history import history_of
from tutor.sims.engine.json_lines import iterate_states, json_of_state, state_after
from tutor.sims.engine.parameters import Parameter
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import Simulation, advance, begin_run, is_finished
from tutor.sims.engine.state import lookup, to_json_types
from tutor.sims.engine.view import Reading, View, WorkedLine
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.numbers import format_number

Any_ = Simulation[Any]


def text(simulation: Any_, state: Any) -> str:
    """A state to the last bit, as its JSON line."""
    return json.dumps(json_of_state(simulation, state), allow_nan=False)


def presets() -> Iterator[tuple[str, str]]:
    for name in SIMULATIONS:
        yield name, ""
        for preset in find_simulation(name).presets:
            yield name, preset.name


def built(name: str, preset: str) -> Any_:
    rules = find_simulation(name)
    values = next((item.values for item in rules.presets if item.name == preset), {})
    return rules.build(**values)


EACH_PRESET = pytest.mark.parametrize(("name", "preset"), list(presets()), scope="module")  # so one after the other
FIRST_STEPS = 46


@lru_cache(maxsize=2)
def first_states(name: str, preset: str) -> tuple[Any, ...]:
    """The beginning of a run, computed once for all tests that only look at it."""
    return tuple(islice(iterate_states(built(name, preset)), FIRST_STEPS))


@lru_cache(maxsize=2)
def first_texts(name: str, preset: str) -> tuple[str, ...]:
    """The same to the last bit."""
    return tuple(text(built(name, preset), state) for state in first_states(name, preset))


@EACH_PRESET
def test_step_is_pure(name: str, preset: str) -> None:
    simulation = built(name, preset)
    state = state_after(simulation, 3)
    before = text(simulation, state)
    if not is_finished(simulation, state):
        assert text(simulation, advance(simulation, state)) == text(simulation, advance(simulation, state))
    assert text(simulation, state) == before


@EACH_PRESET
def test_a_run_repeats_exactly_back_undoes_step_and_jumps_give_the_same_bits(name: str, preset: str) -> None:
    simulation = built(name, preset)
    seen = first_texts(name, preset)
    last = len(seen) - 1
    player = Player(simulation)
    assert text(simulation, player.state) == seen[0]
    while player.position < last and player.step():
        assert text(simulation, player.state) == seen[player.position], "a run repeats exactly"
    assert player.position == last
    while player.back():
        assert text(simulation, player.state) == seen[player.position]
    for step in (last, 0, last // 2, last // 3, last):
        player.jump(step)
        assert (player.position, text(simulation, player.state)) == (step, seen[step])


@EACH_PRESET
def test_a_state_kept_without_its_derived_parts_is_completed_to_the_same_bits_and_goes_on_with_them(
    name: str, preset: str
) -> None:
    simulation, states, seen = built(name, preset), first_states(name, preset), first_texts(name, preset)
    if not states[0].derived:
        return
    for state, shown, after in zip(states, seen, seen[1:], strict=False):
        bare = replace(state, **dict.fromkeys(state.derived))
        assert text(simulation, simulation.complete(bare)) == shown
        assert text(simulation, advance(simulation, bare)) == after


@EACH_PRESET
def test_recomputing_from_kept_states_changes_no_bit(name: str, preset: str) -> None:
    simulation, seen = built(name, preset), first_texts(name, preset)
    frugal = Player(simulation, budget_bytes=500)
    frugal.jump(200)
    for step in range(len(seen) - 1, -1, -7):
        frugal.jump(step)
        assert text(simulation, frugal.state) == seen[step]


@EACH_PRESET
def test_the_json_says_everything_and_comes_back(name: str, preset: str) -> None:
    simulation = built(name, preset)
    params = json.loads(first_texts(name, preset)[0])["params"]
    assert find_simulation(name).build(**params) == simulation
    for number, (state, written) in enumerate(zip(first_states(name, preset), first_texts(name, preset), strict=True)):
        line = json.loads(written)
        assert line["simulation"] == name
        assert line["step"] == line["state"]["step"] == number
        assert line["state"] == json.loads(json.dumps(to_json_types(state)))
        assert line["params"] == params


@EACH_PRESET
def test_what_is_seen_is_what_the_json_says(name: str, preset: str) -> None:
    simulation = built(name, preset)
    states = first_states(name, preset)
    for number in range(len(states)):
        view = simulation.view(history_of(states[: number + 1]))
        said = to_json_types(states[number])
        if number in {0, 1, 2, len(states) - 1}:
            assert list(mistyped(view, View)) == []
        assert view.narration.strip()
        assert view.narration.strip()[-1] in ".?"
        assert view.pictures
        assert all(picture.description.strip().endswith(".") for picture in view.pictures)
        numbers: list[Reading | WorkedLine] = [*view.readings, *view.worked_lines]
        for item in numbers:
            assert to_json_types(item.value) == lookup(said, item.key)
            assert format_number(item.value)


@EACH_PRESET
def test_a_question_before_a_step_is_answered_by_the_step(name: str, preset: str) -> None:
    simulation = built(name, preset)
    states = first_states(name, preset)
    for number, (_, after) in enumerate(pairwise(states)):
        ask = simulation.view(history_of(states[: number + 1])).prediction
        if ask is None:
            continue
        assert ask.prompt.strip()
        assert ask.why.strip()
        assert ask.answer == pytest.approx(float(lookup(after, ask.key)), rel=1e-12, abs=1e-300)
        assert all(abs(value - ask.answer) > 0.005 * abs(ask.answer) for value, _ in ask.mistakes)
        assert all(say.strip() for _, say in ask.mistakes)


@EACH_PRESET
def test_a_length_that_is_known_beforehand_is_that_of_the_run(name: str, preset: str) -> None:
    simulation = built(name, preset)
    if simulation.length is None:  # where `done` is nobody's own, a run without a length never ends
        assert type(simulation).done is Simulation.done or name in {"descent", "penalty"}, "its length could be told"
        return
    player = Player(simulation)
    player.jump(simulation.length + 2)
    assert player.position == simulation.length or player.diverged


@EACH_PRESET
def test_a_preset_runs_to_its_end_and_diverges_only_if_it_says_so(name: str, preset: str) -> None:
    simulation = built(name, preset)
    kind = next((item.kind for item in simulation.presets if item.name == preset), "good")
    player = Player(simulation)
    player.jump(20_000 if kind == "diverging" else 400)
    assert bool(player.diverged) == (kind == "diverging")
    assert player.view().narration
    assert all(picture.description for picture in player.view().pictures)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_every_simulation_has_a_good_and_a_bad_preset_with_reasons(name: str) -> None:
    found = find_simulation(name).presets
    assert {"good", "bad"} <= {preset.kind for preset in found}
    assert all(preset.reason.endswith(".") for preset in found)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_another_seed_gives_another_run_only_where_chance_is_used(name: str) -> None:
    rules = find_simulation(name)
    first = [to_json_types(state) for state in islice(iterate_states(rules.build(seed=1)), 10)]
    second = [to_json_types(state) for state in islice(iterate_states(rules.build(seed=2)), 10)]
    assert (first != second) == rules.stochastic


def knobs() -> Iterator[tuple[str, str]]:
    for name in SIMULATIONS:
        for parameter in find_simulation(name).parameters():
            yield name, parameter


def ends(item: Parameter) -> list[object]:
    """Both ends of a parameter's range, and all its choices."""
    if item.kind == "switch":
        return [True, False]
    if item.choices:
        return list(item.choices)
    low = item.low + (1e-9 if item.exclude_low else 0)
    high = item.high - (1e-9 if item.exclude_high else 0)
    if item.kind == "list":
        return [[low] * max(item.min_length, 1), [high] * item.max_length]
    return [int(low), int(high)] if item.kind == "whole" else [low, high]


@pytest.mark.parametrize(("name", "knob"), list(knobs()))
def test_both_ends_of_every_range_run_or_are_refused_in_one_line(name: str, knob: str) -> None:
    item = find_simulation(name).parameters()[knob]
    assert item.label
    assert item.help.endswith(".")
    assert item.read(item.default) == item.default
    for value in ends(item):
        try:
            simulation = find_simulation(name).build(**{knob: value})
        except UsageError as refusal:
            assert "\n" not in str(refusal)
            continue
        states = list(islice(iterate_states(simulation), 25))
        assert simulation.view(history_of(states)).narration


@pytest.mark.parametrize(("name", "knob"), list(knobs()))
def test_what_is_no_value_is_refused_with_the_range(name: str, knob: str) -> None:
    item = find_simulation(name).parameters()[knob]
    for value in ("nan", "inf", "-inf", "many", "", "1e999"):
        if item.kind == "list" and value == "" and item.min_length == 0:
            assert item.read(value) == ()
            continue
        with pytest.raises(UsageError) as refusal:
            find_simulation(name).build(**{knob: value})
        assert str(refusal.value).startswith(f"{item.label}: give "), value
        assert item.range_text in str(refusal.value), value


@EACH_PRESET
def test_gradients_agree_with_finite_differences(name: str, preset: str) -> None:
    simulation = built(name, preset)
    for state in first_states(name, preset):
        for check in simulation.gradient_checks(state):
            rounding = 1e-9 * abs(check.function(check.point))  # a difference of large costs has lost digits
            assert check.claimed == pytest.approx(check.slope(), rel=1e-5, abs=1e-7 + rounding), check.name


def test_the_table_is_the_one_place_where_simulations_are_named() -> None:
    for name in SIMULATIONS:
        rules = find_simulation(name)
        assert rules.name == name
        assert rules.title
        assert rules.unit
        assert rules.summary.endswith(".")
        state = begin_run(rules.build())
        assert set(rules.traces) <= {path for path in rules.traces if lookup(state, path) is not ...}
    with pytest.raises(UsageError, match="did you mean 'adam'"):
        find_simulation("adm")

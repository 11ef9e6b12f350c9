"""Runs the simulations of a lesson: draws its pictures, and checks that every block can run as written."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from tutor.content.links import ShownState
from tutor.content.model import PictureBlock, SimulationBlock
from tutor.content.yaml_tree import KeyPath, Note, Tree
from tutor.errors import ChainruleError, UsageError
from tutor.sims.engine.parameters import read_values
from tutor.sims.engine.player import Player
from tutor.sims.engine.state import find_overflow
from tutor.sims.table import find_simulation

if TYPE_CHECKING:
    from tutor.sims.engine.chart import Picture
    from tutor.sims.engine.simulation import Simulation

LOOKAHEAD_STEPS = (0, 1, 1, 3, 15, 80)
"""Steps by which a run is continued, one after the other, until all quantities of a goal are computed.

By their running sums, a goal is evaluated where the block opens, and 1, 2, 5, 20 and 100 steps later.
"""
MAX_PAGE_STEPS = 10_000
"""The last step at which a page may open a simulation."""


def run_notes(block: SimulationBlock, tree: Tree) -> list[Note]:
    """Notes on what keeps `block` from being shown, or a goal from being met; `tree` is its YAML, for the lines."""
    player, faults = _run_to(block.name, block.values, block.step)
    notes = [(tree.line(key_path), message) for key_path, message in faults]
    if player is None:
        return notes
    for index, task in enumerate(block.tasks):
        fault = goal_fault(task.goal, player.copy()) if task.goal else ""
        if fault:
            notes.append((tree.line(("try", index, "goal")), f"goal: {fault}"))
    return notes


def picture_notes(block: PictureBlock, tree: Tree) -> list[Note]:
    """Notes on what keeps a picture from being drawn; `tree` is its YAML, for the lines."""
    player, faults = _run_to(block.name, block.values, block.step)
    if player is None:
        return [(tree.line(key_path), message) for key_path, message in faults]
    pictures = player.view().pictures
    if block.chart >= len(pictures):
        advice = f"give a number from 0 to {len(pictures) - 1}" if pictures else "it draws none here"
        return [(tree.line(("chart",)), f"chart: {block.name} has no picture {block.chart}; {advice}")]
    if not pictures[block.chart].description.strip():
        return [(block.line, f"the picture {block.chart} of {block.name} has no description")]
    return []


def show_faults(shown_state: ShownState) -> list[str]:
    """List the faults that keep a `show:` link from being followed."""
    _, faults = _run_to(shown_state.name, shown_state.values, shown_state.step)
    return [message for _, message in faults]


def _run_to(
    name: str, values: Mapping[str, object], step: int
) -> "tuple[Player[Any] | None, list[tuple[KeyPath, str]]]":
    """Run the simulation `name` to `step`: (the run, []), or (`None`, faults), each as (path of its key, message)."""
    simulation_type = find_simulation(name)
    faults = parameter_faults(simulation_type, values)
    if faults:
        return None, faults
    try:
        player = Player(simulation_type.build(**values))
    except UsageError as error:
        return None, [(("set",), str(error))]
    if step > MAX_PAGE_STEPS:
        return None, [(("step",), f"step: {step} is too far; give a step from 0 to {MAX_PAGE_STEPS}")]
    player.jump(step)
    if player.position < step:
        text = f"step: {step} is after the end of the run; give a step from 0 to {player.position}"
        return None, [(("step",), text)]
    return player, []


def parameter_faults(
    simulation_type: "type[Simulation[Any]]", values: Mapping[str, object]
) -> list[tuple[KeyPath, str]]:
    """Find each of `values` that the simulation does not accept: (path of its key, message)."""
    faults: list[tuple[KeyPath, str]] = []
    for name, value in values.items():
        try:
            read_values(simulation_type, {name: value})  # called for the error that it raises
        except UsageError as error:
            faults.append((("set", name), str(error)))
    return faults


def goal_names(player: Player[Any]) -> dict[str, Any]:
    """The names that a goal may use, with their present values: the state's quantities, the parameters, `diverged`."""
    state = player.state
    quantities = {item.name: getattr(state, item.name) for item in fields(state)}
    return {**player.simulation.values(), "diverged": bool(find_overflow(state)), **quantities}


def is_goal_met(goal: str, player: Player[Any]) -> bool:
    """Whether `goal` holds at the player's step; False while a quantity in it is not computed yet."""
    from tutor.expressions.evaluate import is_met

    return is_met(goal, goal_names(player))


def goal_fault(goal: str, player: Player[Any]) -> str:
    """Say why a goal is no condition, is met at once or can never be met; "" if it is sound.

    The goal may name a quantity that `player` computes only later. So `player` is moved on, by `LOOKAHEAD_STEPS`, until
    the goal can be evaluated.
    """
    from tutor.expressions.evaluate import describe_unknown_name, evaluate_condition
    from tutor.expressions.parser import parse_expression
    from tutor.questions.templates.conditions import find_unmeetable, is_computed

    last_error = ""  # the error at the last step that was tried
    for steps in LOOKAHEAD_STEPS:
        player.jump(player.position + steps)
        names = goal_names(player)
        try:
            tree = parse_expression(goal)
            fault = describe_unknown_name(tree, names)
            fault = fault or find_unmeetable(tree, names, player.simulation.parameters())
            is_met_now = not fault and evaluate_condition(goal, names)
        except ChainruleError as error:  # perhaps only because a quantity is not computed yet
            last_error = str(error)
            continue
        if fault:
            return fault
        if is_met_now and steps == 0:
            return "it is met already when the simulation opens; ask for something to be done"
        if is_computed(tree, names):
            return ""
        last_error = ""
    return last_error


def picture_of(block: PictureBlock) -> "Picture":
    """Run the simulation of `block` and return its picture.

    Raises:
        ChainruleError: its simulation cannot be run so, or draws no picture of that number.
    """
    from tutor.questions.templates.runs import view_at

    pictures = view_at(find_simulation(block.name).build(**block.values), block.step).pictures
    if block.chart >= len(pictures):
        advice = f"give a number from 0 to {len(pictures) - 1}" if pictures else "it draws none here"
        raise ChainruleError(f"chart: {block.name} has no picture {block.chart} at step {block.step}; {advice}")
    return pictures[block.chart]

"""Writes a simulation's current state as sentences, on its own or beside a question."""

from typing import Any

from tutor.content.plain import plain_inline
from tutor.maths.render import ascii_line, inline
from tutor.plain.lines import wrap
from tutor.questions.base import Instance
from tutor.questions.templates.placeholders import as_argument
from tutor.sims.engine.json_lines import describe_divergence
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.text.numbers import counted

MAX_CHANGES = 3
"""The number of quantities whose change is described; others are only counted."""


def change_sentence(player: Player[Any], ascii: bool = False) -> str:
    """Say which readings the last step changed, each with its old and its new value; "" if none changed visibly."""
    if player.position == 0:
        return ""
    readings = player.view().readings
    player.back()  # only to look at the readings there
    old_readings = {reading.key: reading for reading in player.view().readings}
    player.step()  # back to the step where it was
    changes = []
    for reading in readings:
        if reading.is_detail or reading.value is None:  # a detail is one of many; `None`: not computed
            continue
        old = old_readings.get(reading.key)
        old_text = "" if old is None or old.value is None else reading.format(old.value)
        new_text = reading.format(reading.value)
        if old_text == new_text:  # the values may still differ in figures that are not shown
            continue
        label = plain_inline(reading.label, ascii)
        changes.append(f"{label} from {old_text} to {new_text}" if old_text else f"{label} is now {new_text}")
    if not changes:
        return ""
    described = changes[:MAX_CHANGES]
    if len(changes) > MAX_CHANGES:
        described.append(counted(len(changes) - MAX_CHANGES, "other quantity"))
    return "Changed: " + "; ".join(described) + "."


def state_lines(player: Player[Any], ascii: bool = False) -> list[str]:
    """Describe the current state: step, what happened, readings, worked lines, what the pictures show."""
    view = player.view()
    format_formula = ascii_line if ascii else inline
    lines = [f"Step {player.position}."]
    lines += wrap(plain_inline(describe_divergence(player.state) or view.narration, ascii))
    if changes := change_sentence(player, ascii):
        lines += wrap(changes)
    for reading in view.readings:
        if reading.is_detail:
            continue
        lines.append(f"  {plain_inline(reading.label, ascii)}: {reading.text}")
    for worked_line in view.worked_lines:
        left_side, *right_sides = [format_formula(side) for side in worked_line.sides]
        signs = [format_formula(sign) for sign in worked_line.relations]
        joined = "".join(f" {sign} {side}" for sign, side in zip(signs, right_sides, strict=True))
        lines += ["  " + left_side, "   " + joined]
    for picture in view.pictures:
        lines += wrap(plain_inline(picture.description, ascii))
    return lines


def scene_lines(instance: Instance, ascii: bool = False) -> list[str]:
    """Describe the simulation that a question is about; no lines if it is about none.

    If the learner may change parameters, as in a challenge, these are listed instead of the state.
    """
    scene = instance.scene
    if scene is None:
        return []
    simulation_type = find_simulation(scene.simulation)
    player = Player(simulation_type.build(**scene.values))
    player.jump(scene.step)
    settings = " ".join(f"{name}={as_argument(value)}" for name, value in scene.values.items())
    lines = wrap(f"Simulation {scene.simulation} {settings}", hanging="  ")
    if scene.allow:
        parameters = simulation_type.parameters()
        ranges = ", ".join(f"{name} ({parameters[name].range_text})" for name in scene.allow)
        return [*lines, *wrap(f"You may change: {ranges}.")]
    return [*lines, *state_lines(player, ascii)]

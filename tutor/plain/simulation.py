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
"""Quantities whose change is printed; the others are only counted."""


def change_sentence(player: Player[Any], ascii: bool = False) -> str:
    """Describe what the last step changed, from what to what; "" if nothing visible changed."""
    if not player.position:
        return ""
    now = player.view().readings
    player.back()  # for a look at the readings before, and at once to where it was
    before = {item.key: item for item in player.view().readings}
    player.step()
    changes = []
    for item in now:
        old = before.get(item.key)
        was = "" if old is None or old.value is None else item.format(old.value)
        now_text = item.format(item.value)
        if item.detail or item.value is None or was == now_text:
            continue
        label = plain_inline(item.label, ascii)
        changes.append(f"{label} from {was} to {now_text}" if was else f"{label} is now {now_text}")
    if not changes:
        return ""
    more = len(changes) - MAX_CHANGES
    parts = [*changes[:MAX_CHANGES], *([counted(more, "other quantity")] if more > 0 else [])]
    return "Changed: " + "; ".join(parts) + "."


def state_lines(player: Player[Any], ascii: bool = False) -> list[str]:
    """Tell the current state: step, what happened, readings, worked lines, what the pictures show."""
    view = player.view()
    formula = ascii_line if ascii else inline
    lines = [f"Step {player.position}."]
    lines += wrap(plain_inline(describe_divergence(player.state) or view.narration, ascii))
    if changed := change_sentence(player, ascii):
        lines += wrap(changed)
    for reading in view.readings:
        if reading.detail:
            continue
        lines.append(f"  {plain_inline(reading.label, ascii)}: {reading.text}")
    for line in view.worked_lines:
        left, *right = map(formula, line.sides)
        lines += ["  " + left, "    = " + " = ".join(right)]
    for picture in view.pictures:
        lines += wrap(plain_inline(picture.description, ascii))
    return lines


def scene_lines(instance: Instance, ascii: bool = False) -> list[str]:
    """Describe the simulation that goes with a question; empty when it has none."""
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

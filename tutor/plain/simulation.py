"""Writes a simulation's current state as sentences, on its own or beside a question."""

from typing import Any

from tutor.content.plain import plain_inline
from tutor.maths.render import ascii_line, inline
from tutor.plain.lines import wrap
from tutor.questions.base import Instance
from tutor.questions.templates.placeholders import as_argument
from tutor.sims.engine.json_lines import describe_divergence
from tutor.sims.engine.player import Player
from tutor.sims.table import find
from tutor.text.numbers import latex, show


def describe(player: Player[Any], ascii: bool = False) -> list[str]:
    """Describe the current state: step, what happened, readings, worked lines, what the pictures show."""
    view = player.view()
    formula = ascii_line if ascii else inline
    lines = [f"Step {player.position}."]
    lines += wrap(plain_inline(describe_divergence(player.state) or view.narration, ascii))
    for reading in view.readings:
        if reading.detail:
            continue
        unit = f" {reading.unit}" if reading.unit else ""
        lines.append(f"  {plain_inline(reading.label, ascii)}: {show(reading.value)}{unit}")
    for line in view.worked_lines:
        lines.append("  " + formula(line.formula))
        lines.append("    = " + formula(line.numbers) + " = " + formula(latex(line.value)))
    for picture in view.pictures:
        lines += wrap(plain_inline(picture.description, ascii))
    return lines


def scene_lines(instance: Instance, ascii: bool = False) -> list[str]:
    """Describe the simulation that goes with a question; empty when it has none."""
    scene = instance.scene
    if scene is None:
        return []
    rules = find(scene.simulation)
    player = Player(rules.build(**scene.values))
    player.jump(scene.step)
    settings = " ".join(f"{name}={as_argument(value)}" for name, value in scene.values.items())
    lines = [f"Simulation {scene.simulation} {settings}".rstrip()]
    if scene.allow:
        parameters = rules.parameters()
        ranges = ", ".join(f"{name} ({parameters[name].range_text})" for name in scene.allow)
        return [*lines, f"You may change: {ranges}."]
    return [*lines, *describe(player, ascii)]

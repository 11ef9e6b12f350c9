"""The simulation beside a question, as sentences."""

from tutor.plain.simulation import describe
from tutor.questions.base import Instance
from tutor.questions.templates.placeholders import as_argument
from tutor.sims.engine.player import Player
from tutor.sims.table import find


def scene_lines(instance: Instance, ascii: bool = False) -> list[str]:
    """What the card of `instance` shows of its simulation; empty when it has none."""
    scene = instance.scene
    if scene is None:
        return []
    rules = find(scene.simulation)
    player = Player(rules.build(**scene.values))
    player.jump(scene.step)
    settings = " ".join(f"{name}={as_argument(value)}" for name, value in scene.values.items())
    lines = [f"Simulation {scene.simulation} {settings}".rstrip()]
    if scene.allow:
        known = rules.parameters()
        ranges = ", ".join(f"{name} ({known[name].range_text})" for name in scene.allow)
        return [*lines, f"You may change: {ranges}."]
    return [*lines, *describe(player, ascii)]

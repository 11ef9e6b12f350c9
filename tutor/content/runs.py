"""Whether the runs that a lesson shows can be made: parameters, their values, and the step to stand at."""

from tutor.content.model import SimulationBlock
from tutor.content.yamls import Note, Tree
from tutor.errors import UsageError
from tutor.sims.parameters import read_all
from tutor.sims.player import Player
from tutor.sims.table import find

MOST_STEPS = 10_000
"""A page may not open further into a run than this."""


def run_notes(block: SimulationBlock, tree: Tree) -> list[Note]:
    """What keeps `block` from being shown; `tree` is its YAML, for the lines."""
    rules = find(block.name)
    notes = []
    for name, value in block.values.items():
        try:
            read_all(rules, {name: value})
        except UsageError as error:
            notes.append((tree.line(("set", name)), str(error)))
    if notes:
        return notes
    try:
        player = Player(rules.build(**block.values))
    except UsageError as error:
        return [(tree.line(("set",)), str(error))]
    if block.step > MOST_STEPS:
        return [(tree.line(("step",)), f"step: {block.step} is too far; give a step from 0 to {MOST_STEPS}")]
    player.jump(block.step)
    if player.position < block.step:
        text = f"step: {block.step} is after the end of the run; give a step from 0 to {player.position}"
        return [(tree.line(("step",)), text)]
    return []

"""The stages of one step: its worked lines in the order in which they are computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import View, WorkedLine


@dataclass(frozen=True)
class Stage:
    """Lines of one step that belong together."""

    name: str
    """"" for a line that stands for itself."""
    lines: tuple[WorkedLine, ...]


def group_stages(worked_lines: Sequence[WorkedLine]) -> tuple[Stage, ...]:
    """`worked` by stage; a line that names none is a stage of its own."""
    groups = groupby(enumerate(worked_lines), key=lambda item: (item[1].stage, None if item[1].stage else item[0]))
    found = [tuple(line for _, line in group) for _, group in groups]
    return tuple(Stage(lines[0].stage, lines) for lines in found)


def preview_step(player: Player[Any]) -> View | None:
    """What there will be to see after the next step; `None` when the run is over. The run stays where it is."""
    if not player.step():
        return None
    view = player.view()
    player.back()
    return view

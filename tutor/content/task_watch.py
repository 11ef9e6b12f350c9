"""Detects which tasks the learner has completed by her own steps, not by following a link to a state."""

from collections.abc import Sequence
from typing import Any

from tutor.content.model import Task
from tutor.content.runs import is_goal_met
from tutor.sims.engine.player import Player


class TaskWatch:
    """Looks at a run after each move, and says which goals of `tasks` the learner has just met.

    A link may open a run at a later step. Goals that are met at this step, or at a step before it to which the learner
    goes back, do not count. Her own steps begin once she goes beyond it, changes a parameter, or returns to step 0.
    """

    def __init__(self, tasks: Sequence[Task], player: Player[Any], *, from_link: bool = False) -> None:
        """Watch the run of `player` from its current state; `from_link` if a link has led there."""
        self._tasks = tasks
        self._revision = player.revision
        self._shown_until = player.position if from_link else -1
        """The last step of the run that was shown instead of reached."""
        self._met_beforehand = self._met_goals(player) if from_link else frozenset()
        """Goals that were met without the learner's doing; each counts once it was seen not to be met."""

    def take_newly_met(self, player: Player[Any]) -> list[int]:
        """The indices of the tasks whose goals the learner has just met; call it once after each move of `player`."""
        if player.revision != self._revision:  # a parameter was changed: the run is a new one from `fork_step` on
            self._revision = player.revision
            self._shown_until = min(self._shown_until, player.fork_step)
        if player.position <= self._shown_until:
            if player.position == 0:  # from here on every step is the learner's own
                self._shown_until = -1
                self._met_beforehand = self._met_goals(player)
            return []
        met = self._met_goals(player)
        newly_met = sorted(met - self._met_beforehand)
        self._met_beforehand &= met
        return newly_met

    def _met_goals(self, player: Player[Any]) -> frozenset[int]:
        """The indices of the tasks whose goals hold in the player's state."""
        return frozenset(
            index for index, task in enumerate(self._tasks) if task.goal and is_goal_met(task.goal, player)
        )

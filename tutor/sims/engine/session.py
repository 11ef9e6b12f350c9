"""A learner's desk: one run, what was kept beside it, and everything one can do with it, without a screen.

Every deed leaves in `said` what there is to say about it, as Markdown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tutor.errors import UsageError
from tutor.sims.engine.command_line import apply_changes, read_changes
from tutor.sims.engine.comparison import MAX_PINNED_RUNS, PinnedRuns
from tutor.sims.engine.parameters import format_value
from tutor.sims.engine.player import Player
from tutor.sims.engine.prediction import Prediction
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.view import View, WorkedLine

EDIT_EXAMPLE = "weights[0][1][0]=0.5"
"""How a quantity of the state is set by hand."""


_TICKS = re.compile("`+")
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")


def escape_markdown(words: str) -> str:
    """`words` as Markdown that shows just them, whatever signs they hold."""
    return _MARKUP.sub(r"\\\1", words)


def as_code(words: str) -> str:
    """`words` as code within a line of Markdown."""
    fence = "`" * (1 + max(map(len, _TICKS.findall(words)), default=0))
    return f"{fence} {words} {fence}" if len(fence) > 1 else f"{fence}{words}{fence}"


class SimulationSession:
    """A run that is stepped, changed and compared; `allow` names what may be changed (all without it)."""

    def __init__(self, player: Player[Any], allow: tuple[str, ...] | None = None) -> None:
        self.player = player
        self.pinned_runs = PinnedRuns()
        self.allow = allow
        self.message = escape_markdown(player.simulation.introduction)
        self.is_predicting = False
        """True when a question comes before each step."""
        self.changes_from_here = False
        """True when a change acts from the step that stands, False when on the whole run."""
        self.staged_lines: tuple[WorkedLine, ...] = ()
        """The lines of the coming step that are shown already; none when the step that stands is shown as usual."""
        self._stage = 0
        self._initial_rules = player.simulation

    # -- moving

    def step(self, said: str = "") -> bool:
        """One step forward; False when the run is over."""
        moved = self.player.step()
        self._show_step(said if moved else "The run is over.")
        return moved

    def back(self) -> None:
        """One step back."""
        moved = self.player.back()
        self._show_step("" if moved else "This is the start.")

    def reset(self) -> None:
        """Back to step 0 of the same run."""
        self.player.reset()
        self._show_step()

    def show_next_stage(self) -> None:
        """Show the next stage of the coming step; after the last one, take the step."""
        view = preview_step(self.player)
        parts = group_stages(view.worked_lines) if view is not None else ()
        self._stage += 1
        if self._stage > len(parts):
            self.step()
            return
        self.staged_lines = tuple(line for part in parts[: self._stage] for line in part.lines)
        name = parts[self._stage - 1].name
        stage = f"Step {self.player.position + 1}, stage {self._stage} of {len(parts)}" + (f": {name}" if name else "")
        self.message = f"**{stage}.** The picture still shows the step before."

    def cancel(self) -> None:
        """Stop walking and going by stages."""
        self.player.stop()
        self._show_step()

    def seek(self, step: int) -> None:
        """Set out for `step`; `work` walks there."""
        self.player.seek(step)
        self._show_step()

    def run_for(self, seconds: float) -> bool:
        """Walk for at most about `seconds`; True when all runs are there."""
        there = self.player.run_for(seconds)
        return (self.pinned_runs.run_for(seconds) if self.pinned_runs else True) and there

    def _show_step(self, said: str = "") -> None:
        self.message, self.staged_lines, self._stage = said, (), 0
        self.pinned_runs.seek(self.player.target)

    # -- asking

    def next_prediction(self) -> Prediction | None:
        """What is asked before the next step; `None` when nothing is."""
        return self.player.view().prediction if self.is_predicting and self.player.can_step else None

    def format_answer(self) -> str:
        """The run as the answer to a challenge: what was changed, and the step."""
        now, given = self.player.simulation.values(), self._initial_rules.values()
        changed = [f"{name}={format_value(now[name])}" for name in self.allow or now if now[name] != given[name]]
        return " ".join([*changed, f"steps={self.player.position}"])

    def report_copied(self, line: str) -> None:
        """Say that the command line `line` was copied, on a line of its own."""
        self.message = f"Copied: {as_code(line)}  \n"

    # -- changing

    def change(self, name: str, value: object) -> bool:
        """Change a parameter, for the whole run or from here on; False when it has this value already.

        Raises:
            UsageError: a value that cannot be used; nothing has changed.
        """
        rules = self.player.simulation
        changed = rules.with_values(**{name: value})
        if changed == rules:
            return False
        if self.changes_from_here and self.player.position:
            self.player.branch(**{name: value})
            self._show_step()
        else:
            self._restart(
                changed, "" if changed.introduction == rules.introduction else escape_markdown(changed.introduction)
            )
        return True

    def edit(self, text: str) -> None:
        """Set a quantity of the state by hand: `weights[0][1][0] = 0.5`.

        Raises:
            UsageError: it is not written so, or cannot be set; nothing has changed.
        """
        path, equals, value = text.partition("=")
        read = read_changes((f"{self.player.position}:{text}",)) if equals else []
        if not read or "[" not in path:
            raise UsageError(f"write PATH=VALUE, for example {EDIT_EXAMPLE}; indices count from 0")
        apply_changes(self.player, read)
        self._show_step(f"**{path.strip()}** is now {value.strip()}; the run goes on from here.")

    @property
    def can_edit(self) -> bool:
        """True when a quantity of the state can be set by hand."""
        return self.allow is None and type(self.player.simulation).with_quantity is not Simulation.with_quantity

    def toggle_scope(self) -> None:
        """Let changes apply from here on instead of on the whole run, or the other way round."""
        self.changes_from_here = not self.changes_from_here
        self.message = (
            "Changes apply **from this step on**; the steps before stay as they are."
            if self.changes_from_here
            else "Changes apply to **the whole run**, which is computed again."
        )

    def apply_preset(self, preset: Preset) -> None:
        """Run a preset from its start."""
        self.player.jump(0)
        rules = self._initial_rules.rebuild(**preset.values)
        said = f"**{preset.name}** ({preset.kind}): {preset.reason}"
        if rules.introduction:  # the reason speaks of the data that the preset has without a file
            is_same = rules.introduction == self._initial_rules.introduction
            told = "It runs on what was read from your file." if is_same else escape_markdown(rules.introduction)
            said = f"**{preset.name}** ({preset.kind}). {told}"
        self._restart(rules, said)

    def cycle_preset(self, by: int) -> None:
        """Run the next preset, or the one before."""
        presets = self.player.simulation.presets
        if presets:
            built = [self._initial_rules.rebuild(**preset.values) for preset in presets]
            here = built.index(self.player.simulation) if self.player.simulation in built else -1 if by > 0 else 0
            self.apply_preset(presets[(here + by) % len(presets)])

    def _restart(self, simulation: Simulation[Any], said: str = "") -> None:
        self.player.restart(simulation)
        self._show_step(said)

    # -- comparing

    def pin_run(self) -> None:
        """Keep this run, to compare what comes with it."""
        if self.pinned_runs.is_full:
            self.message = f"{MAX_PINNED_RUNS} runs are kept already; C forgets them."
        else:
            letter = self.pinned_runs.pin(self.player)
            self.message = (
                f"This run is kept as **{letter}**. Change something: both are shown, step by step. C forgets it."
            )

    def unpin_runs(self) -> None:
        """Compare no more."""
        self.pinned_runs.clear()
        self.message = ""

    def describe_run(self) -> str:
        """What runs, what a step is, and what is out of the ordinary. Markdown."""
        rules = self.player.simulation
        parts = [f"**{rules.title}**", *["you are asked before each step"] * self.is_predicting]
        parts += self.pinned_runs.describe_differences(self.player)
        if not self.pinned_runs:
            parts += [f"a step: {rules.unit}", f"seed {rules.seed}"]
        parts += ["changes apply from here on"] * self.changes_from_here
        return " · ".join(parts)


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

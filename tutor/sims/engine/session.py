"""A simulation session: one run, the runs pinned beside it, and all that a learner can do with them.

Each action leaves in `message` what to tell the learner about it, as Markdown.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tutor.errors import UsageError, clip
from tutor.sims.engine.by_hand import Quantity, find_quantities
from tutor.sims.engine.chart import Picture
from tutor.sims.engine.command_line import apply_changes, read_changes
from tutor.sims.engine.comparison import MAX_PINNED_RUNS, PinnedRuns
from tutor.sims.engine.parameters import format_value
from tutor.sims.engine.player import Player
from tutor.sims.engine.prediction import Prediction
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.upcoming import has_marks, has_sought_value, mark_upcoming
from tutor.sims.engine.view import View, WorkedLine

_ARROW = re.compile(r"←|<-+|<=|\bfrom\b")
_IGNORED_IN_LABELS = re.compile(r"[\s,$_]+")
_BACKTICKS = re.compile("`+")
_MARKDOWN_CHARACTERS = re.compile(r"([!-/:-@\[-`{-~])")


def escape_markdown(text: str) -> str:
    """Markdown that shows `text` exactly, with its special characters escaped."""
    return _MARKDOWN_CHARACTERS.sub(r"\\\1", text)


def as_code(text: str) -> str:
    """`text` as inline code in Markdown, between more backticks than it contains in a row."""
    longest_run = max(map(len, _BACKTICKS.findall(text)), default=0)
    if longest_run == 0:
        return f"`{text}`"
    fence = "`" * (longest_run + 1)
    return f"{fence} {text} {fence}"


def _comparable_label(label: str) -> str:
    """`label` in a form in which spellings of the same label are equal.

    Spaces, commas, case and subscripts do not matter, and its arrow may be typed as `<-` or `from`.
    """
    plain = label.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")).casefold()
    return _IGNORED_IN_LABELS.sub("", _ARROW.sub("←", plain))


class SimulationSession:
    """A run that is stepped, changed and compared with others."""

    def __init__(self, player: Player[Any], allow: tuple[str, ...] | None = None) -> None:
        self.player = player
        self.pinned_runs = PinnedRuns()
        self.allow = allow
        """The names of the parameters that may be changed; `None` for all, and quantities of the state too."""
        self.message = escape_markdown(player.simulation.data_notice)
        self.is_predicting = False
        """True when the learner is asked for a prediction before each step."""
        self.changes_from_here = False
        """True when changes apply from the current step on, False when they apply to the whole run."""
        self.staged_lines: tuple[WorkedLine, ...] = ()
        """The worked lines of the next step that are shown so far, when it is shown stage by stage; else empty."""
        self.staged_pictures: tuple[Picture, ...] = ()
        """The pictures with marks where that step will work; empty as `staged_lines`, or if it has no place in them."""
        self._stages_shown = 0
        """How many stages of the next step are shown."""
        self._initial_rules = player.simulation
        self._look_steps: dict[int, int] = {}
        """Seed → the step at which the held-out data of that seed were evaluated."""

    # -- moving

    def step(self, message: str = "") -> bool:
        """Go one step forward; False when the run is over."""
        moved = self.player.step()
        self._show_step(message if moved else "The run is over.")
        return moved

    def back(self) -> None:
        """Go one step back."""
        moved = self.player.back()
        self._show_step("" if moved else "This is the start.")

    def reset(self) -> None:
        """Go back to step 0 of the same run."""
        self.player.reset()
        self._show_step()

    def show_next_stage(self) -> None:
        """Show one more stage of the next step; after the last stage, take the step."""
        next_view = preview_step(self.player)
        stages = group_stages(next_view.worked_lines) if next_view is not None else ()
        self._stages_shown += 1
        if self._stages_shown > len(stages):
            self.step()
            return
        shown_stages = stages[: self._stages_shown]
        marked = mark_upcoming(self.player.view().pictures, next_view.pictures) if next_view is not None else ()
        self.staged_pictures = marked if has_marks(marked) else ()
        *lines, last_line = [line for stage in shown_stages for line in stage.lines]
        # A value that the picture asks for is not told below it.
        last_line = replace(last_line, is_sought=has_sought_value(self.staged_pictures))
        self.staged_lines = (*lines, last_line)
        heading = f"Next, step {self.player.position + 1}"
        if len(stages) > 1:
            heading += f", stage {self._stages_shown} of {len(stages)}"
        if shown_stages[-1].name:
            heading += f": {shown_stages[-1].name}"
        position = self.player.position
        if self.staged_pictures:
            self.message = f"**{heading}.** The picture, still at step {position}, marks what this step works out."
        else:
            self.message = f"**{heading}.** The picture still shows step {position}."

    def cancel(self) -> None:
        """Stop a run that is on its way to a step, and show whole steps again."""
        self.player.stop()
        self._show_step()

    def seek(self, step: int) -> None:
        """Make `step` the target; `run_for` goes there."""
        self.player.seek(step)
        self._show_step()

    def run_for(self, seconds: float) -> bool:
        """Compute for about `seconds`, and as long for pinned runs; True when every run has reached its target."""
        has_arrived = self.player.run_for(seconds)
        have_pinned_arrived = self.pinned_runs.run_for(seconds) if self.pinned_runs else True
        return has_arrived and have_pinned_arrived

    def _show_step(self, message: str = "") -> None:
        """Show the whole step at the player's position, with `message`; the pinned runs go to the same step."""
        self.message, self.staged_lines, self.staged_pictures, self._stages_shown = message, (), (), 0
        self.pinned_runs.seek(self.player.target)

    # -- asking

    def next_prediction(self) -> Prediction | None:
        """The question to ask before the next step; `None` if none is to be asked."""
        if not self.is_predicting or not self.player.can_step:
            return None
        return self.player.view().prediction

    def format_answer(self) -> str:
        """The run as an answer to a challenge: the changed parameters, and the step, as in `rate=0.1 steps=20`."""
        values, initial_values = self.player.simulation.values(), self._initial_rules.values()
        changeable_names = self.allow or tuple(values)
        settings = [
            f"{name}={format_value(values[name])}" for name in changeable_names if values[name] != initial_values[name]
        ]
        return " ".join([*settings, f"steps={self.player.position}"])

    def report_copied(self, line: str) -> None:
        """Tell the learner that the command line `line` was copied."""
        self.message = f"Copied: {as_code(line)}  \n"  # the two spaces break the line in Markdown

    # -- changing

    def change(self, name: str, value: object) -> bool:
        """Change a parameter, for the whole run or from the current step on; False when it has this value already.

        Raises:
            UsageError: a value that cannot be used; nothing has changed.
        """
        rules = self.player.simulation
        new_rules = rules.with_values(**{name: value})
        if new_rules == rules:
            return False
        if self.changes_from_here and self.player.position:  # at step 0 it is the whole run that changes
            self.player.branch(**{name: value})
            self._show_step()
        else:
            is_notice_new = new_rules.data_notice != rules.data_notice
            self._run_under(new_rules, escape_markdown(new_rules.data_notice) if is_notice_new else "")
        return True

    @property
    def quantities(self) -> list[Quantity]:
        """The quantities that can be selected in the pictures and set by hand."""
        rules, allowed_names = self.player.simulation, self.allow
        parameters = {
            name: parameter
            for name, parameter in rules.parameters().items()
            if allowed_names is None or name in allowed_names
        }
        return find_quantities(self.player.view(), parameters, rules.values(), include_state=self.can_edit)

    @cached_property
    def can_pick(self) -> bool:
        """True when there are quantities to be selected; cached, since it is the same at every step of a run."""
        return self.can_edit or bool(self.quantities)

    def set_quantity(self, quantity: Quantity, text: str) -> None:
        """Set a quantity to the value typed in `text`: a parameter as `change` does, a weight from this step on.

        Raises:
            UsageError: a value that cannot be used; nothing has changed.
        """
        if quantity.parameter is None:
            self.edit(f"{quantity.key}={text}")
        elif self.change(quantity.key, text):
            value = format_value(self.player.simulation.values()[quantity.key])
            self.message = f"**{escape_markdown(quantity.label)}** is now {value}."

    def edit(self, text: str) -> None:
        """Set a quantity of the state by hand: `layer 1, unit 2 ← x1 = 0.5`, or by its path, `weights[0][1][0] = 0.5`.

        Raises:
            UsageError: `text` has another form, or the quantity cannot be set; nothing has changed.
        """
        name, equals_sign, value = text.rpartition("=")  # the last equals sign: an arrow may be typed as `<=`
        is_path = "[" in name
        path = name.strip() if is_path else self._paths_by_label.get(_comparable_label(name), "")
        if not equals_sign or not path:
            problem = f"There is no “{clip(name.strip(), 40)}” here" if equals_sign else "Give a name and a value"
            raise UsageError(f"{problem}: write for example {self.edit_example}")
        label_of_path = {key: label for label, key in self._edit_labels()}
        label = label_of_path.get(path.replace(" ", ""), path)
        try:
            apply_changes(self.player, read_changes((f"{self.player.position}:{path}={value}",)))  # as for --change
        except UsageError as error:  # its message names the path; the learner knows the quantity by its label
            raise UsageError(str(error).replace(path, label)) from None
        self._show_step(f"**{escape_markdown(label)}** is now {value.strip()}; the run goes on from here.")

    @property
    def edit_example(self) -> str:
        """An example of setting a quantity by hand, with a name from the screen."""
        labels = [label for label, _ in self._edit_labels()]
        return f"{labels[0] if labels else 'weight'} = 0.5"

    @property
    def _paths_by_label(self) -> dict[str, str]:
        """Comparable label → path, for each quantity of the state that may be set."""
        return {_comparable_label(label): path for label, path in self._edit_labels()}

    def _edit_labels(self) -> list[tuple[str, str]]:
        """(label, path) of each weight and bias, as the readings show them."""
        return [(reading.label, reading.key) for reading in self.player.view().readings if "[" in reading.key]

    @property
    def can_look(self) -> bool:
        """True when the simulation has held-out test data, at which the learner may look once."""
        name = self.player.simulation.look_parameter
        return bool(name) and (self.allow is None or name in self.allow)

    def look(self) -> None:
        """Evaluate the current state on the held-out test data; refuse a second time with the same seed."""
        rules, position = self.player.simulation, self.player.position
        look_parameter = rules.look_parameter
        parameter_value = int(str(rules.values()[look_parameter]))  # 0 until a look
        look_step = self._look_steps.get(rules.seed, 0) or parameter_value
        if look_step:
            self.message = (
                f"You have looked at the test data of seed {rules.seed}, at step {look_step}: a second look would make "
                "them part of your choice. **r** takes another seed, with another test."
            )
        elif not position:
            self.message = "Train first: the test data are for one look, at the network that you have chosen."
        else:  # take the last step once more, now with the evaluation
            self.player.back()
            self.player.branch(**{look_parameter: position})
            self._look_steps[rules.seed] = position
            self.step()

    @property
    def can_edit(self) -> bool:
        """True when a quantity of the state can be set by hand."""
        return self.allow is None and type(self.player.simulation).with_quantity is not Simulation.with_quantity

    def toggle_scope(self) -> None:
        """Switch between changes to the whole run and changes from the current step on."""
        self.changes_from_here = not self.changes_from_here
        self.message = (
            "Changes apply **from this step on**; the steps before stay as they are."
            if self.changes_from_here
            else "Changes apply to **the whole run**, which is computed again."
        )

    def apply_preset(self, preset: Preset) -> None:
        """Run a preset from its start."""
        self.player.jump(0)
        rules = self._initial_rules.with_defaults(**preset.values)
        heading = f"**{preset.name}** ({preset.kind})"
        is_notice_new = rules.data_notice != self._initial_rules.data_notice
        new_notice = escape_markdown(rules.data_notice) if is_notice_new else ""
        if rules.uses_file_data:  # the preset's reason is about other data
            message = f"{heading}. {new_notice or 'It runs on what was read from your file.'}"
        else:
            message = f"{heading}: {preset.reason} {new_notice}".rstrip()
        self._run_under(rules, message)

    def cycle_preset(self, direction: int) -> None:
        """Run the next preset (`direction` is 1) or the one before (−1), in a circle."""
        presets = self.player.simulation.presets
        if not presets:
            return
        preset_rules = [self._initial_rules.with_defaults(**preset.values) for preset in presets]
        current_rules = self.player.simulation
        if current_rules in preset_rules:
            index = (preset_rules.index(current_rules) + direction) % len(presets)
        else:  # the parameters were changed by hand: begin at the first preset, or at the last
            index = 0 if direction > 0 else -1
        self.apply_preset(presets[index])

    def _run_under(self, simulation: Simulation[Any], message: str = "") -> None:
        """Begin the run again under other rules; its target is the step that is shown."""
        self.player.replace_rules(simulation)
        self._show_step(message)

    # -- comparing

    def pin_run(self) -> None:
        """Keep this run as it is, to compare later ones with it."""
        if self.pinned_runs.is_full:
            self.message = f"{MAX_PINNED_RUNS} runs are kept already; C forgets them."
        else:
            letter = self.pinned_runs.pin(self.player)
            self.message = (
                f"This run is kept as **{letter}**. Change something: both are shown, step by step. C forgets it."
            )

    def unpin_runs(self) -> None:
        """Stop comparing: forget the pinned runs."""
        self.pinned_runs.clear()
        self.message = ""

    def describe_state(self) -> str:
        """Describe, as Markdown, what a step is and the settings of this session: comparisons, predictions, scope."""
        return " · ".join(self.state_descriptions()[0])

    def state_descriptions(self) -> list[list[str]]:
        """The parts of `describe_state`, in versions of decreasing length; a screen takes the first that fits.

        The first version has all parts; the second lacks the seed, and the third also the unit of a step. While runs
        are compared there is only one version, which lists their differences instead of the unit and the seed.
        """
        rules = self.player.simulation
        asked = ["you are asked before each step"] if self.is_predicting else []
        compared = self.pinned_runs.describe_differences(self.player)
        basics = [] if self.pinned_runs else [f"a step: {rules.unit}", f"seed {rules.seed}"]
        scope = ["changes apply from here on"] if self.changes_from_here else []
        counts_of_basics = reversed(range(len(basics) + 1))  # 2, 1, 0: the last one is left out first
        return [[*asked, *compared, *basics[:count], *scope] for count in counts_of_basics]


@dataclass(frozen=True)
class Stage:
    """Worked lines of one step that belong together."""

    name: str
    """Empty for a line that names no stage."""
    lines: tuple[WorkedLine, ...]


def group_stages(worked_lines: Sequence[WorkedLine]) -> tuple[Stage, ...]:
    """Group neighbouring lines of one stage, in order; a line that names no stage is a stage of its own."""
    groups: list[list[WorkedLine]] = []
    for line in worked_lines:
        if line.stage and groups and groups[-1][0].stage == line.stage:
            groups[-1].append(line)
        else:
            groups.append([line])
    return tuple(Stage(lines[0].stage, tuple(lines)) for lines in groups)


def preview_step(player: Player[Any]) -> View | None:
    """The view after the next step, without taking it; `None` when the run is over."""
    if not player.step():
        return None
    view = player.view()
    player.back()
    return view

"""`challenge`: a goal to reach in the simulator, proved by running what the learner set."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from tutor.errors import ExpressionError, clip, unknown_name_error
from tutor.expressions.evaluate import describe_unknown_name, evaluate, evaluate_condition, is_met, paths_in
from tutor.expressions.parser import parse_expression
from tutor.patterns import compile_lazily
from tutor.questions.answers.run_settings import RunSetting, read_run_setting
from tutor.questions.base import Grade, Instance, Question, Sample, Scene, Unreadable
from tutor.questions.templates.conditions import find_unmeetable
from tutor.questions.templates.placeholders import common_fields, error_context, fill, fill_argument
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.runs import MAX_QUESTION_STEPS, build_simulation, cached_state_after
from tutor.questions.templates.variants import draw_names
from tutor.text.giveaways import contains_words
from tutor.text.numbers import counted, format_number

if TYPE_CHECKING:
    from tutor.sims.engine.simulation import Simulation

_OR_NOT = compile_lazily(r"\b(?:or|not)\b")


class Pitfall(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A way to miss the goal, and the feedback on it."""

    when: str
    """A condition on the state, written like the goal; where it holds, the learner is in this pitfall."""
    say: str
    example: str = ""
    """An answer that falls into it; if one is given, the check proves that the answer gets `say`."""


class ChallengeInstance(Instance, frozen=True, kw_only=True):
    """A `challenge` with its numbers drawn: parameters to change, and a goal for the state that the run reaches."""

    simulation: "Simulation[Any]"
    """The simulation with the parameters that the lesson sets, before the learner changes any."""
    allow: tuple[str, ...]
    """The parameters that may be changed."""
    goal: str
    """A condition on the state that the learner's run reaches."""
    max_steps: int
    """The most steps that the run may take."""
    solved_by: str
    """A setting that reaches the goal, as one types it."""
    pitfalls: tuple[Pitfall, ...] = ()

    @property
    def how(self) -> str:
        """How to answer: values for what may be changed, and the steps."""
        names = "".join(f"{name}=… " for name in self.allow)
        return f"{names}steps=N (at most {self.max_steps})"

    @property
    def how_in_short(self) -> str:
        """How an answer begins and ends: `lr=… … steps=N`."""
        if not self.allow:
            return "steps=N"
        others = "… " if len(self.allow) > 1 else ""
        return f"{self.allow[0]}=… {others}steps=N"

    @property
    def solution(self) -> str:
        """One setting that reaches the goal."""
        return self.solved_by

    def read(self, raw: str) -> RunSetting | Unreadable:
        """The parameters and steps that were typed; advice where one may not be changed, or is out of range."""
        return read_run_setting(raw, self.simulation, self.allow, self.max_steps)

    def names_after(self, setting: RunSetting) -> dict[str, Any]:
        """Run `setting`; returns name → value, for what a goal may use in the state that the run reaches."""
        return self._names_of_state(setting.simulation, cached_state_after(setting.simulation, setting.steps))

    def _names_of_state(self, simulation: "Simulation[Any]", state: Any) -> dict[str, Any]:
        """Name → value, for what a goal may use: drawn numbers, parameters, the state; later ones hide earlier ones."""
        from tutor.sims.engine.state import find_overflow

        quantities = {field.name: getattr(state, field.name) for field in fields(state)}
        return {**self.names, **simulation.values(), "diverged": bool(find_overflow(state)), **quantities}

    def is_reached(self, simulation: "Simulation[Any]", state: Any) -> bool:
        """Whether `state`, to which a run has come already, meets the goal; nothing is run again."""
        return is_met(self.goal, self._names_of_state(simulation, state))

    def grade(self, answer: RunSetting) -> Grade:
        """Right when the state that the setting leads to meets the goal."""
        from tutor.sims.engine.json_lines import describe_divergence

        names = self.names_after(answer)
        if is_met(self.goal, names):
            return Grade(1.0, "right", f"The goal is reached after {counted(names['step'], 'step')}. {self.why}")
        for pitfall in self.pitfalls:
            if is_met(pitfall.when, names):
                return Grade(0.0, "wrong", pitfall.say)
        divergence = describe_divergence(cached_state_after(answer.simulation, answer.steps))  # "" without one
        return Grade(0.0, "wrong", f"{divergence} {self._describe_outcome(names)}".strip())

    def _describe_outcome(self, names: dict[str, Any]) -> str:
        """Say in Markdown which values the run reached, and which conditions of the goal they do not meet."""
        unmet = [condition for condition in _split_conditions(self.goal) if not is_met(condition, names)]
        paths = dict.fromkeys(path for condition in unmet for path in paths_in(parse_expression(condition)))
        quantities = [
            path for path in paths if path != "step" and not describe_unknown_name(parse_expression(path), names)
        ]
        values = ", ".join(f"`{path} = {_show_value(path, names)}`" for path in quantities)
        after = f"After {counted(names['step'], 'step')}"
        outcome = f"{after}: {values}" if values else after
        unmet_words = "` and `".join(_in_printed_notation(condition) for condition in unmet)
        return f"{outcome}. Wanted: `{unmet_words}`."

    def gives_away(self, text: str) -> bool:
        """Whether `text` contains a setting of the solution, or its steps if there are no settings."""
        parts = self.solution.split()
        settings = [part for part in parts if not part.startswith("steps=")]
        return any(contains_words(text.replace(" = ", "="), part) for part in settings or parts)

    def samples(self) -> tuple[Sample, ...]:
        """The solution, a run of no steps, the examples of pitfalls, and three unreadable texts."""
        pitfall_examples = (
            Sample(pitfall.example, "wrong", pitfall.say) for pitfall in self.pitfalls if pitfall.example
        )
        return (
            Sample(self.solution, "right", "step"),
            Sample("steps=0", "wrong"),
            *pitfall_examples,
            Sample("faster", "unreadable", "steps="),
            Sample(f"steps={self.max_steps + 1}", "unreadable", f"from 0 to {self.max_steps}"),
            Sample("colour=red steps=1", "unreadable", "colour"),
        )


class ChallengeQuestion(Question, frozen=True, kw_only=True):
    """A goal for the state of a simulation, of which the learner may change some parameters."""

    kind: ClassVar[str] = "challenge"
    usual_seconds: ClassVar[float] = 120.0
    needs_simulation: ClassVar[bool] = True
    is_in_every_lesson: ClassVar[bool] = True
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"mistakes": Pitfall}

    ask: str
    simulation: str
    set: dict[str, Any] = msgspec.field(default_factory=dict)
    allow: tuple[str, ...] = ()
    goal: str
    most: int = 200
    """The most steps that may be taken."""
    solution: str
    mistakes: tuple[Pitfall, ...] = ()

    def draw_instance(self, seed: int) -> ChallengeInstance:
        """This challenge with the numbers that `seed` draws.

        Raises:
            ChainruleError: the simulation cannot be made with them.
        """
        names = draw_names(self, seed)
        with error_context("set"):
            simulation = build_simulation(self.simulation, self.set, names)
        with error_context("ask"):
            prompt = fill(self.ask, names)
        with error_context("mistakes"):
            pitfalls = tuple(
                Pitfall(pitfall.when, fill(pitfall.say, names), fill_argument(pitfall.example, names))
                for pitfall in self.mistakes
            )
        set_values: dict[str, object] = {name: simulation.values()[name] for name in self.set}
        return ChallengeInstance(
            **common_fields(self, seed, names),
            prompt=prompt,
            scene=Scene(simulation.name, set_values, step=0, allow=self.allow),
            simulation=simulation,
            allow=self.allow,
            goal=self.goal,
            max_steps=self.most,
            solved_by=fill_argument(self.solution, names),
            pitfalls=pitfalls,
        )

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the challenge is sound."""
        if not 1 <= self.most <= MAX_QUESTION_STEPS:
            return [f"most: give 1 to {MAX_QUESTION_STEPS:,} steps, not {self.most}"]
        return find_faults(self, self.draw_instance, _challenge_faults)


def _challenge_faults(instance: ChallengeInstance) -> list[str]:
    """Find unknown names, an unreadable solution, conditions that no run can meet, a goal met by doing nothing."""
    parameters = instance.simulation.parameters()
    unknown = [name for name in instance.allow if name not in parameters]
    if unknown:
        return [f"allow: {unknown_name_error('parameter', unknown[0], parameters)}"]
    solution = instance.read(instance.solution)
    if isinstance(solution, Unreadable):
        return [f"solution '{instance.solution}' cannot be read: {solution.advice}"]
    names = instance.names_after(solution)
    conditions = {"goal": instance.goal}
    conditions |= {f"mistakes[{index}]": pitfall.when for index, pitfall in enumerate(instance.pitfalls)}
    faults = []
    for key, condition in conditions.items():
        tree = parse_expression(condition)
        sentence = describe_unknown_name(tree, names) or find_unmeetable(tree, names, parameters)
        if sentence:
            faults.append(f"{key}: {sentence}")
    return faults or [*_find_uncomputable(conditions, names), *_find_goal_met_unchanged(instance, solution.steps)]


def _find_goal_met_unchanged(instance: ChallengeInstance, steps: int) -> list[str]:
    """Report it if the goal is met without changing a parameter, after as many steps as the solution takes."""
    unchanged = RunSetting(instance.simulation, steps)
    if instance.allow and is_met(instance.goal, instance.names_after(unchanged)):
        return [f"the goal is met after {counted(steps, 'step')} without changing anything"]
    return []


def _find_uncomputable(conditions: dict[str, str], names: dict[str, Any]) -> list[str]:
    """Report each of `conditions` (key → condition) that does not compute with `names`.

    `names` has the values in the state that the solution leads to.
    """
    faults = []
    for key, condition in conditions.items():
        try:
            evaluate_condition(condition, names)
        except ExpressionError as error:
            faults.append(f"{key}: {error}")
    return faults


_BRACKET_OR_AND = compile_lazily(r"[()]|(?<!\s)\s++and\s++")
"""A bracket, or an `and`, which separates conditions outside brackets."""
_PRINTED_SYMBOLS = (("==", "="), ("!=", "≠"), ("<=", "≤"), (">=", "≥"), (" * ", " · "))


def _split_conditions(goal: str) -> list[str]:
    """Cut a goal into the conditions that must all hold, at each `and` outside brackets.

    A goal with `or` or `not` is not cut: a part of it may be false although the goal is met.
    """
    if _OR_NOT.search(goal):
        return [goal]
    conditions = []
    depth = start = 0
    for match in _BRACKET_OR_AND.finditer(goal):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth -= 1
        elif depth == 0:
            conditions.append(goal[start : match.start()])
            start = match.end()
    return [*conditions, goal[start:]]


def _in_printed_notation(condition: str) -> str:
    """Write a condition as it is printed: `a <= 2` → `a ≤ 2`."""
    for operator, printed in _PRINTED_SYMBOLS:
        condition = condition.replace(operator, printed)
    return condition.strip()


def _show_value(path: str, names: dict[str, Any]) -> str:
    """The value of the quantity at `path`, as text; "not computed" where the state has none."""
    try:
        return clip(format_number(evaluate(parse_expression(path), names)), 80)
    except ExpressionError:
        return "not computed"

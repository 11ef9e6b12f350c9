"""`challenge`: a goal to reach in the simulator, proved by running what the learner set."""

from dataclasses import dataclass, fields
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
    """A way to miss the goal, and what to say to it."""

    when: str
    """A condition on the state, as in the goal."""
    say: str
    example: str = ""
    """An answer that falls into it; when given, it is proved to get `say`."""


@dataclass(frozen=True, kw_only=True)
class ChallengeInstance(Instance):
    """A `challenge` with its numbers drawn: rules to change and a goal for the state they lead to."""

    simulation: "Simulation[Any]"
    """As it is given."""
    allow: tuple[str, ...]
    goal: str
    most: int
    solved_by: str
    pitfalls: tuple[Pitfall, ...] = ()

    @property
    def how(self) -> str:
        """How to answer: values for what may be changed, and the steps."""
        names = "".join(f"{name}=… " for name in self.allow)
        return f"{names}steps=N (at most {self.most})"

    @property
    def how_in_short(self) -> str:
        """How an answer begins and ends."""
        return f"{self.allow[0]}=… {'… ' if len(self.allow) > 1 else ''}steps=N" if self.allow else "steps=N"

    @property
    def solution(self) -> str:
        """One setting that reaches the goal."""
        return self.solved_by

    def read(self, raw: str) -> RunSetting | Unreadable:
        """The parameters and steps that were typed; advice where one may not be changed, or is out of range."""
        return read_run_setting(raw, self.simulation, self.allow, self.most)

    def names_after(self, setting: RunSetting) -> dict[str, Any]:
        """The names that a goal may use after `setting` has run: of the state, the parameters and the drawn numbers."""
        return self._names_of_state(setting.simulation, cached_state_after(setting.simulation, setting.steps))

    def _names_of_state(self, simulation: "Simulation[Any]", state: Any) -> dict[str, Any]:
        from tutor.sims.engine.state import find_overflow

        quantities = {item.name: getattr(state, item.name) for item in fields(state)}
        return {**self.names, **simulation.values(), "diverged": bool(find_overflow(state)), **quantities}

    def is_reached(self, simulation: "Simulation[Any]", state: Any) -> bool:
        """Whether `state`, to which a run has come already, meets the goal; nothing is run again."""
        return is_met(self.goal, self._names_of_state(simulation, state))

    def grade(self, answer: RunSetting) -> Grade:
        """Right when the state that the setting leads to meets the goal."""
        from tutor.sims.engine.json_lines import describe_divergence

        known = self.names_after(answer)
        if is_met(self.goal, known):
            return Grade(1.0, "right", f"The goal is reached after {counted(known['step'], 'step')}. {self.why}")
        feedback = next((pitfall.say for pitfall in self.pitfalls if is_met(pitfall.when, known)), None)
        if feedback is not None:
            return Grade(0.0, "wrong", feedback)
        diverged = describe_divergence(cached_state_after(answer.simulation, answer.steps))
        return Grade(0.0, "wrong", f"{diverged} {self._describe_outcome(known)}".strip())

    def _describe_outcome(self, known: dict[str, Any]) -> str:
        """The values that the run came to, and the conditions that they do not meet."""
        missing = [part for part in _split_conditions(self.goal) if not is_met(part, known)]
        paths = dict.fromkeys(path for part in missing for path in paths_in(parse_expression(part)))
        quantities = [
            path for path in paths if path != "step" and not describe_unknown_name(parse_expression(path), known)
        ]
        values = ", ".join(f"`{path} = {_show_value(path, known)}`" for path in quantities)
        missing_conditions = "` and `".join(_with_book_signs(part) for part in missing)
        return (
            f"After {counted(known['step'], 'step')}{': ' if values else ''}{values}. Wanted: `{missing_conditions}`."
        )

    def gives_away(self, text: str) -> bool:
        """Whether `text` contains a setting of the solution, or its steps if there are no settings."""
        settings = [part for part in self.solution.split() if not part.startswith("steps=")] or self.solution.split()
        return any(contains_words(text.replace(" = ", "="), part) for part in settings)

    def samples(self) -> tuple[Sample, ...]:
        """The solution, standing still, every pitfall with an example, and what may not be typed."""
        pits = (Sample(pitfall.example, "wrong", pitfall.say) for pitfall in self.pitfalls if pitfall.example)
        return (
            Sample(self.solution, "right", "step"),
            Sample("steps=0", "wrong"),
            *pits,
            Sample("faster", "unreadable", "steps="),
            Sample(f"steps={self.most + 1}", "unreadable", f"from 0 to {self.most}"),
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
        given: dict[str, object] = {name: simulation.values()[name] for name in self.set}
        return ChallengeInstance(
            **common_fields(self, seed, names),
            prompt=prompt,
            scene=Scene(simulation.name, given, 0, self.allow),
            simulation=simulation,
            allow=self.allow,
            goal=self.goal,
            most=self.most,
            solved_by=fill_argument(self.solution, names),
            pitfalls=pitfalls,
        )

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the challenge is sound."""
        if not 1 <= self.most <= MAX_QUESTION_STEPS:
            return [f"most: give 1 to {MAX_QUESTION_STEPS:,} steps, not {self.most}"]
        return find_faults(self, self.draw_instance, _challenge_faults)


def _challenge_faults(instance: ChallengeInstance) -> list[str]:
    """Names that the simulation lacks, conditions that no run can meet, and a goal that is met by doing nothing."""
    parameters = instance.simulation.parameters()
    unknown = [name for name in instance.allow if name not in parameters]
    if unknown:
        return [f"allow: {unknown_name_error('parameter', unknown[0], parameters)}"]
    solution = instance.read(instance.solution)
    if isinstance(solution, Unreadable):
        return [f"solution '{instance.solution}' cannot be read: {solution.advice}"]
    known = instance.names_after(solution)
    conditions = [
        ("goal", instance.goal),
        *((f"mistakes[{index}]", pitfall.when) for index, pitfall in enumerate(instance.pitfalls)),
    ]
    trees = [(where, parse_expression(text)) for where, text in conditions]
    missing = [
        (where, describe_unknown_name(tree, known) or find_unmeetable(tree, known, parameters)) for where, tree in trees
    ]
    return [f"{where}: {sentence}" for where, sentence in missing if sentence] or [
        *_find_uncomputable(conditions, known),
        *_find_goal_met_unchanged(instance, solution.steps),
    ]


def _find_goal_met_unchanged(instance: ChallengeInstance, steps: int) -> list[str]:
    """A fault if as many steps as the solution takes reach the goal with nothing changed."""
    if instance.allow and is_met(instance.goal, instance.names_after(RunSetting(instance.simulation, steps))):
        return [f"the goal is met after {counted(steps, 'step')} without changing anything"]
    return []


def _find_uncomputable(conditions: list[tuple[str, str]], known: dict[str, Any]) -> list[str]:
    """A fault for each of the conditions, given as (key, text), that does not compute after the solution."""
    faults = []
    for where, text in conditions:
        try:
            evaluate_condition(text, known)
        except ExpressionError as error:
            faults.append(f"{where}: {error}")
    return faults


_BRACKET_OR_AND = compile_lazily(r"[()]|(?<!\s)\s++and\s++")
"""A bracket, or an `and`, which separates conditions outside brackets."""
_BOOK_SIGNS = (("==", "="), ("!=", "≠"), ("<=", "≤"), (">=", "≥"), (" * ", " · "))


def _split_conditions(goal: str) -> list[str]:
    """The conditions that must all hold; a goal with an `or` or a `not` in it is one."""
    if _OR_NOT.search(goal):
        return [goal]
    parts, depth, start = [], 0, 0
    for match in _BRACKET_OR_AND.finditer(goal):
        depth += (match[0] == "(") - (match[0] == ")")
        if depth == 0 and match[0] != ")":
            parts.append(goal[start : match.start()])
            start = match.end()
    return [*parts, goal[start:]]


def _with_book_signs(condition: str) -> str:
    """A condition with the signs of a book."""
    for written, sign in _BOOK_SIGNS:
        condition = condition.replace(written, sign)
    return condition.strip()


def _show_value(path: str, known: dict[str, Any]) -> str:
    try:
        return clip(format_number(evaluate(parse_expression(path), known)), 80)
    except ExpressionError:
        return "not computed"

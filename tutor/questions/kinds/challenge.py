"""`challenge`: a goal to reach in the simulator, proved by running what the learner set."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from tutor.errors import ExpressionError, clip, unknown_name_error
from tutor.expressions.evaluate import evaluate, holds, paths_in, unknown_name
from tutor.expressions.parser import parse_expression
from tutor.patterns import late
from tutor.questions.base import Grade, Instance, Question, Sample, Scene, Unreadable
from tutor.questions.run_settings import Setting, read_setting
from tutor.questions.runs import STEPS, simulation, state_after
from tutor.questions.templates.filling import at, shared
from tutor.questions.templates.proof import faults_of
from tutor.questions.templates.templates import fill, typed
from tutor.questions.templates.variants import draw
from tutor.text.numbers import counted, show

if TYPE_CHECKING:
    from tutor.sims.engine.simulation import Simulation

_OR_NOT = late(r"\b(?:or|not)\b")


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

    kind: ClassVar[str] = "challenge"

    rules: "Simulation[Any]"
    """The simulation as it is given."""
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
    def solution(self) -> str:
        """One setting that reaches the goal."""
        return self.solved_by

    def read(self, raw: str) -> Setting | Unreadable:
        """The rules and steps that were typed; what may not be changed, or is out of range, is said."""
        return read_setting(raw, self.rules, self.allow, self.most)

    def known_in(self, setting: Setting) -> dict[str, Any]:
        """The names that a goal may use, after `setting` has run: state, parameters, drawn numbers."""
        from tutor.sims.engine.state import find_overflow

        state = state_after(setting.rules, setting.steps)
        quantities = {item.name: getattr(state, item.name) for item in fields(state)}
        return {**self.names, **setting.rules.values(), "diverged": bool(find_overflow(state)), **quantities}

    def grade(self, answer: Setting) -> Grade:
        """Right when the state that the setting leads to meets the goal."""
        from tutor.sims.engine.json_lines import describe_divergence

        known = self.known_in(answer)
        if _met(self.goal, known):
            return Grade(1.0, "right", f"The goal is reached after {counted(known['step'], 'step')}. {self.why}")
        said = [slip.say for slip in self.pitfalls if _met(slip.when, known)][:1]
        if said:
            return Grade(0.0, "wrong", said[0])
        diverged = describe_divergence(state_after(answer.rules, answer.steps))
        return Grade(0.0, "wrong", f"{diverged} {self._found(known)}".strip())

    def _found(self, known: dict[str, Any]) -> str:
        """What the run came to, in numbers, and what is missing."""
        missing = [part for part in _parts(self.goal) if not _met(part, known)]
        paths = dict.fromkeys(path for part in missing for path in paths_in(parse_expression(part)))
        shown = [path for path in paths if path != "step" and not unknown_name(parse_expression(path), known)]
        values = ", ".join(f"`{path} = {_shown(path, known)}`" for path in shown)
        wanted = "` and `".join(_in_signs(part) for part in missing)
        return f"After {counted(known['step'], 'step')}{': ' if values else ''}{values}. Wanted: `{wanted}`."

    def samples(self) -> tuple[Sample, ...]:
        """The solution, standing still, every pitfall with an example, and what may not be typed."""
        pits = (Sample(slip.example, "wrong", slip.say) for slip in self.pitfalls if slip.example)
        return (
            Sample(self.solution, "right", "step"),
            Sample("steps=0", "wrong"),
            *pits,
            Sample("faster", "unreadable", "steps="),
            Sample(f"steps={self.most + 1}", "unreadable", f"from 0 to {self.most}"),
            Sample("colour=red steps=1", "unreadable", "colour"),
        )


class Challenge(Question, frozen=True, kw_only=True):
    """A goal for the state of a simulation, of which the learner may change some parameters."""

    kind: ClassVar[str] = "challenge"
    parts: ClassVar[dict[str, type[msgspec.Struct]]] = {"mistakes": Pitfall}

    ask: str
    simulation: str
    set: dict[str, Any] = msgspec.field(default_factory=dict)
    allow: tuple[str, ...] = ()
    goal: str
    most: int = 200
    solution: str
    mistakes: tuple[Pitfall, ...] = ()

    def instance(self, seed: int) -> ChallengeInstance:
        """This challenge with the numbers that `seed` draws.

        Raises:
            ChainruleError: the simulation cannot be made with them.
        """
        names = draw(self, seed)
        with at("set"):
            rules = simulation(self.simulation, self.set, names)
        with at("ask"):
            prompt = fill(self.ask, names)
        with at("mistakes"):
            pitfalls = tuple(
                Pitfall(slip.when, fill(slip.say, names), typed(slip.example, names)) for slip in self.mistakes
            )
        given: dict[str, object] = {name: rules.values()[name] for name in self.set}
        return ChallengeInstance(
            **shared(self, seed, names),
            prompt=prompt,
            scene=Scene(rules.name, given, 0, self.allow),
            rules=rules,
            allow=self.allow,
            goal=self.goal,
            most=self.most,
            solved_by=typed(self.solution, names),
            pitfalls=pitfalls,
        )

    def check(self) -> list[str]:
        """Faults over many seeds; empty when the challenge is sound."""
        if not 1 <= self.most <= STEPS:
            return [f"most: give 1 to {STEPS:,} steps, not {self.most}"]
        return faults_of(self, self.instance, _own_faults)


def _own_faults(instance: ChallengeInstance) -> list[str]:
    parameters = instance.rules.parameters()
    strangers = [name for name in instance.allow if name not in parameters]
    if strangers:
        return [f"allow: {unknown_name_error('parameter', strangers[0], parameters)}"]
    solution = instance.read(instance.solution)
    if isinstance(solution, Unreadable):
        return [f"solution '{instance.solution}' cannot be read: {solution.advice}"]
    known = instance.known_in(solution)
    conditions = [
        ("goal", instance.goal),
        *((f"mistakes[{n}]", p.when) for n, p in enumerate(instance.pitfalls)),
    ]
    missing = [(where, unknown_name(parse_expression(text), known)) for where, text in conditions]
    return [f"{where}: {sentence}" for where, sentence in missing if sentence] or [
        *_broken(conditions, known),
        *_too_easy(instance, solution.steps),
    ]


def _too_easy(instance: ChallengeInstance, steps: int) -> list[str]:
    if instance.allow and _met(instance.goal, instance.known_in(Setting(instance.rules, steps))):
        return [f"the goal is met after {counted(steps, 'step')} without changing anything"]
    return []


def _broken(conditions: list[tuple[str, str]], known: dict[str, Any]) -> list[str]:
    faults = []
    for where, text in conditions:
        try:
            holds(text, known)
        except ExpressionError as error:
            faults.append(f"{where}: {error}")
    return faults


def _met(condition: str, known: dict[str, Any]) -> bool:
    """A condition on what is not computed yet, or no longer finite, is not met."""
    try:
        return holds(condition, known)
    except ExpressionError:
        return False


_PART = late(r"[()]|(?<!\s)\s++and\s++")
"""A bracket, or an `and`, which parts conditions where it stands within none."""
_SIGNS = (("==", "="), ("!=", "≠"), ("<=", "≤"), (">=", "≥"), (" * ", " · "))


def _parts(goal: str) -> list[str]:
    """The conditions that must all hold; a goal with an `or` or a `not` in it is one."""
    if _OR_NOT.search(goal):
        return [goal]
    parts, depth, start = [], 0, 0
    for found in _PART.finditer(goal):
        depth += (found[0] == "(") - (found[0] == ")")
        if depth == 0 and found[0] != ")":
            parts.append(goal[start : found.start()])
            start = found.end()
    return [*parts, goal[start:]]


def _in_signs(condition: str) -> str:
    """A condition with the signs of a book."""
    for typed_as, sign in _SIGNS:
        condition = condition.replace(typed_as, sign)
    return condition.strip()


def _shown(path: str, known: dict[str, Any]) -> str:
    try:
        return clip(show(evaluate(parse_expression(path), known)), 80)
    except ExpressionError:
        return "not computed"

"""Checks a learner's code against the cases of an exercise, each side in a process of its own.

The learner's process gets arguments alone. What the reference returns is computed in another process, and compared
here, where no code of either side runs.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tutor.errors import ChainruleError
from tutor.exercises.comparison import Difference, compare
from tutor.exercises.data import show_answer
from tutor.exercises.exercise import Exercise
from tutor.exercises.explanations.table import tell_error
from tutor.exercises.raised import RaisedError, read_error
from tutor.exercises.report import FailedCase, Report
from tutor.sandbox.guards import active_guards
from tutor.sandbox.sandbox import CodeProcess, CodeStoppedError, Launcher, session
from tutor.sandbox.values import decode
from tutor.text.numbers import counted, format_number

_FAULT_ORDER = ("none", "type", "shape", "arguments", "twice", "judged", "value", "finite")
"""Faults of an answer in the order in which they are reported; errors come before all of them."""
Data = Mapping[str, Mapping[str, Any]]
"""`given` and `hidden`: each a mapping of names to values, ready to be sent."""
Answers = dict[tuple[int, str], tuple[Any] | None]
"""What known mistakes, by their place, returned for cases, `None` where they raised: kept from check to check."""
REPEATED = 2
"""How many of the cases are called twice; where an exercise has a generator, all are."""
_SEED = re.compile(r"(?<=default_rng\()\d+")
_OWN_DRAWS = "Two different generators gave the same answer: draw every random number from rng, and from nothing else."
GRACE_CALLS = 2
"""How many calls more than it has cases a check may take: loading, and the judge."""
SLOW_SECONDS = 5.0
"""A call that may take longer is timed by its processor; the clock waits twice as long, since a machine may be busy."""
MAX_REPEATED_SECONDS = 2.0
"""A call that takes longer is not repeated."""


class ExerciseFaultError(ChainruleError):
    """An exercise whose own reference or cases do not work."""


@dataclass(frozen=True)
class Case:
    """Arguments with what the reference makes of them."""

    text: str
    inputs: tuple[Any, ...]
    expected: Any
    encoded: Any
    """`expected` as it came from its process, to be sent to the judge."""
    is_hard: bool
    seconds: float = 0.0
    """How long the reference took."""

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return sum(np.size(item) for item in self.inputs if isinstance(item, (np.ndarray, int, float)))


@dataclass
class _Outcome:
    """What a learner's code made of one case."""

    case: Case
    answer: Any = None
    encoded: Any = None
    difference: Difference | None = None
    fault: str = ""
    error: RaisedError | None = None


@dataclass
class _Run:
    """A learner's code at work on all cases."""

    outcomes: list[_Outcome] = field(default_factory=list)
    printed: str = ""
    seconds: float = 0.0


def check_code(
    exercise_id: str,
    exercise: Exercise,
    source: str,
    launcher: Launcher,
    earlier: Sequence[str] = (),
    data: Data | None = None,
) -> Report:
    """The verdict on `source`, found in two new processes.

    Args:
        exercise_id: the id under which the verdict is told.
        exercise: what was asked.
        source: the learner's file.
        launcher: starts the processes.
        earlier: the learner's solutions of the exercises that this one may use.
        data: what the cases use by name: `given` to both sides, `hidden` to the reference alone.

    Raises:
        ExerciseFaultError: the exercise itself does not work.
    """
    seconds = processor_seconds(exercise)
    with session(launcher, seconds) as author, session(launcher, seconds) as learner:
        return check_between(exercise_id, exercise, source, (author, learner), earlier, data)


def processor_seconds(exercise: Exercise) -> float:
    """How much processor time a check may take."""
    calls = len(exercise.cases) + len(exercise.hard)
    return calls * exercise.seconds + GRACE_CALLS * min(exercise.seconds, SLOW_SECONDS)


def check_between(
    exercise_id: str,
    exercise: Exercise,
    source: str,
    sessions: tuple[CodeProcess, CodeProcess],
    earlier: Sequence[str] = (),
    data: Data | None = None,
    cases: "Sequence[Case] | None" = None,
    answers: Answers | None = None,
) -> Report:
    """Like `check_code`, in the processes of author and learner that are there.

    `cases` may be known already, and `answers` of the known mistakes, to which those found now are added.
    """
    author, learner = sessions
    data = data or {}
    cases = cases or compute_cases(exercise, author, data)
    guards = active_guards()
    error, printed = _load(exercise, learner, source, earlier, data)
    if error is not None:
        message = tell_error(error)
        return Report(exercise_id, 0.0, len(cases), error=error, printed=printed, guards=guards, message=message)
    run = _run(exercise, cases, learner, author)
    mistake = _recognise(exercise, author, run.outcomes, data, {} if answers is None else answers)
    return _report(exercise_id, exercise, run, len(cases), mistake, guards, printed)


def compute_cases(exercise: Exercise, author: CodeProcess, data: Data) -> list[Case]:
    """The cases with what the reference returns, smallest first, the hard ones behind.

    Raises:
        ExerciseFaultError: the reference, or a case, does not work.
    """
    names = {**data.get("given", {}), **data.get("hidden", {})}
    _ask_author(author, _author_request(exercise, exercise.reference, names), exercise.seconds)
    cases = []
    for text in (*exercise.cases, *exercise.hard):
        inputs = _ask_author(author, {"arguments": text}, exercise.seconds)["arguments"]
        reply = _ask_author(
            author, {"function": exercise.name, "arguments": text, "then": exercise.then}, 4 * exercise.seconds
        )
        values = tuple(decode(item) for item in inputs)
        seconds = float(reply.get("seconds", 0.0))
        cases.append(Case(text, values, decode(reply["value"]), reply["value"], text in exercise.hard, seconds))
    return sorted(cases, key=lambda case: (case.is_hard, case.size))


def _author_request(exercise: Exercise, solution: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """What loads a solution together with the judge, who sees all data by name."""
    return {"source": f"import numpy as np\n{solution}\n{exercise.judge}\n", "data": names, "sees_data": True}


def _ask_author(author: CodeProcess, request: dict[str, Any], seconds: float) -> dict[str, Any]:
    reply = author.ask(request, seconds)
    if "error" in reply:
        error = reply["error"]
        raise ExerciseFaultError(f"the exercise does not work: {error['type']}: {error['message']}")
    return reply


def _load(
    exercise: Exercise, learner: CodeProcess, source: str, earlier: Sequence[str], data: Data
) -> tuple[RaisedError | None, str]:
    """Load the learner's code; what is wrong with it, and what it printed."""
    request = {"source": source, "earlier": list(earlier), "data": dict(data.get("given", {}))}
    try:
        reply = learner.ask(request, exercise.seconds)
    except CodeStoppedError as stopped:
        return RaisedError(type(stopped).__name__, str(stopped), None), ""
    printed = str(reply.get("printed", ""))
    if "error" in reply:
        return read_error(reply["error"]), printed
    functions = reply.get("functions", {})
    if exercise.name not in functions:
        others = ", ".join(functions) or "no function"
        message = f"There is no function {exercise.name} in your file; it has {others}."
        return RaisedError("NameError", message, None), printed
    parameters = tuple(functions[exercise.name])
    if parameters != exercise.parameter_names:
        message = f"Write it as def {exercise.function}: yours is {exercise.name}({', '.join(parameters)})."
        return RaisedError("TypeError", message, None), printed
    return None, printed


def _run(exercise: Exercise, cases: Sequence[Case], learner: CodeProcess, author: CodeProcess) -> _Run:
    """Call the learner's function for each case, until its process stops."""
    run = _Run()
    for number, case in enumerate(cases):
        outcome = _Outcome(case)
        run.outcomes.append(outcome)
        try:
            twice = number < REPEATED or "rng" in exercise.parameter_names
            _call(exercise, outcome, learner, author, run, twice=twice)
        except CodeStoppedError as stopped:
            outcome.error = RaisedError(type(stopped).__name__, str(stopped), None)
            break
    _find_own_draws(run.outcomes)
    return run


def _find_own_draws(outcomes: Sequence[_Outcome]) -> None:
    """Fault answers that stay the same where cases differ in nothing but the seed of their generator."""
    drawn: dict[str, _Outcome] = {}
    for outcome in outcomes:
        call = _SEED.sub("", outcome.case.text)
        first = drawn.setdefault(call, outcome)
        if first is outcome or call == outcome.case.text or outcome.error or first.error or outcome.difference:
            continue
        is_drawn = compare(first.case.expected, outcome.case.expected, 0.0) is not None
        if is_drawn and compare(first.answer, outcome.answer, 0.0) is None:
            outcome.fault, outcome.difference = "twice", Difference("value", _OWN_DRAWS)


def _call(
    exercise: Exercise, outcome: _Outcome, learner: CodeProcess, author: CodeProcess, run: _Run, *, twice: bool
) -> None:
    case = outcome.case
    request = {"function": exercise.name, "arguments": case.text, "then": exercise.then}
    is_slow = exercise.seconds > SLOW_SECONDS
    reply = learner.ask(request, (2 if is_slow else 1) * exercise.seconds)
    run.printed = run.printed or str(reply.get("printed", ""))
    if "error" in reply:
        outcome.error = read_error(reply["error"])
        return
    used = float(reply.get("seconds", 0.0))
    run.seconds += used
    if is_slow and used > exercise.seconds:
        allowed = counted(exercise.seconds, "second")
        outcome.error = RaisedError(
            "OutOfTimeError",
            (f"Your code used {format_number(used, 3)} s of processor time; it may use {allowed}."),
            None,
        )
        return
    outcome.encoded, outcome.answer = reply.get("value"), _decode(reply.get("value"))
    _judge(exercise, outcome, author)
    if outcome.difference is not None and outcome.fault in {"none", "type", "shape"}:
        return
    changed = compare(case.inputs, tuple(_decode(item) for item in reply.get("arguments", ())), 0.0)
    if changed is not None:
        outcome.fault, outcome.difference = (
            "arguments",
            Difference("value", _describe_changed_argument(exercise, changed)),
        )
    elif twice and used < MAX_REPEATED_SECONDS:
        again = learner.ask(request, exercise.seconds)
        if "error" in again or compare(outcome.answer, _decode(again.get("value")), 0.0) is not None:
            why = (
                "The same call gave two answers: does it keep something from the call before, or draw its own numbers?"
            )
            outcome.fault, outcome.difference = "twice", Difference("value", why)
    if outcome.difference is None and case.is_hard and reply.get("warnings"):
        warning = reply["warnings"][0]
        place = f" in line {warning['line']}" if warning.get("line") else ""
        outcome.fault = "finite"
        outcome.difference = Difference("finite", f"The answer is right, but NumPy warns{place}: {warning['message']}.")


def _decode(data: Any) -> Any:
    """A value from the learner's process, which may send anything.

    Raises:
        CodeStoppedError: it is no value.
    """
    try:
        return decode(data)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise CodeStoppedError("Your code wrote into the pipe that carries its answers.") from None


def _describe_changed_argument(exercise: Exercise, difference: Difference) -> str:
    """Say which argument a function changed: the first number of the index is its place among the parameters."""
    place = (difference.index or (0,))[0]
    names = exercise.parameter_names
    name = names[place] if place < len(names) else "an argument"
    return f"Your function changed {name}, which belongs to its caller: work on a copy, {name}.copy()."


def _judge(exercise: Exercise, outcome: _Outcome, author: CodeProcess) -> None:
    """Say what is wrong with an answer, if anything: by the judge of the exercise, or number by number."""
    case = outcome.case
    tolerance = None if exercise.judge else exercise.tolerance
    outcome.difference = compare(case.expected, outcome.answer, tolerance, case.inputs)
    outcome.fault = outcome.difference.fault if outcome.difference else ""
    if exercise.judge and outcome.difference is None:
        request = {"function": "judge", "sent": [case.encoded, outcome.encoded], "arguments": case.text}
        said = _ask_author(author, request, exercise.seconds)["value"]
        if said:
            outcome.fault, outcome.difference = "judged", Difference("value", str(said))


def _recognise(
    exercise: Exercise, author: CodeProcess, outcomes: Sequence[_Outcome], data: Data, answers: Answers
) -> str | None:
    """What is said to the known mistake that returns the same as the learner's function wherever that is wrong.

    Code that is right in all ordinary cases is told only of a mistake that is right there too.
    """
    wrong = [item for item in outcomes if item.difference is not None and item.fault not in {"arguments", "twice"}]
    if not wrong or any(item.error for item in outcomes):
        return None
    ordinary = [item for item in wrong if not item.case.is_hard]
    compared = ordinary or [item for item in outcomes if item in wrong or not item.case.is_hard]
    names = {**data.get("given", {}), **data.get("hidden", {})}
    for place, mistake in enumerate(exercise.mistakes):
        made = _Mistaken(exercise, author, place, _author_request(exercise, mistake.source(exercise.reference), names))
        if all(_answers_alike(exercise, made, item, answers) for item in compared):
            return mistake.say
    return None


class _Mistaken:
    """A known mistake, loaded when it is first asked."""

    def __init__(self, exercise: Exercise, author: CodeProcess, place: int, request: dict[str, Any]) -> None:
        self.place = place
        self._exercise, self._author, self._request = exercise, author, request
        self._is_loaded: bool | None = None

    def answer(self, case: Case) -> tuple[Any] | None:
        """What it makes of a case, in a tuple; `None` where it raises."""
        seconds = self._exercise.seconds
        if self._is_loaded is None:
            self._is_loaded = "error" not in self._author.ask(self._request, seconds)
        if not self._is_loaded:
            return None
        request = {"function": self._exercise.name, "arguments": case.text, "then": self._exercise.then}
        reply = self._author.ask(request, 4 * seconds)
        return None if "error" in reply else (reply["value"],)


def _answers_alike(exercise: Exercise, mistake: _Mistaken, outcome: _Outcome, answers: Answers) -> bool:
    key = mistake.place, outcome.case.text
    if key not in answers:
        answers[key] = mistake.answer(outcome.case)
    known = answers[key]
    return known is not None and compare(decode(known[0]), outcome.answer, exercise.tolerance) is None


def _report(
    exercise_id: str,
    exercise: Exercise,
    run: _Run,
    total: int,
    mistake: str | None,
    guards: tuple[str, ...],
    printed: str,
) -> Report:
    right = sum(item.error is None and item.difference is None for item in run.outcomes)
    report = Report(
        exercise_id, right / total, total, printed=printed + run.printed, seconds=run.seconds, guards=guards
    )
    reading = show_answer(exercise.data, run.outcomes[-1].answer) if run.outcomes else None
    report = replace(report, ours_seconds=sum(item.case.seconds for item in run.outcomes), reading=reading)
    worst = _first_fault(run.outcomes)
    if worst is None:
        return replace(report, message=report.reading.summary if report.reading else f"All {total} cases are right.")
    why = tell_error(worst.error) if worst.error else worst.difference.why if worst.difference else ""
    index = worst.difference.index if worst.difference else None
    call = f"{exercise.name}({worst.case.text})"
    failed = FailedCase(call, worst.case.inputs, worst.answer, worst.case.expected, index, why)
    message = mistake if mistake and not worst.error else why
    return replace(report, failed=failed, mistake=mistake, error=worst.error, message=message)


def _first_fault(outcomes: Sequence[_Outcome]) -> _Outcome | None:
    """The fault that is told: an error before a wrong answer, then by rank, then the smallest case."""
    bad = [item for item in outcomes if item.error is not None or item.difference is not None]
    return min(bad, key=lambda item: -1 if item.error else _FAULT_ORDER.index(item.fault), default=None)

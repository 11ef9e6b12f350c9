"""Checks a learner's code against an exercise's cases, with the code and the reference in separate processes.

The learner's process gets arguments alone. What the reference returns is computed in another process, and compared
here, where no code of either side runs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tutor.exercises.cases import Case, CaseOutcome, Data, ask_author, call_request, compute_cases
from tutor.exercises.comparison import Difference, compare
from tutor.exercises.data import show_answer
from tutor.exercises.earlier import advise_on_earlier
from tutor.exercises.exercise import Exercise
from tutor.exercises.explanations.table import tell_error
from tutor.exercises.mistakes import Answers, find_mistake
from tutor.exercises.raised import RaisedError, read_error
from tutor.exercises.relations import find_relation, find_right_parts
from tutor.exercises.report import FailedCase, Report
from tutor.sandbox.guards import active_guards
from tutor.sandbox.sandbox import CodeProcess, CodeStoppedError, Launcher, code_process
from tutor.sandbox.values import decode
from tutor.text.numbers import counted, format_rounded
from tutor.text.sentences import join_sentences

_FAULT_ORDER = ("none", "type", "shape", "arguments", "twice", "judged", "value", "not finite", "warning")
"""Faults of an answer in the order in which they are reported; errors come before all of them."""
REPEATED = 2
"""How many of the cases are called twice; where an exercise has a generator, all are."""
_SEED = re.compile(r"(?<=default_rng\()\d+")
_OWN_DRAWS = "Two different generators gave the same answer: draw every random number from rng, and from nothing else."
_NO_RETURN_REACHED = "Your function returned nothing for this call: it ended without coming to a `return …`."
GRACE_CALLS = 2
"""How many calls more than it has cases a check may take: loading, and the judge."""
SLOW_SECONDS = 5.0
"""A call that may take longer is timed by its processor; the clock waits twice as long, since a machine may be busy."""
MAX_REPEATED_SECONDS = 2.0
"""A call that takes longer is not repeated."""


@dataclass(frozen=True)
class _LoadResult:
    """The result of loading a learner's code: its error, if any, and what it printed."""

    error: RaisedError | None
    printed: str = ""
    has_return: bool = False
    """Whether the function returns something anywhere."""


@dataclass
class _Run:
    """The outcomes of a learner's code over all cases."""

    outcomes: list[CaseOutcome] = field(default_factory=list)
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
    """Check `source` in two new processes and return the verdict.

    Args:
        exercise_id: the id of the exercise, for the report.
        exercise: what was asked.
        source: the learner's file.
        launcher: starts the processes.
        earlier: the learner's solutions of the exercises that this one may use.
        data: what the cases use by name: `given` to both sides, `hidden` to the reference alone.

    Raises:
        ExerciseFaultError: the exercise itself does not work.
    """
    seconds = processor_seconds(exercise)
    with code_process(launcher, seconds) as author, code_process(launcher, seconds) as learner:
        return check_between(exercise_id, exercise, source, (author, learner), earlier, data)


def processor_seconds(exercise: Exercise) -> float:
    """Return how much processor time a check may use."""
    calls = len(exercise.cases) + len(exercise.hard)
    return calls * exercise.seconds + GRACE_CALLS * min(exercise.seconds, SLOW_SECONDS)


def check_between(
    exercise_id: str,
    exercise: Exercise,
    source: str,
    processes: tuple[CodeProcess, CodeProcess],
    earlier: Sequence[str] = (),
    data: Data | None = None,
    cases: "Sequence[Case] | None" = None,
    answers: Answers | None = None,
) -> Report:
    """Like `check_code`, but in existing processes of the author and the learner.

    `cases` may be known already, and `answers` of the known mistakes, to which those found now are added.
    """
    author, learner = processes
    data = data or {}
    cases = cases or compute_cases(exercise, author, data)
    guards = active_guards()
    loaded = _load_solution(exercise, learner, source, earlier, data)
    error, printed = loaded.error, loaded.printed
    if error is not None:
        message = tell_error(error)
        return Report(exercise_id, 0.0, len(cases), error=error, printed=printed, guards=guards, message=message)
    run = _run_cases(exercise, cases, learner, author)
    if loaded.has_return:
        _explain_silence(run.outcomes)
    mistake = find_mistake(exercise, author, run.outcomes, data, {} if answers is None else answers)
    return _make_report(exercise_id, exercise, run, len(cases), mistake, guards, printed)


def _load_solution(
    exercise: Exercise, learner: CodeProcess, source: str, earlier: Sequence[str], data: Data
) -> _LoadResult:
    """Load the learner's code."""
    request = {"source": source, "earlier": list(earlier), "data": dict(data.get("given", {}))}
    try:
        reply = learner.ask(request, exercise.seconds)
    except CodeStoppedError as stopped:
        return _LoadResult(RaisedError(type(stopped).__name__, str(stopped), None))
    printed = str(reply.get("printed", ""))
    if "error" in reply:
        return _LoadResult(advise_on_earlier(read_error(reply["error"]), exercise), printed)
    functions = reply.get("functions", {})
    if exercise.name not in functions:
        others = ", ".join(functions) or "no function"
        message = f"There is no function {exercise.name} in your file; it has {others}."
        return _LoadResult(RaisedError("NameError", message, None), printed)
    parameters = tuple(map(str, functions[exercise.name]))
    if not _has_parameters(parameters, exercise):
        message = f"Write it as def {exercise.function}: yours is {exercise.name}({', '.join(parameters)})."
        return _LoadResult(RaisedError("TypeError", message, None), printed)
    return _LoadResult(None, printed, has_return=exercise.name in reply.get("returning", ()))


def _explain_silence(outcomes: Sequence[CaseOutcome]) -> None:
    """Explain a missing result to a function that does have a `return`."""
    for outcome in outcomes:
        if outcome.fault == "none" and outcome.answer is None:
            outcome.difference = Difference("none", _NO_RETURN_REACHED)


def _has_parameters(parameters: Sequence[str], exercise: Exercise) -> bool:
    """Whether a function has the exercise's parameters in order, with a default wherever those have one."""
    names = tuple(item.partition("=")[0] for item in parameters)
    optional = {item.partition("=")[0] for item in parameters if "=" in item}
    return names == exercise.parameter_names and optional.issuperset(exercise.optional_parameters)


def _run_cases(exercise: Exercise, cases: Sequence[Case], learner: CodeProcess, author: CodeProcess) -> _Run:
    """Call the learner's function for each case, until its process stops; some calls are made twice."""
    run = _Run()
    for number, case in enumerate(cases):
        outcome = CaseOutcome(case)
        run.outcomes.append(outcome)
        try:
            twice = number < REPEATED or "rng" in exercise.parameter_names
            _call_for_case(exercise, outcome, learner, author, run, twice=twice)
        except CodeStoppedError as stopped:
            outcome.error = RaisedError(type(stopped).__name__, str(stopped), None)
            break
    _find_own_draws(run.outcomes)
    return run


def _find_own_draws(outcomes: Sequence[CaseOutcome]) -> None:
    """Mark answers as wrong that stay the same when only the generator's seed changes."""
    drawn: dict[str, CaseOutcome] = {}
    for outcome in outcomes:
        call = _SEED.sub("", outcome.case.text)
        first = drawn.setdefault(call, outcome)
        if first is outcome or call == outcome.case.text or outcome.error or first.error or outcome.difference:
            continue
        is_drawn = compare(first.case.expected, outcome.case.expected, 0.0) is not None
        if is_drawn and compare(first.answer, outcome.answer, 0.0) is None:
            outcome.fault, outcome.difference = "twice", Difference("value", _OWN_DRAWS)


def _call_for_case(
    exercise: Exercise, outcome: CaseOutcome, learner: CodeProcess, author: CodeProcess, run: _Run, *, twice: bool
) -> None:
    case = outcome.case
    request = call_request(exercise, case.text)
    is_slow = exercise.seconds > SLOW_SECONDS
    reply = learner.ask(request, (2 if is_slow else 1) * exercise.seconds)
    run.printed = run.printed or str(reply.get("printed", ""))
    if "error" in reply:
        outcome.error = advise_on_earlier(read_error(reply["error"]), exercise)
        return
    used = float(reply.get("seconds", 0.0))
    run.seconds += used
    if is_slow and used > exercise.seconds:
        allowed = counted(exercise.seconds, "second")
        why = f"Your code used {format_rounded(used)} s of processor time; it may use {allowed}."
        outcome.error = RaisedError("OutOfTimeError", why, None)
        return
    outcome.encoded, outcome.answer = reply.get("value"), _decode(reply.get("value"))
    _assess_answer(exercise, outcome, author)
    if outcome.difference is not None and outcome.fault in {"none", "type", "shape"}:
        return
    changed = compare(case.inputs, tuple(_decode(item) for item in reply.get("arguments", ())), 0.0)
    if changed is not None:
        outcome.fault = "arguments"
        outcome.difference = Difference("value", _describe_changed_argument(exercise, changed))
    elif twice and used < MAX_REPEATED_SECONDS:
        _compare_with_second_call(outcome, learner.ask(request, exercise.seconds))
    if outcome.difference is None and case.is_hard and reply.get("warnings"):
        _report_warning(outcome, reply["warnings"][0])


def _compare_with_second_call(outcome: CaseOutcome, reply: dict[str, Any]) -> None:
    """Report two answers to the same call."""
    if "error" in reply or compare(outcome.answer, _decode(reply.get("value")), 0.0) is not None:
        why = "The same call gave two answers: does it keep something from the call before, or draw its own numbers?"
        outcome.fault, outcome.difference = "twice", Difference("value", why)


def _report_warning(outcome: CaseOutcome, warning: dict[str, Any]) -> None:
    """Report a warning of NumPy, beside which the answer is right."""
    place = f" in line {warning['line']}" if warning.get("line") else ""
    outcome.fault = "warning"
    outcome.difference = Difference("not finite", f"The answer is right, but NumPy warns{place}: {warning['message']}.")


def _decode(data: Any) -> Any:
    """Decode a value from the learner's process, which may send anything.

    Raises:
        CodeStoppedError: it is no value.
    """
    try:
        return decode(data)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise CodeStoppedError("Your code wrote into the pipe that carries its answers.") from None


def _describe_changed_argument(exercise: Exercise, difference: Difference) -> str:
    """Say which argument a function changed; the difference's index begins with its position."""
    place = (difference.index or (0,))[0]
    names = exercise.parameter_names
    name = names[place] if place < len(names) else "an argument"
    return f"Your function changed {name}, which belongs to its caller: work on a copy, {name}.copy()."


def _assess_answer(exercise: Exercise, outcome: CaseOutcome, author: CodeProcess) -> None:
    """Compare an answer with the reference; where a judge decides, types and shapes alone, and then ask it."""
    case = outcome.case
    tolerance = None if exercise.judge else exercise.tolerance
    outcome.difference = compare(case.expected, outcome.answer, tolerance, case.inputs, exercise.part_names)
    outcome.fault = outcome.difference.fault if outcome.difference else ""
    if exercise.judge and outcome.difference is None:
        request = {"function": "judge", "sent": [case.encoded, outcome.encoded], "arguments": case.text}
        judgement = ask_author(author, request, exercise.seconds)["value"]
        if judgement:
            outcome.fault, outcome.difference = "judged", Difference("value", str(judgement))


def _make_report(
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
    if not mistake and worst.fault in {"shape", "value"}:
        relation = find_relation(exercise, run.outcomes)
        mistake, why = relation, join_sentences(why, relation or "", find_right_parts(exercise, run.outcomes))
    index = worst.difference.index if worst.difference else None
    call = f"{exercise.name}({worst.case.text})"
    failed = FailedCase(call, worst.case.inputs, worst.answer, worst.case.expected, index, why)
    message = mistake if mistake and mistake not in why and not worst.error else why
    return replace(report, failed=failed, mistake=mistake, error=worst.error, message=message)


def _first_fault(outcomes: Sequence[CaseOutcome]) -> CaseOutcome | None:
    """Pick the fault to report: an error first, then by rank, then the smallest case."""
    bad = [item for item in outcomes if item.error is not None or item.difference is not None]
    return min(bad, key=lambda item: -1 if item.error else _FAULT_ORDER.index(item.fault), default=None)

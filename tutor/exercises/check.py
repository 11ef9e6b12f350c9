"""Checks a learner's code against an exercise's cases, with the code and the reference in separate processes.

The learner's process gets only the arguments. The reference's results are computed in another process. They are
compared in this one, where no code of the learner or the author runs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tutor.exercises.cases import Case, CaseOutcome, ask_author, call_request, compute_cases
from tutor.exercises.comparison import Difference, compare
from tutor.exercises.data import EncodedData, show_answer
from tutor.exercises.earlier import advise_on_earlier
from tutor.exercises.exercise import Exercise
from tutor.exercises.explanations.table import tell_error
from tutor.exercises.mistakes import MistakeAnswers, find_mistake
from tutor.exercises.raised import RaisedError, read_error
from tutor.exercises.relations import find_relation, find_right_parts
from tutor.exercises.report import FailedCase, Report
from tutor.sandbox.guards import active_guards
from tutor.sandbox.sandbox import CodeProcess, CodeStoppedError, Launcher, code_process
from tutor.sandbox.values import decode
from tutor.text.numbers import counted, format_rounded
from tutor.text.sentences import join_sentences

_FAULT_ORDER = ("missing", "type", "shape", "arguments", "twice", "judged", "value", "not finite", "warning")
"""Faults of an answer in the order in which they are reported; errors come before all of them.

In addition to the faults of a comparison there are: `arguments` (the call changed its arguments), `twice` (two equal
calls returned different values), `judged` (the exercise's judge refused the answer), `warning` (NumPy gave a warning).
"""
REPEATED_CASE_COUNT = 2
"""How many of the cases are called twice; if the exercise has a generator, all are."""
_GENERATOR_SEED = re.compile(r"(?<=default_rng\()\d+")
_SAME_FOR_ALL_SEEDS = (
    "Two different generators gave the same answer: draw every random number from rng, and from nothing else."
)
_NO_RETURN_REACHED = "Your function returned nothing for this call: it ended without coming to a `return …`."
GRACE_CALLS = 2
"""How many calls a check may take beyond one for each case: for loading, and for the judge."""
SLOW_SECONDS = 5.0
"""A call that may take longer than this is limited by processor time.

The clock then allows twice as long, since the machine may be busy with something else.
"""
MAX_REPEATED_SECONDS = 2.0
"""A call that takes longer than this is not repeated."""


@dataclass(frozen=True)
class _LoadResult:
    """The result of loading a learner's code: its error, if any, and what it printed."""

    error: RaisedError | None
    printed: str = ""
    has_return: bool = False
    """Whether the function has a `return` with a value somewhere."""


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
    data: EncodedData | None = None,
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
        return check_in_processes(exercise_id, exercise, source, (author, learner), earlier, data)


def processor_seconds(exercise: Exercise) -> float:
    """The seconds of processor time that a whole check may use."""
    calls = len(exercise.cases) + len(exercise.hard)
    return calls * exercise.seconds + GRACE_CALLS * min(exercise.seconds, SLOW_SECONDS)


def check_in_processes(
    exercise_id: str,
    exercise: Exercise,
    source: str,
    processes: tuple[CodeProcess, CodeProcess],
    earlier: Sequence[str] = (),
    data: EncodedData | None = None,
    cases: "Sequence[Case] | None" = None,
    mistake_answers: MistakeAnswers | None = None,
) -> Report:
    """Like `check_code`, but in existing `processes`: (the author's, the learner's).

    Args:
        exercise_id: as in `check_code`, and so are `exercise`, `source`, `earlier` and `data`.
        exercise: what was asked.
        source: the learner's file.
        processes: the author's runs the reference, the judge and the known mistakes.
        earlier: the learner's solutions of the exercises that this one may use.
        data: what the cases use by name.
        cases: those of the exercise, if they were computed before.
        mistake_answers: what known mistakes answered in earlier checks; new answers are added.

    Raises:
        ExerciseFaultError: the exercise itself does not work.
    """
    author, learner = processes
    data = data or {}
    cases = cases or compute_cases(exercise, author, data)
    loaded = _load_solution(exercise, learner, source, earlier, data)
    if loaded.error is not None:
        return Report(
            exercise_id,
            score=0.0,
            cases=len(cases),
            error=loaded.error,
            printed=loaded.printed,
            guards=active_guards(),
            message=tell_error(loaded.error),
        )
    run = _run_cases(exercise, cases, learner, author)
    if loaded.has_return:
        _explain_missing_results(run.outcomes)
    if mistake_answers is None:  # not `or {}`: the caller may pass an empty one to be filled
        mistake_answers = {}
    mistake = find_mistake(exercise, author, run.outcomes, data, mistake_answers)
    return _make_report(
        exercise_id, exercise, run, case_count=len(cases), mistake=mistake, printed_at_loading=loaded.printed
    )


def _load_solution(
    exercise: Exercise, learner: CodeProcess, source: str, earlier_solutions: Sequence[str], data: EncodedData
) -> _LoadResult:
    """Load the learner's code, and check that it defines the exercise's function with its parameters.

    `earlier_solutions` are hers of the exercises that this one may use. What is wrong is returned, not raised.
    """
    request = {"source": source, "earlier": list(earlier_solutions), "data": dict(data.get("given", {}))}
    try:
        reply = learner.ask(request, exercise.seconds)
    except CodeStoppedError as stopped:
        return _LoadResult(RaisedError(type(stopped).__name__, str(stopped), line=None))
    printed = str(reply.get("printed", ""))
    if "error" in reply:
        return _LoadResult(advise_on_earlier(read_error(reply["error"]), exercise), printed)
    functions = reply.get("functions", {})
    if exercise.name not in functions:
        others = ", ".join(functions) or "no function"
        message = f"There is no function {exercise.name} in your file; it has {others}."
        return _LoadResult(RaisedError("NameError", message, line=None), printed)
    parameters = tuple(map(str, functions[exercise.name]))
    if not _has_parameters(parameters, exercise):
        message = f"Write it as def {exercise.function}: yours is {exercise.name}({', '.join(parameters)})."
        return _LoadResult(RaisedError("TypeError", message, line=None), printed)
    return _LoadResult(None, printed, has_return=exercise.name in reply.get("returning", ()))


def _explain_missing_results(outcomes: Sequence[CaseOutcome]) -> None:
    """Explain a missing result for a function that has a `return` somewhere: this call ended without reaching it."""
    for outcome in outcomes:
        if outcome.fault == "missing" and outcome.answer is None:
            outcome.difference = Difference("missing", _NO_RETURN_REACHED)


def _has_parameters(parameters: Sequence[str], exercise: Exercise) -> bool:
    """Whether a function has the exercise's parameters in order, with defaults for those that are optional there."""
    names = tuple(parameter.partition("=")[0] for parameter in parameters)
    optional_names = {parameter.partition("=")[0] for parameter in parameters if "=" in parameter}
    return names == exercise.parameter_names and optional_names.issuperset(exercise.optional_parameters)


def _run_cases(exercise: Exercise, cases: Sequence[Case], learner: CodeProcess, author: CodeProcess) -> _Run:
    """Call the learner's function for each case, some cases twice, until all are done or its process stops."""
    run = _Run()
    for number, case in enumerate(cases):
        outcome = CaseOutcome(case)
        run.outcomes.append(outcome)
        try:
            is_repeated = number < REPEATED_CASE_COUNT or "rng" in exercise.parameter_names
            _call_for_case(exercise, outcome, learner, author, run, is_repeated=is_repeated)
        except CodeStoppedError as stopped:
            outcome.error = RaisedError(type(stopped).__name__, str(stopped), line=None)
            break
    _refuse_answers_alike_for_all_seeds(run.outcomes)
    return run


def _refuse_answers_alike_for_all_seeds(outcomes: Sequence[CaseOutcome]) -> None:
    """Mark answers as wrong that stay the same when only the generator's seed changes: they do not draw from it."""
    first_outcomes: dict[str, CaseOutcome] = {}  # call without its seed → the outcome of its first case
    for outcome in outcomes:
        call = _GENERATOR_SEED.sub("", outcome.case.text)
        has_generator = call != outcome.case.text
        first = first_outcomes.setdefault(call, outcome)
        is_first = first is outcome
        is_faulty = outcome.error or first.error or outcome.difference
        if is_first or not has_generator or is_faulty:
            continue
        should_differ = compare(first.case.expected, outcome.case.expected, tolerance=0.0) is not None
        if should_differ and compare(first.answer, outcome.answer, tolerance=0.0) is None:  # and the answers do not
            outcome.fault, outcome.difference = "twice", Difference("value", _SAME_FOR_ALL_SEEDS)


def _call_for_case(
    exercise: Exercise,
    outcome: CaseOutcome,
    learner: CodeProcess,
    author: CodeProcess,
    run: _Run,
    *,
    is_repeated: bool,
) -> None:
    """Call the learner's function for the case of `outcome`; store in `outcome` the answer and what is wrong with it.

    The time of the call, and what it printed, are added to `run`. With `is_repeated` a call that returns an answer of
    the right shape within `MAX_REPEATED_SECONDS` is made again, and both answers are compared.

    Raises:
        CodeStoppedError: the learner's process stopped or did not answer in time.
    """
    case = outcome.case
    request = call_request(exercise, case.text)
    is_slow = exercise.seconds > SLOW_SECONDS
    clock_seconds = 2 * exercise.seconds if is_slow else exercise.seconds
    reply = learner.ask(request, clock_seconds)
    run.printed = run.printed or str(reply.get("printed", ""))  # keep what the first call that prints has printed
    if "error" in reply:
        outcome.error = advise_on_earlier(read_error(reply["error"]), exercise)
        return
    used_seconds = float(reply.get("seconds", 0.0))
    run.seconds += used_seconds
    if is_slow and used_seconds > exercise.seconds:
        allowed = counted(exercise.seconds, "second")
        why = f"Your code used {format_rounded(used_seconds)} s of processor time; it may use {allowed}."
        outcome.error = RaisedError("OutOfTimeError", why, line=None)
        return
    outcome.encoded_answer, outcome.answer = reply.get("value"), _decode(reply.get("value"))
    _assess_answer(exercise, outcome, author)
    if outcome.difference is not None and outcome.fault in {"missing", "type", "shape"}:
        return  # the checks below would replace these faults, which are more important
    arguments_after = tuple(_decode(argument) for argument in reply.get("arguments", ()))
    changed_argument = compare(case.inputs, arguments_after, tolerance=0.0)
    if changed_argument is not None:
        outcome.fault = "arguments"
        outcome.difference = Difference("value", _describe_changed_argument(exercise, changed_argument))
    elif is_repeated and used_seconds < MAX_REPEATED_SECONDS:
        _compare_with_second_call(outcome, learner.ask(request, exercise.seconds))
    if outcome.difference is None and case.is_hard and reply.get("warnings"):
        _report_warning(outcome, reply["warnings"][0])


def _compare_with_second_call(outcome: CaseOutcome, reply: dict[str, Any]) -> None:
    """Mark the answer as wrong if `reply`, the reply to the same call made again, has a different one or an error."""
    if "error" in reply or compare(outcome.answer, _decode(reply.get("value")), tolerance=0.0) is not None:
        why = "The same call gave two answers: does it keep something from the call before, or draw its own numbers?"
        outcome.fault, outcome.difference = "twice", Difference("value", why)


def _report_warning(outcome: CaseOutcome, warning: dict[str, Any]) -> None:
    """Report a warning of NumPy as a fault, although the answer is right."""
    place = f" in line {warning['line']}" if warning.get("line") else ""
    outcome.fault = "warning"
    outcome.difference = Difference("not finite", f"The answer is right, but NumPy warns{place}: {warning['message']}.")


def _decode(data: Any) -> Any:
    """Decode a value from the learner's process, which may send anything.

    Raises:
        CodeStoppedError: it cannot be decoded.
    """
    try:
        return decode(data)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise CodeStoppedError("Your code wrote into the pipe that carries its answers.") from None


def _describe_changed_argument(exercise: Exercise, difference: Difference) -> str:
    """Say which argument a function changed; `difference` is between the tuples of arguments before and after."""
    position = difference.index[0] if difference.index else 0
    names = exercise.parameter_names
    name = names[position] if position < len(names) else "an argument"
    return f"Your function changed {name}, which belongs to its caller: work on a copy, {name}.copy()."


def _assess_answer(exercise: Exercise, outcome: CaseOutcome, author: CodeProcess) -> None:
    """Store in `outcome` how its answer differs from the reference's.

    If the exercise has a judge, only types and shapes are compared here, and the judge decides about the values.
    """
    case = outcome.case
    tolerance = None if exercise.judge else exercise.tolerance
    outcome.difference = compare(case.expected, outcome.answer, tolerance, case.inputs, exercise.part_names)
    outcome.fault = outcome.difference.fault if outcome.difference else ""
    if exercise.judge and outcome.difference is None:
        request = {"function": "judge", "sent": [case.encoded_expected, outcome.encoded_answer], "arguments": case.text}
        judgement = ask_author(author, request, exercise.seconds)["value"]
        if judgement:
            outcome.fault, outcome.difference = "judged", Difference("value", str(judgement))


def _make_report(
    exercise_id: str,
    exercise: Exercise,
    run: _Run,
    *,
    case_count: int,
    mistake: str | None,
    printed_at_loading: str,
) -> Report:
    """The report on a run in which the code loaded; `mistake` is the message for a known mistake, if one fits."""
    right_count = sum(outcome.error is None and outcome.difference is None for outcome in run.outcomes)
    answer_display = show_answer(exercise.data, run.outcomes[-1].answer) if run.outcomes else None
    report = Report(
        exercise_id,
        score=right_count / case_count,
        cases=case_count,
        printed=printed_at_loading + run.printed,
        seconds=run.seconds,
        ours_seconds=sum(outcome.case.seconds for outcome in run.outcomes),
        guards=active_guards(),
        answer_display=answer_display,
    )
    worst = _outcome_to_report(run.outcomes)
    if worst is None:
        message = answer_display.summary if answer_display else f"All {case_count} cases are right."
        return replace(report, message=message)
    why = _explain_outcome(worst)
    if not mistake and worst.fault in {"shape", "value"}:
        mistake = find_relation(exercise, run.outcomes)
        why = join_sentences(why, mistake or "", find_right_parts(exercise, run.outcomes))
    failed = FailedCase(
        case=f"{exercise.name}({worst.case.text})",
        inputs=worst.case.inputs,
        yours=worst.answer,
        expected=worst.case.expected,
        index=worst.difference.index if worst.difference else None,
        why=why,
    )
    message = why
    if mistake and mistake not in why and not worst.error:  # `why` may hold it already
        message = mistake
    return replace(report, failed=failed, mistake=mistake, error=worst.error, message=message)


def _outcome_to_report(outcomes: Sequence[CaseOutcome]) -> CaseOutcome | None:
    """The wrong outcome to report: the first error, otherwise the first with the most important fault; or `None`.

    Since the cases are sorted by size, the first is also the smallest.
    """
    wrong = [outcome for outcome in outcomes if outcome.error is not None or outcome.difference is not None]
    return min(wrong, key=_fault_rank, default=None)


def _fault_rank(outcome: CaseOutcome) -> int:
    """The place of a wrong outcome in the order of reporting: errors first, then as in `_FAULT_ORDER`."""
    return -1 if outcome.error else _FAULT_ORDER.index(outcome.fault)


def _explain_outcome(outcome: CaseOutcome) -> str:
    """What is wrong with an outcome, in words."""
    if outcome.error:
        return tell_error(outcome.error)
    return outcome.difference.why if outcome.difference else ""

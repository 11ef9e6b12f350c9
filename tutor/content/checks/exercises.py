"""Runs the exercises of a lesson: the reference must pass, each known mistake be recognised, and the stub fail."""

from collections.abc import Iterator

from tutor.content.model import CodeBlock
from tutor.content.yaml_tree import Note, Tree
from tutor.errors import ChainruleError
from tutor.exercises.cases import compute_cases
from tutor.exercises.check import GRACE_CALLS, check_in_processes
from tutor.exercises.data import EncodedData, load_data
from tutor.exercises.exercise import Exercise
from tutor.exercises.mistakes import MistakeAnswers
from tutor.exercises.report import Report
from tutor.sandbox.sandbox import CodeProcess, code_process, shared_launcher

_IMPORTS = "import numpy as np\n"
_ALLOWED_RUNS = 4
"""How often every case may take its full time; the reference, the stub and the mistakes mostly take far less."""


def exercise_notes(block: CodeBlock, tree: Tree) -> Iterator[Note]:
    """Notes on the faults of an exercise, each at the key that it is about; they are found by running its code."""
    exercise = block.exercise
    call_count = len(exercise.cases) + len(exercise.hard) + GRACE_CALLS
    seconds = _ALLOWED_RUNS * call_count * exercise.seconds
    try:
        with code_process(shared_launcher(), seconds) as author, code_process(shared_launcher(), seconds) as learner:
            for key, message in _exercise_faults(block.id, exercise, (author, learner), load_data(exercise.data)):
                yield tree.line((key,)), f"exercise {block.id}: {message}"
    except ChainruleError as error:
        yield block.line, f"exercise {block.id}: {error}"


def _exercise_faults(
    id: str, exercise: Exercise, processes: tuple[CodeProcess, CodeProcess], data: EncodedData
) -> Iterator[tuple[str, str]]:
    """Yield (key, message) for each fault; of `processes`, one runs the author's code, the other a learner's."""
    author_process, _ = processes
    cases, mistake_answers = compute_cases(exercise, author_process, data), MistakeAnswers()

    def check(source: str) -> Report:
        """The verdict on `source`, as if a learner had written it."""
        return check_in_processes(
            id, exercise, source, processes, data=data, cases=cases, mistake_answers=mistake_answers
        )

    reference = check(_IMPORTS + exercise.reference)
    if not reference.passed:
        yield "reference", f"the reference does not pass: {reference.message}"
        return
    if check(exercise.stub()).passed:
        yield "cases", "the stub passes: the cases ask for nothing"
    for mistake in exercise.mistakes:
        report = check(_IMPORTS + mistake.source(exercise.reference))
        if report.passed:
            yield "mistakes", f"this mistake passes; give a case that shows it: {mistake.say}"
        elif mistake.say not in (report.mistake, report.message):
            yield "mistakes", f"this mistake is taken for another ({report.message}): {mistake.say}"

"""Runs the exercises of a lesson: the reference must pass, each known mistake be recognised, and the stub fail."""

from collections.abc import Iterator

from tutor.content.model import CodeBlock
from tutor.content.yaml_tree import Note, Tree
from tutor.errors import ChainruleError
from tutor.exercises.cases import Data, compute_cases
from tutor.exercises.check import check_between
from tutor.exercises.data import load_data
from tutor.exercises.exercise import Exercise
from tutor.exercises.mistakes import Answers
from tutor.exercises.report import Report
from tutor.sandbox.sandbox import CodeProcess, code_process, shared_launcher

_IMPORTS = "import numpy as np\n"


def exercise_notes(block: CodeBlock, tree: Tree) -> Iterator[Note]:
    """Notes on the faults of an exercise, each at the key that it is about; they are found by running its code."""
    exercise = block.exercise
    # Enough to start, and to run every case several times: once for the reference, the stub and each mistake.
    seconds = 4 * (len(exercise.cases) + len(exercise.hard) + 2) * exercise.seconds
    try:
        with code_process(shared_launcher(), seconds) as author, code_process(shared_launcher(), seconds) as learner:
            for key, message in _exercise_faults(block.id, exercise, (author, learner), load_data(exercise.data)):
                yield tree.line((key,)), f"exercise {block.id}: {message}"
    except ChainruleError as error:
        yield block.line, f"exercise {block.id}: {error}"


def _exercise_faults(
    id: str, exercise: Exercise, processes: tuple[CodeProcess, CodeProcess], data: Data
) -> Iterator[tuple[str, str]]:
    """Yield (key, message) for each fault; of `processes`, one runs the author's code, the other a learner's."""
    author_process, _ = processes
    cases, answers = compute_cases(exercise, author_process, data), Answers()

    def check(source: str) -> Report:
        return check_between(id, exercise, source, processes, data=data, cases=cases, answers=answers)

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

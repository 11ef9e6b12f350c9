"""`code`: exercises in which the learner writes a function, checked in a process that is shut in."""

import shlex
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from tutor.commands.command import Command, Conflict, Requirement
from tutor.commands.launcher import open_course_with_packs
from tutor.commands.parameters import WHOLE
from tutor.errors import ChainruleError, UsageError
from tutor.text.output import flush, is_terminal, lacks_formulas, say, say_json, warn

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.model import CodeBlock
    from tutor.exercises.checker import Checker
    from tutor.exercises.report import Report

NOT_PASSED_EXIT_CODE = 1
PASSED = "passed"
"""What the list of exercises says of one that has passed."""
WATCH_SECONDS = 0.05
"""Seconds between two checks for a changed file."""
SETTLE_SECONDS = 0.03
"""How long a file must stay the same to count as saved."""


def complete_exercises(context: click.Context, parameter: click.Parameter, prefix: str) -> list[CompletionItem]:
    """List the exercises whose id begins so, with their titles."""
    blocks = open_course_with_packs(context.find_root().obj or ()).exercises()
    return [CompletionItem(block.id, help=block.exercise.title) for block in blocks if block.id.startswith(prefix)]


@click.command(
    cls=Command,
    examples=(
        "chainrule code --list",
        "chainrule code code-softmax --folder .",
        "chainrule code code-softmax --check code-softmax.py",
        "chainrule code code-softmax --hint 1",
    ),
    conflicts=(
        Conflict("--list", "EXERCISE"),
        Conflict("--list", "--check"),
        Conflict("--list", "--watch"),
        Conflict("--list", "--folder"),
        Conflict("--check", "--watch"),
        Conflict("--check", "--folder", "--check names the file itself"),
        Conflict("--watch", "--json"),
        *(Conflict("--hint", other) for other in ("--list", "--check", "--watch", "--folder")),
    ),
    requirements=(Requirement("--json", ("--list", "--check", "--hint")),),
)
@click.argument("exercise", required=False, shell_complete=complete_exercises)
@click.option("--list", "lists_exercises", is_flag=True, help="List the exercises.")
@click.option("--check", "file", type=click.Path(path_type=Path), help="Check the solution in this file, and keep it.")
@click.option("--watch", is_flag=True, help="Check the solution whenever it is saved.")
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where solutions lie.  [default: code, beside the record]"
)
@click.option(
    "--hint",
    type=WHOLE,
    metavar="[N]",
    is_flag=False,
    flag_value="1",
    help="Print hint 1, 2 or 3, each saying more than the one before.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def code(
    folders: tuple[Path, ...],
    exercise: str | None,
    lists_exercises: bool,
    file: Path | None,
    watch: bool,
    folder: Path | None,
    hint: int | None,
    as_json: bool,
) -> None:
    """Write a function yourself: begin EXERCISE, or check it.

    The file is yours; it is written once, and never over one that is there.
    """
    course = open_course_with_packs(folders)
    if lists_exercises:
        list_exercises(course, as_json=as_json)
        return
    if exercise is None:
        raise UsageError("name an exercise; chainrule code --list shows all")
    if file is not None or watch:
        from tutor.sandbox.sandbox import shared_launcher

        shared_launcher()  # its process loads NumPy while this one reads the lesson
    block = course.exercise(exercise)
    if hint is not None:
        say_hint(course, block, hint, as_json=as_json)
        return
    if file is not None:
        with closing(make_checker(block)) as checker:
            report = check_file(block, file, course, checker)
        say_report(block, report, as_json=as_json)
        raise SystemExit(0 if report.passed else NOT_PASSED_EXIT_CODE)
    path = begin_file(course, block, folder)
    if watch:
        watch_file(block, path, course)
    else:
        open_editor(path)


def list_exercises(course: "Course", *, as_json: bool) -> None:
    """Print the exercises of the course, a line or a JSON object each, and whether they are begun or passed."""
    blocks = course.exercises()
    states = exercise_states()
    lesson_ids: dict[str, str] = {}  # by exercise
    for block in blocks:
        _, lesson_id = course.question(block.id)
        lesson_ids[block.id] = lesson_id
    if as_json:
        for block in blocks:
            exercise = block.exercise
            say_json(
                {
                    "id": block.id,
                    "title": exercise.title,
                    "function": exercise.function,
                    "concept": exercise.concept,
                    "lesson": lesson_ids[block.id],
                    "passed": states.get(block.id) == PASSED,
                }
            )
        return
    id_width = max((len(block.id) for block in blocks), default=0)
    lesson_width = max((len(lesson_id) for lesson_id in lesson_ids.values()), default=0)
    for block in blocks:
        state = states.get(block.id, "")
        say(f"{block.id:<{id_width}}  {state:<6}  {lesson_ids[block.id]:<{lesson_width}}  {block.exercise.title}")


def exercise_states() -> dict[str, str]:
    """Map the id of each exercise on record to "begun" or "passed"; to nothing, with a warning, without a record."""
    from tutor.commands.launcher import open_record

    try:
        store = open_record()
        begun_ids, passed_ids = store.coded_exercises(), store.coded_exercises(passed=True)
    except ChainruleError as error:
        warn(f"chainrule: what you have passed is not known: {error}")
        return {}
    return {id: PASSED if id in passed_ids else "begun" for id in begun_ids}


def begin_file(course: "Course", block: "CodeBlock", folder: Path | None) -> Path:
    """Return the path of the learner's file for an exercise, after writing it with the task if it is not there yet.

    The path is printed. Without `folder` the file lies in a folder beside the record.
    """
    from tutor.content.stubs import write_stub
    from tutor.exercises.files import begin_solution, solutions_folder
    from tutor.progress.tables.paths import home

    folder = solutions_folder(home()) if folder is None else folder
    path, is_new = begin_solution(folder, block.id, write_stub(course, block))
    say(
        f"{'Begun' if is_new else 'Yours'}: {path}",
        f"The task is in the file. A hint: chainrule code {block.id} --hint 1",
    )
    return path


def make_checker(block: "CodeBlock") -> "Checker":
    """Make the checker of an exercise, which checks one solution after another."""
    from tutor.exercises.checker import Checker
    from tutor.sandbox.sandbox import shared_launcher

    return Checker(block.id, block.exercise, shared_launcher())


def check_file(block: "CodeBlock", path: Path, course: "Course", checker: "Checker") -> "Report":
    """Check the solution in a file, record the verdict, and return it.

    Raises:
        ChainruleError: the file cannot be read.
    """
    from tutor.exercises.files import earlier_solutions, read_solution
    from tutor.files import show_path

    if not path.exists():
        raise UsageError(f"{show_path(path)}: there is no such file; chainrule code {block.id} begins one")
    source = read_solution(path)
    earlier = earlier_solutions(path.parent, block.exercise)  # functions that the solution may call
    report = checker.check(source, earlier)
    assert report is not None  # only a cancelled check has no report
    record_verdict(course, block, source, report)
    return report


def record_verdict(course: "Course", block: "CodeBlock", source: str, report: "Report") -> None:
    """Record the verdict on a solution if its function was called; warn if recording fails."""
    from tutor.commands.launcher import open_record
    from tutor.quiz.coding import record_code
    from tutor.quiz.session import Session

    if not report.has_run:
        return
    try:
        record_code(Session(course, open_record()), block, source, report)
    except ChainruleError as error:
        warn(f"chainrule: this verdict is not on record: {error}")


def say_report(block: "CodeBlock", report: "Report", *, as_json: bool) -> None:
    """Print a verdict; below it the course's own solution if the learner's has passed, otherwise how to get a hint."""
    from tutor.content.plain import plain_inline
    from tutor.exercises.wording import verdict_lines

    def to_plain_text(markdown: str) -> str:
        return plain_inline(markdown, lacks_formulas(sys.stdout)).replace("\u00a0", " ")  # no-break spaces

    if as_json:
        say_json(report.as_json())
    else:
        say(*verdict_lines(report, to_plain_text=to_plain_text))
        if report.passed:
            say("Ours:", *(f"  {line}" for line in block.exercise.reference.rstrip("\n").split("\n")))
        else:
            say(f"A hint: chainrule code {block.id} --hint 1 (of {len(block.exercise.hints)})")
    flush(sys.stdout)


def say_hint(course: "Course", block: "CodeBlock", number: int, *, as_json: bool) -> None:
    """Print hint `number` of an exercise, counted from 1, and how to get the next; record that it was read.

    Raises:
        UsageError: the exercise has no hint of that number.
    """
    from tutor.content.plain import hint_lines
    from tutor.text.numbers import counted

    hints = block.exercise.hints
    if not 1 <= number <= len(hints):
        raise UsageError(f"{block.id} has {counted(len(hints), 'hint')}: give --hint a number from 1 to {len(hints)}")
    _try_to_record_hint(course, block, number)
    if as_json:
        say_json({"id": block.id, "number": number, "hints": len(hints), "hint": hints[number - 1]})
        return
    say(*hint_lines(block, number, lacks_formulas(sys.stdout)))
    if number < len(hints):
        say(f"The next: chainrule code {block.id} --hint {number + 1}")


def _try_to_record_hint(course: "Course", block: "CodeBlock", number: int) -> None:
    """Record that a hint was read; if that fails, say so, and show the hint all the same."""
    from tutor.commands.launcher import open_record
    from tutor.quiz.coding import record_hint
    from tutor.quiz.session import Session

    try:
        record_hint(Session(course, open_record()), block, number)
    except ChainruleError as error:
        warn(f"chainrule: this hint is not counted: {error}")


def open_editor(path: Path) -> None:
    """Open the learner's editor, or say how to go on without one."""
    from tutor.exercises.files import editor_command

    check_command = f"chainrule code {path.stem} --check {shlex.quote(str(path))}"
    command = editor_command()
    if not command or not is_terminal(sys.stdin):
        say(f"Open it in your editor, then: {check_command}")
        return
    import subprocess

    try:
        subprocess.run([*command, str(path)], check=False)
    except OSError as error:
        raise ChainruleError(f"your editor '{shlex.join(command)}' cannot be started: {error.strerror}") from None
    say(f"Check it: {check_command}")


def watch_file(block: "CodeBlock", path: Path, course: "Course") -> None:
    """Check a file now and whenever it is saved, until the learner stops."""
    say("It is checked whenever you save it; Ctrl+C ends.")
    flush(sys.stdout)
    with closing(make_checker(block)) as checker:
        for _ in wait_for_saves(path):
            try:
                report = check_file(block, path, course, checker)
            except ChainruleError as error:
                say(str(error))
                flush(sys.stdout)
                continue
            say("", time.strftime("%H:%M:%S"))
            say_report(block, report, as_json=False)


def wait_for_saves(path: Path) -> Iterator[None]:
    """Yield once the file is there, and again whenever it has changed and is no longer being written."""
    from tutor.exercises.files import Stamp, stamp_of

    last_stamp: Stamp | None = None  # the one at the last `yield`
    while True:
        stamp = stamp_of(path)  # `None` while there is no file
        if stamp is not None and stamp != last_stamp:
            time.sleep(SETTLE_SECONDS)
            if stamp == stamp_of(path):
                last_stamp = stamp
                yield
                continue
        time.sleep(WATCH_SECONDS)

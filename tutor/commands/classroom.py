"""`class`: what a class handed in, graded again and looked over."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.command import Command, Requirement
from tutor.commands.launcher import open_course_with_packs
from tutor.errors import ChainruleError, UsageError
from tutor.text.numbers import counted
from tutor.text.output import is_terminal, say, say_json, show_progress, warn

if TYPE_CHECKING:
    from tutor.classroom.class_list import ListedLearner
    from tutor.classroom.gradebook import GradebookFormat


@click.command(
    "class",
    cls=Command,
    examples=(
        "chainrule class hand-ins",
        "chainrule class hand-ins --csv grades.csv --html class.html",
        "chainrule class hand-ins --csv canvas.csv --gradebook canvas",
    ),
    requirements=(Requirement("--gradebook", ("--csv",)),),
)
@click.argument("paths", metavar="FILES|DIR", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--csv", "csv_path", metavar="FILE", type=click.Path(path_type=Path), help="Write the grades as CSV.")
@click.option(
    "--gradebook",
    type=click.Choice(["both", "canvas", "moodle"]),
    default="both",
    help="Whose columns the CSV has.  [default: both]",
)
@click.option(
    "--html", "html_path", metavar="FILE", type=click.Path(path_type=Path), help="Write the report as a web page."
)
@click.option(
    "--assignment",
    metavar="FILE|NAME",
    help="Also say who has done what this assignment asks, and who was late.",
)
@click.option(
    "--roster",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Who belongs to the class, one name a line, or the roster of serve; each of them has a row.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--force", is_flag=True, help="Replace earlier files of those names.")
@click.pass_obj
def class_(
    folders: tuple[Path, ...],
    paths: tuple[Path, ...],
    csv_path: Path | None,
    gradebook: "GradebookFormat",
    html_path: Path | None,
    assignment: str | None,
    roster: Path | None,
    as_json: bool,
    force: bool,
) -> None:
    """Look over hand-ins: who did what, who is stuck, which questions fail, and which grades are not what they say.

    Every grade is recomputed from the answer. The exit code is 1 when a file could not be read; the others are read.
    """
    from tutor.classroom.overview import make_class_report
    from tutor.files import check_target, show_path, write_file
    from tutor.progress.review.schedule import utc_now

    targets = [path for path in (csv_path, html_path) if path is not None]
    if len(targets) == 2 and targets[0] == targets[1]:
        raise UsageError("--csv and --html name the same file; give each its own")
    for path in targets:
        check_target(path, force=force)
    report_progress = _show_progress if is_terminal(sys.stderr) else _ignore_progress
    course = open_course_with_packs(folders)
    named_assignment = None
    if assignment is not None:
        from tutor.classroom.assignment import read_assignment
        from tutor.classroom.shelf import find_assignment

        named_assignment = read_assignment(find_assignment(assignment, course), course, for_teacher=True)
    listed_learners = [] if roster is None else _read_roster(roster)
    report, lessons = make_class_report(
        course,
        paths,
        utc_now(),
        report_progress,
        named_assignment,
        needs_ids=csv_path is not None,  # a gradebook identifies learners by their ids
        listed=listed_learners,
    )
    if csv_path is not None:
        from tutor.classroom.gradebook import make_gradebook_csv

        write_file(csv_path, make_gradebook_csv(report, lessons, gradebook), force=force)
    if html_path is not None:
        from tutor.classroom.page import make_page

        write_file(html_path, make_page(report, lessons), force=force)
    if as_json:
        import msgspec

        say_json(msgspec.to_builtins(report))
        warn(*(f"chainrule: {fault.error}" for fault in report.faults))
    else:
        from tutor.classroom.words import class_lines

        say(*class_lines(report, lessons), *(f"Written: {show_path(path)}" for path in targets))
    if csv_path is not None and gradebook == "canvas":
        from tutor.classroom.gradebook import canvas_remark_lines

        warn(*canvas_remark_lines(report))
    if report.faults:
        raise ChainruleError(f"{counted(len(report.faults), 'file')} could not be read; the others were looked over")


def _read_roster(path: Path) -> "list[ListedLearner]":
    """Read the learners of a class from a list of names, or from the roster of `serve`, which is JSON.

    The roster of `serve` has no student ids; they are in the learners' settings.

    Raises:
        UsageError: the file is neither.
    """
    from tutor.classroom.class_list import ListedLearner, read_class_list
    from tutor.files import open_to_read
    from tutor.serving.roster import Roster
    from tutor.settings.file import load_settings

    with suppress(OSError), open_to_read(path) as file:  # `read_class_list` says why a file cannot be read
        is_json = file.read(1) == b"{"
        if is_json:
            roster = Roster(path)
            learners = []
            for learner in roster.learners:
                settings, _ = load_settings(roster.home(learner))
                learners.append(ListedLearner(learner.name, settings.student_id))
            return learners
    return read_class_list(path)


def _show_progress(done: int, total: int) -> None:
    """Show on one line how many learners are graded again; remove the line when all are."""
    show_progress(f"{done:,} of {counted(total, 'learner')} graded again" if done < total else "")


def _ignore_progress(done: int, total: int) -> None:
    """Do nothing, in place of `_show_progress`, if standard error is no terminal."""

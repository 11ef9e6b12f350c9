"""`assignment`: what the file of an assignment asks, checked before it is given out."""

from pathlib import Path

import click

from tutor.commands.command import Command
from tutor.commands.launcher import open_course_with_packs
from tutor.text.output import say


@click.command(cls=Command, examples=("chainrule assignment week-3.yaml",))
@click.argument("file", metavar="FILE|NAME")
@click.pass_obj
def assignment(folders: tuple[Path, ...], file: str) -> None:
    """Check an assignment before it is given out, and say what it asks and until when.

    FILE is the teacher's file (.yaml), NAME the name or title of one in the folder of assignments. All faults are named
    at once, each by its line; remarks say what may not be meant so. Nothing is recorded.
    """
    from tutor.classroom.assignment import read_assignment
    from tutor.classroom.shelf import find_assignment
    from tutor.progress.review.schedule import utc_now

    course = open_course_with_packs(folders)
    assignment = read_assignment(find_assignment(file, course), course, for_teacher=True)
    say(*assignment.description_lines(), *assignment.remark_lines(utc_now()), "No faults found.")

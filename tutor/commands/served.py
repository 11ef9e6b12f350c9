"""The course for one browser, as `serve` starts it: frames to standard output, keys from standard input."""

import json
import sys
from pathlib import Path

from tutor.commands.launcher import open_course_with_packs, open_record, show_screen
from tutor.errors import ChainruleError
from tutor.text.output import report_error


def main(arguments: list[str]) -> int:
    """Show the course until it is left; the exit code. The only argument is an object in JSON."""
    task = json.loads(arguments[0])
    if limits := task.get("limits"):
        from tutor.sandbox.program_limits import limit_this_process

        limit_this_process(**limits)
    if walls := task.get("walls"):
        from tutor.sandbox.guards import shut_into

        shut_into(map(Path, walls["read"]), map(Path, walls["write"]))
    try:
        return show_course([Path(folder) for folder in task.get("lessons", ())], resumes=task.get("resumes", False))
    except ChainruleError as error:
        return report_error(error)
    except Exception as error:
        from tutor.screens.terminal.crash import crash_error

        return report_error(crash_error(error))


def show_course(folders: list[Path], *, resumes: bool) -> int:
    """Show the course map, or, where it `resumes`, the page that was read last; the exit code."""
    course = open_course_with_packs(folders)
    if resumes:
        store = open_record()
        place = store.last_reading_position()
        store.close()
        if place is not None and place[0] in {heading.front_matter.id for heading in course.headings}:
            return show_screen("lesson", course, lesson=place[0])
    return show_screen("start", course)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

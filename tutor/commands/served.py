"""The course for one browser, as `serve` starts it: frames to standard output, keys from standard input."""

import json
import sys
from pathlib import Path

from tutor.commands.launcher import open_course_with_packs, open_record, show_screen
from tutor.errors import ChainruleError
from tutor.text.output import report_error


def main(arguments: list[str]) -> int:
    """Show the course until it is left, and return the exit code.

    The only argument is a JSON object; all its keys may be missing: `limits` of this process, `walls` (the folders that
    it may read and write), `lessons` (further folders), and whether it `resumes`.
    """
    options = json.loads(arguments[0])
    if limits := options.get("limits"):
        from tutor.sandbox.program_limits import limit_this_process

        limit_this_process(**limits)
    if walls := options.get("walls"):
        from tutor.sandbox.guards import restrict_to_folders

        restrict_to_folders(map(Path, walls["read"]), map(Path, walls["write"]))
    folders = [Path(folder) for folder in options.get("lessons", ())]
    try:
        return show_course(folders, resumes=options.get("resumes", False))
    except ChainruleError as error:
        return report_error(error)
    except Exception as error:
        from tutor.screens.terminal.crash import crash_error

        return report_error(crash_error(error))


def show_course(folders: list[Path], *, resumes: bool) -> int:
    """Show the course map or, if it `resumes`, the page that was read last; return the exit code."""
    course = open_course_with_packs(folders)
    if resumes:
        store = open_record()
        last_read = store.last_reading_position()
        store.close()
        if last_read is not None:
            lesson_id, _ = last_read
            if lesson_id in {heading.front_matter.id for heading in course.headings}:
                return show_screen("lesson", course, lesson=lesson_id)
    return show_screen("start", course)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

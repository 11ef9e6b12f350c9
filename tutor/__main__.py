"""`chainrule` and `python -m tutor`."""

import gc
import os
import sys

from tutor.errors import ChainruleError
from tutor.text.output import ReaderGoneError, UnwritableError, finish, open_missing_streams, report_error, say

GARBAGE_THRESHOLD = 100_000
"""Objects allocated between two garbage collections; a start allocates many and frees few, so collecting is wasted."""


def main() -> int:
    """Run the command line; the exit code is 0 (done), 1 (it failed) or 2 (usage)."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    open_missing_streams()
    return finish(_run_guarded())


def _opens_course(arguments: list[str]) -> bool:
    """Whether the arguments open the course without click: none at all, or `learn LESSON` without options.

    That is how the program is usually started.
    """
    is_learn_lesson = len(arguments) == 2 and arguments[0] == "learn" and not arguments[1].startswith("-")
    return not arguments or is_learn_lesson


def _open_course(lesson: str | None = None) -> int:
    """Open the course, or one lesson of it, without importing click, which would delay the first paint."""
    from tutor.commands.launcher import open_course_with_packs, open_screen, wants_plain

    if wants_plain():  # line by line there is no first paint to be quick for
        from tutor.cli import run

        return run(sys.argv[1:])
    if lesson is None:
        return open_screen("start", ())
    course = open_course_with_packs(())
    course.lesson(lesson)  # raises, before the screen opens, if there is no such lesson
    return open_screen("lesson", course, lesson=lesson)


def _run_command() -> int:
    """Run the command line with click; only `--help` by itself is answered without importing it.

    A shell that asks for completions sets a variable, and may have `--help` on the line to be completed.
    """
    if sys.argv[1:] == ["--help"] and "_CHAINRULE_COMPLETE" not in os.environ:
        from tutor.commands.root_help import write_help

        say(write_help())
        return 0
    from tutor.cli import run

    return run(sys.argv[1:])


def _run_guarded() -> int:
    """Run the command and return its exit code; every error becomes one line on standard error."""
    try:
        is_completion = "_CHAINRULE_COMPLETE" in os.environ  # the shell asks how the line could be completed
        if is_completion or not _opens_course(sys.argv[1:]):
            return _run_command()
        return _open_course(*sys.argv[2:])  # what follows `learn`: the lesson, if there is one
    except ChainruleError as error:
        return report_error(error)
    except UnwritableError as error:
        return report_error(ChainruleError(str(error)))
    except ReaderGoneError:  # the other end of a pipe, such as `head`, has read enough: no error
        return 0
    except KeyboardInterrupt:
        report_error(ChainruleError("stopped"))
        return 130  # what shells report for a program that Ctrl+C ended: 128 + SIGINT (2)
    except Exception as error:
        return report_error(_explain_unexpected(error))


def _explain_unexpected(error: Exception) -> ChainruleError:
    """Turn an unexpected error into a message: either the system refused something, or the program has a fault."""
    from tutor.screens.terminal.crash import crash_error

    if isinstance(error, OSError):
        from tutor.cli import explain_system_error

        return explain_system_error(error) or crash_error(error)
    return crash_error(error)


if __name__ == "__main__":
    sys.exit(main())

"""`chainrule` and `python -m tutor`."""

import gc
import os
import sys

from tutor.errors import ChainruleError
from tutor.text.output import ReaderGoneError, UnwritableError, finish, open_missing_streams, report_error

GARBAGE_THRESHOLD = 100_000
"""Objects made between two collections of garbage: a start makes many, and throws few away."""


def main() -> int:
    """Run the command line; the exit code is 0 (done), 1 (it failed) or 2 (usage)."""
    gc.set_threshold(GARBAGE_THRESHOLD)
    open_missing_streams()
    return finish(_run_guarded())


def _run_guarded() -> int:
    """Run what was asked for, and return the exit code; whatever goes wrong is told in one line."""
    try:
        if len(sys.argv) > 1 or "_CHAINRULE_COMPLETE" in os.environ:  # a shell asks what could come next
            from tutor.cli import run

            return run(sys.argv[1:])
        # The course itself needs no argument to be understood, so it opens without the parser.
        from tutor.commands.launcher import open_screen

        return open_screen("start", ())
    except ChainruleError as error:
        return report_error(error)
    except UnwritableError as error:
        return report_error(ChainruleError(str(error)))
    except ReaderGoneError:
        return 0
    except KeyboardInterrupt:
        report_error(ChainruleError("stopped"))
        return 130
    except Exception as error:
        from tutor.screens.terminal.crash import crash_error

        return report_error(crash_error(error))


if __name__ == "__main__":
    sys.exit(main())

"""`chainrule` and `python -m tutor`."""

import sys


def main() -> int:
    """Run the command line; the exit code is 0 (done), 1 (it failed) or 2 (usage)."""
    from tutor.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
